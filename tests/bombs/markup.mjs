// Chapters, sheets and drawings that ask for too much.
import { epub, page } from "./write.mjs";

const many = (n, text) => (typeof text === "string" ? text.repeat(n) : Array.from({ length: n }, (_, i) => text(i)).join(""));
const one = (body, head) => () => epub([["c.xhtml", page(body(), head?.())]]);
/** Not well-formed: it goes through the repair. */
const broken = (body) => () => epub([["c.xhtml", `<html><body><p>an <unclosed>${body()}`]]);
const styled = (css, more = []) => () => epub([["c.xhtml", page("<p>x</p>", '<link rel="stylesheet" href="s.css"/>')], ["s.css", css()], ...more]);
const drawing = (body) => () => epub([["c.xhtml", page('<img src="d.svg"/>')], ["d.svg", `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">${body()}</svg>`]]);
const MB = 1 << 20;
const laughs = `<!DOCTYPE x [<!ENTITY lol "lol">${many(9, (n) => `<!ENTITY lol${n + 1} "${`&lol${n || ""};`.repeat(10)}">`)}]>`;
const noise = () => { const out = Buffer.alloc(MB); for (let i = 0, x = 1; i < MB; i++) out[i] = (x = (x * 1103515245 + 12345) >>> 0) >>> 16; return out; };

const elements = [
  ["deep-div.epub", one(() => "<div>".repeat(100_000) + "x" + "</div>".repeat(100_000))],
  ["deep-inline.epub", one(() => "<b><i>".repeat(100_000) + "x" + "</i></b>".repeat(100_000))],
  ["deep-lists.epub", one(() => "<ul><li>".repeat(100_000) + "x" + "</li></ul>".repeat(100_000))],
  ["deep-tables.epub", one(() => "<table><tr><td>".repeat(50_000) + "x" + "</td></tr></table>".repeat(50_000))],
  ["deep-math.epub", one(() => `<math>${"<mrow>".repeat(200_000)}${"</mrow>".repeat(200_000)}</math>`)],
  ["deep-svg.epub", one(() => `<svg>${"<g>".repeat(200_000)}${"</g>".repeat(200_000)}</svg>`)],
  ["deep-unknown.epub", one(() => "<x:y>".repeat(500_000) + "x" + "</x:y>".repeat(500_000))],
  ["deep-dropped.epub", one(() => `<script>${"<a>".repeat(500_000)}${"</a>".repeat(500_000)}</script>`)],
  ["million-attributes.epub", one(() => `<p ${many(1_000_000, (n) => `a${n}="x" `)}>x</p>`)],
  ["million-same-attributes.epub", one(() => many(200_000, '<p class="x" class="y" id="z" style="a:b" lang="en" title="t">x</p>'))],
  ["giant-class.epub", one(() => `<p class="${"x ".repeat(10 * MB)}">x</p>`)],
  ["giant-style.epub", one(() => many(400, `<p style="${"a:(((".repeat(12_000)}">x</p>`))],
  ["giant-href.epub", one(() => `<a href="${"%41../".repeat(4 * MB)}">x</a>`)],
  ["giant-data-url.epub", one(() => `<img src="data:image/png;base64,${"A".repeat(25 * MB)}"/>`)],
  ["data-urls.epub", one(() => many(30, `<img src="data:image/png;base64,${"A".repeat(MB - 100)}"/>`))],
  ["giant-srcset.epub", one(() => `<img src="x" srcset="${"a 1x, ".repeat(4 * MB)}"/>`)],
  ["million-ids.epub", one(() => many(1_000_000, (n) => `<b id="i${n}"/>`))],
  ["two-million-ids.epub", () => epub([0, 1].map((k) => [`c${k}.xhtml`, page(many(1_000_000, (n) => `<b id="i${n}"/>`))]))],
  ["million-links.epub", one(() => many(900_000, (n) => `<a href="c.xhtml#i${n}">x</a>`))],
  ["million-styles.epub", one(() => "x", () => many(700_000, "<style>p{color:red}</style>"))],
  ["million-sheets.epub", one(() => "x", () => many(500_000, '<link rel="stylesheet" href="s.css"/>'))],
  ["million-instructions.epub", () => epub([["c.xhtml", '<?xml-stylesheet href="s.css"?>'.repeat(700_000) + page("x")]])],
  ["entities.epub", () => epub([["c.xhtml", laughs + page("&lol9;".repeat(1_000_000))]])],
  ["references.epub", one(() => "&amp;&#x41;&eacute;".repeat(1_000_000))],
  ["one-word.epub", one(() => `<p>${"x".repeat(31 * MB)}</p>`)],
  ["one-word-wide.epub", one(() => `<p>${"\u{1F600}".repeat(7 * MB)}</p>`)],
  ["whole-table.epub", one(() => `<table>${many(900_000, "<tr><td>x</td></tr>")}</table>`)],
  ["pre.epub", one(() => `<pre>${"\n".repeat(30 * MB)}</pre>`)],
  ["ruby.epub", one(() => `<ruby>${"a<rt>b</rt>".repeat(2_500_000)}</ruby>`)],
  ["comments.epub", one(() => "<!-- - -->".repeat(3_000_000))],
  ["cdata.epub", one(() => "<![CDATA[<]]>".repeat(2_300_000))],
  ["headings.epub", one(() => "<h1>x</h1>".repeat(3_000_000))],
  ["heading-32-mb.epub", one(() => `<h1>${"word <i>x</i> ".repeat(2_000_000)}</h1>`)],
  // As much as is allowed at all: the spine's 256 MB, of the densest markup.
  ["largest-allowed.epub", () => epub([...Array.from({ length: 4 }, (_, k) => [`c${k}.xhtml`, page("<p>a</p>".repeat((31 * MB) / 8))]), ["n.bin", noise(), { stored: true }]])],
  ["largest-slices.epub", () => epub([...Array.from({ length: 4 }, (_, k) => [`c${k}.xhtml`, page(`<ruby>${"<i id='x'>a</i>".repeat((31 * MB) / 16)}</ruby>`)]), ["n.bin", noise(), { stored: true }]])],
];

