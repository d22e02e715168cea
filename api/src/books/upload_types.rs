//! Uploads over the wire.

use std::collections::BTreeMap;

use poem_openapi::{Object, types::Example};
use time::OffsetDateTime;

use crate::schema::from_millis;

/// An announcement of a file.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", example)]
pub struct PresignRequest {
    /// Name of the file on the uploader's machine.
    #[oai(validator(min_length = 1, max_length = 500))]
    pub file_name: String,
    /// Bytes, exactly.
    #[oai(validator(minimum(value = "1")))]
    pub size: u64,
    /// Media type that will be sent with the file.
    #[oai(validator(min_length = 3, max_length = 100))]
    pub content_type: String,
    /// SHA-256 of the file, hex.
    #[oai(validator(pattern = "^[0-9a-fA-F]{64}$"))]
    pub sha256: String,
    /// The book whose file this replaces; absent for a new book.
    pub book_id: Option<String>,
}

impl Example for PresignRequest {
    fn example() -> Self {
        Self {
            file_name: "time-machine.epub".to_owned(),
            size: 321_024,
            content_type: "application/epub+zip".to_owned(),
            sha256: "9f".repeat(32),
            book_id: None,
        }
    }
}

/// Where to put the announced file.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", example)]
pub struct PresignAnswer {
    /// The book: new, or the one whose file is replaced.
    pub book_id: String,
    /// Names the upload; needed to replace a file.
    pub upload_id: String,
    /// Address to send the file to, once. Resolve it against the address of this request: it is
    /// relative where the server was called by another name than its public one.
    pub upload_url: String,
    /// Always `PUT`.
    pub method: String,
    /// Headers to send with exactly these values.
    pub headers: BTreeMap<String, String>,
    /// When the address ends to work.
    pub expires_at: OffsetDateTime,
}

impl Example for PresignAnswer {
    fn example() -> Self {
        Self {
            book_id: "01936f0e-7a10-7b1c-8a55-0d5a9c1f2b33".to_owned(),
            upload_id: "01936f0e-7a10-7b1c-8a55-0d5a9c1f2b34".to_owned(),
            upload_url: "https://books.example.org/api/v1/uploads/01936f0e?ticket=…".to_owned(),
            method: "PUT".to_owned(),
            headers: BTreeMap::from([(
                "content-type".to_owned(),
                "application/epub+zip".to_owned(),
            )]),
            expires_at: from_millis(1_763_709_600_000),
        }
    }
}

/// Names the upload that becomes a book's new file.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", example)]
pub struct ReplaceRequest {
    /// `uploadId` of the presign answer.
    #[oai(validator(max_length = 64))]
    pub upload_id: String,
}

impl Example for ReplaceRequest {
    fn example() -> Self {
        Self {
            upload_id: "01936f0e-7a10-7b1c-8a55-0d5a9c1f2b34".to_owned(),
        }
    }
}
