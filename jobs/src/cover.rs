//! Makes a book's own cover: the picture as given → child → storage → the book shows it.

use std::fs::File;
use std::io::{self, Seek, Write};
use std::path::Path;
use std::sync::Arc;

use bindery_library::catalogue::{self, Cover, CoverState, OwnCover};
use bindery_library::storage::{Key, Prefix};
use bindery_library::work;
use bindery_pipeline::{Ctx, Done, JobError, JobResult};
use bytes::Bytes;
use futures::TryStreamExt;

use crate::Deps;
use crate::outcome::OrRetry;
use crate::render::{SANDBOX_ATTEMPTS, Trouble};
use crate::sandbox::{Artefact, ArtefactKind, Event, Task};

/// Brings a book's cover files in line with its row: makes the version that is wanted, or, when
/// none is, removes what the row does not name (everything, when the book is gone). A picture that
/// cannot be used ends as a warning and a job that is done; the book shows what it showed.
///
/// # Errors
/// Retried when the machine, not the picture, is at fault.
pub async fn run(ctx: Ctx, deps: Arc<Deps>) -> JobResult {
    let work::Cover { book_id } = ctx.payload()?;
    let Some(version) = state(&deps, &book_id).await?.wanted else {
        return tidy(&deps, &book_id).await.map(|()| Done);
    };
    // Dropping the work kills the child and stops what is being stored.
    let made = tokio::select! {
        made = make(&deps, &book_id, &version) => made,
        () = ctx.cancelled() => Err(Trouble::Cancelled),
    };
    match made {
        Ok(cover) => {
            let mut tx = ctx.begin().await?;
            catalogue::set_cover(&mut tx, &deps.settings, &book_id, &cover)
                .await
                .or_retry("setting the cover")?;
            ctx.finish(tx).await
        }
        Err(trouble) => give_up(&ctx, &book_id, &version, trouble).await,
    }
}

async fn state(deps: &Deps, book_id: &str) -> Result<CoverState, JobError> {
    let mut conn = deps.pipeline.db().read().await.or_retry("database")?;
    let state = catalogue::cover_state(&mut conn, book_id).await;
    state.or_retry("reading the book")
}

async fn make(deps: &Deps, book_id: &str, version: &str) -> Result<OwnCover, Trouble> {
    let key = Key::book_cover(book_id, &format!("{version}/raw"));
    // One that is missing may just be on its way: see the order in `give_cover`.
    let picture = deps.storage.get(&key).await.map_err(passing)?;
    if catalogue::cover_version(&picture) != version {
        return Err(passing("it came from storage with another checksum"));
    }
    let scratch = deps.scratch.clone();
    let file = tokio::task::spawn_blocking(move || nameless(&scratch, &picture)).await;
    let file = file.map_err(io::Error::other).flatten().map_err(passing)?;
    let _permit = deps.children.acquire().await.map_err(passing)?;
    let mut running = deps.sandbox.start(Task::cover(file, deps.options.clone()));
    let mut files = Cover::default();
    while let Some(event) = running.next().await {
        if let Event::Put(artefact, _room) = event {
            put(deps, book_id, version, artefact, &mut files).await?;
        }
    }
    running.finish().await?;
    Ok(OwnCover {
        version: version.to_owned(),
        files,
    })
}

/// `cover/medium.jpg` of the child becomes `{version}/medium.jpg` of the book.
async fn put(
    deps: &Deps,
    book_id: &str,
    version: &str,
    artefact: Artefact,
    files: &mut Cover,
) -> Result<(), Trouble> {
    let name = artefact.path.as_str().trim_start_matches("cover/");
    let file = format!("{version}/{name}");
    let key = Key::book_cover(book_id, &file);
    let place = match artefact.path.kind() {
        ArtefactKind::CoverOriginal => &mut files.original,
        ArtefactKind::CoverMedium => &mut files.medium,
        ArtefactKind::CoverThumbnail => &mut files.thumbnail,
        // The sandbox lets nothing else through.
        _ => return Ok(()),
    };
    *place = Some(file);
    let stored = deps.storage.put(&key, &artefact.media_type, artefact.bytes);
    stored.await.map_err(passing)
}

/// A file for the child that is gone when it is closed.
fn nameless(scratch: &Path, picture: &Bytes) -> io::Result<File> {
    std::fs::create_dir_all(scratch)?;
    let mut file = tempfile::tempfile_in(scratch)?;
    file.write_all(picture)?;
    file.rewind()?;
    Ok(file)
}

async fn give_up(ctx: &Ctx, book_id: &str, version: &str, trouble: Trouble) -> JobResult {
    let job = ctx.job();
    let again = job.attempt < SANDBOX_ATTEMPTS.min(job.max_attempts);
    match trouble {
        Trouble::Cancelled => Err(JobError::Abort("cancelled".to_owned())),
        Trouble::Passing(message) => Err(JobError::Retry(message)),
        Trouble::Renderer { message, .. } if again => Err(JobError::Retry(message)),
        Trouble::Book { code, message } | Trouble::Renderer { code, message } => {
            tracing::warn!(job.id = %job.id, book.id = book_id, code, message, "cover not used");
            let mut tx = ctx.begin().await?;
            catalogue::drop_wanted_cover(&mut tx, book_id, version)
                .await
                .or_retry("dropping the cover")?;
            ctx.finish(tx).await
        }
    }
}

/// Removes the files that the row does not name. They are listed before the row is read: what is
/// put later was named before, so a picture that is just being given is never taken for a stray.
async fn tidy(deps: &Deps, book_id: &str) -> Result<(), JobError> {
    let doing = "removing old covers";
    let prefix = Prefix::BookCovers(book_id.to_owned());
    let objects = deps.storage.list_prefix(&prefix).or_retry(doing)?;
    let objects: Vec<_> = objects.try_collect().await.or_retry(doing)?;
    let state = state(deps, book_id).await?;
    let folder = format!("covers/{book_id}/");
    for object in objects {
        match object.path.strip_prefix(&folder) {
            Some(file) if !state.needs(file) => {
                let key = Key::book_cover(book_id, file);
                deps.storage.delete(&key).await.or_retry(doing)?;
            }
            _ => {}
        }
    }
    Ok(())
}

fn passing(error: impl std::fmt::Display) -> Trouble {
    Trouble::Passing(format!("the cover: {error}"))
}
