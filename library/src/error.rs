//! The library's one error.

use crate::policy::Refusal;

/// Everything the domain can answer besides a result. [`Error::code`] is stable and goes into the
/// API's problems; the text is for people and carries no secrets.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The row does not exist, or the actor must not know that it does.
    #[error("{0} not found")]
    NotFound(&'static str),
    /// The actor may not do this.
    #[error("not allowed: {0}")]
    Forbidden(#[from] Refusal),
    /// Somebody changed the row meanwhile: `expected` is what the caller saw.
    #[error("version {expected} expected, but the current version is {current}")]
    VersionConflict {
        /// The version the caller named.
        expected: i64,
        /// The version that stands in the table.
        current: i64,
    },
    /// The e-mail address belongs to another account.
    #[error("this e-mail address is already registered")]
    EmailTaken,
    /// One field of the input is wrong.
    #[error("{field}: {message}")]
    Invalid {
        /// The field, in the API's spelling.
        field: &'static str,
        /// What would be right.
        message: String,
    },
    /// This person has [`crate::catalogue::MOST_OPEN_UPLOADS`] uploads that are not finished.
    #[error("too many uploads are not finished")]
    TooManyUploads,
    /// The upload's address has expired or was used for another book.
    #[error("the upload has expired or was already used")]
    UploadGone,
    /// The bytes are not what was announced.
    #[error("the upload does not match: {0}")]
    UploadMismatch(String),
    /// The book is still waiting for its first file.
    #[error("the book has no file yet")]
    NoFile,
    /// A row holds something this version cannot read.
    #[error("stored value cannot be read: {0}")]
    Corrupt(String),
    /// The password could not be hashed or its stored hash is malformed.
    #[error("password hashing failed: {0}")]
    Password(String),
    /// The database answered with an error.
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
    /// The ledger refused a job or the transaction.
    #[error("pipeline: {0}")]
    Pipeline(#[from] bindery_pipeline::Error),
    /// The object store answered with an error.
    #[error("storage: {0}")]
    Storage(#[from] crate::storage::Error),
}

impl Error {
    /// The stable code of the kind of error, for problems and logs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotFound(_) => "not_found",
            Self::Forbidden(_) => "forbidden",
            Self::VersionConflict { .. } => "version_conflict",
            Self::EmailTaken => "email_taken",
            Self::Invalid { .. } => "invalid_input",
            Self::TooManyUploads => "too_many_uploads",
            Self::UploadGone => "upload_gone",
            Self::UploadMismatch(_) => "upload_mismatch",
            Self::NoFile => "no_file",
            Self::Corrupt(_) => "corrupt_row",
            Self::Password(_) => "password_hash",
            Self::Database(_) => "database",
            Self::Pipeline(_) => "pipeline",
            Self::Storage(error) => error.code(),
        }
    }

    /// An [`Error::Invalid`] for one field.
    pub(crate) fn invalid(field: &'static str, message: impl Into<String>) -> Self {
        Self::Invalid {
            field,
            message: message.into(),
        }
    }
}
