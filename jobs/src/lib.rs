//! The work that happens outside requests: one file per job, and the sandbox that renders books.
//!
//! Every job is a short `run(ctx, deps)`; [`register`] ties them to the kinds of
//! [`bindery_library::work`]. Jobs are idempotent, hold no transaction across storage, network or
//! CPU work, and finish in the same transaction as their effects.
//!
//! | kind | what it does |
//! |---|---|
//! | [`render`] | original → sandboxed child → storage → rendition `ready` |
//! | [`cover`] | a picture given to a book → sandboxed child → storage → the book's cover |
//! | [`reindex`] | a book's search document, made anew or removed |
//! | [`invalidate`] | removes the files of a rendition no book refers to |
//! | [`email`] | one message about an event |
//! | [`webhook`] | one event to the configured endpoint |
//!
//! Beside them stand [`convert`], which needs no server, and [`sweep`], which removes what was left.

pub mod convert;
pub mod cover;
mod deps;
pub mod email;
pub mod invalidate;
mod outcome;
pub mod reindex;
pub mod render;
pub mod sandbox;
pub mod sweep;
pub mod webhook;

use std::sync::Arc;
use std::time::Duration;

use bindery_library::work;
use bindery_pipeline::{Ctx, JobResult, QueueOptions, Workers};

pub use deps::{Deps, render_plan};

/// A job other than a render talks to one database, index or endpoint; what hangs so long is
/// tried again.
const JOB_TIMEOUT: Duration = Duration::from_secs(120);

/// Registers a handler for every kind of [`work::KINDS`], and serves the named queues with so many
/// jobs at a time each.
#[must_use]
pub fn register(workers: Workers, deps: &Arc<Deps>, queues: &[(&str, usize)]) -> Workers {
    let workers = queues.iter().fold(workers, |workers, (queue, jobs)| {
        workers.queue(*queue, options(queue, *jobs))
    });
    let workers = handle(workers, work::RENDER, deps, render::run);
    let workers = handle(workers, work::COVER, deps, cover::run);
    let workers = handle(workers, work::REINDEX, deps, reindex::run);
    let workers = handle(workers, work::INVALIDATE, deps, invalidate::run);
    let workers = handle(workers, work::EMAIL, deps, email::run);
    handle(workers, work::WEBHOOK, deps, webhook::run)
}

fn options(queue: &str, jobs: usize) -> QueueOptions {
    // A child has its own deadline, and a removal may take as long as it has files.
    let unbounded = queue == work::RENDER.queue || queue == work::INVALIDATE.queue;
    QueueOptions {
        timeout: (!unbounded).then_some(JOB_TIMEOUT),
        ..QueueOptions::concurrency(jobs)
    }
}

fn handle<F, Fut>(workers: Workers, kind: work::Kind, deps: &Arc<Deps>, run: F) -> Workers
where
    F: Fn(Ctx, Arc<Deps>) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = JobResult> + Send + 'static,
{
    let deps = Arc::clone(deps);
    workers.handle(kind.name, move |ctx| run(ctx, Arc::clone(&deps)))
}
