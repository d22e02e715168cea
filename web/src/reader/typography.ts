import { Store, useStore } from "../api/store";
import type { Mode } from "./extent";

export type Paper = "auto" | "light" | "sepia" | "dark";
/** How text is shown: as the book wishes, as one long page, or as pages to turn. */
export type FlowChoice = "auto" | "scrolled" | "paginated";
export type Family = "book" | "serif" | "sans" | "legible";

/** How text is set in the reader's frame. */
export interface Typography {
  /** Per cent of the book's own size. */
  size: number;
  /** Multiple of the font size; 0 leaves it to the book. */
  leading: number;
  /** Longest line, in rem. */
  width: number;
  family: Family;
  paper: Paper;
  flow: FlowChoice;
}

export const standard: Typography = {
  size: 110,
  leading: 0,
  width: 38,
  family: "book",
  paper: "auto",
  flow: "auto",
};

export const bounds = {
  size: { min: 70, max: 300, step: 10 },
  leading: { min: 1.2, max: 2.4, step: 0.1 },
  width: { min: 20, max: 70, step: 4 },
} as const;

const families: Record<Family, string> = {
  book: "",
  serif: '"Iowan Old Style", "Palatino Linotype", Palatino, Charter, Georgia, "DejaVu Serif", serif',
  sans: '"Avenir Next", "Segoe UI", "Helvetica Neue", "Noto Sans", system-ui, "DejaVu Sans", sans-serif',
  legible: '"Atkinson Hyperlegible", OpenDyslexic, Verdana, "DejaVu Sans", sans-serif',
};

const key = "bindery.typography";
const store = new Store<Typography>(stored());

export function useTypography(): [Typography, (change: Partial<Typography>) => void] {
  return [useStore(store), set];
}

function set(change: Partial<Typography>): void {
  const next = { ...store.get(), ...change };
  store.set(next);
  try {
    localStorage.setItem(key, JSON.stringify(next));
  } catch {
    // Set for this visit only.
  }
}

function stored(): Typography {
  try {
    return sane(JSON.parse(localStorage.getItem(key) ?? "{}"));
  } catch {
    return standard;
  }
}

/** Whatever storage holds, brought within the bounds. */
export function sane(value: unknown): Typography {
  const from = (typeof value === "object" && value !== null ? value : {}) as Partial<Typography>;
  const within = (name: "size" | "leading" | "width") => {
    const given = from[name];
    if (typeof given !== "number" || (name === "leading" && given === 0)) return standard[name];
    return Math.min(bounds[name].max, Math.max(bounds[name].min, given));
  };
  return {
    size: within("size"),
    leading: within("leading"),
    width: within("width"),
    family: from.family !== undefined && from.family in families ? from.family : "book",
    paper: ["auto", "light", "sepia", "dark"].includes(from.paper ?? "") ? (from.paper as Paper) : "auto",
    flow: ["scrolled", "paginated"].includes(from.flow ?? "") ? (from.flow as FlowChoice) : "auto",
  };
}

const papers = {
  light: { paper: "#fffdf8", ink: "#211d18", link: "#7a2f2a", scheme: "light" },
  sepia: { paper: "#f3e6cd", ink: "#3a2d1d", link: "#7a2f2a", scheme: "light" },
  dark: { paper: "#1b1815", ink: "#ddd4c4", link: "#e5a596", scheme: "dark" },
} as const;

export type ShownPaper = keyof typeof papers;

/** The style sheet laid over a slice's own. */
export function sheet(
  typography: Typography,
  paper: ShownPaper,
  mode: Mode = "scrolled",
  columns = 1,
): string {
  const rules = [
    ":root { overscroll-behavior: contain; }",
    // A finger across the page turns it; the browser would go back in its history.
    ":root:not([data-bindery-vertical]) { touch-action: pan-y pinch-zoom; }",
    ":focus-visible { outline: 3px solid light-dark(#1d5b9c, #8fc3f7); outline-offset: 2px; }",
    ...readAloud,
  ];
  if (mode === "fixed") rules.push(...fixedRules);
  else {
    rules.push(...colourRules(paper), ...textRules(typography, papers[paper].ink));
    rules.push(...(mode === "paginated" ? pageRules(typography, columns) : scrollRules(typography)));
    if (mode === "continuous") rules.push(...stripRules);
  }
  return rules.join("\n");
}

/** What is being read aloud, where the book does not say how it shall look. */
const readAloud = [
  ".bindery-reading { background-color: light-dark(#ffe58a, #5c4a00) !important; color: light-dark(#000, #fff) !important; }",
  "svg .bindery-reading { outline: 3px solid #c98a00; }",
];

/** Pages of fixed layout keep all their measures and colours; what lies outside of them is cut off. */
const fixedRules = [
  ":root { overflow: hidden !important; background: #fff; color-scheme: light !important; }",
  // A picture or a drawing that is a page by itself fills it.
  'body:has(> p[data-o="0"]:only-child > img:only-child), body:has(> svg:only-child) { margin: 0; }',
  'body > p[data-o="0"]:only-child > img:only-child, body > svg:only-child { display: block; width: 100vw; height: 100vh; object-fit: contain; }',
];

