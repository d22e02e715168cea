//! The allowlist of attributes, and how values are written.

use super::allow::Space;

/// Longest value kept (bytes). `data:` images have their own limit.
pub(super) const LONGEST: usize = 64 << 10;

/// How an attribute is treated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Written as it is.
    Plain,
    /// A reference; what it may point at depends on the element.
    Link,
    /// `srcset`.
    Candidates,
    /// Declarations, through the stylesheet rewriter.
    Style,
    /// A presentation attribute that may hold `url()`.
    Paint,
    /// `epub:type`.
    EpubType,
    Id,
    Never,
}

/// Sorted.
static GLOBAL: &[&str] = &["class", "dir", "hidden", "lang", "role", "title"];

/// Sorted.
static HTML: &[&str] = &[
    "abbr",
    "align",
    "alt",
    "bgcolor",
    "border",
    "cellpadding",
    "cellspacing",
    "char",
    "clear",
    "color",
    "cols",
    "colspan",
    "compact",
    "controls",
    "coords",
    "datetime",
    "default",
    "face",
    "frame",
    "headers",
    "height",
    "hreflang",
    "hspace",
    "kind",
    "label",
    "loop",
    "media",
    "muted",
    "name",
    "noshade",
    "nowrap",
    "open",
    "reversed",
    "rowspan",
    "rules",
    "scope",
    "shape",
    "size",
    "sizes",
    "span",
    "srclang",
    "start",
    "summary",
    "type",
    "usemap",
    "valign",
    "value",
    "vspace",
    "width",
];

/// Geometry and other SVG attributes which are never a reference. Sorted (upper case first).
static SVG: &[&str] = &[
    "amplitude",
    "azimuth",
    "baseFrequency",
    "bias",
    "clipPathUnits",
    "cx",
    "cy",
    "d",
    "diffuseConstant",
    "divisor",
    "dx",
    "dy",
    "edgeMode",
    "elevation",
    "exponent",
    "filterUnits",
    "fr",
    "fx",
    "fy",
    "gradientTransform",
    "gradientUnits",
    "height",
    "in",
    "in2",
    "intercept",
    "k1",
    "k2",
    "k3",
    "k4",
    "kernelMatrix",
    "kernelUnitLength",
    "lengthAdjust",
    "limitingConeAngle",
    "markerHeight",
    "markerUnits",
    "markerWidth",
    "maskContentUnits",
    "maskUnits",
    "method",
    "mode",
    "numOctaves",
    "offset",
    "operator",
    "order",
    "orient",
    "pathLength",
    "patternContentUnits",
    "patternTransform",
    "patternUnits",
    "points",
    "pointsAtX",
    "pointsAtY",
    "pointsAtZ",
    "preserveAlpha",
    "preserveAspectRatio",
    "primitiveUnits",
    "r",
    "radius",
    "refX",
    "refY",
    "requiredExtensions",
    "requiredFeatures",
    "result",
    "rotate",
    "rx",
    "ry",
    "scale",
    "seed",
    "slope",
    "spacing",
    "specularConstant",
    "specularExponent",
    "spreadMethod",
    "startOffset",
    "stdDeviation",
    "stitchTiles",
    "surfaceScale",
    "systemLanguage",
    "tableValues",
    "targetX",
    "targetY",
    "textLength",
    "transform",
    "type",
    "values",
    "version",
    "viewBox",
    "width",
    "x",
    "x1",
    "x2",
    "xChannelSelector",
    "y",
    "y1",
    "y2",
    "yChannelSelector",
    "z",
];

