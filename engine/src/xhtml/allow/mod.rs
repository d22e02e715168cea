//! The allowlist of elements. What is not here never reaches the output.

mod elements;

use self::elements::{HTML, HTML_DROPPED, MATH, SVG};

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
/// A slice ends inside only when it must.
pub(crate) const TOGETHER: u16 = 1 << 8;
/// Ends a block of plain text, though no slice begins here.
pub(crate) const BREAKS: u16 = 1 << 7;

/// An allowed element.
#[derive(Debug)]
pub(crate) struct Element {
    /// The name as written out.
    pub name: &'static str,
    /// The beginning of the name, for looking it up.
    key: u64,
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

fn lookup(table: &'static [Element], name: &str) -> Option<&'static Element> {
    let key = key(name);
    let first = table.partition_point(|element| element.key < key);
    let mut same = table[first..]
        .iter()
        .take_while(|element| element.key == key);
    same.find(|element| element.name == name)
}

/// The first eight bytes of a name as a number, which compares faster than text. Names sort as
/// their keys do.
const fn key(name: &str) -> u64 {
    let bytes = name.as_bytes();
    let (mut key, mut i) = (0, 0);
    while i < 8 {
        key = key << 8 | if i < bytes.len() { bytes[i] as u64 } else { 0 };
        i += 1;
    }
    key
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

    /// A `dd` or `li` looks outwards for its list as far as the next special element, so parsers
    /// which differ over what is special build two trees. `search` joined the list late
    /// (HTML § 13.2.4.2), hence only its content is kept.
    #[test]
    fn elements_that_close_a_paragraph_are_special_to_old_parsers_too() {
        let special = [
            "address",
            "article",
            "aside",
            "blockquote",
            "center",
            "dd",
            "details",
            "dir",
            "div",
            "dl",
            "dt",
            "figcaption",
            "figure",
            "footer",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "header",
            "hgroup",
            "hr",
            "li",
            "main",
            "menu",
            "nav",
            "ol",
            "p",
            "pre",
            "section",
            "summary",
            "table",
            "ul",
        ];
        for element in HTML.iter().filter(|element| element.flags & CLOSES_P != 0) {
            assert!(special.contains(&element.name), "{}", element.name);
        }
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
