//! `kindle:` references.
//! Source: MobileRead wiki, "KF8"; facts of KindleUnpack.

use super::bytes::base32;

/// A reference, read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kindle {
    /// A resource, counted from 1.
    Embed(usize),
    /// A flow of the text: a stylesheet or drawing.
    Flow(usize),
    /// A fragment of the text, and bytes from its beginning.
    Place(usize, usize),
}

impl Kindle {
    /// Reads `kindle:embed:0001?mime=…`, `kindle:flow:0001?mime=…` or
    /// `kindle:pos:fid:0001:off:0000000000`.
    pub fn parse(raw: &str) -> Option<Self> {
        let rest = raw.trim().strip_prefix("kindle:")?;
        let rest = rest.split(['?', '#']).next()?;
        let mut words = rest.split(':');
        match words.next()? {
            "embed" => base32(words.next()?).map(Self::Embed),
            "flow" => base32(words.next()?).map(Self::Flow),
            "pos" => {
                let fragment = words.nth(1).and_then(base32)?;
                Some(Self::Place(fragment, words.nth(1).and_then(base32)?))
            }
            _ => None,
        }
    }
}

/// All places that `text` refers to.
pub(super) fn places(text: &[u8]) -> Vec<(usize, usize)> {
    const HEAD: &[u8] = b"kindle:pos:fid:";
    /// Longest reference: four digits of a fragment, ten of an offset.
    const LONGEST: usize = 48;
    let mut found = Vec::new();
    for at in memchr::memmem::find_iter(text, HEAD) {
        let window = &text[at..text.len().min(at + LONGEST)];
        let end = window
            .iter()
            .position(|b| !(b.is_ascii_alphanumeric() || *b == b':'))
            .unwrap_or(window.len());
        let word = std::str::from_utf8(&window[..end]).unwrap_or_default();
        if let Some(Kindle::Place(fragment, offset)) = Kindle::parse(word) {
            found.push((fragment, offset));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_kinds_are_read() {
        let parse = Kindle::parse;
        assert_eq!(
            parse("kindle:embed:000V?mime=image/png"),
            Some(Kindle::Embed(31))
        );
        assert_eq!(parse("kindle:flow:0002"), Some(Kindle::Flow(2)));
        assert_eq!(
            parse("kindle:pos:fid:0001:off:000000000A"),
            Some(Kindle::Place(1, 10))
        );
        assert_eq!(parse("kindle:pos:fid:0001"), None);
        assert_eq!(parse("kindle:embed:!"), None);
        assert_eq!(parse("http://kindle:embed:1"), None);
        let text = b"<a href=\"kindle:pos:fid:0000:off:0000000001\">kindle:pos:fid:";
        assert_eq!(places(text), [(0, 1)]);
    }
}
