//! The worker runtime: one apalis `Monitor`, one named apalis worker for each queue.

mod attempt;
mod ctx;
mod lease;
mod outcome;
mod run;
mod site;

use std::{collections::HashMap, sync::Arc, time::Duration};

use futures::FutureExt;

pub use ctx::Ctx;
pub use outcome::{Backoff, Done, JobError, JobResult};

use self::site::{Handler, Site};
use crate::{Error, Pipeline};

/// How a queue is worked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueOptions {
    /// Jobs at once in this process.
    pub concurrency: usize,
    /// How long a failed job rests.
    pub backoff: Backoff,
    /// How long one attempt may take; no limit by default.
    pub timeout: Option<Duration>,
    /// How long a handler may take to notice that its job was cancelled before it is dropped. 10 s.
    pub cancel_grace: Duration,
}

impl Default for QueueOptions {
    fn default() -> Self {
        Self {
            concurrency: 1,
            backoff: Backoff::default(),
            timeout: None,
            cancel_grace: Duration::from_secs(10),
        }
    }
}

impl QueueOptions {
    /// Defaults with this many jobs at once.
    pub fn concurrency(n: usize) -> Self {
        Self {
            concurrency: n.max(1),
            ..Self::default()
        }
    }
}

/// Workers of one process, to be put together and run.
pub struct Workers {
    pipeline: Pipeline,
    queues: Vec<(String, QueueOptions)>,
    handlers: HashMap<&'static str, Handler>,
    drain: Duration,
    keeper: bool,
}

impl Workers {
    /// Workers without queues yet.
    pub fn new(pipeline: Pipeline) -> Self {
        Self {
            pipeline,
            queues: Vec::new(),
            handlers: HashMap::new(),
            drain: Duration::from_secs(30),
            keeper: true,
        }
    }

    /// Serves `name`. Naming a queue again replaces its options.
    pub fn queue(mut self, name: impl Into<String>, options: QueueOptions) -> Self {
        let name = name.into();
        self.queues.retain(|(known, _)| *known != name);
        self.queues.push((name, options));
        self
    }

    /// Runs jobs of this kind, in whichever queue they lie.
    pub fn handle<F, Fut>(mut self, kind: &'static str, handler: F) -> Self
    where
        F: Fn(Ctx) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = JobResult> + Send + 'static,
    {
        self.handlers
            .insert(kind, Arc::new(move |ctx| handler(ctx).boxed()));
        self
    }

    /// How long handlers may go on after the shutdown began; then they are dropped and their jobs put
    /// back without counting the attempt. 30 s.
    pub fn drain(mut self, time: Duration) -> Self {
        self.drain = time;
        self
    }

    /// Whether a [`Keeper`](crate::Keeper) runs along, which is the default. Only with a Redis carrier
    /// can it be left to other processes; with the local one nothing would be topped up.
    pub fn keeper(mut self, along: bool) -> Self {
        self.keeper = along;
        self
    }

    /// The kinds that have a handler, sorted.
    pub fn kinds(&self) -> Vec<&'static str> {
        let mut kinds: Vec<_> = self.handlers.keys().copied().collect();
        kinds.sort_unstable();
        kinds
    }

    /// Works until `shutdown` resolves, then drains.
    ///
    /// # Errors
    /// [`Error::Config`] without any queue, [`Error::Database`] if the ledger cannot be reached at the
    /// start, [`Error::Workers`] if the runtime ends by itself.
    pub async fn run(self, shutdown: impl Future<Output = ()> + Send) -> Result<(), Error> {
        let Self {
            pipeline,
            queues,
            handlers,
            drain,
            keeper,
        } = self;
        run::run(
            Site::new(pipeline, handlers),
            queues,
            drain,
            keeper,
            shutdown,
        )
        .await
    }
}