function colourRules(paper: ShownPaper): string[] {
  const { paper: ground, ink, link, scheme } = papers[paper];
  const rules = [
    `:root { color-scheme: ${scheme} !important; background: ${ground} !important; color: ${ink}; }`,
  ];
  if (paper === "light") return [...rules, `a:any-link { color: ${link}; }`];
  return [
    ...rules,
    "body, body :not(img, svg, svg *, video, .bindery-reading) { color: inherit !important; background-color: transparent !important; border-color: currentColor !important; }",
    `body a:any-link, body a:any-link * { color: ${link} !important; }`,
  ];
}

function textRules({ size, leading, family }: Typography, ink: string): string[] {
  const rules = [
    `body { zoom: ${size}%; box-sizing: border-box; background: transparent !important; color: ${ink};`,
    "  overflow-wrap: break-word; hyphens: auto; }",
    "img, svg, video { max-inline-size: 100%; block-size: auto; }",
    "pre { white-space: pre-wrap; overflow-wrap: anywhere; }",
    "table { max-inline-size: 100%; }",
    "table[data-bindery-wide] { overflow-wrap: anywhere; }",
    // Brackets and roots grow only in fonts for mathematics; not every system has the browser's choice.
    'math { font-family: "STIX Two Math", "Latin Modern Math", "Cambria Math", "DejaVu Math TeX Gyre", math; }',
    "math[data-bindery-wide] { display: block math; max-inline-size: 100%; overflow: auto hidden; }",
  ];
  rules.push(
    leading > 0
      ? `body, body :is(p, li, dd, dt, blockquote, div, section, td) { line-height: ${leading} !important; }`
      : "body { line-height: 1.5; }",
  );
  rules.push(
    family === "book"
      ? `:root { font-family: ${families.serif}; }`
      : `body, body :not(code, pre, kbd, samp, math, math *) { font-family: ${families[family]} !important; }`,
  );
  return rules;
}

/** One long page. A pop-up scrollbar or a book's own margins must not hide text at 360 px. */
function scrollRules({ size, width }: Typography): string[] {
  return [
    ":root { scrollbar-gutter: stable; }",
    "body { margin: 0 auto !important; padding: 2rem clamp(1rem, 5vw, 2.5rem) 4rem !important;",
    `  max-inline-size: ${width}rem !important; }`,
    ":root[data-bindery-vertical] body { margin: auto 0 !important; }",
    `img, svg, video { max-height: ${(90 * 100) / size}vh !important; }`,
    `:root[data-bindery-vertical] :is(img, svg, video) { max-width: ${(90 * 100) / size}vw !important; }`,
  ];
}

/** The document has its full height and the room around it scrolls; heights must not follow the window's. */
const stripRules = [
  ":root { overflow: hidden !important; overscroll-behavior: auto !important; scrollbar-gutter: auto !important; }",
  ":root, body { height: auto !important; min-height: 0 !important; }",
  "img, svg, video { max-height: 40rem !important; }",
];

/**
 * Pages: the root is a row of columns as wide as the window (or half of it), and a turn moves by one
 * window. The margins stand on the body, whose every fragment has them, so that the last page is as
 * wide as the others. In vertical text columns follow each other downwards.
 */
function pageRules({ size, width }: Typography, columns: number): string[] {
  const zoom = size / 100;
  const margin = (window: string, of: number) =>
    `calc(max(1.25rem, (100${window} / ${of} - ${width * zoom}rem) / 2) / ${zoom})`;
  const least = "max(1.25rem, 4vh)";
  const rules = [
    ":root { overflow: hidden !important; margin: 0 !important; box-sizing: border-box !important; border: 0 !important;",
    `  inline-size: auto !important; height: 100vh !important; min-height: 0 !important; max-height: none !important; padding: ${least} 0 !important;`,
    `  columns: ${columns} !important; column-gap: 0 !important; column-fill: auto !important; column-rule: 0 !important; }`,
    `body { margin: 0 !important; padding: 0 ${margin("vw", columns)} !important; max-inline-size: none !important; min-inline-size: 0 !important;`,
    "  inline-size: auto !important; block-size: auto !important; min-block-size: 0 !important; max-block-size: none !important; overflow: visible !important; columns: auto !important; }",
    ":root[data-bindery-vertical] { height: auto !important; width: 100vw !important; padding: 0 1.25rem !important; columns: 1 !important; }",
    `:root[data-bindery-vertical] body { padding: ${margin("vh", 1)} 0 !important; }`,
    ":root[data-bindery-vertical] { touch-action: pan-y pinch-zoom; }",
    "p { orphans: 2; widows: 2; }",
    "h1, h2, h3, h4, h5, h6 { break-after: avoid; }",
    "img, svg, video, figure { break-inside: avoid; }",
    `img, svg, video { max-height: calc((100vh - 2 * ${least}) / ${zoom} - 1em) !important; }`,
  ];
  // With two columns one more, empty: the last page can be turned to when its second column is.
  if (columns > 1)
    rules.push(
      'body::after { content: "" !important; display: block !important; break-before: column !important; block-size: 1px !important; }',
    );
  return rules;
}
