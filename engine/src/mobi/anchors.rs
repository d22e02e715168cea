//! Ids for the places that positions lead to.

use super::tags::{attribute, name_of};

/// How far before a position its element may begin.
const NEAR: usize = 4096;
/// Elements a link to which is a link to the document.
const FRAME: [&[u8]; 8] = [
    b"html", b"head", b"body", b"title", b"meta", b"link", b"style", b"script",
];

/// How a place in a document is named.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    /// By the document alone.
    Document,
    /// By an id that is there.
    Id(String),
    /// By an id that has to be written at this byte, behind an element's name.
    New(usize),
}

/// The name of the place at byte `at`: that of the element which begins there, or
/// of the nearest that begins before.
pub(super) fn find(text: &[u8], at: usize) -> Anchor {
    let from = at.saturating_sub(NEAR);
    let Some(window) = text.get(from..at.saturating_add(1)) else {
        return Anchor::Document;
    };
    let mut starts = memchr::memrchr_iter(b'<', window).map(|i| from + i);
    let Some(start) = starts.find(|i| text.get(i + 1).is_some_and(u8::is_ascii_alphabetic)) else {
        return Anchor::Document;
    };
    let rest = &text[start + 1..];
    let rest = &rest[..memchr::memchr(b'>', &rest[..rest.len().min(NEAR)]).unwrap_or(0)];
    let name = name_of(rest);
    if name.is_empty() || FRAME.contains(&name) {
        return Anchor::Document;
    }
    match attribute(&rest[name.len()..], b"id") {
        Some(id) if !id.is_empty() => {
            let id = String::from_utf8_lossy(id);
            Anchor::Id(crate::source::unescape(id.trim()).replace('%', "%25"))
        }
        Some(_) => Anchor::Document,
        None => Anchor::New(start + 1 + name.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_named_by_the_element_there_or_before() {
        let text = b"<body><p id='a'>one</p><h1 class=\"x\">two</h1></body>";
        assert_eq!(find(text, 0), Anchor::Document);
        assert_eq!(find(text, 6), Anchor::Id("a".into()));
        assert_eq!(find(text, 17), Anchor::Id("a".into()));
        assert_eq!(find(text, 23), Anchor::New(26));
        assert_eq!(find(text, 999), Anchor::Document);
        assert_eq!(find(b"", 0), Anchor::Document);
    }
}
