//! The only maker of paths in storage.

use object_store::path::Path;

use super::Error;

/// Longest path of a file inside a rendition, in bytes.
const LONGEST_PATH: usize = 512;

/// Names one object.
///
/// | key | path |
/// |---|---|
/// | `Upload` | `uploads/{id}` |
/// | `Original` | `originals/{sha256}` |
/// | `Rendition` | `content/{rendition}/{path}` |
/// | `BookCover` | `covers/{book_id}/{file}` |
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Key {
    /// What a client has put and nobody has checked yet.
    Upload {
        /// The upload's id (a UUID).
        id: String,
    },
    /// A checked file, immutable, named by its content.
    Original {
        /// Lower-case hex.
        sha256: String,
    },
    /// A file the engine made.
    Rendition {
        /// The rendition's id.
        rendition: String,
        /// The path as the engine puts it, e.g. `slices/0.html`.
        path: String,
    },
    /// A file of a book's own cover.
    BookCover {
        /// The book's id.
        book_id: String,
        /// `{version}/raw` for the picture as it was given, `{version}/thumbnail.jpg` and so on.
        file: String,
    },
}

/// Names all objects of one kind or of one rendition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Prefix {
    /// `uploads/`
    Uploads,
    /// `originals/`
    Originals,
    /// `content/`
    Content,
    /// `content/{rendition}/`
    Rendition(String),
    /// `covers/{book_id}/`
    BookCovers(String),
}

impl Key {
    /// `uploads/{id}`
    #[must_use]
    pub fn upload(id: &str) -> Self {
        Self::Upload { id: id.to_owned() }
    }

    /// `originals/{sha256}`
    #[must_use]
    pub fn original(sha256: &str) -> Self {
        Self::Original {
            sha256: sha256.to_owned(),
        }
    }

    /// `content/{rendition}/{path}`
    #[must_use]
    pub fn rendition(rendition: &str, path: &str) -> Self {
        Self::Rendition {
            rendition: rendition.to_owned(),
            path: path.to_owned(),
        }
    }

    /// `covers/{book_id}/{file}`
    #[must_use]
    pub fn book_cover(book_id: &str, file: &str) -> Self {
        Self::BookCover {
            book_id: book_id.to_owned(),
            file: file.to_owned(),
        }
    }

    /// The path as text, without the deployment's prefix.
    ///
    /// # Errors
    /// [`Error::InvalidKey`] for anything that could lead out of its folder: empty segments, `.`,
    /// `..`, backslashes, control characters, absolute paths, over-long names.
    pub fn to_path(&self) -> Result<String, Error> {
        match self {
            Self::Upload { id } => Ok(format!("uploads/{}", checked_id(id)?)),
            Self::Original { sha256 } if sha256.len() == 64 => {
                Ok(format!("originals/{}", checked_id(sha256)?))
            }
            Self::Original { sha256 } => Err(Error::InvalidKey(sha256.clone())),
            Self::Rendition { rendition, path } => Ok(format!(
                "content/{}/{}",
                checked_id(rendition)?,
                checked_path(path)?
            )),
            Self::BookCover { book_id, file } => Ok(format!(
                "covers/{}/{}",
                checked_id(book_id)?,
                checked_path(file)?
            )),
        }
    }

    /// True for the files that can be made again: they need no flush of their own.
    pub(super) fn is_derived(&self) -> bool {
        matches!(self, Self::Rendition { .. })
    }
}

impl Prefix {
    /// The path as text, without the deployment's prefix.
    pub(super) fn to_path(&self) -> Result<String, Error> {
        match self {
            Self::Uploads => Ok("uploads".to_owned()),
            Self::Originals => Ok("originals".to_owned()),
            Self::Content => Ok("content".to_owned()),
            Self::Rendition(id) => Ok(format!("content/{}", checked_id(id)?)),
            Self::BookCovers(id) => Ok(format!("covers/{}", checked_id(id)?)),
        }
    }
}

/// Puts the deployment's prefix before a path.
pub(super) fn locate(prefix: &str, path: &str) -> Result<Path, Error> {
    let full = if prefix.is_empty() {
        path.to_owned()
    } else {
        format!("{prefix}/{path}")
    };
    Path::parse(&full).map_err(|_| Error::InvalidKey(full))
}

fn checked_id(id: &str) -> Result<&str, Error> {
    let plain = id
        .bytes()
        .all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'));
    if plain && (1..=64).contains(&id.len()) {
        Ok(id)
    } else {
        Err(Error::InvalidKey(id.to_owned()))
    }
}

fn checked_path(path: &str) -> Result<&str, Error> {
    let safe = |segment: &str| {
        !matches!(segment, "" | "." | "..")
            && segment.len() <= 200
            && !segment.chars().any(|c| c.is_control() || c == '\\')
    };
    if path.len() <= LONGEST_PATH && path.split('/').all(safe) {
        Ok(path)
    } else {
        Err(Error::InvalidKey(path.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_name_the_four_folders() {
        let hash = "a".repeat(64);
        assert_eq!(Key::upload("0b-1").to_path().unwrap(), "uploads/0b-1");
        assert_eq!(
            Key::original(&hash).to_path().unwrap(),
            format!("originals/{hash}")
        );
        assert_eq!(
            Key::rendition("ab12", "slices/0.html").to_path().unwrap(),
            "content/ab12/slices/0.html"
        );
        assert_eq!(
            Key::book_cover("0b-1", "ab12/raw").to_path().unwrap(),
            "covers/0b-1/ab12/raw"
        );
    }

    #[test]
    fn keys_never_lead_out_of_their_folder() {
        for path in [
            "",
            "..",
            "../x",
            "a/../../x",
            "/etc/passwd",
            "a//b",
            "a\\b",
            "a\0b",
            "./a",
        ] {
            assert!(Key::rendition("ab", path).to_path().is_err(), "{path:?}");
            assert!(Key::book_cover("ab", path).to_path().is_err(), "{path:?}");
        }
        for id in ["", "..", "a/b", "A", "a.b", &"a".repeat(65)] {
            assert!(Key::upload(id).to_path().is_err(), "{id:?}");
            assert!(Key::rendition(id, "x").to_path().is_err(), "{id:?}");
            assert!(Key::book_cover(id, "x").to_path().is_err(), "{id:?}");
            assert!(
                Prefix::Rendition(id.to_owned()).to_path().is_err(),
                "{id:?}"
            );
        }
        assert!(Key::original("abc").to_path().is_err());
    }
}
