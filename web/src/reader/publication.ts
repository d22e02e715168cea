/** A Readium Web Publication Manifest, as far as the reader uses it. */
export interface Manifest {
  metadata?: { title?: unknown; readingProgression?: string; presentation?: { layout?: string } };
  readingOrder: Link[];
  toc?: Link[];
}

export interface Link {
  href?: string;
  type?: string;
  title?: string;
  children?: Link[];
  properties?: Properties;
}

/** What the engine says of a slice beyond Readium's own words. */
interface Properties {
  layout?: string;
  viewport?: Size;
  /** False for notes and the like, which are reached by links and not by turning pages. */
  linear?: boolean;
  /** `repaired`, `text-only` or `missing`: the source was broken. */
  damage?: string;
}

export interface Size {
  width: number;
  height: number;
}

/** A Readium position list (`application/vnd.readium.position-list+json`). */
export interface PositionList {
  total: number;
  positions: Position[];
}

export interface Position {
  href: string;
  locations?: { position?: number; progression?: number; totalProgression?: number };
}

/** An entry of the table of contents with the slice it leads to; undefined for a mere heading. */
export interface TocEntry {
  title: string;
  slice: number | undefined;
  fragment: string | undefined;
  children: TocEntry[];
}

/** Where in a slice to land. */
export type Target =
  | { at: "start" }
  | { at: "end" }
  | { at: "progression"; progression: number }
  | { at: "fragment"; id: string };

/** A manifest made ready for the questions the reader asks. */
export class Publication {
  readonly toc: TocEntry[];
  readonly count: number;
  readonly rtl: boolean;
  readonly #fixed: boolean;
  readonly #order: Link[];
  readonly #numbers: Map<string, number>;

  constructor(manifest: Manifest) {
    this.#order = manifest.readingOrder;
    this.count = this.#order.length;
    this.rtl = manifest.metadata?.readingProgression === "rtl";
    this.#fixed = isFixed(manifest.metadata?.presentation?.layout);
    this.#numbers = new Map(this.#order.map(({ href }, n) => [plain(href ?? ""), n]));
    this.toc = (manifest.toc ?? []).map((link) => this.#entry(link));
  }

  /** The slice's address relative to the manifest, with its media type. */
  link(slice: number): { href: string; type: string } {
    const link = this.#order[slice];
    return { href: link?.href ?? `slices/${slice}.html`, type: link?.type ?? "text/html" };
  }

  /** Which slice and fragment an address relative to the manifest names; undefined when none. */
  find(href: string): { slice: number; fragment: string | undefined } | undefined {
    const [path = "", fragment] = href.split("#", 2);
    const slice = this.#numbers.get(plain(path));
    return slice === undefined ? undefined : { slice, fragment: fragment ? decoded(fragment) : undefined };
  }

  /** The heading a slice stands under: its first own entry in the contents, or the last before it. */
  chapter(slice: number): TocEntry | undefined {
    let best: TocEntry | undefined;
    for (const entry of flat(this.toc)) {
      if (entry.slice === undefined || entry.slice > slice) continue;
      if (best?.slice === undefined || entry.slice > best.slice) best = entry;
    }
    return best;
  }

  /** The slice that turning from this one leads to, past those that only links lead to. */
  next(slice: number, step: 1 | -1): number | undefined {
    for (let n = slice + step; n >= 0 && n < this.count; n += step) {
      if (this.#order[n]?.properties?.linear !== false) return n;
    }
    return undefined;
  }

  /** The page's own size when its layout is fixed; undefined when text flows. */
  page(slice: number): Size | true | undefined {
    const { layout, viewport } = this.#order[slice]?.properties ?? {};
    const fixed = layout === undefined ? this.#fixed : isFixed(layout);
    return fixed ? (viewport ?? true) : undefined;
  }

  damage(slice: number): string | undefined {
    return this.#order[slice]?.properties?.damage;
  }

  title(slice: number): string {
    return this.#order[slice]?.title ?? this.chapter(slice)?.title ?? `Part ${slice + 1} of ${this.count}`;
  }

  #entry(link: Link): TocEntry {
    const found = link.href === undefined ? undefined : this.find(link.href);
    return {
      title: link.title?.trim() || "Untitled",
      slice: found?.slice,
      fragment: found?.fragment,
      children: (link.children ?? []).map((child) => this.#entry(child)),
    };
  }
}

export function* flat(entries: TocEntry[]): Generator<TocEntry> {
  for (const entry of entries) {
    yield entry;
    yield* flat(entry.children);
  }
}

function isFixed(layout: string | undefined): boolean {
  return layout === "fixed" || layout === "pre-paginated";
}

function plain(href: string): string {
  return decoded(href.split("#", 1)[0] ?? "").replace(/^\.\//, "");
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
