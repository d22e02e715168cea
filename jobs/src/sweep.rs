//! Removes what nobody needs any more. Not a job: it looks at everything, so it runs now and then
//! in whichever process has workers, and several at once do no harm.

use std::time::Duration;

use bindery_library::storage::{Error as StorageError, Key, Prefix};
use bindery_library::{Error, catalogue, now_ms, people, reading, work};
use futures::TryStreamExt;

use crate::Deps;

/// Rows handled in one transaction.
const BATCH: u32 = 200;
/// Originals asked about in one query.
const ORIGINALS: usize = 100;
/// An upload that has expired may still be coming in; after this long it is not.
const GRACE: Duration = Duration::from_secs(24 * 3600);

/// What was removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Swept {
    /// Uploads that nobody finalised.
    pub uploads: u64,
    /// Objects under `uploads/` that belong to no upload.
    pub strays: u64,
    /// Refresh tokens, reading sessions and invitations past their end.
    pub expired: u64,
    /// Renditions handed to the invalidate job.
    pub renditions: u64,
    /// Originals no file refers to.
    pub originals: u64,
}

/// Sweeps once.
///
/// # Errors
/// What the database or the storage says; what was removed until then stays removed.
pub async fn sweep(deps: &Deps) -> Result<Swept, Error> {
    let old = now_ms() - millis(GRACE);
    let uploads = uploads(deps, old).await?;
    Ok(Swept {
        uploads,
        strays: strays(deps, old).await?,
        expired: expired(deps).await?,
        renditions: renditions(deps).await?,
        originals: originals(deps, old).await?,
    })
}

async fn uploads(deps: &Deps, old: i64) -> Result<u64, Error> {
    let mut count = 0;
    loop {
        let ids = {
            let mut conn = deps.pipeline.db().read().await?;
            catalogue::expired_uploads(&mut conn, old, BATCH).await?
        };
        let full = ids.len() == BATCH as usize;
        for id in ids {
            let mut tx = deps.pipeline.begin().await?;
            let deleted = catalogue::delete_upload(&mut tx, &id).await?;
            tx.commit().await?;
            if deleted {
                deps.storage.delete(&Key::upload(&id)).await?;
                count += 1;
            }
        }
        if !full {
            return Ok(count);
        }
    }
}

/// Objects that were put after their upload was claimed or forgotten, or staged by a process that
/// died: no row leads to them. An open upload younger than its expiry and the grace is kept.
async fn strays(deps: &Deps, old: i64) -> Result<u64, Error> {
    let mut count = 0;
    let mut objects = deps.storage.list_prefix(&Prefix::Uploads)?;
    while let Some(object) = objects.try_next().await? {
        let Some(id) = object.path.strip_prefix("uploads/") else {
            continue;
        };
        if object.modified >= old || is_open(deps, id).await? {
            continue;
        }
        remove(deps, &Key::upload(id)).await?;
        count += 1;
    }
    Ok(count)
}

async fn is_open(deps: &Deps, id: &str) -> Result<bool, Error> {
    let mut conn = deps.pipeline.db().read().await?;
    match catalogue::get_upload(&mut conn, id).await {
        Ok(upload) => Ok(!upload.claimed),
        Err(Error::NotFound(_)) => Ok(false),
        Err(error) => Err(error),
    }
}

async fn expired(deps: &Deps) -> Result<u64, Error> {
    let mut count = 0;
    loop {
        let mut tx = deps.pipeline.begin().await?;
        let tokens = people::delete_expired_tokens(&mut tx, now_ms(), BATCH).await?;
        let sessions = reading::delete_expired_sessions(&mut tx, now_ms(), BATCH).await?;
        let invitations = people::delete_expired_invitations(&mut tx, now_ms(), BATCH).await?;
        tx.commit().await?;
        count += tokens + sessions + invitations;
        if [tokens, sessions, invitations]
            .iter()
            .all(|n| *n < u64::from(BATCH))
        {
            return Ok(count);
        }
    }
}

/// Renditions whose invalidate job was lost or gave up. The job checks again under the lock.
async fn renditions(deps: &Deps) -> Result<u64, Error> {
    let before = now_ms() - millis(deps.settings.retire_after);
    let ids = {
        let mut conn = deps.pipeline.db().read().await?;
        catalogue::unreferenced_renditions(&mut conn, before, BATCH).await?
    };
    let mut tx = deps.pipeline.begin().await?;
    for id in &ids {
        tx.enqueue(work::invalidate(id, Duration::ZERO)).await?;
    }
    tx.commit().await?;
    Ok(ids.len() as u64)
}

async fn originals(deps: &Deps, old: i64) -> Result<u64, Error> {
    let mut count = 0;
    let mut candidates = Vec::new();
    let mut objects = deps.storage.list_prefix(&Prefix::Originals)?;
    while let Some(object) = objects.try_next().await? {
        // A young one may belong to a book that is just being finalised.
        if object.modified < old
            && let Some(hash) = object.path.strip_prefix("originals/")
        {
            candidates.push(hash.to_owned());
        }
        if candidates.len() == ORIGINALS {
            count += remove_originals(deps, &std::mem::take(&mut candidates)).await?;
        }
    }
    Ok(count + remove_originals(deps, &candidates).await?)
}

async fn remove_originals(deps: &Deps, candidates: &[String]) -> Result<u64, Error> {
    let unused = {
        let mut conn = deps.pipeline.db().read().await?;
        catalogue::unreferenced_originals(&mut conn, candidates).await?
    };
    for hash in &unused {
        remove(deps, &Key::original(hash)).await?;
    }
    Ok(unused.len() as u64)
}

/// A name that is none of ours is left where it is.
async fn remove(deps: &Deps, key: &Key) -> Result<(), Error> {
    match deps.storage.delete(key).await {
        Ok(()) | Err(StorageError::InvalidKey(_)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

fn millis(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}
