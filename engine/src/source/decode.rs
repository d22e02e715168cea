//! Which characters the bytes of a text file stand for.
//!
//! This is part of offset definition 1 (see `slices`): byte order mark, then the
//! XML declaration (or HTML `meta`, or CSS `@charset`), then UTF-8 if it is valid,
//! then windows-1252. It must never change for files that decode today.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// A declaration stands within this many bytes (HTML: "prescan a byte stream", 1,024 bytes).
const PRESCAN: usize = 1024;

/// Decodes a text file. Malformed sequences become U+FFFD; the byte order mark is gone.
pub(crate) fn decode(bytes: &[u8]) -> Cow<'_, str> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling(&bytes[mark..]).0;
    }
    if let Some(encoding) = by_zero_bytes(bytes) {
        return encoding.decode_without_bom_handling(bytes).0;
    }
    let declared = declared(&bytes[..bytes.len().min(PRESCAN)])
        .filter(|encoding| encoding.is_ascii_compatible());
    match (std::str::from_utf8(bytes), declared) {
        // Valid UTF-8 is practically never anything else: converters leave stale declarations.
        (Ok(text), _) => Cow::Borrowed(text),
        (Err(_), Some(encoding)) if encoding != UTF_8 => {
            encoding.decode_without_bom_handling(bytes).0
        }
        // Declared UTF-8 with a broken place: keep what is right, mark what is wrong.
        (Err(_), Some(_)) => String::from_utf8_lossy(bytes),
        (Err(_), None) => WINDOWS_1252.decode_without_bom_handling(bytes).0,
    }
}

/// UTF-16 without a mark: the first character is `<` (XML 1.0, appendix F.1).
fn by_zero_bytes(bytes: &[u8]) -> Option<&'static Encoding> {
    match bytes.get(..4)? {
        [b'<', 0, _, 0] => Some(UTF_16LE),
        [0, b'<', 0, _] => Some(UTF_16BE),
        _ => None,
    }
}

/// The encoding named by `encoding="…"`, `charset=…` or `@charset "…"`.
fn declared(head: &[u8]) -> Option<&'static Encoding> {
    let label = if head.starts_with(b"<?xml") {
        let end = memchr::memmem::find(head, b"?>")?;
        after(&head[..end], b"encoding").or_else(|| after(head, b"charset"))?
    } else if head.starts_with(b"@charset") {
        after(head, b"@charset")?
    } else {
        after(head, b"charset")?
    };
    Encoding::for_label(label)
}

/// The word that follows `key`, past `=`, quotes and blanks.
fn after<'a>(head: &'a [u8], key: &[u8]) -> Option<&'a [u8]> {
    let at = memchr::memmem::find(head, key)? + key.len();
    let rest = &head[at..];
    let start = rest
        .iter()
        .position(|byte| !matches!(byte, b'=' | b'"' | b'\'' | b' ' | b'\t' | b'\n' | b'\r'))?;
    let word = &rest[start..];
    let end = word
        .iter()
        .position(|byte| !(byte.is_ascii_alphanumeric() || b"-_.:".contains(byte)));
    Some(&word[..end.unwrap_or(word.len())])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_wins_over_the_declaration() {
        assert_eq!(
            decode(b"\xEF\xBB\xBF<?xml encoding='gbk'?>\xC3\xA9"),
            "<?xml encoding='gbk'?>é"
        );
        assert_eq!(decode(b"\xFF\xFE<\0p\0"), "<p");
        assert_eq!(decode(b"\xFE\xFF\0<\0p"), "<p");
    }

    #[test]
    fn declared_encodings_are_used() {
        assert_eq!(
            decode(b"<?xml version='1.0' encoding='gb2312'?>\xC4\xE3"),
            "<?xml version='1.0' encoding='gb2312'?>你"
        );
        assert_eq!(
            decode(b"<meta charset=shift_jis>\x82\xA0"),
            "<meta charset=shift_jis>あ"
        );
        assert_eq!(
            decode(b"@charset \"iso-8859-2\";\xB1"),
            "@charset \"iso-8859-2\";ą"
        );
    }

    #[test]
    fn utf16_without_a_mark_is_seen() {
        assert_eq!(decode(b"<\0?\0x\0"), "<?x");
    }

    #[test]
    fn undeclared_bytes_that_are_not_utf8_are_windows_1252() {
        assert_eq!(decode(b"caf\xE9"), "café");
        assert_eq!(decode("café".as_bytes()), "café");
    }

    #[test]
    fn a_stale_declaration_does_not_garble_valid_utf8() {
        let text = "<?xml version='1.0' encoding='iso-8859-1'?>é";
        assert_eq!(decode(text.as_bytes()), text);
    }
}
