//! Names of entries: one spelling for every way a book may write a path.

use super::cp437;
use super::directory::extra_field;
use super::numbers::u32_at;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// Bit 11: the name is UTF-8.
const UTF8: u16 = 1 << 11;
/// Info-ZIP's field for the same name in UTF-8.
const UNICODE_PATH: u16 = 0x7075;

/// A directory name as the book's own paths will ask for it; empty for folders.
///
/// Many writers write UTF-8 without saying so, and no text in code page 437 looks
/// like it by accident: what is UTF-8 is read as such.
///
/// The second name is how Latin-1 has one that is not UTF-8: some tools write that.
pub(super) fn from_raw(raw: &[u8], flags: u16, extra: &[u8]) -> (String, Option<String>) {
    if raw.is_empty() || raw.ends_with(b"/") || raw.ends_with(b"\\") || raw.contains(&0) {
        return (String::new(), None);
    }
    if let Some(name) = unicode_path(raw, extra) {
        return (normalise(name), None);
    }
    match std::str::from_utf8(raw) {
        Ok(text) => (normalise(text), None),
        // A flag that lies: what can be read stays, the rest is marked.
        Err(_) if flags & UTF8 != 0 => (normalise(&String::from_utf8_lossy(raw)), None),
        Err(_) => {
            let latin: String = raw.iter().map(|&byte| char::from(byte)).collect();
            (normalise(&cp437::decode(raw)), Some(normalise(&latin)))
        }
    }
}

/// The UTF-8 name in the extra field, if it was made for this name.
fn unicode_path<'e>(raw: &[u8], extra: &'e [u8]) -> Option<&'e str> {
    let field = extra_field(extra, UNICODE_PATH)?;
    let (head, name) = field.split_at_checked(5)?;
    let made_for = u32_at(head, 1)?;
    (head[0] == 1 && made_for == libdeflater::crc32(raw) && !name.is_empty())
        .then(|| std::str::from_utf8(name).ok())
        .flatten()
}

/// Resolves `.` and `..` (clamped at the root), drops empty segments, turns
/// backslashes, and composes to NFC.
pub(crate) fn normalise(path: &str) -> String {
    let mut segments: Vec<&str> = Vec::new();
    for segment in path.split(['/', '\\']) {
        match segment {
            "" | "." => {}
            ".." => {
                segments.pop();
            }
            _ => segments.push(segment),
        }
    }
    let joined = segments.join("/");
    if is_nfc_quick(joined.chars()) == IsNormalized::Yes {
        joined
    } else {
        joined.nfc().collect()
    }
}

/// Undoes percent-encoding (RFC 3986 § 2.1). Bytes that are not UTF-8 afterwards
/// leave the text as it was.
pub(crate) fn percent_decode(text: &str) -> String {
    if !text.contains('%') {
        return text.to_owned();
    }
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while i < bytes.len() {
        let hex = |at: usize| {
            bytes
                .get(at)
                .and_then(|&byte| char::from(byte).to_digit(16))
        };
        match (bytes[i], hex(i + 1), hex(i + 2)) {
            (b'%', Some(high), Some(low)) => {
                out.push((high * 16 + low) as u8);
                i += 3;
            }
            (byte, _, _) => {
                out.push(byte);
                i += 1;
            }
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| text.to_owned())
}
