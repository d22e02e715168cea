import type { Publication } from "../publication";

/** One phrase of a read-aloud: what is heard, and what is marked in the text meanwhile. */
export interface Clip {
  slice: number;
  /** The element that is read; the whole document without it. */
  id: string | undefined;
  /** The element itself, where the text has no timeline. */
  element?: Element;
  /** In seconds. Without sound, the text is spoken by the browser. */
  audio: { url: string; begin: number; end: number | undefined } | undefined;
  /** What the phrase is (`epub:type`): `footnote`, `pagebreak`, … */
  roles: string[];
  /** The parts it stands in, the outermost first. */
  groups: Group[];
}

/** A part of the timeline (a table, a list) that can be left as a whole. */
export interface Group {
  roles: string[];
}

/** Parts a listener may want to be without (EPUB 3.3 § 9.4.2, skippability). */
const skippable = new Set(
  "annotation endnote endnotes footnote footnotes help marginalia note noteref pagebreak practice rearnote rearnotes".split(
    " ",
  ),
);
/** Parts a listener may want to leave before their end (§ 9.4.3, escapability), in plain words. */
const escapable: Record<string, string> = {
  table: "table",
  "table-row": "row",
  list: "list",
  figure: "figure",
  sidebar: "sidebar",
  aside: "aside",
  footnote: "note",
  footnotes: "notes",
  endnote: "note",
  endnotes: "notes",
  bibliography: "bibliography",
  glossary: "glossary",
  index: "index",
  toc: "contents",
};

/** One line of `application/vnd.syncnarr+json`; lines may hold lines. */
interface Line {
  text?: unknown;
  audio?: unknown;
  role?: unknown;
  roles?: unknown;
  narration?: unknown;
}

/**
 * The phrases of a timeline in order. `address` is the timeline's own, `base` the rendition's: links
 * are relative to the former. Lines that lead out of the book are left out.
 */
export function clipsOf(timeline: unknown, address: string, base: string, book: Publication): Clip[] {
  const clips: Clip[] = [];
  const read = (lines: unknown, groups: Group[]) => {
    if (!Array.isArray(lines)) return;
    for (const line of lines as Line[]) {
      const roles = rolesOf(line);
      if (Array.isArray(line?.narration)) read(line.narration, [...groups, { roles }]);
      else if (typeof line?.text === "string") {
        const at = book.find(within(line.text, address, base) ?? "");
        if (at)
          clips.push({ slice: at.slice, id: at.fragment, audio: sound(line.audio, address), roles, groups });
      }
    }
  };
  read((timeline as Line | null)?.narration, []);
  return clips;
}

function rolesOf(line: Line | null): string[] {
  return [line?.roles, line?.role]
    .flat()
    .flatMap((role) => (typeof role === "string" ? role.split(/\s+/) : []));
}

function within(href: string, address: string, base: string): string | undefined {
  const full = new URL(href, address).href;
  return full.startsWith(base) ? full.slice(base.length) : undefined;
}

function sound(audio: unknown, address: string): Clip["audio"] {
  if (typeof audio !== "string") return undefined;
  const url = new URL(audio, address);
  const [begin = "", end] = (/(?:^|&)t=(?:npt:)?([^&]*)/.exec(url.hash.slice(1))?.[1] ?? "").split(",");
  url.hash = "";
  return { url: url.href, begin: Number(begin) || 0, end: end ? Number(end) || undefined : undefined };
}

export function isSkippable({ roles, groups }: Clip): boolean {
  return [{ roles }, ...groups].some((part) => part.roles.some((role) => skippable.has(role)));
}

/** The innermost part of a clip that one may want to leave, and what it is called. */
export function partToLeave({ groups }: Clip): { group: Group; name: string } | undefined {
  for (const group of groups.toReversed()) {
    const name = group.roles.map((role) => escapable[role]).find(Boolean);
    if (name) return { group, name };
  }
  return undefined;
}
