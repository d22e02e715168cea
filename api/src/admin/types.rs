//! Jobs and queues over the wire.

use bindery_pipeline::{self as pipeline, jobs};
use poem_openapi::{Enum, Object, types::Any};
use serde_json::Value;
use time::OffsetDateTime;

use crate::schema::{Nullable, from_millis};

/// Where a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "lowercase")]
pub enum JobState {
    /// Due, or due later.
    Queued,
    /// A worker has it.
    Running,
    /// Waits for its children.
    Waiting,
    /// Ended well.
    Done,
    /// Attempts used up, or aborted.
    Dead,
    /// Cancelled by hand.
    Cancelled,
}

/// Who goes first in a queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "camelCase")]
pub enum JobPriority {
    /// Somebody looks at the screen and waits.
    ReadNow,
    /// Everyday work.
    Normal,
    /// Mass work.
    Bulk,
}

/// Work done of work known.
#[derive(Debug, Clone, Copy, Object)]
pub struct JobProgress {
    /// Units done.
    pub done: u64,
    /// Units in all, as far as known.
    pub total: u64,
}

/// A piece of work.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct Job {
    /// UUIDv7.
    pub id: String,
    /// Queue it belongs to.
    pub queue: String,
    /// What is to be done.
    pub kind: String,
    /// Where it stands.
    pub state: JobState,
    /// Ids it works on.
    pub payload: Any<Value>,
    /// The book it is about.
    pub book_id: Nullable<String>,
    /// Who goes first.
    pub priority: JobPriority,
    /// Runs so far, the present one included.
    pub attempt: u32,
    /// Runs allowed.
    pub max_attempts: u32,
    /// What the handler last reported.
    pub progress: Nullable<JobProgress>,
    /// Why the last run failed.
    pub last_error: Nullable<String>,
    /// Worker that has or had it.
    pub worker: Nullable<String>,
    /// Whether somebody asked to cancel it.
    pub cancel_requested: bool,
    /// When it may run.
    pub run_at: OffsetDateTime,
    /// When it was enqueued.
    pub created_at: OffsetDateTime,
    /// When its last run began.
    pub started_at: Nullable<OffsetDateTime>,
    /// When it ended.
    pub finished_at: Nullable<OffsetDateTime>,
}

impl From<pipeline::State> for JobState {
    fn from(state: pipeline::State) -> Self {
        match state {
            pipeline::State::Queued => Self::Queued,
            pipeline::State::Waiting => Self::Waiting,
            pipeline::State::Running => Self::Running,
            pipeline::State::Done => Self::Done,
            pipeline::State::Dead => Self::Dead,
            pipeline::State::Cancelled => Self::Cancelled,
        }
    }
}

impl From<JobState> for pipeline::State {
    fn from(state: JobState) -> Self {
        match state {
            JobState::Queued => Self::Queued,
            JobState::Waiting => Self::Waiting,
            JobState::Running => Self::Running,
            JobState::Done => Self::Done,
            JobState::Dead => Self::Dead,
            JobState::Cancelled => Self::Cancelled,
        }
    }
}

impl From<pipeline::Priority> for JobPriority {
    fn from(priority: pipeline::Priority) -> Self {
        match priority {
            pipeline::Priority::ReadNow => Self::ReadNow,
            pipeline::Priority::Normal => Self::Normal,
            pipeline::Priority::Bulk => Self::Bulk,
        }
    }
}

impl From<pipeline::Job> for Job {
    fn from(job: pipeline::Job) -> Self {
        let progress = job.progress.map(|p| JobProgress {
            done: p.done,
            total: p.total,
        });
        Self {
            id: job.id,
            queue: job.queue,
            kind: job.kind,
            state: job.state.into(),
            payload: Any(job.payload),
            book_id: job.book_id.into(),
            priority: job.priority.into(),
            attempt: job.attempt,
            max_attempts: job.max_attempts,
            progress: progress.into(),
            last_error: job.last_error.into(),
            worker: job.worker.into(),
            cancel_requested: job.cancel_requested,
            run_at: from_millis(job.run_at),
            created_at: from_millis(job.created_at),
            started_at: job.started_at.map(from_millis).into(),
            finished_at: job.finished_at.map(from_millis).into(),
        }
    }
}

crate::schema::page!(JobPage, Job, "A page of jobs, newest first.");

/// How full a queue is.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct Queue {
    /// Its name.
    pub queue: String,
    /// Jobs that could run now.
    pub ready: u64,
    /// Jobs whose time lies ahead (delayed, or waiting for their next attempt).
    pub scheduled: u64,
    /// Jobs that run.
    pub running: u64,
    /// Jobs that gave up and await a human.
    pub dead: u64,
    /// How long the oldest ready job has been ready, in seconds; 0 when none is.
    pub oldest_age_s: u64,
    /// Whether it is paused.
    pub paused: bool,
}

impl From<jobs::QueueDepth> for Queue {
    fn from(depth: jobs::QueueDepth) -> Self {
        Self {
            queue: depth.queue,
            ready: depth.ready,
            scheduled: depth.scheduled,
            running: depth.running,
            dead: depth.dead,
            oldest_age_s: depth.oldest_age_s,
            paused: depth.paused,
        }
    }
}

/// All queues.
#[derive(Debug, Clone, Object)]
pub struct QueueList {
    /// One entry for each queue.
    pub items: Vec<Queue>,
    /// Always null: there are few queues.
    pub next: Nullable<String>,
}
