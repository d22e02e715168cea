//! Books over the wire.

use bindery_library::catalogue;
use poem_openapi::{Enum, Object, types::Example};
use time::OffsetDateTime;

use crate::schema::{Describe, Nullable, from_millis};

/// Where a book stands in the publishing workflow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "lowercase")]
pub enum BookStatus {
    /// Announced; the file has not arrived.
    Uploading,
    /// The author's.
    Draft,
    /// Handed to the editors.
    Submitted,
    /// Handed to the publishers.
    Ready,
    /// Visible to everybody.
    Published,
    /// Taken back.
    Withdrawn,
}

macro_rules! mirror {
    ($ours:ident, $theirs:path, $($name:ident),+) => {
        impl From<$theirs> for $ours {
            fn from(value: $theirs) -> Self {
                match value { $(<$theirs>::$name => Self::$name,)+ }
            }
        }

        impl From<$ours> for $theirs {
            fn from(value: $ours) -> Self {
                match value { $($ours::$name => Self::$name,)+ }
            }
        }
    };
}

mirror!(
    BookStatus,
    catalogue::BookStatus,
    Uploading,
    Draft,
    Submitted,
    Ready,
    Published,
    Withdrawn
);

/// Format of a book's file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "lowercase")]
pub enum Format {
    /// EPUB 2 or 3.
    Epub,
    /// MOBI, AZW or AZW3.
    Mobi,
    /// PDF.
    Pdf,
}

mirror!(Format, catalogue::Format, Epub, Mobi, Pdf);

/// How far a rendition is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "lowercase")]
pub enum RenditionState {
    /// Asked for.
    Pending,
    /// Manifest and index stand; slices are coming.
    Indexed,
    /// Complete.
    Ready,
    /// The file cannot be rendered.
    Failed,
}

mirror!(
    RenditionState,
    catalogue::RenditionState,
    Pending,
    Indexed,
    Ready,
    Failed
);

/// Why a rendition failed.
#[derive(Debug, Clone, Object)]
pub struct RenditionError {
    /// Stable code, e.g. `drm_protected`.
    pub code: String,
    /// For people.
    pub message: String,
}

/// What is made of a book's file.
#[derive(Debug, Clone, Object)]
pub struct Rendition {
    /// Hex digest; part of the content's address.
    pub id: String,
    /// How far it is.
    pub state: RenditionState,
    /// Slices in reading order; 0 until indexed.
    pub slices: i64,
    /// Why it failed.
    #[oai(skip_serializing_if_is_none)]
    pub error: Option<RenditionError>,
}

impl From<&catalogue::Rendition> for Rendition {
    fn from(rendition: &catalogue::Rendition) -> Self {
        Self {
            id: rendition.id.clone(),
            state: rendition.state.into(),
            slices: rendition.slices,
            error: rendition.error.as_ref().map(|error| RenditionError {
                code: error.code.clone(),
                message: error.message.clone(),
            }),
        }
    }
}

/// A book.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", example)]
pub struct Book {
    /// UUIDv7.
    pub id: String,
    /// Never empty.
    pub title: String,
    /// In the order of the title page.
    pub authors: Vec<String>,
    /// In the order given.
    pub genres: Vec<String>,
    /// In the order given.
    pub tags: Vec<String>,
    /// BCP 47.
    pub language: Nullable<String>,
    /// Plain text.
    pub description: Nullable<String>,
    /// ISBN-13, digits only.
    pub isbn: Nullable<String>,
    /// As printed.
    pub publisher: Nullable<String>,
    /// A year or an ISO date, as the book says it.
    pub published: Nullable<String>,
    /// Name of the series.
    pub series: Nullable<String>,
    /// Position in the series.
    pub series_index: Nullable<f64>,
    /// Where it stands in the publishing workflow.
    pub status: BookStatus,
    /// Raised by every change; the ETag of `GET /books/{id}`.
    pub version: i64,
    /// Format of the current file; null while uploading.
    pub format: Nullable<Format>,
    /// Bytes of the current file.
    pub size: Nullable<i64>,
    /// SHA-256 of the current file, hex.
    pub sha256: Nullable<String>,
    /// Address of the medium cover, relative to the server.
    pub cover_url: Nullable<String>,
    /// Address of the small cover, relative to the server.
    pub thumbnail_url: Nullable<String>,
    /// What is made of the current file.
    pub rendition: Nullable<Rendition>,
    /// When the book was announced.
    pub created_at: OffsetDateTime,
    /// When it last changed.
    pub updated_at: OffsetDateTime,
}

impl From<catalogue::Book> for Book {
    fn from(book: catalogue::Book) -> Self {
        let cover = |size: &str| {
            let shown = book.shown_cover()?.version;
            let version = shown.get(..12).unwrap_or(shown);
            Some(format!(
                "/api/v1/books/{}/cover/{size}?v={version}",
                book.id
            ))
        };
        Self {
            cover_url: cover("medium").into(),
            thumbnail_url: cover("thumbnail").into(),
            rendition: book.rendition.as_ref().map(Rendition::from).into(),
            format: book.file.as_ref().map(|file| file.format.into()).into(),
            size: book.file.as_ref().map(|file| file.size).into(),
            sha256: book.file.as_ref().map(|file| file.sha256.clone()).into(),
            id: book.id,
            title: book.title,
            authors: book.authors,
            genres: book.genres,
            tags: book.tags,
            language: book.language.into(),
            description: book.description.into(),
            isbn: book.isbn.into(),
            publisher: book.publisher.into(),
            published: book.published.into(),
            series: book.series.into(),
            series_index: book.series_index.into(),
            status: book.status.into(),
            version: book.version,
            created_at: from_millis(book.created_at),
            updated_at: from_millis(book.updated_at),
        }
    }
}

impl Example for Book {
    fn example() -> Self {
        Self {
            id: "01936f0e-7a10-7b1c-8a55-0d5a9c1f2b33".to_owned(),
            title: "The Time Machine".to_owned(),
            authors: vec!["H. G. Wells".to_owned()],
            genres: vec!["Science fiction".to_owned()],
            tags: vec!["classic".to_owned()],
            language: Some("en".to_owned()).into(),
            description: Some("A traveller goes to the year 802,701.".to_owned()).into(),
            isbn: Some("9780141439976".to_owned()).into(),
            publisher: None.into(),
            published: Some("1895".to_owned()).into(),
            series: None.into(),
            series_index: None.into(),
            status: BookStatus::Published,
            version: 3,
            format: Some(Format::Epub).into(),
            size: Some(321_024).into(),
            sha256: Some("9f".repeat(32)).into(),
            cover_url: None.into(),
            thumbnail_url: None.into(),
            rendition: Some(Rendition {
                id: "4be1".repeat(16),
                state: RenditionState::Ready,
                slices: 17,
                error: None,
            })
            .into(),
            created_at: from_millis(1_763_706_000_000),
            updated_at: from_millis(1_763_706_060_000),
        }
    }
}

crate::schema::page!(BookPage, Book, "A page of books.");

/// Order of a list of books.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "lowercase")]
pub enum Sort {
    /// Newest first.
    Recent,
    /// By title.
    Title,
}

/// Size of a cover.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "lowercase")]
pub enum CoverSize {
    /// As in the book.
    Original,
    /// For a book's page.
    Medium,
    /// For lists.
    Thumbnail,
}

/// A picture.
pub enum Image {}

impl Describe for Image {
    const STATUSES: &'static [(u16, &'static str, bool)] = &[
        (200, "The picture", true),
        (304, "The copy named in `If-None-Match` is current", false),
    ];
    const MEDIA_TYPE: &'static str = "image/*";
}
