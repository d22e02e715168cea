//! The write transaction: what it changes, the jobs that follow from it and the hints about it
//! become true together or not at all.

use std::{
    collections::BTreeMap,
    ops::{Deref, DerefMut},
};

use serde_json::json;
use sqlx::{Any, AnyConnection, Transaction};

use crate::{Dialect, Enqueued, Error, Hint, Job, NewJob, Pipeline, Progress, State, queue};

/// A write transaction. Dropping it rolls back; [`Tx::commit`] commits, then wakes workers and sends
/// the hints.
///
/// It is an [`AnyConnection`]: `sqlx::query(…).execute(&mut *tx)`. On SQLite it holds the only writer,
/// so keep it short and never begin a second one while holding it: that waits for itself.
pub struct Tx {
    inner: Transaction<'static, Any>,
    pipeline: Pipeline,
    wakes: BTreeMap<String, usize>,
    hints: Vec<Hint>,
}

impl Tx {
    pub(crate) async fn begin(pipeline: &Pipeline) -> Result<Self, Error> {
        let writer = pipeline.db().writer();
        let inner = match pipeline.db().dialect() {
            // A deferred transaction that turns to writing later can fail at once; this one queues.
            Dialect::Sqlite => writer.begin_with("BEGIN IMMEDIATE").await?,
            Dialect::Postgres => writer.begin().await?,
        };
        Ok(Self {
            inner,
            pipeline: pipeline.clone(),
            wakes: BTreeMap::new(),
            hints: Vec::new(),
        })
    }

    /// Puts a job into the ledger, or folds it into an equal one that is live (see
    /// [`Dedup`](crate::Dedup)): then that one gets the higher of the two priorities.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn enqueue(&mut self, job: NewJob) -> Result<Enqueued, Error> {
        queue::enqueue(self, job).await
    }

    /// Sends `hint` after the commit.
    pub fn announce(&mut self, hint: Hint) {
        self.hints.push(hint);
    }

    /// Commits, then wakes the queues touched and sends the hints.
    ///
    /// # Errors
    /// [`Error::Database`]; then nothing was sent, and whether it was committed is known only if the
    /// database answered.
    pub async fn commit(self) -> Result<(), Error> {
        let Self {
            inner,
            pipeline,
            wakes,
            hints,
        } = self;
        inner.commit().await?;
        for (queue, jobs) in wakes {
            pipeline.permits().wake(&queue, jobs);
        }
        for hint in hints {
            pipeline.bus().publish(hint);
        }
        Ok(())
    }

    /// Undoes everything at once. (A mere drop does it when the connection is used next.)
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn rollback(self) -> Result<(), Error> {
        Ok(self.inner.rollback().await?)
    }

    /// Which database this is.
    pub fn dialect(&self) -> Dialect {
        self.pipeline.db().dialect()
    }

    /// One more job of `queue` can be claimed after the commit.
    pub(crate) fn wake(&mut self, queue: &str) {
        *self.wakes.entry(queue.to_owned()).or_default() += 1;
    }

    pub(crate) fn announce_job(&mut self, job: &Job, state: State) {
        self.announce(job_hint(job, state, job.progress));
    }
}

/// The hint that the ledger sends on every change: topic `job`.
pub(crate) fn job_hint(job: &Job, state: State, progress: Option<Progress>) -> Hint {
    let data = json!({
        "id": job.id, "queue": job.queue, "kind": job.kind, "state": state,
        "bookId": job.book_id, "progress": progress,
    });
    Hint {
        topic: "job".to_owned(),
        data,
    }
}

impl Deref for Tx {
    type Target = AnyConnection;

    fn deref(&self) -> &AnyConnection {
        &self.inner
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut AnyConnection {
        &mut self.inner
    }
}
