import type { Metadata } from "./manifest";

/** A line of what is known of a book. */
export interface Fact {
  name: string;
  values: string[];
}

const roles: [string, string][] = [
  ["author", "By"],
  ["translator", "Translated by"],
  ["editor", "Edited by"],
  ["illustrator", "Illustrated by"],
  ["artist", "Art by"],
  ["colorist", "Coloured by"],
  ["narrator", "Read by"],
  ["contributor", "With"],
  ["publisher", "Publisher"],
];

/** Who made the book, and what it is a part of. */
export function factsOf(metadata: Metadata | undefined): Fact[] {
  const of = (metadata ?? {}) as Record<string, unknown>;
  const facts = roles.map(([property, name]) => ({ name, values: list(of[property]).map(nameOf) }));
  const parts = (of.belongsTo ?? {}) as Record<string, unknown>;
  facts.push({ name: "Series", values: list(parts.series).map(partOf) });
  facts.push({ name: "Collection", values: list(parts.collection).map(partOf) });
  facts.push({ name: "Rights", values: list(of.rights).map(nameOf) });
  return facts
    .map(({ name, values }) => ({ name, values: values.filter(Boolean) }))
    .filter(({ values }) => values.length > 0);
}

/** What the maker says of who can read the book and how, in plain words (schema.org's terms). */
export function accessibilityOf(metadata: Metadata | undefined): Fact[] {
  const of = ((metadata as Record<string, unknown> | undefined)?.accessibility ?? {}) as Record<
    string,
    unknown
  >;
  const said = new Set(list(of.feature).map(String));
  const features = featureWords
    .filter(([terms]) => terms.some((term) => said.has(term)))
    .map(([, words]) => words);
  const sufficient = list(of.accessModeSufficient).map((modes) => list(modes).join());
  const ways: string[] = [];
  if (sufficient.includes("textual"))
    ways.push("All of it can be read as text, with a screen reader or braille.");
  if (sufficient.includes("auditory")) ways.push("All of it can be heard.");
  const dangers = list(of.hazard).map(String);
  const summary = list(of.summary).map(nameOf);
  const standards = list(of.conformsTo).map((term) => standardOf(String(term)));
  const { certifiedBy } = (of.certification ?? {}) as Record<string, unknown>;
  return [
    { name: "Summary", values: summary },
    { name: "Ways of reading", values: ways },
    { name: "Features", values: features },
    { name: "Hazards", values: dangers.map((term) => hazardWords[term] ?? "") },
    { name: "Conforms to", values: standards },
    { name: "Certified by", values: list(certifiedBy).map(nameOf) },
  ]
    .map(({ name, values }) => ({ name, values: [...new Set(values.filter(Boolean))] }))
    .filter(({ values }) => values.length > 0);
}

const featureWords: [string[], string][] = [
  [
    ["displayTransformability", "largePrint", "highContrastDisplay"],
    "Size, spacing and colours of the text can be changed",
  ],
  [["alternativeText", "longDescription", "longDescriptions", "describedMath"], "Pictures are described"],
  [["tableOfContents"], "Has a table of contents"],
  [["structuralNavigation"], "Headings and parts can be navigated"],
  [["index"], "Has an index that links into the text"],
  [["pageNavigation", "pageBreakMarkers", "printPageNumbers"], "Has the page numbers of the printed book"],
  [["readingOrder"], "Is read in a meaningful order"],
  [["synchronizedAudioText"], "Has a recording that follows the text"],
  [["audioDescription"], "Films are described by a voice"],
  [["captions", "closedCaptions", "openCaptions"], "Films have captions"],
  [["transcript"], "Sound has a transcript"],
  [["signLanguage"], "Has sign language"],
  [["MathML", "latex"], "Mathematics can be read aloud"],
  [["ttsMarkup"], "Says how words are pronounced"],
  [["rubyAnnotations", "fullRubyAnnotations"], "Has ruby for the reading of characters"],
  [["braille", "tactileGraphic", "tactileObject"], "Made for touch"],
  [["ARIA"], "Marked up for assistive technology"],
  [["unlocked"], "Is not locked"],
];

const hazardWords: Record<string, string> = {
  none: "No flashing, moving or loud content",
  noFlashingHazard: "Nothing flashes",
  noMotionSimulationHazard: "No simulated motion",
  noSoundHazard: "No sudden sounds",
  flashing: "Flashing content",
  flashingHazard: "Flashing content",
  motionSimulation: "Simulated motion",
  motionSimulationHazard: "Simulated motion",
  sound: "Sounds that may be disturbing",
  soundHazard: "Sounds that may be disturbing",
  unknown: "Hazards are not known",
};

/** `EPUB Accessibility 1.1 - WCAG 2.1 Level AA`, or the old address that means the same. */
function standardOf(term: string): string {
  const [, whole = "2", part = "0"] = /wcag[-_ ]?(\d)?\.?(\d)?/i.exec(term) ?? [];
  const level = /\b(a{1,3})$/i.exec(term.trim())?.[1];
  if (level && /wcag/i.test(term)) return `WCAG ${whole}.${part}, level ${level.toUpperCase()}`;
  return term.replace(/^https?:\/\/(www\.)?/, "");
}

function list(value: unknown): unknown[] {
  return value === undefined || value === null ? [] : Array.isArray(value) ? value : [value];
}

/** A name: a string, a map by language, or an object that has one. */
function nameOf(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value !== "object" || value === null) return "";
  if ("name" in value) return nameOf(value.name);
  return nameOf(Object.values(value)[0]);
}

function partOf(value: unknown): string {
  const position =
    typeof value === "object" && value !== null && "position" in value ? value.position : undefined;
  return typeof position === "number" ? `${nameOf(value)}, volume ${position}` : nameOf(value);
}
