//! Text strings (ISO 32000-2, 7.9.2.2 and annex D.2).

use std::borrow::Cow;

/// PDFDocEncoding from 0x18 to 0x1F.
const LOW: [char; 8] = ['˘', 'ˇ', 'ˆ', '˙', '˝', '˛', '˚', '˜'];
/// PDFDocEncoding from 0x80 to 0xA0; what is not defined there is U+FFFD.
const HIGH: [char; 33] = [
    '•', '†', '‡', '…', '—', '–', 'ƒ', '⁄', '‹', '›', '−', '‰', '„', '“', '”', '‘', '’', '‚', '™',
    'ﬁ', 'ﬂ', 'Ł', 'Œ', 'Š', 'Ÿ', 'Ž', 'ı', 'ł', 'œ', 'š', 'ž', '\u{FFFD}', '€',
];

/// The text of a text string: UTF-16 with its mark, UTF-8 with its mark, else PDFDocEncoding,
/// and UTF-8 without a mark where nothing else makes sense of it. Language escapes are dropped.
pub(crate) fn decode(bytes: &[u8]) -> String {
    let utf16 = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
        let text = char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER));
        without_escapes(text.collect())
    };
    match bytes {
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes),
        // Not allowed, and written all the same.
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xEF, 0xBB, 0xBF, rest @ ..] => {
            without_escapes(String::from_utf8_lossy(rest).into_owned())
        }
        _ => match std::str::from_utf8(bytes) {
            Ok(text) if looks_like_utf8(text) => text.to_owned(),
            _ => bytes.iter().map(|&byte| doc_char(byte)).collect(),
        },
    }
}

/// A character of PDFDocEncoding.
fn doc_char(byte: u8) -> char {
    match byte {
        0x18..=0x1F => LOW[usize::from(byte - 0x18)],
        0x80..=0xA0 => HIGH[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}

/// Two accidental Latin letters make a valid UTF-8 sequence now and then; a text in which all
/// high bytes do so, and make letters or marks of use, is hardly an accident.
fn looks_like_utf8(text: &str) -> bool {
    let mut high = text.chars().filter(|c| !c.is_ascii()).peekable();
    high.peek().is_some() && high.all(|c| !c.is_control())
}

/// `ESC language ESC` marks the language of what follows.
fn without_escapes(text: String) -> String {
    const ESCAPE: char = '\u{1B}';
    if !text.contains(ESCAPE) {
        return text;
    }
    let mut inside = false;
    text.chars()
        .filter(|&c| {
            if c == ESCAPE {
                inside = !inside;
                return false;
            }
            !inside
        })
        .collect()
}

/// One line without control characters, trimmed, of at most `most` characters.
pub(super) fn line(bytes: &[u8], most: u64) -> String {
    tidy(&decode(bytes), most)
}

/// Control characters and runs of blanks become one blank.
pub(super) fn tidy(text: &str, most: u64) -> String {
    let clean: Cow<'_, str> = if text.contains(char::is_control) {
        let as_blank = |c: char| if c.is_control() { ' ' } else { c };
        text.chars().map(as_blank).collect::<String>().into()
    } else {
        text.into()
    };
    let mut out = String::new();
    for word in clean.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    match out.char_indices().nth(most as usize) {
        Some((at, _)) => {
            out.truncate(at);
            out
        }
        None => out,
    }
}
