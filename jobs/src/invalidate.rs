//! Removes a rendition that no book refers to.

use std::sync::Arc;
use std::time::Duration;

use bindery_library::catalogue::{self, RenderStart, Retirement};
use bindery_library::storage::{Error as StorageError, Prefix, Storage};
use bindery_library::{Error, now_ms, work};
use bindery_pipeline::{Ctx, Done, JobResult};
use futures::TryStreamExt;

use crate::Deps;
use crate::outcome::OrRetry;

/// Files of a rendition without a row are removed only when they are older than this: a book may
/// just be making the rendition anew, and no row locks it out.
const STRAY_AGE: Duration = Duration::from_secs(3600);

/// A rendition that is being read is looked at again no sooner than this.
const READ_AGAIN: Duration = Duration::from_secs(1);

/// Marks the rendition under its lock, removes its files, then forgets the row. A rendition that a
/// book refers to is left alone; one that somebody still reads is tried again later.
///
/// Once a CDN stands before the content, its purge belongs between the files and the row.
///
/// # Errors
/// Retried when the database or the storage cannot be reached.
pub async fn run(ctx: Ctx, deps: Arc<Deps>) -> JobResult {
    let work::Invalidate { rendition_id } = ctx.payload()?;
    let id = rendition_id.as_str();
    let mut tx = ctx.begin().await?;
    let known = match catalogue::get_rendition(&mut tx, id).await {
        Err(Error::NotFound(_)) => false,
        other => other.map(|_| true).or_retry("reading the rendition")?,
    };
    if catalogue::begin_retire(&mut tx, id)
        .await
        .or_retry("retiring")?
        == Retirement::InUse
    {
        // `Gone` is the library's word for "no book refers to it": then it is being read.
        let start = catalogue::begin_render(&mut tx, id)
            .await
            .or_retry("reading the rendition")?;
        if start == RenderStart::Gone {
            let again = work::invalidate(id, deps.settings.retire_after.max(READ_AGAIN));
            tx.enqueue(again).await.or_retry("enqueueing")?;
        }
        return ctx.finish(tx).await;
    }
    tx.commit().await.or_retry("retiring")?;

    let prefix = Prefix::Rendition(id.to_owned());
    if !known {
        remove_strays(&deps.storage, &prefix)
            .await
            .or_retry("removing stray files")?;
        return Ok(Done);
    }
    let removed = deps
        .storage
        .delete_prefix(&prefix)
        .await
        .or_retry("removing files")?;
    tracing::info!(job.id = %ctx.job().id, rendition.id = id, removed, "rendition removed");
    let mut tx = ctx.begin().await?;
    catalogue::finish_retire(&mut tx, id)
        .await
        .or_retry("retiring")?;
    ctx.finish(tx).await
}

async fn remove_strays(storage: &Storage, prefix: &Prefix) -> Result<(), StorageError> {
    let age = i64::try_from(STRAY_AGE.as_millis()).unwrap_or(i64::MAX);
    let before = now_ms() - age;
    let mut files = storage.list_prefix(prefix)?;
    while let Some(file) = files.try_next().await? {
        if file.modified < before {
            storage.delete(&rendition_key(&file.path)?).await?;
        }
    }
    Ok(())
}

/// `content/{rendition}/{path}` as a key.
fn rendition_key(path: &str) -> Result<bindery_library::storage::Key, StorageError> {
    let rest = path
        .strip_prefix("content/")
        .and_then(|rest| rest.split_once('/'));
    let (rendition, inner) = rest.ok_or_else(|| StorageError::InvalidKey(path.to_owned()))?;
    Ok(bindery_library::storage::Key::rendition(rendition, inner))
}
