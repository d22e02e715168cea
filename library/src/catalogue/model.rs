//! What the catalogue is made of.

use serde::{Deserialize, Serialize};

use crate::Error;
use crate::storage::Key;

/// A book as the catalogue shows it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Book {
    /// UUIDv7.
    pub id: String,
    /// Who uploaded it.
    pub owner_id: String,
    /// Never empty: the file's name until something better is known.
    pub title: String,
    /// In the order of the title page.
    pub authors: Vec<String>,
    /// In the order given.
    pub genres: Vec<String>,
    /// In the order given.
    pub tags: Vec<String>,
    /// BCP 47, lower-cased primary tag.
    pub language: Option<String>,
    /// Plain text.
    pub description: Option<String>,
    /// ISBN-13, digits only.
    pub isbn: Option<String>,
    /// As printed.
    pub publisher: Option<String>,
    /// As the book says it: a year or an ISO date.
    pub published: Option<String>,
    /// The series' name.
    pub series: Option<String>,
    /// Position in the series.
    pub series_index: Option<f64>,
    /// Where it stands in the publishing workflow.
    pub status: BookStatus,
    /// Raised by every change of the row; the API's ETag.
    pub version: i64,
    /// The current file; `None` while uploading.
    pub file: Option<BookFile>,
    /// The rendition of the current file.
    pub rendition: Option<Rendition>,
    /// The last rendition that became ready: serves while the current one is still being made.
    pub serving: Option<Rendition>,
    /// A cover given to the book itself; stands before its rendition's.
    pub cover: Option<OwnCover>,
    /// Milliseconds UTC.
    pub created_at: i64,
    /// Milliseconds UTC.
    pub updated_at: i64,
}

impl Book {
    /// The rendition a reader should open now: the current one as soon as its index stands, else
    /// the one that served before, else the current one whatever its state.
    #[must_use]
    pub fn readable(&self) -> Option<&Rendition> {
        let current = self.rendition.as_ref();
        current
            .filter(|r| matches!(r.state, RenditionState::Indexed | RenditionState::Ready))
            .or(self.serving.as_ref())
            .or(current)
    }

    /// The rendition whose cover stands for the book, if any has one.
    #[must_use]
    pub fn cover_rendition(&self) -> Option<&Rendition> {
        self.rendition
            .iter()
            .chain(self.serving.iter())
            .find(|r| r.cover.is_some())
    }

    /// The cover that stands for the book: its own, else its rendition's, if there is any.
    #[must_use]
    pub fn shown_cover(&self) -> Option<ShownCover<'_>> {
        if let Some(own) = &self.cover {
            return Some(ShownCover {
                version: &own.version,
                files: &own.files,
                book_id: Some(&self.id),
            });
        }
        let rendition = self.cover_rendition()?;
        Some(ShownCover {
            version: &rendition.id,
            files: rendition.cover.as_ref()?,
            book_id: None,
        })
    }
}

/// Where a book stands in the publishing workflow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BookStatus {
    /// A row and an upload address; no file yet.
    Uploading,
    /// The author's.
    Draft,
    /// Handed to the editors.
    Submitted,
    /// Handed to the publishers.
    Ready,
    /// Visible to readers.
    Published,
    /// Taken back.
    Withdrawn,
}

impl BookStatus {
    /// All of them, in the order of the workflow.
    pub const ALL: [Self; 6] = [
        Self::Uploading,
        Self::Draft,
        Self::Submitted,
        Self::Ready,
        Self::Published,
        Self::Withdrawn,
    ];

    /// The text in the table and the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Uploading => "uploading",
            Self::Draft => "draft",
            Self::Submitted => "submitted",
            Self::Ready => "ready",
            Self::Published => "published",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Reads the text of the table or the API.
    ///
    /// # Errors
    /// [`Error::Invalid`] when it names no status.
    pub fn parse(text: &str) -> Result<Self, Error> {
        Self::ALL
            .into_iter()
            .find(|status| status.as_str() == text)
            .ok_or_else(|| Error::invalid("status", format!("{text:?} is not a status")))
    }
}

