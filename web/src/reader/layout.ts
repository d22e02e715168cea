import type { Metadata, Presentation, Properties, Size } from "./manifest";

export type Side = "left" | "right" | "center";
export type Spread = "none" | "landscape" | "both" | "auto";
/** How text that flows is shown: pages to turn, one long page, or one long book. */
export type Flow = "paginated" | "scrolled" | "continuous";

/** How one slice wants to be laid out: its own wish before the book's (EPUB 3.3 § 8.2). */
export interface Layout {
  /** A page of a size of its own; otherwise the text flows into the window. */
  fixed: boolean;
  /** Of fixed pages, in CSS pixels, where the book says it. */
  viewport: Size | undefined;
  spread: Spread;
  side: Side | undefined;
  orientation: "landscape" | "portrait" | undefined;
  flow: Flow | undefined;
}

export function layoutOf(book: Presentation | undefined, own: Properties | undefined): Layout {
  const wish = (name: keyof Presentation) => own?.[name] ?? book?.[name];
  const layout = wish("layout");
  const orientation = wish("orientation");
  return {
    fixed: layout === "fixed" || layout === "pre-paginated",
    viewport: own?.viewport,
    spread: oneOf(wish("spread"), ["none", "landscape", "both"]) ?? "auto",
    side: oneOf(own?.page, ["left", "right", "center"]),
    orientation: oneOf(orientation, ["landscape", "portrait"]),
    flow: flowOf(wish("flow")),
  };
}

function flowOf(wish: string | undefined): Flow | undefined {
  if (wish === "paginated") return "paginated";
  if (wish === "scrolled-continuous") return "continuous";
  return wish === "scrolled-doc" || wish === "scrolled" ? "scrolled" : undefined;
}

function oneOf<T extends string>(value: string | undefined, known: readonly T[]): T | undefined {
  return known.find((word) => word === value);
}

/** Languages written from right to left, unless the tag names another script. */
const rtlLanguages = new Set("ar arc ckb dv fa he iw ji ks ps sd syr ug ur yi".split(" "));
const rtlScripts = new Set("adlm arab hebr nkoo rohg syrc thaa".split(" "));

/**
 * Whether pages turn towards the left. `auto` and nothing said leave it to us
 * (EPUB 3.3 § 5.7.1): then the first language decides.
 */
export function turnsLeft(metadata: Metadata | undefined): boolean {
  const said = metadata?.readingProgression;
  if (said === "rtl" || said === "ltr") return said === "rtl";
  const { language } = metadata ?? {};
  const [name = "", ...rest] = ((Array.isArray(language) ? language[0] : language) ?? "")
    .toLowerCase()
    .split("-");
  const script = rest.find((part) => part.length === 4);
  return script ? rtlScripts.has(script) : rtlLanguages.has(name);
}
