//! What search knows of a book, and how it is asked. The index itself is behind
//! [`crate::ports::Search`].

mod documents;

pub use documents::{document, ids_after};

use serde::{Deserialize, Serialize};

use crate::catalogue::{BookStatus, Format};

/// One book as search sees it: metadata only.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SearchDocument {
    /// The book's id.
    pub id: String,
    /// Who may see it while it is not published.
    pub owner_id: String,
    /// Decides who may see it.
    pub status: BookStatus,
    /// Title.
    pub title: String,
    /// Authors.
    pub authors: Vec<String>,
    /// Genres.
    pub genres: Vec<String>,
    /// Tags.
    pub tags: Vec<String>,
    /// Plain text.
    pub description: Option<String>,
    /// ISBN-13, digits only.
    pub isbn: Option<String>,
    /// BCP 47.
    pub language: Option<String>,
    /// Series.
    pub series: Option<String>,
    /// Publisher.
    pub publisher: Option<String>,
    /// Of the current file.
    pub format: Option<Format>,
    /// Milliseconds UTC.
    pub updated_at: i64,
}

/// A question to the index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchQuery {
    /// What the person typed; empty finds nothing.
    pub text: String,
    /// Books of these statuses are visible to the asker…
    pub statuses: Vec<BookStatus>,
    /// …and so are all books of this owner.
    pub owner_id: Option<String>,
    /// 1 to 100.
    pub limit: usize,
    /// From the page before.
    pub cursor: Option<String>,
}

/// A book that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchHit {
    /// The book's id.
    pub id: String,
    /// Higher is better; comparable only within one answer.
    pub score: f32,
    /// Where it matched.
    pub highlights: Vec<Highlight>,
}

/// A matched field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Highlight {
    /// `title`, `authors`, `description`…
    pub field: String,
    /// HTML-escaped text with the matches in `<b>…</b>`.
    pub html: String,
}

/// One page of hits.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SearchPage {
    /// Best first.
    pub items: Vec<SearchHit>,
    /// Hand it back to get the next page.
    pub next: Option<String>,
    /// True when nothing matched as typed and near spellings were tried.
    pub fuzzy: bool,
}
