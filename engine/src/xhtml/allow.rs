//! The allowlist of elements. What is not here never reaches the output.

/// Which vocabulary an element is of. It follows from where the element stands,
/// never from the namespaces a book declares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Space {
    Html,
    Svg,
    Math,
}

/// Closes an open `p` (HTML § 13.2.6.4.7).
pub(crate) const CLOSES_P: u16 = 1;
/// A slice may begin here; carries `data-o`.
pub(crate) const BLOCK: u16 = 1 << 1;
/// Has no content and no end tag.
pub(crate) const VOID: u16 = 1 << 2;
/// `h1` to `h6`.
pub(crate) const HEADING: u16 = 1 << 3;
/// Holds text only: its child elements are unwrapped.
pub(crate) const TEXT: u16 = 1 << 4;
/// A slice never ends inside.
pub(crate) const WHOLE: u16 = 1 << 5;
/// Holds blocks without being one of a list or table: a good place to split in.
pub(crate) const PLAIN: u16 = 1 << 6;
/// Ends a block of plain text, though no slice begins here.
pub(crate) const BREAKS: u16 = 1 << 7;

/// An allowed element.
#[derive(Debug)]
pub(crate) struct Element {
    /// The name as written out.
    pub name: &'static str,
    pub space: Space,
    pub flags: u16,
}

/// What becomes of an element.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Verdict {
    Keep(&'static Element),
    /// The tags go, the content stays.
    Unwrap,
    /// The element goes with its content.
    Drop,
}

const fn html(name: &'static str, flags: u16) -> Element {
    Element {
        name,
        space: Space::Html,
        flags,
    }
}
const fn svg(name: &'static str, flags: u16) -> Element {
    Element {
        name,
        space: Space::Svg,
        flags,
    }
}
const fn math(name: &'static str, flags: u16) -> Element {
    Element {
        name,
        space: Space::Math,
        flags,
    }
}

const B: u16 = CLOSES_P | BLOCK;
const S: u16 = B | PLAIN;

/// Sorted by name.
static HTML: &[Element] = &[
    html("a", 0),
    html("abbr", 0),
    html("address", B),
    html("area", VOID),
    html("article", S),
    html("aside", S),
    html("audio", WHOLE),
    html("b", 0),
    html("bdi", 0),
    html("bdo", 0),
    html("big", 0),
    html("blockquote", B),
    html("br", VOID),
    html("caption", BREAKS | WHOLE),
    html("center", S),
    html("cite", 0),
    html("code", 0),
    html("col", VOID),
    html("colgroup", WHOLE),
    html("data", 0),
    html("dd", B),
    html("del", 0),
    html("details", B),
    html("dfn", 0),
    html("div", S),
    html("dl", B),
    html("dt", B),
    html("em", 0),
    html("figcaption", CLOSES_P | BREAKS),
    html("figure", B | WHOLE),
    html("font", 0),
    html("footer", S),
    html("h1", B | HEADING),
    html("h2", B | HEADING),
    html("h3", B | HEADING),
    html("h4", B | HEADING),
    html("h5", B | HEADING),
    html("h6", B | HEADING),
    html("header", S),
    html("hgroup", B),
    html("hr", B | VOID),
    html("i", 0),
    html("img", VOID),
    html("ins", 0),
    html("kbd", 0),
    html("li", B),
    html("main", S),
    html("map", WHOLE),
    html("mark", 0),
    html("menu", B),
    html("nav", S),
    html("ol", B),
    html("p", B),
    html("picture", WHOLE),
    html("pre", B),
    html("q", 0),
    html("rb", 0),
    html("rp", 0),
    html("rt", 0),
    html("rtc", 0),
    html("ruby", WHOLE),
    html("s", 0),
    html("samp", 0),
    html("search", S),
    html("section", S),
    html("small", 0),
    html("source", VOID),
    html("span", 0),
    html("strike", 0),
    html("strong", 0),
    html("sub", 0),
    html("summary", CLOSES_P | BREAKS),
    html("sup", 0),
    html("table", B),
    html("tbody", 0),
    html("td", BREAKS),
    html("tfoot", 0),
    html("th", BREAKS),
    html("thead", WHOLE),
    html("time", 0),
    html("tr", BLOCK),
    html("track", VOID),
    html("tt", 0),
    html("u", 0),
    html("ul", B),
    html("var", 0),
    html("video", WHOLE),
    html("wbr", VOID),
];

/// Elements whose content must not be shown either. Sorted. (`style`, `title`,
/// `link`, `meta` are read by the pass before they are dropped.)
static HTML_DROPPED: &[&str] = &[
    "base", "basefont", "bgsound", "datalist", "embed", "frame", "frameset", "iframe", "input",
    "isindex", "keygen", "link", "meta", "noembed", "noframes", "optgroup", "option", "param",
    "script", "select", "style", "template", "textarea", "title", "trigger",
];

