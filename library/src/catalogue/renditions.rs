//! Renditions: asked for, indexed, ready or failed, and the books that refer to them.

use bindery_pipeline::{Hint, Priority, Tx};
use serde_json::json;
use sqlx::{AnyConnection, Row};

use super::{Cover, FoundMetadata, Rendition, RenditionState, merge, retire, rows};
use crate::events::{self, EventData, EventType, Metadata};
use crate::storage::Promoted;
use crate::{Error, Settings, now_ms, work};

/// What the render job brings when it is done.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Ready {
    /// Slices in reading order.
    pub slices: u32,
    /// Bytes in storage.
    pub bytes: u64,
    /// Paths of the covers inside the rendition, if there are any.
    pub cover: Option<Cover>,
    /// What the book says about itself.
    pub metadata: FoundMetadata,
    /// The engine's report, kept as it is.
    pub report: serde_json::Value,
}

/// What a render job should do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RenderStart {
    /// Render it.
    Go(Rendition),
    /// It is there already: nothing to do.
    AlreadyReady,
    /// No book refers to it any more: nothing to do.
    Gone,
    /// Its old files are being removed: try again in some seconds.
    Retiring,
}

/// One rendition.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Database`].
pub async fn get_rendition(conn: &mut AnyConnection, id: &str) -> Result<Rendition, Error> {
    let mut found = rows::load_renditions(conn, &[id.to_owned()]).await?;
    found.remove(id).ok_or(Error::NotFound("rendition"))
}

/// The engine's report on a rendition, once it is ready.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Corrupt`], [`Error::Database`].
pub async fn rendition_report(
    conn: &mut AnyConnection,
    id: &str,
) -> Result<Option<serde_json::Value>, Error> {
    let row = sqlx::query("SELECT report FROM renditions WHERE id = $1")
        .bind(id.to_owned())
        .fetch_optional(conn)
        .await?
        .ok_or(Error::NotFound("rendition"))?;
    let text: Option<String> = row.try_get(0)?;
    let value = text.map(|text| serde_json::from_str(&text)).transpose();
    value.map_err(|e| Error::Corrupt(format!("report: {e}")))
}

/// Ids of the books whose current file asks for this rendition.
///
/// # Errors
/// [`Error::Database`].
pub async fn books_of_rendition(conn: &mut AnyConnection, id: &str) -> Result<Vec<String>, Error> {
    let rows = sqlx::query("SELECT id FROM books WHERE rendition_id = $1 ORDER BY id")
        .bind(id.to_owned())
        .fetch_all(conn)
        .await?;
    rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
}

