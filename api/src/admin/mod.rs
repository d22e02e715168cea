//! For admins: the jobs and the queues, the invitations.

mod invitation_types;
mod invitations;
mod jobs;
pub mod types;

use poem::web::Data;
use poem_openapi::{
    OpenApi,
    param::{Path, Query},
    payload::Json,
};

pub use invitations::InvitationsApi;
use types::{Job, JobPage, JobState, Queue, QueueList};

use crate::{
    actor::Member,
    problem::{Answer, Conflicts, Hidden, SignedIn},
    service::Tag,
    state::State,
};

/// Operations of this folder.
pub struct AdminApi;

#[OpenApi(tag = "Tag::Admin")]
impl AdminApi {
    /// List jobs
    ///
    /// Live and ended ones, newest first.
    #[oai(path = "/admin/jobs", method = "get", operation_id = "list_jobs")]
    #[expect(
        clippy::too_many_arguments,
        reason = "one argument for each query parameter"
    )]
    async fn list_jobs(
        &self,
        state: Data<&State>,
        member: Member,
        /// Only jobs of this queue.
        #[oai(validator(max_length = 64))]
        queue: Query<Option<String>>,
        /// Only jobs in this state.
        #[oai(name = "state")]
        standing: Query<Option<JobState>>,
        /// Only jobs of this kind.
        #[oai(validator(max_length = 64))]
        kind: Query<Option<String>>,
        /// Only jobs about this book.
        #[oai(name = "bookId", validator(max_length = 64))]
        book_id: Query<Option<String>>,
        /// `next` of the page before.
        #[oai(validator(max_length = 4096))]
        cursor: Query<Option<String>>,
        /// Entries per page, 1 to 100; 24 when absent.
        limit: Query<Option<u32>>,
    ) -> Answer<Json<JobPage>, SignedIn> {
        let filter = jobs::Wanted {
            queue: queue.0,
            state: standing.0,
            kind: kind.0,
            book_id: book_id.0,
        };
        Ok(Json(
            jobs::list(state.0, &member.0, filter, cursor.0, limit.0).await?,
        ))
    }

    /// Get a job
    #[oai(path = "/admin/jobs/:id", method = "get", operation_id = "get_job")]
    async fn get_job(
        &self,
        state: Data<&State>,
        member: Member,
        /// The job.
        id: Path<String>,
    ) -> Answer<Json<Job>, (SignedIn, Hidden)> {
        Ok(Json(jobs::get(state.0, &member.0, &id.0).await?))
    }

    /// Cancel a job
    ///
    /// A queued job ends at once; a running one is asked to stop.
    #[oai(
        path = "/admin/jobs/:id/cancel",
        method = "post",
        operation_id = "cancel_job"
    )]
    async fn cancel_job(
        &self,
        state: Data<&State>,
        member: Member,
        /// The job.
        id: Path<String>,
    ) -> Answer<Json<Job>, (SignedIn, Hidden, Conflicts)> {
        Ok(Json(jobs::cancel(state.0, &member.0, &id.0).await?))
    }

    /// Retry a job
    ///
    /// Queues a dead job again.
    #[oai(
        path = "/admin/jobs/:id/retry",
        method = "post",
        operation_id = "retry_job"
    )]
    async fn retry_job(
        &self,
        state: Data<&State>,
        member: Member,
        /// The job.
        id: Path<String>,
    ) -> Answer<Json<Job>, (SignedIn, Hidden, Conflicts)> {
        Ok(Json(jobs::retry(state.0, &member.0, &id.0).await?))
    }

    /// List queues
    #[oai(path = "/admin/queues", method = "get", operation_id = "list_queues")]
    async fn list_queues(
        &self,
        state: Data<&State>,
        member: Member,
    ) -> Answer<Json<QueueList>, SignedIn> {
        Ok(Json(jobs::queues(state.0, &member.0).await?))
    }

    /// Pause a queue
    ///
    /// Running jobs end; no further one begins.
    #[oai(
        path = "/admin/queues/:queue/pause",
        method = "post",
        operation_id = "pause_queue"
    )]
    async fn pause_queue(
        &self,
        state: Data<&State>,
        member: Member,
        /// The queue.
        queue: Path<String>,
    ) -> Answer<Json<Queue>, (SignedIn, Hidden)> {
        Ok(Json(
            jobs::set_paused(state.0, &member.0, &queue.0, true).await?,
        ))
    }

    /// Resume a queue
    #[oai(
        path = "/admin/queues/:queue/resume",
        method = "post",
        operation_id = "resume_queue"
    )]
    async fn resume_queue(
        &self,
        state: Data<&State>,
        member: Member,
        /// The queue.
        queue: Path<String>,
    ) -> Answer<Json<Queue>, (SignedIn, Hidden)> {
        Ok(Json(
            jobs::set_paused(state.0, &member.0, &queue.0, false).await?,
        ))
    }
}
