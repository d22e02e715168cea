//! The one error type of this crate.

use crate::job::State;

/// What can go wrong in the database, the ledger and the carriers of permits and hints.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The database refused or could not be reached.
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
    /// A migration failed, or the applied ones do not match those compiled in.
    #[error("migration: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// Redis refused or could not be reached.
    #[error("redis: {0}")]
    Redis(#[from] redis::RedisError),
    /// An option that cannot work; the text names it.
    #[error("configuration: {0}")]
    Config(String),
    /// There is no job with this id, live or in history.
    #[error("no such job: {0}")]
    NotFound(String),
    /// The job is in a state in which this cannot be done to it.
    #[error("the job is {}", .0.as_str())]
    WrongState(State),
    /// The job's dedup key lives again in another job, so it cannot be queued a second time.
    #[error("another job with the same key is live: {0}")]
    KeyLives(String),
    /// This process no longer holds the job: its lease ran out and the job went elsewhere.
    #[error("the job is no longer held by this worker")]
    Stale,
    /// A stored or given JSON value does not have the expected shape.
    #[error("payload: {0}")]
    Payload(#[from] serde_json::Error),
    /// A cursor that this crate did not make.
    #[error("bad cursor")]
    BadCursor,
    /// The worker runtime ended by itself.
    #[error("workers: {0}")]
    Workers(String),
}

impl Error {
    /// A unique index refused the write.
    pub fn is_unique_violation(&self) -> bool {
        matches!(self, Self::Database(sqlx::Error::Database(e)) if e.is_unique_violation())
    }
}
