//! The ledger for admins.

use bindery_library::{
    people::User,
    policy::{self, Action, Actor},
    work,
};
use bindery_pipeline::jobs;

use super::types::{Job, JobPage, JobState, Queue, QueueList};
use crate::{problem::Problem, schema::Limit, state::State};

/// Which jobs to list.
pub struct Wanted {
    /// Only this queue.
    pub queue: Option<String>,
    /// Only this state.
    pub state: Option<JobState>,
    /// Only this kind.
    pub kind: Option<String>,
    /// Only about this book.
    pub book_id: Option<String>,
}

fn check(user: &User) -> Result<(), Problem> {
    let allowed = policy::check(&Actor::from(user), Action::ManageJobs);
    Ok(allowed.map_err(bindery_library::Error::from)?)
}

/// One page of jobs.
pub async fn list(
    state: &State,
    user: &User,
    wanted: Wanted,
    cursor: Option<String>,
    limit: Option<u32>,
) -> Result<JobPage, Problem> {
    check(user)?;
    let filter = jobs::Filter {
        queue: wanted.queue,
        state: wanted.state.map(Into::into),
        kind: wanted.kind,
        book_id: wanted.book_id,
    };
    let limit = Limit::parse(limit)?.get() as usize;
    let mut db = state.read().await?;
    let page = jobs::list(&mut db, &filter, cursor.as_deref(), limit).await?;
    Ok(JobPage {
        items: page.items.into_iter().map(Into::into).collect(),
        next: page.next.into(),
    })
}

/// One job.
pub async fn get(state: &State, user: &User, id: &str) -> Result<Job, Problem> {
    check(user)?;
    let mut db = state.read().await?;
    Ok(jobs::get(&mut db, id).await?.into())
}

/// Cancels a job and answers how it stands.
pub async fn cancel(state: &State, user: &User, id: &str) -> Result<Job, Problem> {
    check(user)?;
    let mut tx = state.begin().await?;
    jobs::cancel(&mut tx, id).await?;
    let job = jobs::get(&mut tx, id).await?;
    tx.commit().await?;
    tracing::info!(job.id = %id, user.id = %user.id, "job cancelled by hand");
    Ok(job.into())
}

/// Queues a dead job again and answers how it stands.
pub async fn retry(state: &State, user: &User, id: &str) -> Result<Job, Problem> {
    check(user)?;
    let mut tx = state.begin().await?;
    jobs::retry(&mut tx, id).await?;
    let job = jobs::get(&mut tx, id).await?;
    tx.commit().await?;
    tracing::info!(job.id = %id, user.id = %user.id, "job retried by hand");
    Ok(job.into())
}

/// All queues: those that have jobs or workers, and those that could have.
pub async fn queues(state: &State, user: &User) -> Result<QueueList, Problem> {
    check(user)?;
    let depths = jobs::queues(state.pipeline.db()).await?;
    let mut items: Vec<Queue> = depths.into_iter().map(Into::into).collect();
    for name in work::QUEUES {
        if !items.iter().any(|queue| queue.queue == name) {
            items.push(empty(name));
        }
    }
    items.sort_by(|a, b| a.queue.cmp(&b.queue));
    Ok(QueueList {
        items,
        next: None.into(),
    })
}

/// Pauses or resumes a queue.
pub async fn set_paused(
    state: &State,
    user: &User,
    queue: &str,
    paused: bool,
) -> Result<Queue, Problem> {
    check(user)?;
    if !work::QUEUES.contains(&queue) {
        return Err(Problem::not_found().detail("There is no such queue."));
    }
    let mut tx = state.begin().await?;
    if paused {
        jobs::pause(&mut tx, queue).await?;
    } else {
        jobs::resume(&mut tx, queue).await?;
    }
    tx.commit().await?;
    tracing::info!(queue, paused, user.id = %user.id, "queue paused or resumed by hand");
    let all = queues(state, user).await?;
    all.items
        .into_iter()
        .find(|found| found.queue == queue)
        .ok_or_else(Problem::not_found)
}

fn empty(name: &str) -> Queue {
    Queue {
        queue: name.to_owned(),
        ready: 0,
        scheduled: 0,
        running: 0,
        dead: 0,
        oldest_age_s: 0,
        paused: false,
    }
}
