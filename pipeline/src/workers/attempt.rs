//! One permit: claim, run, settle, and on to the next job until the queue has none.

use std::{
    panic::AssertUnwindSafe,
    sync::Arc,
    time::{Duration, Instant},
};

use futures::FutureExt;
use tracing::Instrument;

use super::{
    Ctx, Done, JobError, JobResult, QueueOptions,
    ctx::Stop,
    site::{Handler, Site},
};
use crate::{
    Error, Job, State, job_hint,
    queue::{self, Held},
};

/// One queue of a worker process.
pub(crate) struct QueueSite {
    pub(crate) site: Arc<Site>,
    pub(crate) queue: String,
    pub(crate) options: QueueOptions,
}

/// How an attempt ended, seen from outside the handler.
enum End {
    Returned(JobResult),
    Panicked(String),
    TimedOut,
    Ignored,
    Stopped(Stop),
}

/// How long a job rests whose kind this process does not know: another one, with a newer program, may.
const UNKNOWN_KIND_REST: Duration = Duration::from_secs(5);

impl QueueSite {
    /// Works until the queue has nothing to claim. One permit thus wakes one slot, however many jobs
    /// there are; permits are spent on waking, not on counting.
    pub(crate) async fn work(&self) {
        while !self.site.stopping() {
            match queue::claim(self.site.pipeline.db(), &self.queue, &self.site.id).await {
                Ok(Some(job)) => self.attempt(job).await,
                Ok(None) => return,
                Err(error) => {
                    // The permit is spent; the next top-up grants another.
                    tracing::warn!(%error, queue = %self.queue, "cannot claim");
                    return;
                }
            }
        }
    }

    async fn attempt(&self, job: Job) {
        let Some(held) = Held::of(&job) else { return };
        let span = tracing::info_span!(
            "job", job.id = %job.id, job.kind = %job.kind, book.id = job.book_id.as_deref(), job.attempt = job.attempt,
        );
        async {
            let (_holding, signal) = self.site.hold(&held);
            let ctx = Ctx::new(self.site.pipeline.clone(), job, held, signal);
            match self.site.handlers.get(ctx.job().kind.as_str()) {
                _ if self.site.stopping() => {
                    self.give_back(&ctx, "drained", Duration::ZERO).await;
                }
                None => {
                    tracing::warn!("no handler for this kind of job");
                    self.give_back(&ctx, "no handler for this kind", UNKNOWN_KIND_REST)
                        .await;
                }
                Some(handler) => self.run(&ctx, handler).await,
            }
        }
        .instrument(span)
        .await;
    }

    async fn run(&self, ctx: &Ctx, handler: &Handler) {
        let job = ctx.job();
        let labels = [("queue", job.queue.clone()), ("kind", job.kind.clone())];
        let waited = job
            .started_at
            .unwrap_or(job.run_at)
            .saturating_sub(job.run_at)
            .max(0);
        metrics::histogram!("bindery_job_wait_seconds", &labels).record(waited as f64 / 1000.0);
        self.site
            .pipeline
            .bus()
            .publish(job_hint(job, State::Running, None));
        let started = Instant::now();
        let end = self.handle(ctx, handler).await;
        metrics::histogram!("bindery_job_seconds", &labels).record(started.elapsed());
        let outcome = self.settle(ctx, end).await;
        let [queue, kind] = labels;
        metrics::counter!(
            "bindery_job_attempts_total",
            &[queue, kind, ("outcome", outcome.to_owned())]
        )
        .increment(1);
    }

    async fn handle(&self, ctx: &Ctx, handler: &Handler) -> End {
        let running = AssertUnwindSafe(async { handler(ctx.clone()).await }).catch_unwind();
        let timeout = self.options.timeout.unwrap_or(Duration::MAX);
        let ignored = async {
            ctx.cancelled().await;
            tokio::time::sleep(self.options.cancel_grace).await;
        };
        tokio::select! {
            biased;
            returned = running => match returned {
                Ok(result) => End::Returned(result),
                Err(panic) => End::Panicked(panic_text(&*panic)),
            },
            stop = ctx.stopped() => End::Stopped(stop),
            () = ignored => End::Ignored,
            () = tokio::time::sleep(timeout) => End::TimedOut,
        }
    }