/// A file format by its magic. The engine looks deeper, in the sandbox; this only keeps out what is
/// plainly something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// EPUB 2 and 3: a ZIP archive.
    Epub,
    /// MOBI, AZW and AZW3: a PalmDB of type `BOOKMOBI`, or one of the two older kinds of text.
    Mobi,
    /// PDF.
    Pdf,
}

/// How many bytes of a file [`Format::from_magic`] wants to see.
pub const MAGIC_BYTES: usize = 1024;

impl Format {
    /// All formats.
    pub const ALL: [Self; 3] = [Self::Epub, Self::Mobi, Self::Pdf];

    /// Tells the format from the first [`MAGIC_BYTES`] of a file. PDF's header may stand anywhere
    /// in the first 1024 bytes (ISO 32000-1, Annex H, note 13).
    #[must_use]
    pub fn from_magic(head: &[u8]) -> Option<Self> {
        if head.starts_with(b"PK\x03\x04") {
            return Some(Self::Epub);
        }
        if matches!(
            head.get(60..68),
            Some(b"BOOKMOBI" | b"TEXtREAd" | b"TEXtTlDc")
        ) {
            return Some(Self::Mobi);
        }
        let window = &head[..head.len().min(MAGIC_BYTES)];
        window
            .windows(5)
            .any(|w| w == b"%PDF-")
            .then_some(Self::Pdf)
    }

    /// The text in the table and the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Epub => "epub",
            Self::Mobi => "mobi",
            Self::Pdf => "pdf",
        }
    }

    /// Reads the text of the table or the API.
    ///
    /// # Errors
    /// [`Error::Invalid`] when it names no format.
    pub fn parse(text: &str) -> Result<Self, Error> {
        Self::ALL
            .into_iter()
            .find(|format| format.as_str() == text)
            .ok_or_else(|| Error::invalid("format", format!("{text:?} is not a format")))
    }
}

/// A file of a book. Immutable: a replacement is a new row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BookFile {
    /// UUIDv7.
    pub id: String,
    /// The book.
    pub book_id: String,
    /// Lower-case hex; also the name of the original in storage.
    pub sha256: String,
    /// Bytes.
    pub size: i64,
    /// By its magic.
    pub format: Format,
    /// As the uploader's machine called it, without folders.
    pub file_name: String,
    /// The rendition this file asks for.
    pub rendition_id: String,
    /// Milliseconds UTC.
    pub created_at: i64,
}

/// What the engine made, or will make, of one file with one set of options.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Rendition {
    /// Digest of file hash, format, options and output revision: see [`super::RenderPlan`].
    pub id: String,
    /// Hash of the original it is made from.
    pub sha256: String,
    /// The original's format.
    pub format: Format,
    /// How far it is.
    pub state: RenditionState,
    /// Slices in reading order; 0 until indexed.
    pub slices: i64,
    /// Bytes in storage; 0 until ready.
    pub bytes: i64,
    /// Why it failed.
    pub error: Option<RenditionError>,
    /// Paths of the covers inside the rendition.
    pub cover: Option<Cover>,
    /// Milliseconds UTC.
    pub updated_at: i64,
}

/// How far a rendition is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RenditionState {
    /// Asked for.
    Pending,
    /// Manifest and index stand; single slices may be read as they come.
    Indexed,
    /// Complete and immutable.
    Ready,
    /// The file cannot be rendered.
    Failed,
}

impl RenditionState {
    /// The text in the table and the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Indexed => "indexed",
            Self::Ready => "ready",
            Self::Failed => "failed",
        }
    }

    pub(crate) fn parse(text: &str) -> Result<Self, Error> {
        match text {
            "pending" => Ok(Self::Pending),
            "indexed" => Ok(Self::Indexed),
            "ready" => Ok(Self::Ready),
            "failed" => Ok(Self::Failed),
            other => Err(Error::Corrupt(format!("rendition state {other:?}"))),
        }
    }
}

/// Why a rendition failed: the engine's stable code and its sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RenditionError {
    /// Stable, e.g. `drm_protected`.
    pub code: String,
    /// For people.
    pub message: String,
}