/// Sorted by name, upper case before lower.
static SVG: &[Element] = &[
    svg("a", 0),
    svg("circle", 0),
    svg("clipPath", 0),
    svg("defs", 0),
    svg("desc", TEXT),
    svg("ellipse", 0),
    svg("feBlend", 0),
    svg("feColorMatrix", 0),
    svg("feComponentTransfer", 0),
    svg("feComposite", 0),
    svg("feConvolveMatrix", 0),
    svg("feDiffuseLighting", 0),
    svg("feDisplacementMap", 0),
    svg("feDistantLight", 0),
    svg("feDropShadow", 0),
    svg("feFlood", 0),
    svg("feFuncA", 0),
    svg("feFuncB", 0),
    svg("feFuncG", 0),
    svg("feFuncR", 0),
    svg("feGaussianBlur", 0),
    svg("feMerge", 0),
    svg("feMergeNode", 0),
    svg("feMorphology", 0),
    svg("feOffset", 0),
    svg("fePointLight", 0),
    svg("feSpecularLighting", 0),
    svg("feSpotLight", 0),
    svg("feTile", 0),
    svg("feTurbulence", 0),
    svg("filter", 0),
    svg("g", 0),
    svg("image", 0),
    svg("line", 0),
    svg("linearGradient", 0),
    svg("marker", 0),
    svg("mask", 0),
    svg("path", 0),
    svg("pattern", 0),
    svg("polygon", 0),
    svg("polyline", 0),
    svg("radialGradient", 0),
    svg("rect", 0),
    svg("stop", 0),
    svg("svg", WHOLE),
    svg("switch", 0),
    svg("symbol", 0),
    svg("text", 0),
    svg("textPath", 0),
    svg("title", TEXT),
    svg("tspan", 0),
    svg("use", 0),
    svg("view", 0),
];

/// MathML Core and the presentation elements of MathML 3. Sorted.
static MATH: &[Element] = &[
    math("maction", 0),
    math("math", WHOLE),
    math("menclose", 0),
    math("merror", 0),
    math("mfenced", 0),
    math("mfrac", 0),
    math("mi", TEXT),
    math("mlabeledtr", 0),
    math("mmultiscripts", 0),
    math("mn", TEXT),
    math("mo", TEXT),
    math("mover", 0),
    math("mpadded", 0),
    math("mphantom", 0),
    math("mprescripts", 0),
    math("mroot", 0),
    math("mrow", 0),
    math("ms", TEXT),
    math("mspace", 0),
    math("msqrt", 0),
    math("mstyle", 0),
    math("msub", 0),
    math("msubsup", 0),
    math("msup", 0),
    math("mtable", 0),
    math("mtd", 0),
    math("mtext", TEXT),
    math("mtr", 0),
    math("munder", 0),
    math("munderover", 0),
    math("none", 0),
    math("semantics", 0),
];

fn lookup(table: &'static [Element], name: &str) -> Option<&'static Element> {
    table
        .binary_search_by(|element| element.name.cmp(name))
        .ok()
        .map(|i| &table[i])
}

/// What becomes of the element `name` (local name) standing in `space`.
pub(crate) fn judge(space: Space, name: &str) -> Verdict {
    let found = match space {
        Space::Html => match name {
            "svg" => lookup(SVG, name),
            "math" => lookup(MATH, name),
            _ => lookup(HTML, name),
        },
        Space::Svg => lookup(SVG, name),
        Space::Math => lookup(MATH, name),
    };
    match (found, space) {
        (Some(element), _) => Verdict::Keep(element),
        (None, Space::Svg) => Verdict::Drop,
        (None, Space::Math) if matches!(name, "mstack" | "mlongdiv" | "msrow") => Verdict::Unwrap,
        (None, Space::Math) => Verdict::Drop,
        (None, Space::Html) if HTML_DROPPED.binary_search(&name).is_ok() => Verdict::Drop,
        (None, Space::Html) => Verdict::Unwrap,
    }
}

/// The HTML element of this name, for elements the tree has to imply.
pub(crate) fn html_element(name: &'static str) -> &'static Element {
    lookup(HTML, name).expect("implied elements are in the table")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_sorted() {
        for table in [HTML, SVG, MATH] {
            assert!(table.windows(2).all(|pair| pair[0].name < pair[1].name));
        }
        assert!(HTML_DROPPED.windows(2).all(|pair| pair[0] < pair[1]));
    }

    #[test]
    fn foreign_content_holds_no_name_that_breaks_out_of_it() {
        // HTML § 13.2.6.5, "any other start tag" exceptions.
        let breakout = [
            "b",
            "big",
            "blockquote",
            "body",
            "br",
            "center",
            "code",
            "dd",
            "div",
            "dl",
            "dt",
            "em",
            "embed",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "head",
            "hr",
            "i",
            "img",
            "li",
            "listing",
            "menu",
            "meta",
            "nobr",
            "ol",
            "p",
            "pre",
            "ruby",
            "s",
            "small",
            "span",
            "strong",
            "strike",
            "sub",
            "sup",
            "table",
            "tt",
            "u",
            "ul",
            "var",
            "font",
        ];
        for name in breakout {
            assert!(
                lookup(SVG, name).is_none() && lookup(MATH, name).is_none(),
                "{name}"
            );
        }
    }
}