/// SVG presentation attributes (SVG 2 § 6.6): CSS by another way. Sorted.
static PAINT: &[&str] = &[
    "alignment-baseline",
    "baseline-shift",
    "clip",
    "clip-path",
    "clip-rule",
    "color",
    "color-interpolation",
    "color-interpolation-filters",
    "color-rendering",
    "direction",
    "display",
    "dominant-baseline",
    "enable-background",
    "fill",
    "fill-opacity",
    "fill-rule",
    "filter",
    "flood-color",
    "flood-opacity",
    "font-family",
    "font-size",
    "font-size-adjust",
    "font-stretch",
    "font-style",
    "font-variant",
    "font-weight",
    "glyph-orientation-horizontal",
    "glyph-orientation-vertical",
    "image-rendering",
    "kerning",
    "letter-spacing",
    "lighting-color",
    "marker-end",
    "marker-mid",
    "marker-start",
    "mask",
    "opacity",
    "overflow",
    "paint-order",
    "shape-rendering",
    "stop-color",
    "stop-opacity",
    "stroke",
    "stroke-dasharray",
    "stroke-dashoffset",
    "stroke-linecap",
    "stroke-linejoin",
    "stroke-miterlimit",
    "stroke-opacity",
    "stroke-width",
    "text-anchor",
    "text-decoration",
    "text-rendering",
    "unicode-bidi",
    "vector-effect",
    "visibility",
    "word-spacing",
    "writing-mode",
];

/// MathML Core § 2.1.3 and the attributes of MathML 3 presentation. Sorted.
static MATH: &[&str] = &[
    "accent",
    "accentunder",
    "align",
    "alttext",
    "bevelled",
    "close",
    "columnalign",
    "columnlines",
    "columnspacing",
    "columnspan",
    "denomalign",
    "depth",
    "display",
    "displaystyle",
    "equalcolumns",
    "equalrows",
    "fence",
    "form",
    "frame",
    "framespacing",
    "height",
    "largeop",
    "linethickness",
    "lquote",
    "lspace",
    "mathbackground",
    "mathcolor",
    "mathsize",
    "mathvariant",
    "maxsize",
    "minsize",
    "movablelimits",
    "notation",
    "numalign",
    "open",
    "rowalign",
    "rowlines",
    "rowspacing",
    "rowspan",
    "rquote",
    "rspace",
    "scriptlevel",
    "selection",
    "separator",
    "separators",
    "stretchy",
    "symmetric",
    "voffset",
    "width",
];

fn has(list: &[&str], name: &str) -> bool {
    list.binary_search(&name).is_ok()
}

/// How the attribute written `full` is treated on an element of `space`.
///
/// Returns the name to write out: prefixes never survive.
pub(super) fn judge(space: Space, full: &str) -> (&str, Kind) {
    let name = match full.split_once(':') {
        None => full,
        Some(("xml", "lang")) => return ("lang", Kind::Plain),
        Some(("xml", "id")) => return ("id", Kind::Id),
        Some((_, "href")) if full == "xlink:href" => return ("href", Kind::Link),
        // `epub:type`, whatever the prefix was bound to.
        Some(("epub" | "ops", "type")) => return ("data-epub-type", Kind::EpubType),
        Some(_) => return (full, Kind::Never),
    };
    let kind = match name {
        "id" => Kind::Id,
        "style" => Kind::Style,
        "href" | "src" | "poster" => Kind::Link,
        "srcset" if space == Space::Html => Kind::Candidates,
        _ if has(GLOBAL, name) => Kind::Plain,
        _ if is_aria(name) => Kind::Plain,
        _ => match space {
            Space::Html if has(HTML, name) => Kind::Plain,
            Space::Svg if has(SVG, name) => Kind::Plain,
            Space::Svg if has(PAINT, name) => Kind::Paint,
            Space::Math if has(MATH, name) => Kind::Plain,
            _ => Kind::Never,
        },
    };
    (name, kind)
}

fn is_aria(name: &str) -> bool {
    name.strip_prefix("aria-")
        .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_lowercase()))
}

/// Whether XML 1.0 and HTML both allow the character in text.
fn allowed(c: char) -> bool {
    !matches!(c, '\0'..='\x08' | '\x0B' | '\x0C' | '\x0E'..='\x1F' | '\u{FFFE}' | '\u{FFFF}')
}

