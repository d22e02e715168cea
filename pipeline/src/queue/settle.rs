//! How a running job stops running. Every write checks (worker, fence): a worker whose job was given
//! to another changes nothing.

use std::time::Duration;

use sqlx::Row;

use crate::{Dialect, Error, Job, State, Tx};

/// A claim on a job: which one, by whom, and the how-manieth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Held {
    pub(crate) id: String,
    pub(crate) worker: String,
    pub(crate) fence: i64,
}

impl Held {
    /// The claim that `job` stands for, if it is running.
    pub(crate) fn of(job: &Job) -> Option<Self> {
        let worker = job.worker.clone().filter(|_| job.state == State::Running)?;
        Some(Self {
            id: job.id.clone(),
            worker,
            fence: job.fence,
        })
    }
}

/// Ends the held job in `state` and moves it to the history, in the caller's transaction.
/// `false`: it is no longer held; the caller must not commit.
pub(crate) async fn finish(
    tx: &mut Tx,
    job: &Job,
    held: &Held,
    state: State,
    error: Option<&str>,
) -> Result<bool, Error> {
    let moved = move_to_history(tx, Which::Held(held), state, error).await?;
    if moved {
        tx.announce_job(job, state);
    }
    Ok(moved)
}

/// After a failed attempt: back into the queue after `delay`, or dead when the attempts are used up,
/// or cancelled if that was asked for. `None`: no longer held.
pub(crate) async fn fail(
    tx: &mut Tx,
    job: &Job,
    held: &Held,
    error: &str,
    delay: Duration,
) -> Result<Option<State>, Error> {
    let delay = i64::try_from(delay.as_millis()).unwrap_or(i64::MAX / 4);
    if requeue(tx, REQUEUE, held, error, delay).await? {
        tx.announce_job(job, State::Queued);
        if delay == 0 {
            tx.wake(&job.queue);
        }
        return Ok(Some(State::Queued));
    }
    let end = match cancel_requested(tx, held).await? {
        None => return Ok(None),
        Some(true) => State::Cancelled,
        Some(false) => State::Dead,
    };
    Ok(finish(tx, job, held, end, Some(error))
        .await?
        .then_some(end))
}

/// Back into the queue as if it had not been claimed: the attempt does not count.
/// `false`: no longer held.
pub(crate) async fn release(
    tx: &mut Tx,
    job: &Job,
    held: &Held,
    why: &str,
    delay: Duration,
) -> Result<bool, Error> {
    let delay = i64::try_from(delay.as_millis()).unwrap_or(i64::MAX / 4);
    let released = requeue(tx, RELEASE, held, why, delay).await?;
    if released {
        tx.announce_job(job, State::Queued);
        if delay == 0 {
            tx.wake(&job.queue);
        }
        return Ok(true);
    }
    // What is left is a job that shall be cancelled.
    Ok(fail(tx, job, held, why, Duration::ZERO).await?.is_some())
}

const REQUEUE: &str = "UPDATE jobs SET state = 'queued', worker = NULL, last_error = $4, \
       due = CASE WHEN $5 = 0 THEN 1 ELSE 0 END, run_at = {now} + $5 \
     WHERE id = $1 AND worker = $2 AND fence = $3 AND state = 'running' \
       AND cancel_requested = 0 AND attempt < max_attempts";

const RELEASE: &str = "UPDATE jobs SET state = 'queued', worker = NULL, last_error = $4, attempt = attempt - 1, \
       due = CASE WHEN $5 = 0 THEN 1 ELSE 0 END, run_at = CASE WHEN $5 = 0 THEN run_at ELSE {now} + $5 END \
     WHERE id = $1 AND worker = $2 AND fence = $3 AND state = 'running' AND cancel_requested = 0";

async fn requeue(
    tx: &mut Tx,
    text: &'static str,
    held: &Held,
    error: &str,
    delay: i64,
) -> Result<bool, Error> {
    let done = sqlx::query(tx.dialect().sql(text))
        .bind(held.id.as_str())
        .bind(held.worker.as_str())
        .bind(held.fence)
        .bind(error)
        .bind(delay)
        .execute(&mut **tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Whether the held job shall stop; `None` if it is no longer held.
async fn cancel_requested(tx: &mut Tx, held: &Held) -> Result<Option<bool>, Error> {
    let row = sqlx::query(
        "SELECT cancel_requested FROM jobs WHERE id = $1 AND worker = $2 AND fence = $3 AND state = 'running'",
    )
    .bind(held.id.as_str())
    .bind(held.worker.as_str())
    .bind(held.fence)
    .fetch_optional(&mut **tx)
    .await?;
    Ok(match row {
        None => None,
        Some(row) => Some(row.try_get::<i64, _>("cancel_requested")? != 0),
    })
}

/// Which live row is to end.
#[derive(Clone, Copy)]
pub(crate) enum Which<'a> {
    /// The running one, if this claim on it stands.
    Held(&'a Held),
    /// The one with this id, if nobody runs it.
    Idle(&'a str),
}

const KEPT: &str = "id, queue, kind, payload, book_id, dedup_key, dedup_until, priority, attempt, max_attempts, \
     run_at, pending, parent, worker, fence, cancel_requested, progress, trace, created_at, started_at";

/// Moves one live row to the history. `false`: there is no such row.
pub(crate) async fn move_to_history(
    tx: &mut Tx,
    which: Which<'_>,
    state: State,
    error: Option<&str>,
) -> Result<bool, Error> {
    let (id, clause) = match which {
        Which::Held(held) => (
            held.id.as_str(),
            "id = $1 AND worker = $4 AND fence = $5 AND state = 'running'",
        ),
        Which::Idle(id) => (id, "id = $1 AND state IN ('queued', 'waiting')"),
    };
    let into = format!("INSERT INTO job_history ({KEPT}, state, last_error, finished_at)");
    let what = format!("SELECT {KEPT}, $2, coalesce($3, last_error), {{now}}");
    let text = match tx.dialect() {
        Dialect::Sqlite => format!("{into} {what} FROM jobs WHERE {clause}"),
        Dialect::Postgres => format!(
            "WITH moved AS (DELETE FROM jobs WHERE {clause} RETURNING *) {into} {what} FROM moved"
        ),
    };
    let mut query = sqlx::query(tx.dialect().expand(&text))
        .bind(id)
        .bind(state.as_str())
        .bind(error);
    if let Which::Held(held) = which {
        query = query.bind(held.worker.as_str()).bind(held.fence);
    }
    let moved = query.execute(&mut **tx).await?.rows_affected() == 1;
    if moved && tx.dialect() == Dialect::Sqlite {
        // SQLite has no data-changing WITH; nobody can come between, for this is its only writer.
        sqlx::query("DELETE FROM jobs WHERE id = $1")
            .bind(id)
            .execute(&mut **tx)
            .await?;
    }
    Ok(moved)
}
