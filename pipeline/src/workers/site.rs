//! A worker process: its name in the ledger and the jobs it holds.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use futures::future::BoxFuture;
use tokio::sync::watch;

use super::{
    Ctx, JobResult,
    ctx::{Signal, Stop},
};
use crate::{Pipeline, queue::Held};

pub(crate) type Handler = Arc<dyn Fn(Ctx) -> BoxFuture<'static, JobResult> + Send + Sync>;

/// What all queues of the process share.
pub(crate) struct Site {
    pub(crate) pipeline: Pipeline,
    /// Unique per start.
    pub(crate) id: String,
    pub(crate) handlers: HashMap<&'static str, Handler>,
    held: Mutex<HashMap<(String, i64), watch::Sender<Signal>>>,
    stopping: AtomicBool,
}

impl Site {
    pub(crate) fn new(pipeline: Pipeline, handlers: HashMap<&'static str, Handler>) -> Arc<Self> {
        Arc::new(Self {
            pipeline,
            id: format!("w{}-{}", std::process::id(), uuid::Uuid::now_v7()),
            handlers,
            held: Mutex::default(),
            stopping: AtomicBool::new(false),
        })
    }

    /// Whether no more jobs are to be claimed.
    pub(crate) fn stopping(&self) -> bool {
        self.stopping.load(Ordering::Acquire)
    }

    /// Claims no more, and tells the running handlers.
    pub(crate) fn start_drain(&self) {
        self.stopping.store(true, Ordering::Release);
        self.signal_all(|signal| signal.drain = true);
    }

    /// Drops the handlers that still run; their jobs go back.
    pub(crate) fn end_drain(&self) {
        self.signal_all(|signal| signal.stop = signal.stop.or(Some(Stop::Drained)));
    }

    /// Notes that this process has the job, until the guard is dropped.
    pub(crate) fn hold(self: &Arc<Self>, held: &Held) -> (Holding, watch::Receiver<Signal>) {
        let signal = Signal {
            drain: self.stopping(),
            ..Signal::default()
        };
        let (sender, receiver) = watch::channel(signal);
        let key = (held.id.clone(), held.fence);
        self.lock().insert(key.clone(), sender);
        (
            Holding {
                site: self.clone(),
                key,
            },
            receiver,
        )
    }

    /// What this process has in hand: job and fence.
    pub(crate) fn holdings(&self) -> Vec<(String, i64)> {
        self.lock().keys().cloned().collect()
    }

    pub(crate) fn cancel(&self, id: &str) {
        for ((_, _), sender) in self.lock().iter().filter(|((held, _), _)| held == id) {
            sender.send_modify(|signal| signal.cancel = true);
        }
    }

    /// The job went to another worker: its handler here is dropped.
    pub(crate) fn lose(&self, key: &(String, i64)) {
        if let Some(sender) = self.lock().get(key) {
            sender.send_modify(|signal| signal.stop = Some(Stop::Lost));
        }
    }

    fn signal_all(&self, change: impl Fn(&mut Signal)) {
        for sender in self.lock().values() {
            sender.send_modify(&change);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<(String, i64), watch::Sender<Signal>>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// While this lives, the process has the job; it goes with the handler, however that ends.
pub(crate) struct Holding {
    site: Arc<Site>,
    key: (String, i64),
}

impl Drop for Holding {
    fn drop(&mut self) {
        self.site.lock().remove(&self.key);
    }
}
