//! The allowlist of attributes.

mod names;

use self::names::{GLOBAL, HTML, MATH, PAINT, SVG};
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
    /// `xml:space` in a drawing: browsers know it there.
    Space,
    Id,
    Never,
}

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
        Some(("xml", "space")) if space == Space::Svg => return (full, Kind::Space),
        // `epub:type`: books bind other prefixes to it, but not these.
        Some((prefix, "type")) if !matches!(prefix, "xlink" | "xsi" | "xml" | "xmlns") => {
            return ("data-epub-type", Kind::EpubType);
        }
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
}
