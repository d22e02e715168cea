//! Reading over the wire.

use bindery_library::reading;
use poem_openapi::{
    Object,
    types::{Any, Example},
};
use serde_json::{Value, json};
use time::OffsetDateTime;

use crate::{
    books::types::RenditionState,
    schema::{Nullable, from_millis},
};

/// How far a reader is in a book.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", example)]
pub struct Progress {
    /// Readium Locator: `href` and `type`, `locations`, `text`.
    pub locator: Any<Value>,
    /// 0 to 1 over the whole book.
    pub total_progression: f64,
    /// When it was saved.
    pub updated_at: OffsetDateTime,
}

impl From<reading::Progress> for Progress {
    fn from(progress: reading::Progress) -> Self {
        Self {
            locator: Any(progress.locator),
            total_progression: progress.total_progression,
            updated_at: from_millis(progress.updated_at),
        }
    }
}

fn locator_example() -> Value {
    json!({
        "href": "slices/3.html",
        "type": "text/html",
        "locations": {"progression": 0.4, "totalProgression": 0.21}
    })
}

impl Example for Progress {
    fn example() -> Self {
        Self {
            locator: Any(locator_example()),
            total_progression: 0.21,
            updated_at: from_millis(1_763_706_060_000),
        }
    }
}

/// A place to remember.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", example)]
pub struct ProgressRequest {
    /// Readium Locator; `href` (without fragment) and `type` are required.
    pub locator: Any<Value>,
    /// 0 to 1 over the whole book.
    #[oai(validator(minimum(value = "0"), maximum(value = "1")))]
    pub total_progression: f64,
}

impl Example for ProgressRequest {
    fn example() -> Self {
        Self {
            locator: Any(locator_example()),
            total_progression: 0.21,
        }
    }
}

/// An open book. The answer also sets the cookies that open `contentBase`.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", example)]
pub struct ReadingSession {
    /// UUIDv7.
    pub id: String,
    /// The book.
    pub book_id: String,
    /// The rendition that is read; it stays the same for the session.
    pub rendition_id: String,
    /// How far the rendition is. Its files can be fetched blindly when `ready`.
    pub state: RenditionState,
    /// Slices in reading order; 0 until indexed.
    pub slices: i64,
    /// Where the rendition's files lie, ends with a slash.
    pub content_base: String,
    /// The Readium manifest.
    pub manifest_url: String,
    /// When the session ends unless it is renewed.
    pub expires_at: OffsetDateTime,
    /// Seconds after which to renew: the cookies live a little longer.
    pub renew_after_seconds: u64,
    /// Where the reader stopped; null when never opened.
    pub progress: Nullable<Progress>,
}

impl Example for ReadingSession {
    fn example() -> Self {
        let rendition = "4be1".repeat(16);
        Self {
            id: "01936f10-0c00-7d10-a1b2-3c4d5e6f7a8b".to_owned(),
            book_id: "01936f0e-7a10-7b1c-8a55-0d5a9c1f2b33".to_owned(),
            state: RenditionState::Ready,
            slices: 17,
            content_base: format!("/content/{rendition}/"),
            manifest_url: format!("/content/{rendition}/manifest.json"),
            rendition_id: rendition,
            expires_at: from_millis(1_763_749_200_000),
            renew_after_seconds: 40,
            progress: Some(Progress::example()).into(),
        }
    }
}

/// Where a slice is.
#[derive(Debug, Clone, Object)]
pub struct SliceAnswer {
    /// Address of the slice, relative to the server.
    pub url: String,
}

/// The slice is being made.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct SliceWait {
    /// The job that makes it; its end is told on `GET /events`.
    pub job_id: String,
}
