//! Database, job ledger and worker runtime of Bindery. It knows nothing of books.
//!
//! The **ledger** (tables `jobs` and `job_history`) is the truth about work. A job is an `INSERT` in
//! the transaction of the change that causes it; **permits** ("there may be work in queue Q") only wake
//! workers, and may be lost, doubled or late. Workers claim the best due job, run its handler, and end
//! it in the transaction of its effects.
//!
//! # The states of a job
//!
//! ```text
//!              enqueue
//!                 │                 claim (attempt + 1, fence + 1)
//!                 ▼        ┌──────────────────────────────────────┐
//!   by hand   ┌────────┐   │                                      ▼
//!  ┌─────────▶│ queued │───┘                                 ┌─────────┐  finish, in the
//!  │          │        │◀─────────────────────────────────── │ running │  effects' tx     ┌──────┐
//!  │          └────────┘  failed: after backoff and jitter,  │         │─────────────────▶│ done │
//!  │               │      or after the time it asked for;    └─────────┘                  └──────┘
//!  │               │      worker lost; drained (attempt         │   │
//!  │               │      not counted)                          │   │ attempts used up, or abort
//!  │               │ cancel                  cancel, noticed    │   │
//!  │               ▼                                            │   ▼
//!  │         ┌───────────┐                                      │ ┌──────┐
//!  ├─────────│ cancelled │◀─────────────────────────────────────┘ │ dead │
//!  │         └───────────┘                                        └──────┘
//!  └─────────────────────────────────────────────────────────────────┘
//! ```
//!
//! `queued` and `running` rows lie in `jobs`, the others in `job_history`. A state `waiting` (for
//! child jobs) has its columns, but no code enters it yet.
//!
//! - **Nothing is in flight without a lease.** A running job belongs to a worker process with a row in
//!   `workers`, renewed every 3 s, expiring after 10. The [`Keeper`] takes the jobs of expired ones back.
//! - **The attempt is counted before the work**, so that a job that kills its worker is dead after
//!   `max_attempts`.
//! - **Every write of a running job checks worker and fence.** A process that lost a job without
//!   knowing changes nothing.
//! - **Future jobs** (delay, backoff) have `due = 0` and lie outside the claim's index.
//! - **Time is the database's**, except for how long to sleep.
#![forbid(unsafe_code)]

mod bus;
mod db;
mod dialect;
mod error;
mod job;
pub mod jobs;
mod keeper;
mod page;
mod permits;
mod pipeline;
mod queue;
mod redis_link;
mod tx;
mod workers;

pub use bus::{Bus, Hint, Hints, LocalBus, RedisBus};
pub use db::{Db, DbOptions, MIGRATIONS};
pub use dialect::Dialect;
pub use error::Error;
pub use job::{Dedup, Enqueued, Job, NewJob, Priority, Progress, State};
pub use keeper::Keeper;
pub use page::Page;
pub use pipeline::{PermitsConfig, Pipeline, PipelineOptions, Timing};
pub use tx::Tx;
pub use workers::{Backoff, Ctx, Done, JobError, JobResult, QueueOptions, Workers};

use tx::job_hint;