const repairs = [
  ["repair-deep.epub", broken(() => "<div><b>".repeat(100_000))],
  ["repair-formatting.epub", broken(() => "<b><i><u><s>".repeat(100) + "<p>x".repeat(300_000))],
  ["repair-formatting-ever-more.epub", broken(() => many(200_000, (n) => `<font size=${n}><p>x`))],
  ["repair-adoption.epub", broken(() => "<a><b><p></a>".repeat(200_000))],
  ["repair-tables.epub", broken(() => "<table><b>x<tr>".repeat(200_000))],
  ["repair-select.epub", broken(() => "<select><option>x<select>".repeat(300_000))],
  ["repair-templates.epub", broken(() => "<template>".repeat(300_000))],
  ["repair-svg.epub", broken(() => "<svg><desc><p>".repeat(150_000))],
  ["repair-end-tags.epub", broken(() => "<i>".repeat(200) + "</p></q>".repeat(900_000))],
  ["repair-brackets.epub", broken(() => "<".repeat(7 * MB))],
  ["repair-tags-open.epub", broken(() => "<a ".repeat(2_500_000))],
  ["repair-quotes.epub", broken(() => `<a b="${"x".repeat(7 * MB)}`)],
  ["repair-ampersands.epub", broken(() => "&".repeat(7 * MB))],
  ["repair-attributes.epub", broken(() => `<p ${many(700_000, (n) => `a${n}=1 `)}>`)],
  ["repair-nulls.epub", broken(() => "\0".repeat(7 * MB))],
  ["repair-comment.epub", broken(() => `<!--${"--!".repeat(2_300_000)}`)],
  ["repair-too-long.epub", broken(() => "<b><p>x".repeat(4 * MB))],
  ["repair-many.epub", () => epub([...Array.from({ length: 20 }, (_, k) => [`c${k}.xhtml`, `<p>${"<b><p>x".repeat(900_000)}`]), ["n.bin", noise(), { stored: true }]])],
];

const sheets = [
  ["css-blocks.epub", styled(() => "{".repeat(1_000_000))],
  ["css-brackets.epub", styled(() => "a{b:".repeat(10) + "([".repeat(1_500_000))],
  ["css-functions.epub", styled(() => "a{b:" + "calc(".repeat(700_000))],
  ["css-rules.epub", styled(() => "a{b:c}".repeat(690_000))],
  ["css-urls.epub", styled(() => "a{b:url(x)}".repeat(380_000))],
  ["css-imports.epub", styled(() => '@import "s.css";'.repeat(260_000))],
  ["css-import-cycle.epub", styled(() => '@import "t.css";a{}', [["t.css", '@import "s.css";b{}']])],
  ["css-import-doubling.epub", styled(() => '@import "i0.css";'.repeat(2), Array.from({ length: 30 }, (_, n) => [`i${n}.css`, `@import "i${n + 1}.css";`.repeat(20) + "a{b:c}".repeat(1000)]))],
  ["css-escapes.epub", styled(() => "\\".repeat(4_000_001))],
  ["css-comments.epub", styled(() => "/*/".repeat(1_300_000))],
  ["css-unclosed.epub", styled(() => `a{b:"${"x".repeat(4_000_000)}`)],
  ["css-sheets-64.epub", () => epub([["c.xhtml", page("x")], ...Array.from({ length: 60 }, (_, n) => [`s${n}.css`, "a{b:url(x)}".repeat(380_000)])])],
  ["css-strings.epub", styled(() => `a{b:image-set(${'"x" 1x,'.repeat(500_000)})}`)],
];

const drawings = [
  ["svg-paths.epub", drawing(() => '<path d="M0 0"/>'.repeat(1_000_000))],
  ["svg-styles.epub", drawing(() => "<style>a{b:c}</style>".repeat(700_000))],
  ["svg-nested.epub", drawing(() => "<svg>".repeat(1_000_000) + "</svg>".repeat(1_000_000))],
  ["svg-uses.epub", drawing(() => many(24, (n) => `<g id="a${n}">${`<use href="#a${n - 1}"/>`.repeat(10)}</g>`))],
  ["svg-paint.epub", drawing(() => '<g fill="url(((((((((" style="mask:url(x)"/>'.repeat(300_000))],
  ["svg-1000-files.epub", () => epub([["c.xhtml", page("x")], ...Array.from({ length: 40 }, (_, n) => [`d${n}.svg`, `<svg>${"<g/>".repeat(1_000_000)}</svg>`])])],
];

export const markup = [...elements, ...repairs, ...sheets, ...drawings];
