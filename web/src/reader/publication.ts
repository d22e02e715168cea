import { type Layout, layoutOf, turnsLeft } from "./layout";
import type { Link, Manifest, Metadata, Presentation } from "./manifest";

/** An entry of the table of contents with the slice it leads to; undefined for a mere heading. */
export interface TocEntry {
  title: string;
  slice: number | undefined;
  fragment: string | undefined;
  children: TocEntry[];
}

/** Where in a slice to land. */
export type Target =
  /** Where one is already, for text that was scrolled into. */
  | { at: "here" }
  | { at: "start" }
  | { at: "end" }
  | { at: "progression"; progression: number }
  /** A character of the source (`data-o`); `progression` where the slice has no such marks. */
  | { at: "offset"; offset: number; progression: number }
  | { at: "fragment"; id: string };

/** A manifest made ready for the questions the reader asks. */
export class Publication {
  /** What is known of the book itself. */
  readonly metadata: Metadata | undefined;
  readonly toc: TocEntry[];
  /** Page numbers of the printed book. */
  readonly pages: TocEntry[];
  readonly landmarks: TocEntry[];
  /** Further lists a book may have: of figures, of tables. */
  readonly lists: { title: string; entries: TocEntry[] }[];
  readonly count: number;
  /** Pages turn towards the left. */
  readonly rtl: boolean;
  /** Classes for what a read-aloud reads and for the document while it does. */
  readonly activeClass: string | undefined;
  readonly playbackClass: string | undefined;
  readonly #presentation: Presentation | undefined;
  readonly #order: Link[];
  readonly #numbers: Map<string, number>;

  constructor(manifest: Manifest) {
    this.#order = manifest.readingOrder;
    this.count = this.#order.length;
    const { metadata } = manifest;
    this.metadata = metadata;
    this.rtl = turnsLeft(metadata);
    this.#presentation = metadata?.presentation;
    const overlay = metadata?.mediaOverlay ?? metadata?.["media-overlay"] ?? {};
    this.activeClass = className(overlay.activeClass ?? overlay["active-class"]);
    this.playbackClass = className(overlay.playbackActiveClass ?? overlay["playback-active-class"]);
    this.#numbers = new Map(this.#order.map(({ href }, n) => [plain(href ?? ""), n]));
    const entries = (links: Link[] | undefined) => (links ?? []).map((link) => this.#entry(link));
    this.toc = entries(manifest.toc);
    this.pages = entries(manifest["page-list"]);
    this.landmarks = entries(manifest.landmarks);
    this.lists = [
      { title: "Figures", entries: entries(manifest.loi) },
      { title: "Tables", entries: entries(manifest.lot) },
    ].filter((list) => list.entries.length > 0);
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

  /** False for notes and the like, which are reached by links and not by turning pages. */
  linear(slice: number): boolean {
    return this.#order[slice]?.properties?.linear !== false;
  }

  layout(slice: number): Layout {
    return layoutOf(this.#presentation, this.#order[slice]?.properties);
  }

  /** The file a slice is made of and which of its characters, for places that outlive this rendition. */
  source(slice: number): { source: string; start: number; end: number } | undefined {
    const { source, start, end } = this.#order[slice]?.properties ?? {};
    return source === undefined || start === undefined || end === undefined
      ? undefined
      : { source, start, end };
  }

  /** The slice that holds a character of a source file; `near` where the file is in the book twice. */
  holding(source: string, offset: number, near: number | undefined): number | undefined {
    const holds = (slice: number) => {
      const part = this.source(slice);
      return part?.source === source && part.start <= offset && offset < part.end;
    };
    if (near !== undefined && (holds(near) || this.source(near)?.end === offset)) return near;
    const found = this.#order.findIndex((_link, slice) => holds(slice));
    return found < 0 ? undefined : found;
  }

  /** The next slice in the reading order. */
  after(slice: number): number | undefined {
    for (let next = slice + 1; next < this.count; next += 1) if (this.linear(next)) return next;
    return undefined;
  }

  /** Whether the book, or a part of it, has a recording. */
  get spoken(): boolean {
    return this.#order.some((_link, slice) => this.overlay(slice) !== undefined);
  }

  /** Address of the slice's read-aloud timeline, relative to the manifest. */
  overlay(slice: number): string | undefined {
    const links = this.#order[slice]?.alternate ?? [];
    return links.find(({ type }) => type === "application/vnd.syncnarr+json")?.href;
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

/**
 * The entry one is at: of those up to this slice the last, where entries inside the slice count once
 * they are `passed`.
 */
export function reached(
  entries: TocEntry[],
  slice: number,
  passed: (id: string) => boolean,
): TocEntry | undefined {
  let best: TocEntry | undefined;
  for (const entry of flat(entries)) {
    if (entry.slice === undefined || entry.slice > slice) continue;
    if (best?.slice !== undefined && entry.slice < best.slice) continue;
    const inside = entry.slice === slice && entry.fragment !== undefined;
    if (best === undefined || entry.slice !== slice || !inside || passed(entry.fragment ?? "")) best = entry;
  }
  return best;
}

export function* flat(entries: TocEntry[]): Generator<TocEntry> {
  for (const entry of entries) {
    yield entry;
    yield* flat(entry.children);
  }
}

function className(value: unknown): string | undefined {
  return typeof value === "string" && value.trim() ? value.trim() : undefined;
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
