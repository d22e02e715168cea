//! `INSERT` in the caller's transaction: the ledger is the outbox.

use sqlx::Row;

use crate::{Dedup, Enqueued, Error, Job, NewJob, State, Tx};

/// An equal job that waits is taken instead; a reader thereby lifts a bulk job. Its time comes forward
/// only if it has not been tried yet: a backoff stands.
///
/// On PostgreSQL the conflicting row stays locked until the caller commits, so that a job that is not
/// started yet cannot start between this statement and the change it is to see.
const INSERT: &str = "INSERT INTO jobs (id, queue, kind, payload, book_id, dedup_key, dedup_until, live_key, \
       priority, state, due, max_attempts, run_at, trace, created_at) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'queued', $10, $11, {now} + $12, $13, {now}) \
     ON CONFLICT (live_key) WHERE live_key IS NOT NULL DO UPDATE SET \
       priority = CASE WHEN excluded.priority < jobs.priority THEN excluded.priority ELSE jobs.priority END, \
       run_at = CASE WHEN jobs.attempt = 0 AND excluded.run_at < jobs.run_at THEN excluded.run_at ELSE jobs.run_at END, \
       due = CASE WHEN jobs.attempt = 0 AND excluded.due = 1 THEN 1 ELSE jobs.due END \
     RETURNING id, state, created_at, run_at";

pub(crate) async fn enqueue(tx: &mut Tx, new: NewJob) -> Result<Enqueued, Error> {
    let id = uuid::Uuid::now_v7().to_string();
    let (key, until) = key_of(&new.dedup);
    let delay = i64::try_from(new.delay.as_millis()).unwrap_or(i64::MAX / 4);
    let row = sqlx::query(tx.dialect().sql(INSERT))
        .bind(id.clone())
        .bind(new.queue)
        .bind(new.kind)
        .bind(new.payload.to_string())
        .bind(new.book_id.clone())
        .bind(key)
        .bind(until)
        .bind(key.map(|key| live_key(new.kind, key)))
        .bind(new.priority.rank())
        .bind(i64::from(delay == 0))
        .bind(i64::from(new.max_attempts))
        .bind(delay)
        .bind(new.trace.clone())
        .fetch_one(&mut **tx)
        .await?;
    let winner: String = row.try_get("id")?;
    if delay == 0 {
        // Also for a job that was there: a claim that met the locked row has passed it by.
        tx.wake(new.queue);
    }
    let fresh = winner == id;
    if fresh {
        let job = as_job(id, new, row.try_get("created_at")?, row.try_get("run_at")?);
        tx.announce_job(&job, State::Queued);
    }
    Ok(Enqueued { id: winner, fresh })
}

/// What is unique among live jobs.
pub(crate) fn live_key(kind: &str, key: &str) -> String {
    format!("{kind}:{key}")
}

fn key_of(dedup: &Dedup) -> (Option<&str>, Option<&'static str>) {
    match dedup {
        Dedup::None => (None, None),
        Dedup::UntilStart(key) => (Some(key), Some("start")),
        Dedup::UntilDone(key) => (Some(key), Some("done")),
    }
}

fn as_job(id: String, new: NewJob, created_at: i64, run_at: i64) -> Job {
    Job {
        id,
        queue: new.queue.to_owned(),
        kind: new.kind.to_owned(),
        payload: new.payload,
        book_id: new.book_id,
        dedup_key: None,
        priority: new.priority,
        state: State::Queued,
        attempt: 0,
        max_attempts: new.max_attempts,
        run_at,
        worker: None,
        cancel_requested: false,
        last_error: None,
        progress: None,
        trace: new.trace,
        created_at,
        started_at: None,
        finished_at: None,
        fence: 0,
    }
}
