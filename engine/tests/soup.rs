//! Markup that nobody would write, made by the thousand: whatever comes in, both
//! parsers build one tree from what comes out, and nothing in it runs or reaches outside.

#![expect(clippy::unwrap_used, reason = "in a test an unwrap is the assertion")]

mod support;

use proptest::prelude::*;
use support::scribe::Scribe;
use support::{Epub, PNG, body, judge, polyglot, rendered};

/// Elements whose parsing is special, and some that are not.
const NAMES: &[&str] = &[
    "p",
    "div",
    "span",
    "b",
    "i",
    "a",
    "a",
    "nobr",
    "font",
    "h1",
    "h2",
    "ul",
    "ol",
    "li",
    "dl",
    "dt",
    "dd",
    "table",
    "table",
    "tbody",
    "thead",
    "tfoot",
    "tr",
    "td",
    "th",
    "caption",
    "col",
    "colgroup",
    "pre",
    "ruby",
    "rb",
    "rt",
    "rp",
    "rtc",
    "button",
    "select",
    "option",
    "optgroup",
    "form",
    "input",
    "label",
    "fieldset",
    "svg",
    "svg",
    "math",
    "math",
    "foreignObject",
    "desc",
    "title",
    "annotation-xml",
    "annotation",
    "mtext",
    "mi",
    "mo",
    "mrow",
    "mfenced",
    "mglyph",
    "malignmark",
    "menclose",
    "semantics",
    "style",
    "script",
    "noscript",
    "template",
    "plaintext",
    "xmp",
    "listing",
    "iframe",
    "noembed",
    "noframes",
    "textarea",
    "br",
    "hr",
    "img",
    "image",
    "wbr",
    "area",
    "map",
    "base",
    "link",
    "meta",
    "embed",
    "object",
    "param",
    "frame",
    "frameset",
    "body",
    "html",
    "head",
    "section",
    "details",
    "summary",
    "figure",
    "figcaption",
    "video",
    "audio",
    "source",
    "track",
    "picture",
    "address",
    "center",
    "dir",
    "menu",
    "marquee",
    "applet",
    "keygen",
    "isindex",
    "use",
    "g",
    "path",
    "text",
    "tspan",
    "switch",
    "symbol",
    "defs",
    "animate",
    "set",
    "feImage",
    "filter",
    "clipPath",
    "linearGradient",
    "epub:switch",
    "epub:case",
    "epub:default",
    "svg:rect",
    "m:mfrac",
    "x:script",
    "slot",
    "portal",
    "dialog",
    "search",
    "blockquote",
    "custom-element",
    "SPAN",
    "SvG",
    "ScRiPt",
];

const ATTRIBUTES: &[&str] = &[
    "id=\"a\"",
    "class=\"c d\"",
    "onclick=\"alert(1)\"",
    "onLoad='alert(1)'",
    "href=\"javascript:alert(1)\"",
    "href=\"https://evil.example/\"",
    "src=\"https://evil.example/x\"",
    "xlink:href=\"//evil.example/x\"",
    "style=\"background:url(https://evil.example/x)\"",
    "style=\"color:red\"",
    "srcset=\"https://evil.example/x 2x\"",
    "srcdoc=\"&lt;script>alert(1)&lt;/script>\"",
    "action=\"https://evil.example/\"",
    "formaction=\"javascript:x\"",
    "fill=\"url(https://evil.example/#f)\"",
    "encoding=\"text/html\"",
    "encoding=\"application/xhtml+xml\"",
    "encoding='MathML-Presentation'",
    "type=\"text/css\"",
    "type=\"hidden\"",
    "xmlns=\"http://www.w3.org/1999/xhtml\"",
    "xmlns=\"http://www.w3.org/2000/svg\"",
    "xmlns:x=\"http://www.w3.org/1999/xhtml\"",
    "title=\"--&gt;&lt;/title>&lt;img src=x onerror=alert(1)>\"",
    "definitionurl=\"x\"",
    "data=\"https://evil.example/\"",
    "open=\"[\" close=\"&lt;\" separators=\";,\"",
    "color=\"red\"",
    "face=\"x\"",
    "size=\"+1\"",
    "is=\"x\"",
    "slot=\"x\"",
    "lang=\"de\"",
    "xml:lang=\"de\"",
    "dir=\"rtl\"",
    "epub:type=\"noteref\"",
    "ops:type='chapter'",
    "colspan=\"3\"",
    "value=\"4\"",
    "reversed=\"\"",
    "xml:space=\"preserve\"",
    "viewBox=\"0 0 1 1\"",
    "hidden=\"\"",
    "required-namespace=\"http://www.w3.org/2000/svg\"",
    "notation=\"box\"",
    "alt=\"&lt;b>\"",
    "ping=\"https://evil.example/\"",
    "poster=\"https://evil.example/\"",
    "src=\"pic.png\"",
    "href=\"#a\"",
    "http-equiv=\"refresh\" content=\"0;url=https://evil.example/\"",
    "background=\"https://evil.example/\"",
];

