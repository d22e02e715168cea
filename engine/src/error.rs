//! The one error type of the crate.

use crate::Format;

/// Why a book could not be rendered.
///
/// Damage that costs only a part of the book is a [`crate::Warning`], not an error.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The bytes are of no format the engine knows.
    #[error("the file is neither an EPUB, a MOBI nor a PDF")]
    NotABook,
    /// The format is known but this version cannot render it yet.
    #[error("{} files cannot be rendered yet; they come in a later version", .0.name())]
    UnsupportedFormat(Format),
    /// A container of books that is known and not read.
    #[error("{0} files cannot be read")]
    UnsupportedContainer(&'static str),
    /// The file looks like an EPUB but holds no readable zip archive.
    #[error("not a zip archive: {0}")]
    NotAZip(&'static str),
    /// The archive's directory or an entry that the book cannot do without is damaged.
    #[error("the archive is damaged: {0}")]
    CorruptArchive(String),
    /// A zip archive that does not claim to be an EPUB.
    #[error("the file is {0}, not an EPUB")]
    NotAnEpub(&'static str),
    /// No package document (`.opf`) was found, or it could not be read.
    #[error("no readable package document: {0}")]
    MissingPackage(String),
    /// The spine names no item that exists.
    #[error("the book has no readable chapter")]
    EmptySpine,
    /// The content is encrypted.
    #[error("the book is protected ({0}) and cannot be read without its keys")]
    DrmProtected(&'static str),
    /// The file opens with a password only: none was given, or a wrong one.
    #[error("the file is protected by a password")]
    PasswordRequired,
    /// A named value of [`crate::Limits`] was passed.
    #[error("limit {name} exceeded: {found} is more than {limit}")]
    LimitExceeded {
        /// The field of [`crate::Limits`].
        name: &'static str,
        /// What the book has.
        found: u64,
        /// What is allowed.
        limit: u64,
    },
    /// The index given to `render_slice` does not belong to this engine or book.
    #[error("the slice index does not fit: {0}")]
    BadIndex(String),
    /// The slice number is past the end of the book.
    #[error("there is no slice {n}; the book has {slices}")]
    NoSuchSlice {
        /// The slice asked for.
        n: u32,
        /// How many slices there are.
        slices: u32,
    },
    /// The image given to `render_cover` cannot be decoded within the limits.
    #[error("not a usable picture: {0}")]
    BadImage(String),
    /// The sink refused a file.
    #[error("output could not be stored")]
    Sink(#[from] std::io::Error),
}

impl Error {
    /// A stable name for programs: stored with jobs, shown in problems, never reworded.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotABook
            | Self::NotAnEpub(_)
            | Self::UnsupportedFormat(_)
            | Self::UnsupportedContainer(_) => "unsupported_format",
            Self::NotAZip(_) => "not_a_zip",
            Self::CorruptArchive(_) => "corrupt_archive",
            Self::MissingPackage(_) => "missing_package",
            Self::EmptySpine => "empty_spine",
            Self::DrmProtected(_) => "drm_protected",
            Self::PasswordRequired => "password_required",
            Self::LimitExceeded { .. } => "limit_exceeded",
            Self::BadIndex(_) => "bad_index",
            Self::NoSuchSlice { .. } => "no_such_slice",
            Self::BadImage(_) => "bad_image",
            Self::Sink(_) => "sink_failed",
        }
    }

    /// Whether the same bytes could render on another try: only a sink can recover.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Sink(_))
    }
}
