//! Renders one file: original → child → storage → ready.

mod original;
mod publish;
mod report;

use std::sync::Arc;
use std::time::Duration;

use bindery_library::catalogue::{self, Ready, RenderStart, Rendition};
use bindery_library::work;
use bindery_pipeline::{Ctx, Done, JobError, JobResult};

use crate::Deps;
use crate::outcome::OrRetry;
use crate::sandbox::{self, Task};

/// While the old files of a rendition are being removed, look again after so long.
const RETIRING: Duration = Duration::from_secs(10);
/// A renderer that was stopped may have met a busy machine; one more try tells.
pub(crate) const SANDBOX_ATTEMPTS: u32 = 2;

/// Why there is no rendition, or no cover.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// The book (or picture) is at fault: trying again gives the same.
    Book { code: String, message: String },
    /// The renderer was stopped or crashed: tried once more.
    Renderer { code: String, message: String },
    /// Database, storage or this machine: tried again until the attempts are used up.
    Passing(String),
    /// Somebody wants it to stop.
    Cancelled,
}

/// Makes the rendition unless it is there. A file that cannot be rendered ends as a `failed`
/// rendition and a job that is done, because trying again would change nothing.
///
/// # Errors
/// Retried when the machine, not the book, is at fault.
pub async fn run(ctx: Ctx, deps: Arc<Deps>) -> JobResult {
    let work::Render { rendition_id } = ctx.payload()?;
    let start = {
        let mut conn = deps.pipeline.db().read().await.or_retry("database")?;
        catalogue::begin_render(&mut conn, &rendition_id)
            .await
            .or_retry("reading")?
    };
    let rendition = match start {
        RenderStart::Go(rendition) => rendition,
        RenderStart::AlreadyReady | RenderStart::Gone => return Ok(Done),
        RenderStart::Retiring => {
            let text = "its old files are being removed".to_owned();
            return Err(JobError::RetryAfter(RETIRING, text));
        }
    };
    // Dropping the work kills the child and stops what is being stored.
    let made = tokio::select! {
        made = make(&ctx, &deps, &rendition) => made,
        () = ctx.cancelled() => Err(Trouble::Cancelled),
    };
    match made {
        Ok(ready) => {
            let mut tx = ctx.begin().await?;
            catalogue::mark_ready(&mut tx, &deps.settings, &rendition.id, &ready)
                .await
                .or_retry("marking ready")?;
            ctx.finish(tx).await
        }
        Err(trouble) => give_up(&ctx, &deps, &rendition.id, trouble).await,
    }
}

async fn make(ctx: &Ctx, deps: &Deps, rendition: &Rendition) -> Result<Ready, Trouble> {
    let book = original::open(deps, &rendition.sha256).await?;
    let permit = deps.children.acquire().await;
    let _permit = permit.map_err(|e| Trouble::Passing(e.to_string()))?;
    let running = deps.sandbox.start(Task::book(book, deps.options.clone()));
    let ready = publish::publish(ctx, deps, &rendition.id, running).await?;
    deps.storage
        .settle()
        .await
        .map_err(|e| Trouble::Passing(e.to_string()))?;
    Ok(ready)
}

async fn give_up(ctx: &Ctx, deps: &Deps, id: &str, trouble: Trouble) -> JobResult {
    let job = ctx.job();
    let last = job.attempt >= job.max_attempts;
    match trouble {
        Trouble::Cancelled => Err(JobError::Abort("cancelled".to_owned())),
        Trouble::Renderer { message, .. } if job.attempt < SANDBOX_ATTEMPTS && !last => {
            Err(JobError::Retry(message))
        }
        Trouble::Book { code, message } | Trouble::Renderer { code, message } => {
            tracing::info!(job.id = %job.id, rendition.id = id, code, "book cannot be rendered");
            let mut tx = ctx.begin().await?;
            catalogue::mark_failed(&mut tx, &deps.settings, id, &code, &message)
                .await
                .or_retry("marking failed")?;
            ctx.finish(tx).await
        }
        Trouble::Passing(message) => {
            if last {
                // The job will be dead and can be retried by hand; readers must not wait for it.
                let mut tx = ctx.begin().await?;
                let words = "the book could not be prepared; an administrator can try again";
                catalogue::mark_failed(&mut tx, &deps.settings, id, "render_interrupted", words)
                    .await
                    .or_retry("marking failed")?;
                tx.commit().await.or_retry("marking failed")?;
            }
            Err(JobError::Retry(message))
        }
    }
}

impl From<sandbox::Error> for Trouble {
    fn from(error: sandbox::Error) -> Self {
        use sandbox::Error as E;
        if let Some(stderr) = error.stderr().filter(|text| !text.is_empty()) {
            tracing::warn!(code = error.code(), stderr, "a renderer was stopped");
        }
        let (code, message) = (error.code().to_owned(), error.to_string());
        match error {
            E::Refused { .. } if code == "sink_failed" => Self::Passing(message),
            E::Refused { .. } if code == "engine_panic" => Self::Renderer { code, message },
            E::Refused { .. } | E::Protocol(_) => Self::Book { code, message },
            E::Killed { .. } | E::Ended { .. } => Self::Renderer { code, message },
            E::Start(_) | E::Store(_) => Self::Passing(message),
            E::Cancelled => Self::Cancelled,
        }
    }
}
