//! What a reference in the book points at, before asking whether it exists.

use std::borrow::Cow;

use crate::zip::{normalise, percent_decode};

/// A reference, read as a browser would (WHATWG URL § 4.4): tabs and line ends
/// removed anywhere, blanks and controls trimmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Href {
    /// Another place in the archive, or in the same file when `path` is empty.
    Local {
        /// Path from the archive's root, normalised; empty for the same file.
        path: String,
        /// The part after `#`, still encoded.
        fragment: Option<String>,
    },
    /// `http`, `https`, `mailto` or `tel`, cleaned.
    Web(String),
    /// A `data:` URL, cleaned.
    Data(String),
    /// Anything else: other schemes, other hosts. Never followed.
    Foreign,
}

impl Href {
    /// Reads `raw`, written in the file `base`, with `root` the folder of `META-INF`'s parent.
    pub fn parse(base: &str, root: &str, raw: &str) -> Self {
        let cleaned = if memchr::memchr3(b'\t', b'\n', b'\r', raw.as_bytes()).is_some() {
            Cow::Owned(raw.replace(['\t', '\n', '\r'], ""))
        } else {
            Cow::Borrowed(raw)
        };
        let url = cleaned.trim_matches(|c: char| c <= ' ' || c == '\u{7F}');
        if let Some(scheme) = scheme(url) {
            return match scheme.as_str() {
                "http" | "https" => web(&scheme, url),
                "mailto" | "tel" => Self::Web(url.to_owned()),
                "data" => Self::Data(url.to_owned()),
                _ => Self::Foreign,
            };
        }
        let slash = |c: Option<char>| matches!(c, Some('/' | '\\'));
        let mut chars = url.chars();
        if slash(chars.next()) && slash(chars.next()) {
            return Self::Foreign;
        }
        let (path, fragment) = match url.split_once('#') {
            Some((path, fragment)) => (path, Some(fragment.to_owned())),
            None => (url, None),
        };
        let path = path.split('?').next().unwrap_or_default();
        if path.is_empty() {
            return Self::Local {
                path: String::new(),
                fragment,
            };
        }
        let from = if slash(path.chars().next()) {
            root
        } else {
            folder(base)
        };
        let path = normalise(&format!("{from}/{}", percent_decode(path)));
        Self::Local { path, fragment }
    }
}

/// A web address with the two slashes that a browser would put there. Without them it reads
/// `https:x` as a path on the host that serves the slice (WHATWG URL § 4.4, "special relative or
/// authority state").
fn web(scheme: &str, url: &str) -> Href {
    let after = &url[scheme.len() + 1..];
    let rest = after.trim_start_matches(['/', '\\']);
    if rest.is_empty() {
        return Href::Foreign;
    }
    if after.strip_prefix("//") == Some(rest) {
        return Href::Web(url.to_owned());
    }
    Href::Web(format!("{scheme}://{rest}"))
}

/// The scheme in lower case (RFC 3986 § 3.1), if `url` is absolute.
fn scheme(url: &str) -> Option<String> {
    let (head, _) = url.split_once(':')?;
    let rest = head.strip_prefix(|c: char| c.is_ascii_alphabetic())?;
    rest.chars()
        .all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
        .then(|| head.to_ascii_lowercase())
}

/// The folder of a path; empty at the root.
pub(crate) fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}
