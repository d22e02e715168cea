//! The last resort: the text of a chapter without its markup.

use super::Repaired;
use crate::source::{Scalars, unescape};
use crate::xhtml::escape;

/// Elements whose text is not for readers.
const HIDDEN: &[&str] = &[
    "script", "style", "title", "template", "iframe", "textarea", "select",
];

/// Elements that begin a new paragraph.
const BLOCKS: &[&str] = &[
    "p",
    "div",
    "li",
    "tr",
    "br",
    "hr",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "section",
    "blockquote",
    "table",
    "dt",
    "dd",
    "pre",
    "figure",
];

/// Removes everything between `<` and `>`, in one pass.
pub(crate) fn strip(source: &str) -> Repaired {
    let mut out = Repaired {
        xml: "<html><body><p>".into(),
        text_only: true,
        ..Repaired::default()
    };
    let mut scalars = Scalars::new(source);
    let mut hidden: Option<String> = None;
    let mut at = 0;
    while at < source.len() {
        let rest = &source[at..];
        if !rest.starts_with('<') {
            let len = memchr::memchr(b'<', rest.as_bytes()).unwrap_or(rest.len());
            if hidden.is_none() {
                out.origins.push((out.xml.len() as u64, scalars.before(at)));
                out.xml.push_str(&escape(&unescape(&rest[..len])));
            }
            at += len;
            continue;
        }
        let name: String = rest[1..]
            .chars()
            .take(12)
            .take_while(|c| c.is_ascii_alphanumeric() || *c == '/')
            .collect();
        let name = name.to_ascii_lowercase();
        let plain = name.trim_start_matches('/');
        let end = memchr::memchr(b'>', rest.as_bytes()).map_or(rest.len(), |i| i + 1);
        match &hidden {
            Some(open) if name.starts_with('/') && plain == open => hidden = None,
            None if HIDDEN.contains(&plain)
                && !name.starts_with('/')
                && !rest[..end].ends_with("/>") =>
            {
                hidden = Some(plain.to_owned());
            }
            None if BLOCKS.contains(&plain.trim_end_matches('/')) && !out.xml.ends_with("<p>") => {
                out.xml.push_str("</p><p>")
            }
            _ => {}
        }
        at += end;
    }
    out.xml.push_str("</p></body></html>");
    out
}
