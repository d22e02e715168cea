//! Addresses that a reader may follow.

use hayro_syntax::object::{Dict, String as PdfString};

use super::decode_text;

/// Longer addresses are dropped: no browser follows them.
const LONGEST: usize = 8192;

/// `/URI /Base` of the catalogue, when it is an address of the web.
pub(super) fn base(catalog: &Dict<'_>) -> Option<String> {
    let base = catalog
        .get::<Dict<'_>>("URI")?
        .get::<PdfString<'_>>("Base")?;
    address(&base, None).filter(|base| base.starts_with("http"))
}

/// An address with one of the schemes that lead somewhere: `http`, `https`, `mailto`, `tel`.
///
/// Anything else (`javascript:`, `file:`, `data:`, a scheme behind control characters) is `None`.
/// Blanks and characters outside ASCII are percent-encoded.
pub(super) fn address(bytes: &[u8], base: Option<&str>) -> Option<String> {
    // By specification ASCII; in practice UTF-8, UTF-16 or Latin-1 too.
    let text = decode_text(bytes);
    let text: String = text.chars().filter(|c| !c.is_control()).collect();
    let text = text.trim();
    if text.is_empty() || text.len() > LONGEST {
        return None;
    }
    let scheme_end = text
        .find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '+' | '-' | '.'))
        .filter(|&at| text[at..].starts_with(':'));
    let Some(end) = scheme_end else {
        return relative(text, base);
    };
    let rest = &text[end + 1..];
    let scheme = text[..end].to_ascii_lowercase();
    match scheme.as_str() {
        "http" | "https" => {
            // `https:x` would be a path on the reader's own host, `https:///x` too.
            let rest = rest.strip_prefix("//")?;
            let host = rest.split(['/', '?', '#', '\\']).next()?;
            (!host.is_empty()).then(|| format!("{scheme}://{}", encode(rest)))
        }
        "mailto" | "tel" if !rest.is_empty() => Some(format!("{scheme}:{}", encode(rest))),
        // `example.com:8080/x` has no scheme.
        _ if scheme.contains('.') => relative(text, base),
        _ => None,
    }
}

/// An address without a scheme: `www.…` is what people mean by it, else it needs a base.
fn relative(text: &str, base: Option<&str>) -> Option<String> {
    if text.starts_with("www.") {
        return Some(format!("http://{}", encode(text)));
    }
    let base = base?;
    let host_end = base.find("://")? + 3;
    let path_at = base[host_end..].find('/').map(|at| host_end + at);
    let joined = if let Some(rest) = text.strip_prefix("//") {
        format!("{}{}", &base[..host_end], encode(rest))
    } else if text.starts_with('/') {
        format!("{}{}", &base[..path_at.unwrap_or(base.len())], encode(text))
    } else {
        let folder = match path_at {
            Some(at) => &base[..base.rfind('/').unwrap_or(at) + 1],
            None => &format!("{base}/"),
        };
        format!("{folder}{}", encode(text))
    };
    (joined.len() <= 2 * LONGEST).then_some(joined)
}

/// Percent-encodes what may not stand in an address; what is encoded already stays.
fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b' ' | b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}' | 0x7F.. => {
                out.push('%');
                out.push_str(&hex::encode_upper([byte]));
            }
            _ => out.push(char::from(byte)),
        }
    }
    out
}
