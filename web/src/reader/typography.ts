import { Store, useStore } from "../api/store";

export type Paper = "auto" | "light" | "sepia" | "dark";
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
}

export const standard: Typography = { size: 110, leading: 0, width: 38, family: "book", paper: "auto" };

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
  };
}

const papers = {
  light: { paper: "#fffdf8", ink: "#211d18", link: "#7a2f2a", scheme: "light" },
  sepia: { paper: "#f3e6cd", ink: "#3a2d1d", link: "#7a2f2a", scheme: "light" },
  dark: { paper: "#1b1815", ink: "#ddd4c4", link: "#e5a596", scheme: "dark" },
} as const;

export type ShownPaper = keyof typeof papers;

/** The style sheet laid over a slice's own. `fixed` pages keep their layout: only the paper changes. */
export function sheet(typography: Typography, paper: ShownPaper, fixed: boolean): string {
  const { paper: ground, ink, link, scheme } = papers[paper];
  const rules = [
    `:root { color-scheme: ${scheme} !important; background: ${ground} !important; color: ${ink}; }`,
    ":root { scrollbar-gutter: stable; overscroll-behavior: contain; }",
    // A pop-up scrollbar or a book's own margins must not hide text at 360 px.
    "img, svg, video { max-inline-size: 100%; block-size: auto; }",
    ":focus-visible { outline: 3px solid light-dark(#1d5b9c, #8fc3f7); outline-offset: 2px; }",
  ];
  if (!fixed) rules.push(...textRules(typography, ink));
  if (paper !== "light") {
    rules.push(
      "body, body :not(img, svg, svg *, video) { color: inherit !important; background-color: transparent !important; border-color: currentColor !important; }",
      `body a:any-link, body a:any-link * { color: ${link} !important; }`,
    );
  } else {
    rules.push(`a:any-link { color: ${link}; }`);
  }
  return rules.join("\n");
}

function textRules({ size, leading, width, family }: Typography, ink: string): string[] {
  const rules = [
    `body { zoom: ${size}%; margin: 0 auto !important; padding: 2rem clamp(1rem, 5vw, 2.5rem) 4rem !important;`,
    `  max-inline-size: ${width}rem !important; box-sizing: border-box; background: transparent !important; color: ${ink};`,
    "  overflow-wrap: break-word; hyphens: auto; }",
    "img, svg, video { max-block-size: 90vh; }",
    "pre { white-space: pre-wrap; overflow-wrap: anywhere; }",
    "table { max-inline-size: 100%; overflow-wrap: anywhere; }",
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
