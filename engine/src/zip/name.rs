//! Names of entries: one spelling for every way a book may write a path.

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// The bytes 0x80 to 0xFF in IBM code page 437, the encoding of names that are not
/// UTF-8 (APPNOTE 6.3.9, appendix D.1).
const CP437: &str = "\
    ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐\
    └┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{A0}";

/// A directory name as the book's own paths will ask for it; empty for folders.
///
/// A name that is not UTF-8 is code page 437, as the format says; the second name is
/// how Latin-1 has it, which tools wrote who did not know that.
pub(super) fn from_raw(raw: &[u8]) -> (String, Option<String>) {
    if raw.is_empty() || raw.ends_with(b"/") || raw.ends_with(b"\\") || raw.contains(&0) {
        return (String::new(), None);
    }
    if let Ok(text) = std::str::from_utf8(raw) {
        return (normalise(text), None);
    }
    let high: Vec<char> = CP437.chars().collect();
    let dos = |&byte: &u8| match byte.checked_sub(0x80) {
        Some(i) => high[usize::from(i)],
        None => char::from(byte),
    };
    let latin: String = raw.iter().map(|&byte| char::from(byte)).collect();
    let dos: String = raw.iter().map(dos).collect();
    (normalise(&dos), Some(normalise(&latin)))
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