/// Locks the row, if there is one, until the transaction ends. Everybody locks a rendition before
/// its books, [`mark_ready`] too: in the other order two could wait for each other.
pub(super) async fn lock(tx: &mut Tx, id: &str) -> Result<(), Error> {
    sqlx::query("UPDATE renditions SET updated_at = updated_at WHERE id = $1")
        .bind(id.to_owned())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Makes the row if there is none. The row stays locked until the transaction ends, so that
/// retiring it waits and then sees the book that refers to it.
pub(super) async fn find_or_create(
    tx: &mut Tx,
    id: &str,
    promoted: &Promoted,
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO renditions (id, sha256, format, state, slices, bytes, retired_at, created_at, \
         updated_at) VALUES ($1, $2, $3, 'pending', 0, 0, 0, $4, $4) \
         ON CONFLICT (id) DO UPDATE SET sha256 = excluded.sha256",
    )
    .bind(id.to_owned())
    .bind(promoted.sha256.clone())
    .bind(promoted.format.as_str())
    .bind(now_ms())
    .execute(&mut **tx)
    .await?;
    // What failed before is tried again: the machine may have been at fault, not the file.
    sqlx::query(
        "UPDATE renditions SET state = 'pending', error_code = NULL, error_message = NULL \
         WHERE id = $1 AND state = 'failed'",
    )
    .bind(id.to_owned())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Asks for a rendition unless it is ready or has failed; answers the id of the job. Many requests
/// make one job, and a more urgent one lifts it.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Database`], [`Error::Pipeline`].
pub async fn request_render(
    tx: &mut Tx,
    id: &str,
    book_id: Option<&str>,
    priority: Priority,
) -> Result<Option<String>, Error> {
    let row = sqlx::query("SELECT state, retired_at FROM renditions WHERE id = $1")
        .bind(id.to_owned())
        .fetch_optional(&mut **tx)
        .await?
        .ok_or(Error::NotFound("rendition"))?;
    let state = RenditionState::parse(row.try_get(0)?)?;
    let retired = row.try_get::<i64, _>(1)? != 0;
    match state {
        RenditionState::Ready | RenditionState::Failed if !retired => Ok(None),
        _ => Ok(Some(
            tx.enqueue(work::render(id, book_id, priority)).await?.id,
        )),
    }
}

/// What the render job should do now.
///
/// # Errors
/// [`Error::Database`].
pub async fn begin_render(conn: &mut AnyConnection, id: &str) -> Result<RenderStart, Error> {
    let row = sqlx::query(
        "SELECT r.retired_at, CASE WHEN EXISTS (SELECT 1 FROM books b WHERE b.rendition_id = r.id \
         OR b.serving_id = r.id) THEN 1 ELSE 0 END AS used FROM renditions r WHERE r.id = $1",
    )
    .bind(id.to_owned())
    .fetch_optional(&mut *conn)
    .await?;
    let Some(row) = row else {
        return Ok(RenderStart::Gone);
    };
    let retired = row.try_get::<i64, _>(0)? != 0;
    // Some servers answer a 32-bit integer here; `i64` reads both.
    let used = row.try_get::<i64, _>(1)? != 0;
    if !used {
        return Ok(RenderStart::Gone);
    }
    if retired {
        return Ok(RenderStart::Retiring);
    }
    let rendition = get_rendition(conn, id).await?;
    Ok(match rendition.state {
        RenditionState::Ready => RenderStart::AlreadyReady,
        RenditionState::Pending | RenditionState::Indexed | RenditionState::Failed => {
            RenderStart::Go(rendition)
        }
    })
}

/// Manifest and index stand: readers may open the book while the slices come. Answers false when
/// there is nothing to mark (gone, retired, or ready already).
///
/// # Errors
/// [`Error::Database`].
pub async fn mark_indexed(tx: &mut Tx, id: &str, slices: u32) -> Result<bool, Error> {
    let marked = sqlx::query(
        "UPDATE renditions SET state = 'indexed', slices = $1, updated_at = $2, \
         error_code = NULL, error_message = NULL \
         WHERE id = $3 AND retired_at = 0 AND state <> 'ready'",
    )
    .bind(i64::from(slices))
    .bind(now_ms())
    .bind(id.to_owned())
    .execute(&mut **tx)
    .await?;
    if marked.rows_affected() == 0 {
        return Ok(false);
    }
    for book_id in books_of_rendition(tx, id).await? {
        hint(tx, &book_id, id, RenditionState::Indexed, slices);
    }
    Ok(true)
}

/// Everything is in storage (and settled): the rendition serves. For each book that asked for it
/// the book's own metadata fills what nobody set, `rendition.ready` is written, and the rendition
/// that served before is superseded. Doing it twice changes nothing.
///
/// Answers false when the rendition is gone or retired: then the files are handed to the
/// invalidate job.
///
/// # Errors
/// [`Error::Database`], [`Error::Pipeline`].
pub async fn mark_ready(
    tx: &mut Tx,
    settings: &Settings,
    id: &str,
    ready: &Ready,
) -> Result<bool, Error> {
    let cover = ready.cover.as_ref().map(|cover| json!(cover).to_string());
    let marked = sqlx::query(
        "UPDATE renditions SET state = 'ready', slices = $1, bytes = $2, cover = $3, \
         metadata = $4, report = $5, error_code = NULL, error_message = NULL, updated_at = $6 \
         WHERE id = $7 AND retired_at = 0",
    )
    .bind(i64::from(ready.slices))
    .bind(i64::try_from(ready.bytes).unwrap_or(i64::MAX))
    .bind(cover)
    .bind(json!(ready.metadata).to_string())
    .bind(ready.report.to_string())
    .bind(now_ms())
    .bind(id.to_owned())
    .execute(&mut **tx)
    .await?;
    if marked.rows_affected() == 0 {
        tx.enqueue(work::invalidate(id, settings.retire_after))
            .await?;
        return Ok(false);
    }
    for book_id in books_of_rendition(tx, id).await? {
        serve(tx, settings, id, ready.slices, &ready.metadata, &book_id).await?;
    }
    Ok(true)
}

/// The file cannot be rendered. Answers false when that was known, or the rendition is ready.
///
/// # Errors
/// [`Error::Database`], [`Error::Pipeline`].
pub async fn mark_failed(
    tx: &mut Tx,
    settings: &Settings,
    id: &str,
    code: &str,
    message: &str,
) -> Result<bool, Error> {
    let message: String = message
        .chars()
        .filter(|c| !c.is_control())
        .take(2000)
        .collect();
    let marked = sqlx::query(
        "UPDATE renditions SET state = 'failed', error_code = $1, error_message = $2, \
         updated_at = $3 WHERE id = $4 AND retired_at = 0 AND state NOT IN ('ready', 'failed')",
    )
    .bind(code.to_owned())
    .bind(message)
    .bind(now_ms())
    .bind(id.to_owned())
    .execute(&mut **tx)
    .await?;
    if marked.rows_affected() == 0 {
        return Ok(false);
    }
    for book_id in books_of_rendition(tx, id).await? {
        let data = EventData {
            user_id: Some(owner(tx, &book_id).await?),
            book_id: Some(book_id.clone()),
            rendition_id: Some(id.to_owned()),
            state: Some(RenditionState::Failed.as_str().to_owned()),
            code: Some(code.to_owned()),
            ..EventData::default()
        };
        let nobody = Metadata::default();
        events::record(tx, settings, EventType::RenditionFailed, data, nobody).await?;
        hint(tx, &book_id, id, RenditionState::Failed, 0);
    }
    Ok(true)
}

/// A book was pointed to a rendition that may have been made for another book long ago.
pub(super) async fn serve_if_ready(
    tx: &mut Tx,
    settings: &Settings,
    id: &str,
    book_id: &str,
) -> Result<(), Error> {
    let row = sqlx::query(
        "SELECT slices, metadata FROM renditions \
         WHERE id = $1 AND state = 'ready' AND retired_at = 0",
    )
    .bind(id.to_owned())
    .fetch_optional(&mut **tx)
    .await?;
    let Some(row) = row else { return Ok(()) };
    let slices = u32::try_from(row.try_get::<i64, _>(0)?).unwrap_or(u32::MAX);
    let text: Option<String> = row.try_get(1)?;
    let found = text
        .map(|text| serde_json::from_str::<FoundMetadata>(&text))
        .transpose();
    let found = found.map_err(|e| Error::Corrupt(format!("metadata: {e}")))?;
    serve(
        tx,
        settings,
        id,
        slices,
        &found.unwrap_or_default(),
        book_id,
    )
    .await
}

/// Lets one book be served by a ready rendition, once.
async fn serve(
    tx: &mut Tx,
    settings: &Settings,
    id: &str,
    slices: u32,
    found: &FoundMetadata,
    book_id: &str,
) -> Result<(), Error> {
    let before = super::books::locked(tx, book_id).await?;
    if before.serving_id.as_deref() == Some(id) || before.rendition_id.as_deref() != Some(id) {
        return Ok(());
    }
    sqlx::query("UPDATE books SET serving_id = $1 WHERE id = $2")
        .bind(id.to_owned())
        .bind(book_id.to_owned())
        .execute(&mut **tx)
        .await?;
    merge::fill_from_file(tx, book_id, &before, found).await?;
    let superseded = before.serving_id.iter().cloned().collect();
    let data = EventData {
        book_id: Some(book_id.to_owned()),
        rendition_id: Some(id.to_owned()),
        user_id: Some(before.owner_id),
        state: Some(RenditionState::Ready.as_str().to_owned()),
        superseded: retire::unreferenced_among(tx, superseded).await?,
        ..EventData::default()
    };
    events::record(
        tx,
        settings,
        EventType::RenditionReady,
        data,
        Metadata::default(),
    )
    .await?;
    hint(tx, book_id, id, RenditionState::Ready, slices);
    events::book_hint(tx, book_id, EventType::RenditionReady);
    Ok(())
}

async fn owner(tx: &mut Tx, book_id: &str) -> Result<String, Error> {
    let row = sqlx::query("SELECT owner_id FROM books WHERE id = $1")
        .bind(book_id.to_owned())
        .fetch_optional(&mut **tx)
        .await?
        .ok_or(Error::NotFound("book"))?;
    Ok(row.try_get(0)?)
}

fn hint(tx: &mut Tx, book_id: &str, id: &str, state: RenditionState, slices: u32) {
    let data = json!({
        "bookId": book_id,
        "renditionId": id,
        "state": state.as_str(),
        "slices": slices,
    });
    tx.announce(Hint {
        topic: "rendition".to_owned(),
        data,
    });
}
