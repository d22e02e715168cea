//! Removing what no book refers to.
//!
//! A rendition's id is decided by its content, so a book may come to want one whose files are just
//! being removed. Hence two steps: [`begin_retire`] marks the row under its lock, the job removes
//! the files, [`finish_retire`] deletes the row, or, when a book wants it again meanwhile, asks for
//! a new render. While the mark stands a render waits ([`super::RenderStart::Retiring`]).

use bindery_pipeline::{Priority, Tx};
use sqlx::{AnyConnection, Row};

use super::{books_of_rendition, renditions};
use crate::sql::Statement;
use crate::{Error, now_ms, work};

/// What the invalidate job should do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retirement {
    /// Remove the files, then call [`finish_retire`].
    Begun,
    /// A book refers to it, or somebody reads it: leave it.
    InUse,
}

/// Marks a rendition for removal unless a book refers to it or a reading session on it lives.
/// A rendition without a row has files nobody knows: they may go.
///
/// # Errors
/// [`Error::Database`].
pub async fn begin_retire(tx: &mut Tx, id: &str) -> Result<Retirement, Error> {
    // The lock first, the question in a statement of its own: on PostgreSQL that one sees what was
    // committed while we waited for the lock.
    renditions::lock(tx, id).await?;
    if in_use(tx, id).await? {
        return Ok(Retirement::InUse);
    }
    let now = now_ms();
    sqlx::query(
        "UPDATE renditions SET retired_at = $1, state = 'pending', slices = 0, bytes = 0, \
         cover = NULL, updated_at = $1 WHERE id = $2",
    )
    .bind(now)
    .bind(id.to_owned())
    .execute(&mut **tx)
    .await?;
    Ok(Retirement::Begun)
}

/// The files are gone: forgets the row, or renders anew for a book that came meanwhile.
///
/// # Errors
/// [`Error::Database`], [`Error::Pipeline`].
pub async fn finish_retire(tx: &mut Tx, id: &str) -> Result<(), Error> {
    sqlx::query("UPDATE renditions SET retired_at = 0 WHERE id = $1")
        .bind(id.to_owned())
        .execute(&mut **tx)
        .await?;
    let books = books_of_rendition(tx, id).await?;
    if let Some(book_id) = books.first() {
        tx.enqueue(work::render(id, Some(book_id), Priority::Normal))
            .await?;
        return Ok(());
    }
    sqlx::query("DELETE FROM renditions WHERE id = $1")
        .bind(id.to_owned())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Ids of renditions no book refers to, and of those whose removal was begun before `before_ms` and
/// never finished; for the sweep, which enqueues [`work::invalidate`] for each.
///
/// # Errors
/// [`Error::Database`].
pub async fn unreferenced_renditions(
    conn: &mut AnyConnection,
    before_ms: i64,
    limit: u32,
) -> Result<Vec<String>, Error> {
    let rows = sqlx::query(
        "SELECT r.id FROM renditions r WHERE r.updated_at < $1 AND (r.retired_at > 0 OR NOT EXISTS \
         (SELECT 1 FROM books b WHERE b.rendition_id = r.id) AND NOT EXISTS \
         (SELECT 1 FROM books b WHERE b.serving_id = r.id)) ORDER BY r.id LIMIT $2",
    )
    .bind(before_ms)
    .bind(i64::from(limit))
    .fetch_all(conn)
    .await?;
    rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
}

/// Which of these originals (SHA-256, at most some hundred) no book's file names any more.
///
/// # Errors
/// [`Error::Database`].
pub async fn unreferenced_originals(
    conn: &mut AnyConnection,
    candidates: &[String],
) -> Result<Vec<String>, Error> {
    if candidates.is_empty() {
        return Ok(Vec::new());
    }
    // Also those whose upload is still open: it may be promoted and not yet finalised.
    let mut used = Vec::new();
    for select in [
        "SELECT DISTINCT sha256 FROM book_files WHERE sha256 IN ",
        "SELECT DISTINCT sha256 FROM uploads WHERE state = 'open' AND sha256 IN ",
    ] {
        let mut statement = Statement::new(select);
        statement.bind_list(candidates.iter().cloned())?;
        for row in statement.query().fetch_all(&mut *conn).await? {
            used.push(row.try_get::<String, _>(0)?);
        }
    }
    Ok(candidates
        .iter()
        .filter(|hash| !used.contains(hash))
        .cloned()
        .collect())
}

/// Those of the renditions that no book refers to.
pub(super) async fn unreferenced_among(
    tx: &mut Tx,
    ids: Vec<String>,
) -> Result<Vec<String>, Error> {
    let mut free = Vec::new();
    for id in ids {
        if !referenced(tx, &id).await? {
            free.push(id);
        }
    }
    Ok(free)
}

async fn referenced(conn: &mut AnyConnection, id: &str) -> Result<bool, Error> {
    let row =
        sqlx::query("SELECT id FROM books WHERE rendition_id = $1 OR serving_id = $1 LIMIT 1")
            .bind(id.to_owned())
            .fetch_optional(conn)
            .await?;
    Ok(row.is_some())
}

async fn in_use(conn: &mut AnyConnection, id: &str) -> Result<bool, Error> {
    Ok(referenced(conn, id).await? || crate::reading::rendition_in_use(conn, id, now_ms()).await?)
}
