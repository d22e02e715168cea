//! The only names under which a child may hand files over.

use std::fmt;

/// Longest path accepted, in bytes: leaves room for a prefix within S3's 1,024.
const PATH_BYTES: usize = 400;
/// Longest segment accepted, in bytes (file systems allow 255).
const SEGMENT_BYTES: usize = 200;
/// Deepest path below `resources/`.
const SEGMENTS: usize = 16;
/// Digits of a slice number: more slices than that are refused by every limit.
const SLICE_DIGITS: usize = 9;

/// A path inside a rendition that has one of the known shapes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ArtefactPath {
    text: String,
    kind: ArtefactKind,
}

/// What lies at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ArtefactKind {
    /// `index.json`: pass 1's index, from which single slices can be emitted.
    Index,
    /// `manifest.json`.
    Manifest,
    /// `positions.json`.
    Positions,
    /// `slices/{n}.html`.
    Slice(u32),
    /// `text/{n}.json`.
    Text(u32),
    /// `resources/…`.
    Resource,
    /// `cover/original.*`.
    CoverOriginal,
    /// `cover/medium.*`.
    CoverMedium,
    /// `cover/thumbnail.*`.
    CoverThumbnail,
}

/// A path of no known shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the path has none of the known shapes")]
pub struct BadPath;

impl ArtefactPath {
    /// Checks a path that came from a child.
    ///
    /// # Errors
    /// [`BadPath`] unless it is exactly one of the shapes of [`ArtefactKind`], made of
    /// `[a-z0-9._-]` segments none of which begins with a dot.
    pub fn parse(text: &str) -> Result<Self, BadPath> {
        if text.len() > PATH_BYTES {
            return Err(BadPath);
        }
        let kind = match text {
            "index.json" => ArtefactKind::Index,
            "manifest.json" => ArtefactKind::Manifest,
            "positions.json" => ArtefactKind::Positions,
            other => match other.split_once('/').ok_or(BadPath)? {
                ("slices", rest) => ArtefactKind::Slice(number(rest, ".html")?),
                ("text", rest) => ArtefactKind::Text(number(rest, ".json")?),
                ("cover", rest) => cover(rest)?,
                ("resources", rest) => resource(rest)?,
                _ => return Err(BadPath),
            },
        };
        Ok(Self {
            text: text.to_owned(),
            kind,
        })
    }

    /// The path, relative to the rendition.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What lies there.
    #[must_use]
    pub fn kind(&self) -> ArtefactKind {
        self.kind
    }
}

impl fmt::Display for ArtefactPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// `{n}{suffix}` with n in plain decimal, so that one slice has one name.
fn number(rest: &str, suffix: &str) -> Result<u32, BadPath> {
    let digits = rest.strip_suffix(suffix).ok_or(BadPath)?;
    let plain = !digits.is_empty()
        && digits.len() <= SLICE_DIGITS
        && digits.bytes().all(|b| b.is_ascii_digit())
        && (digits == "0" || !digits.starts_with('0'));
    if !plain {
        return Err(BadPath);
    }
    digits.parse().map_err(|_| BadPath)
}

fn cover(rest: &str) -> Result<ArtefactKind, BadPath> {
    let (size, extension) = rest.split_once('.').ok_or(BadPath)?;
    if !matches!(
        extension,
        "jpg" | "jpeg" | "png" | "gif" | "webp" | "svg" | "bmp" | "avif"
    ) {
        return Err(BadPath);
    }
    match size {
        "original" => Ok(ArtefactKind::CoverOriginal),
        "medium" => Ok(ArtefactKind::CoverMedium),
        "thumbnail" => Ok(ArtefactKind::CoverThumbnail),
        _ => Err(BadPath),
    }
}

fn resource(rest: &str) -> Result<ArtefactKind, BadPath> {
    let mut segments = 0;
    for segment in rest.split('/') {
        segments += 1;
        let safe = !segment.is_empty()
            && segment.len() <= SEGMENT_BYTES
            && !segment.starts_with('.')
            && segment
                .bytes()
                .all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_' | b'-'));
        if !safe || segments > SEGMENTS {
            return Err(BadPath);
        }
    }
    Ok(ArtefactKind::Resource)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_known_shapes_are_accepted() {
        for (text, kind) in [
            ("index.json", ArtefactKind::Index),
            ("manifest.json", ArtefactKind::Manifest),
            ("positions.json", ArtefactKind::Positions),
            ("slices/0.html", ArtefactKind::Slice(0)),
            ("slices/120.html", ArtefactKind::Slice(120)),
            ("text/7.json", ArtefactKind::Text(7)),
            ("resources/a_b-1.css", ArtefactKind::Resource),
            ("resources/fonts/x.woff2", ArtefactKind::Resource),
            ("cover/original.jpg", ArtefactKind::CoverOriginal),
            ("cover/medium.webp", ArtefactKind::CoverMedium),
            ("cover/thumbnail.png", ArtefactKind::CoverThumbnail),
        ] {
            assert_eq!(
                ArtefactPath::parse(text).map(|p| p.kind()),
                Ok(kind),
                "{text}"
            );
        }
    }

    #[test]
    fn everything_else_is_refused() {
        let long = format!("resources/{}", "a".repeat(PATH_BYTES));
        let deep = format!("resources/{}", "a/".repeat(SEGMENTS) + "a");
        for text in [
            "",
            "/",
            ".",
            "..",
            "index.json/",
            "/index.json",
            "report.json",
            "slices",
            "slices/",
            "slices/00.html",
            "slices/01.html",
            "slices/-1.html",
            "slices/+1.html",
            "slices/1.htm",
            "slices/1.html/x",
            "slices/9999999999.html",
            "slices/١.html",
            "slices/../index.json",
            "text/a.json",
            "cover/huge.jpg",
            "cover/original.html",
            "cover/original.tar.jpg",
            "resources/",
            "resources/.",
            "resources/..",
            "resources/../x",
            "resources/a/../b",
            "resources//x",
            "resources/.htaccess",
            "resources/A.css",
            "resources/a b.css",
            "resources/a\\b.css",
            "resources/a%2e.css",
            "resources/é.css",
            "resources/a\0.css",
            "etc/passwd",
            "../slices/0.html",
            "resources/x\n",
            &long,
            &deep,
        ] {
            assert_eq!(ArtefactPath::parse(text), Err(BadPath), "{text:?}");
        }
    }
}
