//! `data:` URLs of pictures (RFC 2397).

use std::borrow::Cow;

use crate::zip::percent_decode;

const RASTER: [&str; 5] = [
    "image/png",
    "image/jpeg",
    "image/jpg",
    "image/gif",
    "image/webp",
];

/// A raster image in plain base64, as it may be written out.
pub(super) fn raster(url: &str) -> Option<String> {
    let (head, body) = split(url)?;
    let media_type = head.strip_suffix(";base64")?.to_ascii_lowercase();
    let body = if memchr::memchr(b' ', body.as_bytes()).is_some() {
        Cow::Owned(body.replace(' ', ""))
    } else {
        Cow::Borrowed(body)
    };
    (RASTER.contains(&media_type.as_str()) && is_base64(&body))
        .then(|| format!("data:{media_type};base64,{body}"))
}

/// A picture has a million of these: they are asked many at once.
fn is_base64(text: &str) -> bool {
    let in_base64 =
        |byte: u8| byte.is_ascii_alphanumeric() | (byte == b'+') | (byte == b'/') | (byte == b'=');
    let all = |chunk: &[u8]| chunk.iter().fold(true, |all, &byte| all & in_base64(byte));
    text.as_bytes().chunks(64).all(all)
}

/// The text of a drawing (`image/svg+xml`), base64 or percent-encoded.
pub(super) fn svg_text(url: &str) -> Option<String> {
    let (head, body) = split(url)?;
    let mut parameters = head.split(';').map(str::trim);
    if !parameters.next()?.eq_ignore_ascii_case("image/svg+xml") {
        return None;
    }
    let text = percent_decode(body.split('#').next()?);
    if parameters.any(|parameter| parameter.eq_ignore_ascii_case("base64")) {
        String::from_utf8(from_base64(&text)?).ok()
    } else {
        Some(text)
    }
}

/// A drawing as a URL that is one word in every syntax it may be written into.
pub(super) fn of_svg(drawing: &str) -> String {
    let mut out = String::with_capacity(drawing.len() * 2);
    out.push_str("data:image/svg+xml,");
    for byte in drawing.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

fn split(url: &str) -> Option<(&str, &str)> {
    url.get("data:".len()..)?.split_once(',')
}

/// RFC 4648, white space and padding overlooked.
fn from_base64(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut held) = (0u32, 0u32);
    for byte in text.bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            b'=' | b' ' | b'\t' | b'\r' | b'\n' => continue,
            _ => return None,
        };
        bits = (bits << 6 | u32::from(value)) & 0xFFFF;
        held += 6;
        if held >= 8 {
            held -= 8;
            out.push((bits >> held & 0xFF) as u8);
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drawings_are_read_in_both_encodings() {
        let text = "<svg id=\"é\"/>";
        let percent = "data:image/svg+xml;charset=utf-8,%3Csvg id=%22%C3%A9%22/>#part";
        let base64 = "data:IMAGE/SVG+XML;base64,PHN2ZyBpZD0iw6kiLz4=";
        assert_eq!(svg_text(percent).as_deref(), Some(text));
        assert_eq!(svg_text(base64).as_deref(), Some(text));
        assert_eq!(svg_text("data:text/html,<svg/>"), None);
        assert_eq!(svg_text("data:image/svg+xml;base64,<svg/>"), None);
        assert_eq!(svg_text(&of_svg(text)).as_deref(), Some(text));
    }

    #[test]
    fn only_plain_base64_of_raster_types_is_a_raster_image() {
        assert!(raster("data:image/PNG;base64,iVBO Rw==").is_some());
        assert!(raster("data:image/png,iVBO").is_none());
        assert!(raster("data:image/bmp;base64,iVBO").is_none());
        assert!(raster("data:image/png;base64,iVB\"O").is_none());
    }
}