const TEXTS: &[&str] = &[
    "text",
    " ",
    "\n",
    "\r\n",
    "&lt;script>alert(1)&lt;/script>",
    "&amp;lt;img src=x onerror=alert(1)&amp;gt;",
    "]]&gt;",
    "--&gt;",
    "<!-- comment <script>alert(1)</script> -->",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "&#0;",
    "&#x1F;",
    "&nbsp;",
    "&unknown;",
    "&#xFFFE;",
    "a &gt; b",
    "<?php x ?>",
    "&lt;/title>&lt;/style>&lt;/textarea>",
    "é𝒳",
    "&#13;",
    "`\"'",
];

/// A tree, well-formed: the usual way.
fn tree(scribe: &mut Scribe, depth: u64, out: &mut String) {
    for _ in 0..1 + scribe.below(3) {
        if depth > 7 || scribe.below(3) == 0 {
            out.push_str(scribe.pick(TEXTS));
            continue;
        }
        let name = scribe.pick(NAMES);
        out.push('<');
        out.push_str(name);
        attributes(scribe, out);
        if scribe.below(6) == 0 {
            out.push_str("/>");
            continue;
        }
        out.push('>');
        tree(scribe, depth + 1, out);
        out.push_str(&format!("</{name}>"));
    }
}

/// Tags in any order, most of them not closed: the repair.
fn loose(scribe: &mut Scribe) -> String {
    let mut out = String::from("<p>unclosed");
    for _ in 0..scribe.below(24) {
        match scribe.below(5) {
            0 => out.push_str(scribe.pick(TEXTS)),
            1 => out.push_str(&format!("</{}>", scribe.pick(NAMES))),
            2 => out.push_str(
                scribe.pick(&["<", "<!", "</", "<a", "&", "<!--", "<b x=\"", "<p/", "<3"]),
            ),
            _ => {
                out.push('<');
                out.push_str(scribe.pick(NAMES));
                attributes(scribe, &mut out);
                out.push_str(scribe.pick(&[">", ">", "/>"]));
            }
        }
    }
    out
}

fn attributes(scribe: &mut Scribe, out: &mut String) {
    let mut used: Vec<&str> = Vec::new();
    for _ in 0..scribe.below(3) {
        let attribute = scribe.pick(ATTRIBUTES);
        let name = attribute.split('=').next().unwrap();
        if !used.contains(&name) {
            used.push(name);
            out.push_str(&format!(" {attribute}"));
        }
    }
}

fn check(markup: &str) -> Result<(), String> {
    let page = format!(
        "<html xmlns=\"http://www.w3.org/1999/xhtml\" xmlns:epub=\"http://www.idpf.org/2007/ops\"><head><title>t</title></head><body>{markup}</body></html>"
    );
    let book = Epub::new()
        .item("pic.png", "image/png", "", PNG)
        .page("c.xhtml", page)
        .build();
    let (_, files) = rendered(&book);
    let slice = files.text("slices/0.html");
    let found = polyglot::check(&slice).and_then(|()| judge::check(&slice));
    found.map_err(|error| format!("{error}\n\nof {markup}\n\nbecame {}", body(&slice)))?;
    // A link may lead outside; nothing else may even name it.
    let named = slice.split('<').any(|piece| {
        let tag = piece.split('>').next().unwrap_or_default();
        let tag = tag.replace("href=\"https://evil.example/\"", "");
        tag.contains("evil.example")
    });
    if named {
        return Err(format!("{markup}\n\nbecame {}", body(&slice)));
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases.max(600), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn trees_of_anything_come_out_safe_and_as_one_tree(seed in 0u64..1 << 40) {
        let mut markup = String::new();
        tree(&mut Scribe::new(seed), 0, &mut markup);
        let result = check(&markup);
        prop_assert!(result.is_ok(), "{}", result.unwrap_err());
    }

    #[test]
    fn soup_of_anything_comes_out_safe_and_as_one_tree(seed in 0u64..1 << 40) {
        let markup = loose(&mut Scribe::new(seed));
        let result = check(&markup);
        prop_assert!(result.is_ok(), "{}", result.unwrap_err());
    }
}
