//! Bindery's domain: people, the catalogue, reading, events, and the tables they live in.
//!
//! The crate is cut by domain. Functions that read take `&mut sqlx::AnyConnection`; functions that
//! change something take `&mut pipeline::Tx`, so that a change, its event and the jobs it causes are
//! one transaction (the outbox). Nothing here renders, sends or serves: what the domain needs from
//! outside is a trait in [`ports`], and what it wants done later is a job kind in [`work`].
//!
//! The ways through it:
//!
//! - **Upload**: [`catalogue::presign`] makes the row and the expectations, the client puts the
//!   bytes, [`storage::Storage::promote_upload`] checks them, [`catalogue::finalise`] claims the
//!   upload exactly once and enqueues the render.
//! - **Render**: the job calls [`catalogue::begin_render`], [`catalogue::mark_indexed`] and
//!   [`catalogue::mark_ready`] or [`catalogue::mark_failed`]; these merge the book's own metadata,
//!   write the events and announce the hints.
//! - **Read**: [`reading::open_session`], [`reading::renew_session`], [`reading::save_progress`].
//!
//! All SQL is one text for SQLite and PostgreSQL: `$1` placeholders, TEXT, BIGINT, DOUBLE PRECISION
//! and BYTEA only. Times are milliseconds since 1970 UTC, ids are UUIDv7 text.

pub mod catalogue;
mod error;
pub mod events;
pub mod migrations;
pub mod people;
pub mod policy;
pub mod ports;
pub mod reading;
pub mod search;
mod sql;
pub mod storage;
pub mod work;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

pub use bindery_pipeline::Page;
pub use error::Error;
pub use migrations::MIGRATIONS;

/// What a deployment decided and the domain must know when it changes something.
///
/// Built once in the binary from the configuration and handed to every function that writes events
/// or makes rendition ids, so that the domain itself reads neither environment nor files.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Which rendition a file of each format belongs to today.
    pub plan: catalogue::RenderPlan,
    /// True when an outgoing webhook endpoint is configured; otherwise no webhook jobs are made.
    pub webhooks: bool,
    /// How long a superseded rendition keeps its files: the longest cookie plus an hour.
    pub retire_after: Duration,
}

impl Settings {
    /// Settings with the plan given, no webhook, and superseded renditions kept for 25 hours
    /// (a reading session lives at most a day).
    #[must_use]
    pub fn new(plan: catalogue::RenderPlan) -> Self {
        Self {
            plan,
            webhooks: false,
            retire_after: Duration::from_secs(25 * 3600),
        }
    }
}

/// Now, in milliseconds since 1970 UTC, by the application's clock.
#[must_use]
pub fn now_ms() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// A new id: UUIDv7 as lower-case text, so that ids sort by the time they were made.
#[must_use]
pub fn new_id() -> String {
    uuid::Uuid::now_v7().to_string()
}