    /// Writes the end into the ledger; gives back a word for it.
    async fn settle(&self, ctx: &Ctx, end: End) -> &'static str {
        if ctx.finished() {
            if let End::Returned(Err(error)) = &end {
                tracing::warn!(
                    error = error.reason(),
                    "the handler failed after it had finished its job"
                );
            }
            return "done";
        }
        let job = ctx.job();
        let (draining, cancelled) = (ctx.signal().drain, ctx.signal().cancel);
        let backoff = self.options.backoff.after(job.attempt);
        let written = match end {
            End::Returned(Ok(Done)) => self.end(ctx, State::Done, None).await,
            End::Returned(Err(JobError::Abort(why))) => {
                let state = if cancelled {
                    State::Cancelled
                } else {
                    State::Dead
                };
                self.end(ctx, state, Some(&why)).await
            }
            End::Returned(Err(JobError::Retry(why))) if draining && !cancelled => {
                return self.give_back(ctx, &why, Duration::ZERO).await;
            }
            End::Returned(Err(JobError::Retry(why))) => self.fail(ctx, &why, backoff).await,
            End::Returned(Err(JobError::RetryAfter(wait, why))) => self.fail(ctx, &why, wait).await,
            End::Panicked(why) => self.fail(ctx, &format!("panicked: {why}"), backoff).await,
            End::TimedOut => self.fail(ctx, "took too long", backoff).await,
            End::Ignored => self.fail(ctx, "cancelled", backoff).await,
            End::Stopped(Stop::Drained) => {
                return self.give_back(ctx, "drained", Duration::ZERO).await;
            }
            End::Stopped(Stop::Lost) => Ok(None),
        };
        told(ctx, written)
    }

    async fn end(
        &self,
        ctx: &Ctx,
        state: State,
        why: Option<&str>,
    ) -> Result<Option<State>, Error> {
        persist(|| async {
            let mut tx = ctx.begin().await?;
            let ended = queue::finish(&mut tx, ctx.job(), ctx.held(), state, why).await?;
            tx.commit().await?;
            Ok(ended.then_some(state))
        })
        .await
    }

    async fn fail(&self, ctx: &Ctx, why: &str, wait: Duration) -> Result<Option<State>, Error> {
        persist(|| async {
            let mut tx = ctx.begin().await?;
            let state = queue::fail(&mut tx, ctx.job(), ctx.held(), why, wait).await?;
            tx.commit().await?;
            Ok(state)
        })
        .await
        .inspect(|state| log_failure(*state, why))
    }

    async fn give_back(&self, ctx: &Ctx, why: &str, rest: Duration) -> &'static str {
        let released = persist(|| async {
            let mut tx = ctx.begin().await?;
            let released = queue::release(&mut tx, ctx.job(), ctx.held(), why, rest).await?;
            tx.commit().await?;
            Ok(released)
        })
        .await;
        match released {
            Ok(true) => "released",
            Ok(false) => "lost",
            Err(error) => {
                tracing::error!(%error, "cannot give the job back; the reaper will");
                "lost"
            }
        }
    }
}

fn log_failure(state: Option<State>, why: &str) {
    match state {
        Some(State::Dead) => tracing::error!(why, "the job is dead"),
        Some(State::Cancelled) => tracing::info!("the job is cancelled"),
        Some(_) => tracing::warn!(why, "the attempt failed"),
        None => {}
    }
}

fn told(ctx: &Ctx, written: Result<Option<State>, Error>) -> &'static str {
    match written {
        Ok(Some(State::Queued)) => "retry",
        Ok(Some(state)) => state.as_str(),
        Ok(None) => {
            tracing::warn!(
                fence = ctx.held().fence,
                "the job went to another worker meanwhile"
            );
            "lost"
        }
        Err(error) => {
            tracing::error!(%error, "cannot write the outcome; the job will run again");
            "lost"
        }
    }
}

/// A short hiccup of the database must not cost a whole attempt.
async fn persist<T, F>(write: impl Fn() -> F) -> Result<T, Error>
where
    F: Future<Output = Result<T, Error>>,
{
    let mut wait = Duration::from_millis(100);
    for _ in 0..4 {
        match write().await {
            Err(Error::Database(error)) => {
                tracing::warn!(%error, "cannot write the outcome yet");
                tokio::time::sleep(wait).await;
                wait *= 3;
            }
            other => return other,
        }
    }
    write().await
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|s| (*s).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "unknown".into())
}
