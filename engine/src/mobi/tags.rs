//! Start tags, looked at as bytes.

/// One attribute of a start tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Attribute<'t> {
    pub name: &'t [u8],
    pub value: &'t [u8],
    /// All of it, quotes included.
    pub whole: &'t [u8],
}

/// The attributes in the inside of a start tag behind its name, quoted or not.
pub(super) fn attributes(tag: &[u8]) -> impl Iterator<Item = Attribute<'_>> {
    let mut rest = tag;
    std::iter::from_fn(move || {
        let skip = rest.iter().position(|b| !is_between(*b))?;
        rest = &rest[skip..];
        let ends = |b: &u8| b.is_ascii_whitespace() || matches!(b, b'=' | b'/');
        // A name has at least one byte, whatever that is.
        let end = rest[1..]
            .iter()
            .position(ends)
            .map_or(rest.len(), |i| i + 1);
        let name = &rest[..end];
        let from = end + blanks(&rest[end..]);
        if rest.get(from) != Some(&b'=') {
            let whole = name;
            rest = &rest[end..];
            return Some(Attribute {
                name,
                value: &[],
                whole,
            });
        }
        let from = from + 1 + blanks(&rest[from + 1..]);
        let (value, to) = match rest.get(from) {
            Some(&quote @ (b'"' | b'\'')) => {
                let inside = &rest[from + 1..];
                let len = memchr::memchr(quote, inside).unwrap_or(inside.len());
                (&inside[..len], (from + 2 + len).min(rest.len()))
            }
            _ => {
                let value = &rest[from..];
                let len = value
                    .iter()
                    .position(u8::is_ascii_whitespace)
                    .unwrap_or(value.len());
                (&value[..len], from + len)
            }
        };
        let whole = &rest[..to];
        rest = &rest[to..];
        Some(Attribute { name, value, whole })
    })
}

/// The value of an attribute, whatever the case of its name.
pub(super) fn attribute<'t>(tag: &'t [u8], name: &[u8]) -> Option<&'t [u8]> {
    let found = attributes(tag).find(|known| known.name.eq_ignore_ascii_case(name));
    found.map(|known| known.value)
}

/// The name at the head of the inside of a tag.
pub(super) fn name_of(inside: &[u8]) -> &[u8] {
    let end = inside.iter().position(|b| is_between(*b));
    &inside[..end.unwrap_or(inside.len())]
}

/// A decimal number, as far as its digits go.
pub(super) fn number(value: &[u8]) -> Option<usize> {
    let end = value.iter().position(|b| !b.is_ascii_digit());
    let digits = &value[..end.unwrap_or(value.len())];
    std::str::from_utf8(digits).ok()?.parse().ok()
}

fn is_between(byte: u8) -> bool {
    byte.is_ascii_whitespace() || byte == b'/'
}

fn blanks(bytes: &[u8]) -> usize {
    let some = bytes.iter().position(|b| !b.is_ascii_whitespace());
    some.unwrap_or(bytes.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_found_however_they_are_written() {
        assert_eq!(attribute(b" data-id=1 id = 'b' ", b"id"), Some(&b"b"[..]));
        assert_eq!(attribute(b" filepos=012", b"filepos"), Some(&b"012"[..]));
        assert_eq!(
            attribute(b" FILEPOS=\"012\"/", b"filepos"),
            Some(&b"012"[..])
        );
        assert_eq!(attribute(b" title=\"id=x\"", b"id"), None);
        assert_eq!(attribute(b" ident=1", b"id"), None);
        assert_eq!(attribute(b"", b"id"), None);
    }

    #[test]
    fn every_byte_of_an_attribute_is_kept() {
        let tag = b" a=1 b = \"2 3\" c / d='x";
        let whole: Vec<&[u8]> = attributes(tag).map(|found| found.whole).collect();
        assert_eq!(whole, [&b"a=1"[..], b"b = \"2 3\"", b"c", b"d='x"]);
        assert_eq!(attributes(b"==").count(), 1);
    }

    #[test]
    fn numbers_end_with_their_digits() {
        assert_eq!(number(b"0000012 "), Some(12));
        assert_eq!(number(b"x"), None);
        assert_eq!(number(b"99999999999999999999999"), None);
        assert_eq!(name_of(b"img/"), b"img");
    }
}