/// Escapes text for element content and quoted attributes.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    escape_some(text, true, &mut out);
    out
}

/// Appends `text`, escaped for element content. Line ends become `\n`.
pub(crate) fn escape_into(text: &str, out: &mut String) {
    escape_some(text, false, out);
}

fn escape_some(text: &str, quotes: bool, out: &mut String) {
    let mut from = 0;
    for (i, byte) in text.bytes().enumerate() {
        let replacement = match byte {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' if quotes => "&quot;",
            b'\r' if text.as_bytes().get(i + 1) == Some(&b'\n') => "",
            b'\r' => "\n",
            b'\t' | b'\n' => continue,
            0..=0x1F => "",
            // U+FFFE and U+FFFF are EF BF BE and EF BF BF.
            0xEF if text.as_bytes()[i + 1] == 0xBF && text.as_bytes()[i + 2] >= 0xBE => {
                out.push_str(&text[from..i]);
                out.push('\u{FFFD}');
                from = i + 3;
                continue;
            }
            _ => continue,
        };
        out.push_str(&text[from..i]);
        out.push_str(replacement);
        from = i + 1;
    }
    out.push_str(&text[from..]);
}

/// Appends ` name="value"`; blanks of any kind become spaces, as XML would read them.
pub(super) fn write(name: &str, value: &str, out: &mut String) {
    out.push(' ');
    out.push_str(name);
    out.push_str("=\"");
    if value.bytes().any(|byte| byte < b' ' || byte == 0xEF) {
        let flat: String = value
            .chars()
            .filter(|&c| allowed(c))
            .map(|c| {
                if matches!(c, '\t' | '\n' | '\r') {
                    ' '
                } else {
                    c
                }
            })
            .collect();
        escape_some(&flat, true, out);
    } else {
        escape_some(value, true, out);
    }
    out.push('"');
}

/// Stands before the number of a link that waits for its target. Neither text nor any attribute's
/// value can hold it: control characters are dropped from both.
pub(crate) const WAITING: char = '\u{1}';

/// As [`write`], with [`WAITING`] before the value.
pub(super) fn write_waiting(name: &str, value: &str, out: &mut String) {
    let at = out.len() + " =\"".len() + name.len();
    write(name, value, out);
    out.insert(at, WAITING);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_sorted() {
        for table in [GLOBAL, HTML, SVG, PAINT, MATH] {
            for pair in table.windows(2) {
                assert!(pair[0] < pair[1], "{pair:?}");
            }
        }
    }

    #[test]
    fn no_event_handler_or_navigation_attribute_is_known() {
        let never = [
            "onclick",
            "onload",
            "ONLOAD",
            "ping",
            "target",
            "formaction",
            "action",
            "download",
            "background",
            "srcdoc",
            "longdesc",
            "cite",
            "data",
            "codebase",
            "manifest",
            "autofocus",
            "http-equiv",
            "content",
            "xmlns",
            "xmlns:xlink",
            "xml:base",
            "data-o",
            "is",
            "nonce",
            "integrity",
            "itemid",
            "lowsrc",
            "dynsrc",
            "profile",
            "usemap:x",
            "evil:href",
            "slot",
            "part",
            "begin",
            "from",
            "to",
            "attributeName",
        ];
        for space in [Space::Html, Space::Svg, Space::Math] {
            for name in never {
                assert_eq!(judge(space, name).1, Kind::Never, "{name} in {space:?}");
            }
        }
    }

    #[test]
    fn text_is_escaped_and_stripped_of_controls() {
        assert_eq!(
            escape("a<b>&\"\u{0}\u{8}\r\nc\rd\u{FFFF}e\u{FFFD}é"),
            "a&lt;b&gt;&amp;&quot;\nc\nd\u{FFFD}e\u{FFFD}é"
        );
        let mut out = String::new();
        write("title", "a\n\"b\"\u{1}", &mut out);
        assert_eq!(out, " title=\"a &quot;b&quot;\"");
    }
}
