//! What a handler has in its hands.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use serde::de::DeserializeOwned;
use tokio::sync::watch;

use super::{Done, JobError};
use crate::{
    Error, Job, Pipeline, Progress, State, Tx, job_hint,
    queue::{self, Held},
};

/// The job that a handler runs, and what it may do with it. Cheap to clone.
#[derive(Clone)]
pub struct Ctx(Arc<Inner>);

struct Inner {
    job: Job,
    held: Held,
    pipeline: Pipeline,
    signal: watch::Receiver<Signal>,
    finished: AtomicBool,
    told: Mutex<Told>,
}

/// What the process wants of a running handler.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Signal {
    /// Somebody cancelled the job.
    pub(crate) cancel: bool,
    /// The process is about to end.
    pub(crate) drain: bool,
    /// The handler is dropped now.
    pub(crate) stop: Option<Stop>,
}

/// Why a handler is dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// The job belongs to another worker now.
    Lost,
    /// The process ends and waited long enough.
    Drained,
}

/// When progress was last told, so that a handler may report as often as it likes.
#[derive(Default)]
struct Told {
    hint: Option<Instant>,
    row: Option<Instant>,
}

const HINT_EVERY: Duration = Duration::from_millis(100);
const ROW_EVERY: Duration = Duration::from_secs(1);

impl Ctx {
    pub(crate) fn new(
        pipeline: Pipeline,
        job: Job,
        held: Held,
        signal: watch::Receiver<Signal>,
    ) -> Self {
        let (finished, told) = (AtomicBool::new(false), Mutex::default());
        Self(Arc::new(Inner {
            job,
            held,
            pipeline,
            signal,
            finished,
            told,
        }))
    }

    /// The job as it was claimed.
    pub fn job(&self) -> &Job {
        &self.0.job
    }

    /// Database, permits and bus.
    pub fn pipeline(&self) -> &Pipeline {
        &self.0.pipeline
    }

    /// The payload as `T`.
    ///
    /// # Errors
    /// [`JobError::Abort`]: a payload that does not fit will not fit later either.
    pub fn payload<T: DeserializeOwned>(&self) -> Result<T, JobError> {
        serde_json::from_value(self.0.job.payload.clone())
            .map_err(|e| JobError::Abort(format!("payload: {e}")))
    }

    /// Begins a write transaction.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn begin(&self) -> Result<Tx, Error> {
        self.0.pipeline.begin().await
    }

    /// Completes the job in `tx` and commits: its effects and its end become true together.
    ///
    /// # Errors
    /// [`JobError::Retry`] when the job is no longer held by this worker or the database refuses;
    /// then `tx` is rolled back.
    pub async fn finish(&self, mut tx: Tx) -> Result<Done, JobError> {
        let Inner { job, held, .. } = &*self.0;
        if !queue::finish(&mut tx, job, held, State::Done, None).await? {
            tx.rollback().await?;
            return Err(Error::Stale.into());
        }
        tx.commit().await?;
        self.0.finished.store(true, Ordering::Release);
        Ok(Done)
    }

    /// Tells how far the work is. Written at most once a second and sent at most ten times a second,
    /// the last step always.
    pub async fn progress(&self, done: u64, total: u64) {
        let progress = Progress { done, total };
        let last = done >= total;
        let (tell, write) = self.due(last);
        if tell {
            let hint = job_hint(&self.0.job, State::Running, Some(progress));
            self.0.pipeline.bus().publish(hint);
        }
        if write && let Err(error) = self.write_progress(progress).await {
            tracing::debug!(%error, "progress not written");
        }
    }

    /// Resolves when somebody cancels the job. The handler should clean up and return an error; one
    /// that does not is dropped after its queue's grace.
    pub async fn cancelled(&self) {
        self.signalled(|s| s.cancel).await;
    }

    /// Whether somebody cancelled the job.
    pub fn is_cancelled(&self) -> bool {
        self.signal().cancel
    }

    /// Resolves when the process is about to end. A handler may go on until the drain's time is over;
    /// an error returned from now on puts the job back without counting the attempt.
    pub async fn draining(&self) {
        self.signalled(|s| s.drain).await;
    }

    pub(crate) fn signal(&self) -> Signal {
        *self.0.signal.borrow()
    }

    pub(crate) fn finished(&self) -> bool {
        self.0.finished.load(Ordering::Acquire)
    }

    pub(crate) fn held(&self) -> &Held {
        &self.0.held
    }

    /// Resolves when the handler must be dropped.
    pub(crate) async fn stopped(&self) -> Stop {
        let mut signal = self.0.signal.clone();
        loop {
            if let Some(stop) = signal.borrow_and_update().stop {
                return stop;
            }
            if signal.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    }

    async fn signalled(&self, wanted: impl Fn(&Signal) -> bool) {
        let mut signal = self.0.signal.clone();
        if signal.wait_for(wanted).await.is_err() {
            // The sender lives as long as the handler runs; a clone that outlived it waits for nothing.
            std::future::pending::<()>().await;
        }
    }

    fn due(&self, last: bool) -> (bool, bool) {
        let mut told = self.0.told.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        let passed = |since: Option<Instant>, every| since.is_none_or(|t| now - t >= every);
        let (hint, row) = (
            last || passed(told.hint, HINT_EVERY),
            last || passed(told.row, ROW_EVERY),
        );
        if hint {
            told.hint = Some(now);
        }
        if row {
            told.row = Some(now);
        }
        (hint, row)
    }

    async fn write_progress(&self, progress: Progress) -> Result<(), Error> {
        let held = &self.0.held;
        sqlx::query(
            "UPDATE jobs SET progress = $4 WHERE id = $1 AND worker = $2 AND fence = $3 AND state = 'running'",
        )
        .bind(held.id.as_str())
        .bind(held.worker.as_str())
        .bind(held.fence)
        .bind(serde_json::to_string(&progress)?)
        .execute(self.0.pipeline.db().writer())
        .await?;
        Ok(())
    }
}
