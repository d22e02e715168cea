//! What the domain needs from outside. Each port has one implementation in `bindery-adapters`, and
//! tests use that or the real server.

use std::time::Duration;

use async_trait::async_trait;

use crate::search::{SearchDocument, SearchPage, SearchQuery};

/// Why a port could not do what was asked, sorted by what the caller should do about it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PortError {
    /// Try again, later by the ledger's backoff.
    #[error("temporary: {0}")]
    Temporary(String),
    /// Try again, not sooner than this.
    #[error("try again in {0:?}: {1}")]
    Later(Duration, String),
    /// Trying again is useless.
    #[error("permanent: {0}")]
    Permanent(String),
}

impl PortError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Temporary(_) => "port_temporary",
            Self::Later(..) => "port_later",
            Self::Permanent(_) => "port_permanent",
        }
    }
}

/// Full-text search over the catalogue's metadata.
#[async_trait]
pub trait Search: Send + Sync {
    /// Adds the documents or replaces those with the same id. Durable and visible to queries when
    /// it returns; one batch is one commit.
    ///
    /// # Errors
    /// [`PortError`] when the index cannot be written.
    async fn upsert(&self, documents: Vec<SearchDocument>) -> Result<(), PortError>;

    /// Removes documents; unknown ids are no error.
    ///
    /// # Errors
    /// [`PortError`] when the index cannot be written.
    async fn remove(&self, ids: Vec<String>) -> Result<(), PortError>;

    /// Answers one page of hits, best first.
    ///
    /// # Errors
    /// [`PortError`] when the index cannot be read or the cursor is not one of ours.
    async fn query(&self, query: SearchQuery) -> Result<SearchPage, PortError>;

    /// How many documents there are; 0 on a fresh index, which asks for a rebuild.
    ///
    /// # Errors
    /// [`PortError`] when the index cannot be read.
    async fn count(&self) -> Result<u64, PortError>;
}

/// One message to one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Address of the recipient.
    pub to: String,
    /// Name of the recipient; may be empty.
    pub to_name: String,
    /// One line.
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// Names the message for ever: a second delivery with the same key is the same message
    /// (it becomes the Message-ID).
    pub key: String,
}

/// Sends mail, at least once.
#[async_trait]
pub trait Mailer: Send + Sync {
    /// Hands the message over.
    ///
    /// # Errors
    /// [`PortError`] when it was not taken.
    async fn send(&self, mail: &Mail) -> Result<(), PortError>;
}

/// Delivers events to the configured endpoint, at least once, after Standard Webhooks.
#[async_trait]
pub trait Webhooks: Send + Sync {
    /// Posts `body` (JSON); `id` is the stable `webhook-id`, the same on every attempt.
    ///
    /// # Errors
    /// [`PortError`] when the endpoint did not answer with 2xx.
    async fn deliver(&self, id: &str, body: &[u8]) -> Result<(), PortError>;
}

/// A PUT to be signed: nothing but these bytes may be stored with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PutRequest {
    /// Names `uploads/{id}`.
    pub upload_id: String,
    /// Bytes, exactly.
    pub size: u64,
    /// The media type, exactly.
    pub content_type: String,
    /// Lower-case hex.
    pub sha256: String,
    /// How long the address lives.
    pub lives: Duration,
}

/// Where and how the client puts its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedPut {
    /// Absolute, or relative to the server's own origin.
    pub url: String,
    /// Always `PUT` today.
    pub method: &'static str,
    /// Headers the client must send with exactly these values. `content-length` is not among them
    /// (browsers set it themselves) but is signed nevertheless.
    pub headers: Vec<(String, String)>,
    /// Milliseconds UTC.
    pub expires_at: i64,
}

/// Signs uploads. S3 in adapters, our own tickets in [`crate::storage::tickets`].
#[async_trait]
pub trait PresignPut: Send + Sync {
    /// Signs one PUT.
    ///
    /// # Errors
    /// [`PortError`] when there are no credentials or the request cannot be signed.
    async fn presign(&self, request: PutRequest) -> Result<SignedPut, PortError>;
}
