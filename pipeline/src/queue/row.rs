//! Rows of `jobs` and `job_history` as [`Job`]s.

use sqlx::{Row, any::AnyRow};

use crate::{Error, Job, Priority, State};

/// The columns that [`job_of`] reads, all but `finished_at`, which only the history has.
pub(crate) const COLUMNS: &str = "id, queue, kind, payload, book_id, dedup_key, priority, state, attempt, \
     max_attempts, run_at, worker, cancel_requested, last_error, progress, trace, created_at, started_at, fence";

/// Reads [`COLUMNS`] and, if there, `finished_at`.
pub(crate) fn job_of(row: &AnyRow) -> Result<Job, Error> {
    let state: String = row.try_get("state")?;
    let payload: String = row.try_get("payload")?;
    let progress: Option<String> = row.try_get("progress")?;
    Ok(Job {
        id: row.try_get("id")?,
        queue: row.try_get("queue")?,
        kind: row.try_get("kind")?,
        payload: serde_json::from_str(&payload)?,
        book_id: row.try_get("book_id")?,
        dedup_key: row.try_get("dedup_key")?,
        priority: Priority::from_rank(row.try_get("priority")?),
        state: State::parse(&state)
            .ok_or_else(|| sqlx::Error::Decode(format!("unknown job state {state}").into()))?,
        attempt: count(row, "attempt")?,
        max_attempts: count(row, "max_attempts")?,
        run_at: row.try_get("run_at")?,
        worker: row.try_get("worker")?,
        cancel_requested: row.try_get::<i64, _>("cancel_requested")? != 0,
        last_error: row.try_get("last_error")?,
        progress: progress.as_deref().map(serde_json::from_str).transpose()?,
        trace: row.try_get("trace")?,
        created_at: row.try_get("created_at")?,
        started_at: row.try_get("started_at")?,
        finished_at: match row.try_get("finished_at") {
            Err(sqlx::Error::ColumnNotFound(_)) => None,
            other => other?,
        },
        fence: row.try_get("fence")?,
    })
}

fn count(row: &AnyRow, column: &str) -> Result<u32, Error> {
    let n: i64 = row.try_get(column)?;
    Ok(u32::try_from(n).map_err(|e| sqlx::Error::Decode(e.into()))?)
}
