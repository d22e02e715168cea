//! Names of entries: one spelling for every way a book may write a path.

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// A directory name as the book's own paths will ask for it; empty for folders.
///
/// A name that is not UTF-8 is read as Latin-1: no encoding is declared, and this
/// one keeps distinct names distinct.
pub(super) fn from_raw(raw: &[u8]) -> String {
    if raw.is_empty() || raw.ends_with(b"/") || raw.ends_with(b"\\") || raw.contains(&0) {
        return String::new();
    }
    match std::str::from_utf8(raw) {
        Ok(text) => normalise(text),
        Err(_) => normalise(&raw.iter().map(|&byte| char::from(byte)).collect::<String>()),
    }
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