/// Where the covers lie, relative to the rendition, e.g. `cover/medium.webp`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Cover {
    /// As in the book.
    pub original: Option<String>,
    /// For the book page.
    pub medium: Option<String>,
    /// For lists.
    pub thumbnail: Option<String>,
}

/// A cover that was given to a book. Its files never change: another picture has another version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OwnCover {
    /// The beginning of the picture's SHA-256, lower-case hex.
    pub version: String,
    /// Where the sizes lie, relative to `covers/{book}/`, e.g. `{version}/medium.jpg`.
    pub files: Cover,
}

/// The cover to show for a book, wherever it comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShownCover<'a> {
    /// Differs for different files; lower-case hex of at least 12 digits.
    pub version: &'a str,
    /// Paths for [`ShownCover::key`].
    pub files: &'a Cover,
    /// The book whose own cover it is; `None` for a rendition's.
    book_id: Option<&'a str>,
}

impl ShownCover<'_> {
    /// Where a path of `files` lies in storage.
    #[must_use]
    pub fn key(&self, path: &str) -> Key {
        match self.book_id {
            Some(book_id) => Key::book_cover(book_id, path),
            None => Key::rendition(self.version, path),
        }
    }
}

/// What an uploader may say about a book when finalising; absent fields are filled from the file.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BookDraft {
    /// Title.
    pub title: Option<String>,
    /// Authors in order.
    pub authors: Option<Vec<String>>,
    /// Genres in order.
    pub genres: Option<Vec<String>>,
    /// Tags in order.
    pub tags: Option<Vec<String>>,
    /// BCP 47.
    pub language: Option<String>,
    /// Plain text.
    pub description: Option<String>,
    /// ISBN-10 or -13, with or without hyphens.
    pub isbn: Option<String>,
    /// Publisher.
    pub publisher: Option<String>,
    /// Year or ISO date.
    pub published: Option<String>,
    /// Series.
    pub series: Option<String>,
    /// Position in the series.
    pub series_index: Option<f64>,
    /// `draft` when absent; more needs the right to it.
    pub status: Option<BookStatus>,
}

/// An edit. `None` leaves a field alone; for the optional ones `Some(None)` clears it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct BookEdit {
    /// Title; may not become empty.
    pub title: Option<String>,
    /// Replaces all authors.
    pub authors: Option<Vec<String>>,
    /// Replaces all genres.
    pub genres: Option<Vec<String>>,
    /// Replaces all tags.
    pub tags: Option<Vec<String>>,
    /// BCP 47.
    pub language: Option<Option<String>>,
    /// Plain text.
    pub description: Option<Option<String>>,
    /// ISBN.
    pub isbn: Option<Option<String>>,
    /// Publisher.
    pub publisher: Option<Option<String>>,
    /// Year or ISO date.
    pub published: Option<Option<String>>,
    /// Series.
    pub series: Option<Option<String>>,
    /// Position in the series.
    pub series_index: Option<Option<f64>>,
    /// A move in the workflow; needs the right to it.
    pub status: Option<BookStatus>,
}

/// What a book's file says about itself; jobs fill it from the engine's report.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct FoundMetadata {
    /// Title.
    pub title: Option<String>,
    /// Authors in order.
    pub authors: Vec<String>,
    /// BCP 47.
    pub language: Option<String>,
    /// Plain text.
    pub description: Option<String>,
    /// As found; an invalid one is dropped.
    pub isbn: Option<String>,
    /// Publisher.
    pub publisher: Option<String>,
    /// As found.
    pub published: Option<String>,
    /// Series.
    pub series: Option<String>,
    /// Position in the series.
    pub series_index: Option<f64>,
    /// Become tags.
    pub subjects: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::Format;

    #[test]
    fn old_palm_texts_are_taken_for_mobi() {
        for kind in [b"BOOKMOBI", b"TEXtREAd", b"TEXtTlDc"] {
            let head = [&[0; 60], &kind[..]].concat();
            assert_eq!(Format::from_magic(&head), Some(Format::Mobi));
        }
        assert_eq!(Format::from_magic(&[0; 80]), None);
    }
}
