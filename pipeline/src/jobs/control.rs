//! Cancel, retry, re-prioritise, pause.

use serde_json::json;
use sqlx::Row;

use crate::{
    Error, Hint, Job, Priority, State, Tx,
    queue::{Which, live_key, move_to_history},
};

use super::get;

/// What [`cancel`] could do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cancelled {
    /// It had not started and never will.
    AtOnce,
    /// It runs; its worker has been told and will stop it within seconds.
    Requested,
}

/// Stops a job: one that waits ends here, a running one is told to stop (topic `cancel`, and at the
/// latest with its worker's next renewal).
///
/// # Errors
/// [`Error::NotFound`], [`Error::WrongState`] if it has ended, [`Error::Database`].
pub async fn cancel(tx: &mut Tx, id: &str) -> Result<Cancelled, Error> {
    let text = "UPDATE jobs SET cancel_requested = 1 WHERE id = $1 AND state = 'running'";
    // Twice, because the job may be claimed or fall back into the queue in between.
    for _ in 0..2 {
        if sqlx::query(text)
            .bind(id)
            .execute(&mut **tx)
            .await?
            .rows_affected()
            == 1
        {
            tx.announce(Hint {
                topic: "cancel".to_owned(),
                data: json!({ "id": id }),
            });
            return Ok(Cancelled::Requested);
        }
        let job = get(tx, id).await?;
        if move_to_history(tx, Which::Idle(id), State::Cancelled, Some("cancelled")).await? {
            tx.announce_job(&job, State::Cancelled);
            return Ok(Cancelled::AtOnce);
        }
    }
    Err(Error::WrongState(get(tx, id).await?.state))
}

/// Queues a dead or cancelled job anew, with all its attempts.
///
/// # Errors
/// [`Error::NotFound`], [`Error::WrongState`] if it is live or done, [`Error::KeyLives`] if an equal
/// job is live meanwhile (nothing is changed then, but on PostgreSQL `tx` can only be rolled back if
/// two of them race), [`Error::Database`].
pub async fn retry(tx: &mut Tx, id: &str) -> Result<(), Error> {
    let job = get(tx, id).await?;
    if !matches!(job.state, State::Dead | State::Cancelled) {
        return Err(Error::WrongState(job.state));
    }
    let key = job.dedup_key.as_deref().map(|key| live_key(&job.kind, key));
    if let Some(key) = &key {
        let live = sqlx::query("SELECT id FROM jobs WHERE live_key = $1")
            .bind(key.as_str())
            .fetch_optional(&mut **tx)
            .await?;
        if let Some(row) = live {
            return Err(Error::KeyLives(row.try_get("id")?));
        }
    }
    let inserted = sqlx::query(tx.dialect().sql(REVIVE))
        .bind(id)
        .bind(key.as_deref())
        .execute(&mut **tx)
        .await
        .map_err(Error::from);
    match inserted {
        Err(e) if e.is_unique_violation() => return Err(Error::KeyLives(id.to_owned())),
        Err(e) => return Err(e),
        Ok(_) => {}
    }
    sqlx::query("DELETE FROM job_history WHERE id = $1")
        .bind(id)
        .execute(&mut **tx)
        .await?;
    tx.wake(&job.queue);
    tx.announce_job(
        &Job {
            progress: None,
            ..job
        },
        State::Queued,
    );
    Ok(())
}

/// The fence goes on, so that a worker that still believes in the old claim stays shut out.
const REVIVE: &str = "INSERT INTO jobs (id, queue, kind, payload, book_id, dedup_key, dedup_until, live_key, \
       priority, state, due, attempt, max_attempts, run_at, parent, fence, last_error, trace, created_at) \
     SELECT id, queue, kind, payload, book_id, dedup_key, dedup_until, $2, \
       priority, 'queued', 1, 0, max_attempts, {now}, parent, fence, last_error, trace, created_at \
     FROM job_history WHERE id = $1 AND state IN ('dead', 'cancelled')";

/// Lets a waiting job go earlier or later.
///
/// # Errors
/// [`Error::NotFound`], [`Error::WrongState`] if it does not wait, [`Error::Database`].
pub async fn set_priority(tx: &mut Tx, id: &str, priority: Priority) -> Result<(), Error> {
    let done = sqlx::query(
        "UPDATE jobs SET priority = $2 WHERE id = $1 AND state IN ('queued', 'waiting')",
    )
    .bind(id)
    .bind(priority.rank())
    .execute(&mut **tx)
    .await?;
    let job = get(tx, id).await?;
    if done.rows_affected() == 0 {
        return Err(Error::WrongState(job.state));
    }
    tx.announce_job(&job, job.state);
    Ok(())
}

/// Lets claims from `queue` rest; what runs goes on.
///
/// # Errors
/// [`Error::Database`].
pub async fn pause(tx: &mut Tx, queue: &str) -> Result<(), Error> {
    set_paused(tx, queue, true).await
}

/// Ends a pause.
///
/// # Errors
/// [`Error::Database`].
pub async fn resume(tx: &mut Tx, queue: &str) -> Result<(), Error> {
    set_paused(tx, queue, false).await?;
    tx.wake(queue);
    Ok(())
}

async fn set_paused(tx: &mut Tx, queue: &str, paused: bool) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO queues (name, paused) VALUES ($1, $2) \
         ON CONFLICT (name) DO UPDATE SET paused = excluded.paused",
    )
    .bind(queue)
    .bind(i64::from(paused))
    .execute(&mut **tx)
    .await?;
    tx.announce(Hint {
        topic: "queue".to_owned(),
        data: json!({ "queue": queue, "paused": paused }),
    });
    Ok(())
}
