import { expect, test } from "vitest";
import { accessibilityOf, factsOf } from "./about";
import type { Metadata } from "./manifest";

test("people stand by what they did, names in any of the manifest's forms", () => {
  const metadata = {
    author: ["Ada Binder", { name: { en: "Bo Stitch", ja: "…" }, sortAs: "Stitch" }],
    translator: "Cy Paper",
    belongsTo: { series: [{ name: "Folds", position: 2 }], collection: ["Sheets"] },
  } as Metadata;
  expect(factsOf(metadata)).toEqual([
    { name: "By", values: ["Ada Binder", "Bo Stitch"] },
    { name: "Translated by", values: ["Cy Paper"] },
    { name: "Series", values: ["Folds, volume 2"] },
    { name: "Collection", values: ["Sheets"] },
  ]);
  expect(factsOf(undefined)).toEqual([]);
});

test("accessibility is said in plain words, and what nobody knows is not said", () => {
  const metadata = {
    accessibility: {
      feature: ["alternativeText", "longDescription", "synchronizedAudioText", "wizardry"],
      accessModeSufficient: ["textual", ["textual", "visual"]],
      hazard: ["none"],
      conformsTo: "EPUB Accessibility 1.1 - WCAG 2.1 Level AA",
      certification: { certifiedBy: "The Guild" },
    },
  } as Metadata;
  expect(accessibilityOf(metadata)).toEqual([
    { name: "Ways of reading", values: ["All of it can be read as text, with a screen reader or braille."] },
    { name: "Features", values: ["Pictures are described", "Has a recording that follows the text"] },
    { name: "Hazards", values: ["No flashing, moving or loud content"] },
    { name: "Conforms to", values: ["WCAG 2.1, level AA"] },
    { name: "Certified by", values: ["The Guild"] },
  ]);
  expect(accessibilityOf({} as Metadata)).toEqual([]);
});

test("the old address of a standard means the same", () => {
  const metadata = {
    accessibility: { conformsTo: ["http://www.idpf.org/epub/a11y/accessibility-20170105.html#wcag-aa"] },
  } as Metadata;
  expect(accessibilityOf(metadata)).toEqual([{ name: "Conforms to", values: ["WCAG 2.0, level AA"] }]);
});
