//! Character and entity references. DTDs are never processed: the HTML names are
//! built in, everything a book declares itself is unknown.

use std::borrow::Cow;

/// What `&name;` stands for (`name` without `&` and `;`). `None` when unknown.
pub(crate) fn resolve(name: &str) -> Option<Cow<'static, str>> {
    match name {
        "lt" => Some("<".into()),
        "gt" => Some(">".into()),
        "amp" => Some("&".into()),
        "quot" => Some("\"".into()),
        "apos" => Some("'".into()),
        _ => match name.strip_prefix('#') {
            Some(number) => numeric(number).map(|c| c.to_string().into()),
            None => quick_xml::escape::resolve_html5_entity(name).map(Cow::Borrowed),
        },
    }
}

fn numeric(number: &str) -> Option<char> {
    let code = match number.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => number.parse().ok()?,
    };
    // HTML reads the C1 range as windows-1252 (HTML § 13.2.5.80): books rely on it.
    if (0x80..=0x9F).contains(&code) {
        let byte = [code as u8];
        return encoding_rs::WINDOWS_1252
            .decode_without_bom_handling(&byte)
            .0
            .chars()
            .next();
    }
    char::from_u32(code)
}

/// Replaces all references in an attribute's value; unknown ones stay as written.
pub(crate) fn unescape(raw: &str) -> Cow<'_, str> {
    let Some(first) = memchr::memchr(b'&', raw.as_bytes()) else {
        return Cow::Borrowed(raw);
    };
    let mut out = String::with_capacity(raw.len());
    out.push_str(&raw[..first]);
    let mut rest = &raw[first..];
    while let Some(at) = memchr::memchr(b'&', rest.as_bytes()) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        match reference(rest) {
            Some((text, len)) => {
                out.push_str(&text);
                rest = &rest[len..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Longest name of an entity in HTML is 31 characters.
const LONGEST: usize = 40;

/// The reference at the start of `text` and its length.
fn reference(text: &str) -> Option<(Cow<'static, str>, usize)> {
    let window = &text.as_bytes()[..text.len().min(LONGEST)];
    let end = memchr::memchr(b';', window)?;
    resolve(text.get(1..end)?).map(|found| (found, end + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_names_are_built_in_and_others_stay() {
        assert_eq!(
            unescape("a&nbsp;b &eacute;&#x41;&#66; &lol9; & &"),
            "a\u{A0}b éAB &lol9; & &"
        );
        assert_eq!(unescape("javascript&colon;x"), "javascript:x");
    }

    #[test]
    fn c1_numbers_are_windows_1252() {
        assert_eq!(unescape("&#146;"), "’");
    }
}
