//! A job as others see it, and a job to be enqueued.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A row of the ledger, live or ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Job {
    /// uuid v7, so that ids sort by creation.
    pub id: String,
    /// The queue it waits in.
    pub queue: String,
    /// What is to be done; names the handler.
    pub kind: String,
    /// The handler's argument: ids, not data.
    pub payload: Value,
    /// The book it is about, if any; an opaque text here.
    pub book_id: Option<String>,
    /// The key under which equal jobs are one.
    pub dedup_key: Option<String>,
    /// Who goes first.
    pub priority: Priority,
    /// Where it stands.
    pub state: State,
    /// How often it was started, the running attempt included.
    pub attempt: u32,
    /// How often it may be started before it is dead.
    pub max_attempts: u32,
    /// Not before this time, ms UTC.
    pub run_at: i64,
    /// The worker process that runs it or ran it last.
    pub worker: Option<String>,
    /// Somebody wants it to stop.
    pub cancel_requested: bool,
    /// Why the last attempt failed, or why it is dead or cancelled.
    pub last_error: Option<String>,
    /// What the running handler last reported.
    pub progress: Option<Progress>,
    /// W3C trace context of whoever enqueued it.
    pub trace: Option<String>,
    /// ms UTC.
    pub created_at: i64,
    /// Start of the last attempt, ms UTC.
    pub started_at: Option<i64>,
    /// When it became done, dead or cancelled, ms UTC.
    pub finished_at: Option<i64>,
    /// Counts the claims; a write with an old number is refused.
    #[serde(skip)]
    pub(crate) fence: i64,
}

/// Work done of work known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// Units done.
    pub done: u64,
    /// Units in all, as far as known.
    pub total: u64,
}

/// Where a job stands; see the crate's documentation for the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum State {
    /// Waits for a worker or for its time.
    Queued,
    /// Waits for other jobs. (No job enters this state yet: the columns for it exist, fan-out does not.)
    Waiting,
    /// A worker has it.
    Running,
    /// Ended well.
    Done,
    /// Attempts used up, or given up on; may be retried by hand.
    Dead,
    /// Stopped on request.
    Cancelled,
}

impl State {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Queued,
        Self::Waiting,
        Self::Running,
        Self::Done,
        Self::Dead,
        Self::Cancelled,
    ];

    /// The name in the database and in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Done => "done",
            Self::Dead => "dead",
            Self::Cancelled => "cancelled",
        }
    }

    /// The state with this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.as_str() == name)
    }

    /// Whether the job has ended (and lies in the history).
    pub fn is_final(self) -> bool {
        matches!(self, Self::Done | Self::Dead | Self::Cancelled)
    }
}

/// Who goes first in a queue; within one priority, first come, first served.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "camelCase")]
pub enum Priority {
    /// Somebody looks at the screen and waits.
    ReadNow,
    /// Everyday work.
    #[default]
    Normal,
    /// Mass work that must not be in anybody's way.
    Bulk,
}

impl Priority {
    pub(crate) fn rank(self) -> i64 {
        match self {
            Self::ReadNow => 0,
            Self::Normal => 100,
            Self::Bulk => 200,
        }
    }

    pub(crate) fn from_rank(rank: i64) -> Self {
        match rank {
            ..50 => Self::ReadNow,
            50..150 => Self::Normal,
            150.. => Self::Bulk,
        }
    }
}

/// When a second job with the same kind and key is not added but folded into the first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Dedup {
    /// Never.
    #[default]
    None,
    /// While the first has not started: a change during a run must be followed by another run.
    UntilStart(String),
    /// While the first has not ended: its result will serve both.
    UntilDone(String),
}

/// A job to be put into a queue by [`Tx::enqueue`](crate::Tx::enqueue).
#[derive(Clone, Debug)]
pub struct NewJob {
    pub(crate) queue: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) payload: Value,
    pub(crate) book_id: Option<String>,
    pub(crate) dedup: Dedup,
    pub(crate) priority: Priority,
    pub(crate) delay: Duration,
    pub(crate) max_attempts: u32,
    pub(crate) trace: Option<String>,
}

impl NewJob {
    /// A job of normal priority, to be run at once, at most 5 times.
    pub fn new(queue: &'static str, kind: &'static str, payload: Value) -> Self {
        Self {
            queue,
            kind,
            payload,
            book_id: None,
            dedup: Dedup::None,
            priority: Priority::Normal,
            delay: Duration::ZERO,
            max_attempts: 5,
            trace: None,
        }
    }

    /// Names the book, so that jobs can be listed by it.
    pub fn book_id(mut self, id: impl Into<String>) -> Self {
        self.book_id = Some(id.into());
        self
    }

    /// Folds equal jobs into one.
    pub fn dedup(mut self, dedup: Dedup) -> Self {
        self.dedup = dedup;
        self
    }

    /// Sets who goes first.
    pub fn priority(mut self, priority: Priority) -> Self {
        self.priority = priority;
        self
    }

    /// Not before this much time has passed.
    pub fn delay(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// How often it may be started before it is dead; at least 1.
    pub fn max_attempts(mut self, n: u32) -> Self {
        self.max_attempts = n.max(1);
        self
    }

    /// The W3C trace context to go on with.
    pub fn trace(mut self, context: impl Into<String>) -> Self {
        self.trace = Some(context.into());
        self
    }
}

/// What [`Tx::enqueue`](crate::Tx::enqueue) did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enqueued {
    /// The job that will do the work.
    pub id: String,
    /// Whether it is a new one; otherwise an equal job already waited (or ran).
    pub fresh: bool,
}
