//! Ids for the places that positions lead to.

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
    let starts = memchr::memrchr_iter(b'<', window).map(|i| from + i);
    let Some(start) = starts
        .into_iter()
        .find(|i| text.get(i + 1).is_some_and(u8::is_ascii_alphabetic))
    else {
        return Anchor::Document;
    };
    let rest = &text[start + 1..];
    let rest = &rest[..memchr::memchr(b'>', &rest[..rest.len().min(NEAR)]).unwrap_or(0)];
    let name = rest
        .iter()
        .position(|b| b.is_ascii_whitespace() || *b == b'/')
        .unwrap_or(rest.len());
    if name == 0 || FRAME.contains(&&rest[..name]) {
        return Anchor::Document;
    }
    match attribute(&rest[name..], b"id") {
        Some(id) if !id.is_empty() => {
            let id = String::from_utf8_lossy(id);
            Anchor::Id(crate::source::unescape(id.trim()).replace('%', "%25"))
        }
        Some(_) => Anchor::Document,
        None => Anchor::New(start + 1 + name),
    }
}

/// The value of an attribute in the inside of a start tag, quoted or not.
pub(super) fn attribute<'t>(tag: &'t [u8], name: &[u8]) -> Option<&'t [u8]> {
    let mut from = 0;
    while let Some(found) = memchr::memmem::find(&tag[from..], name) {
        let at = from + found;
        from = at + name.len();
        let before = at.checked_sub(1).map(|i| tag[i]);
        if !before.is_some_and(|b| b.is_ascii_whitespace() || matches!(b, b'"' | b'\'')) {
            continue;
        }
        let value = tag[from..].trim_ascii_start();
        let Some(value) = value.strip_prefix(b"=") else {
            continue;
        };
        let value = value.trim_ascii_start();
        return Some(match value.first() {
            Some(&quote @ (b'"' | b'\'')) => {
                let value = &value[1..];
                &value[..memchr::memchr(quote, value).unwrap_or(value.len())]
            }
            _ => {
                let end = value.iter().position(u8::is_ascii_whitespace);
                &value[..end.unwrap_or(value.len())]
            }
        });
    }
    None
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

    #[test]
    fn attributes_are_found_however_they_are_written() {
        assert_eq!(attribute(b" data-id=1 id = 'b' ", b"id"), Some(&b"b"[..]));
        assert_eq!(attribute(b" filepos=012", b"filepos"), Some(&b"012"[..]));
        assert_eq!(attribute(b" ident=1", b"id"), None);
        assert_eq!(attribute(b"", b"id"), None);
    }
}
