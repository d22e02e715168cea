//! Reading: who has which book open, and how far everybody is.

mod progress;
mod sessions;

pub use progress::{get_progress, save_progress};
pub use sessions::{
    delete_expired_sessions, get_session, open_session, rendition_in_use, renew_session,
};

use serde::{Deserialize, Serialize};

/// An open book: the right to fetch one rendition for a while.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReadingSession {
    /// UUIDv7.
    pub id: String,
    /// Who reads.
    pub user_id: String,
    /// What is read.
    pub book_id: String,
    /// The rendition the cookies are for.
    pub rendition_id: String,
    /// Milliseconds UTC.
    pub created_at: i64,
    /// Milliseconds UTC; renewing moves it.
    pub expires_at: i64,
}

/// How far a reader is in a book.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Progress {
    /// A Readium locator.
    pub locator: serde_json::Value,
    /// 0 to 1.
    pub total_progression: f64,
    /// Milliseconds UTC.
    pub updated_at: i64,
}
