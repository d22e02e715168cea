//! Reading sessions.

use bindery_pipeline::Tx;
use sqlx::{AnyConnection, Row};

use super::ReadingSession;
use crate::{Error, new_id, now_ms};

/// Opens a book for somebody. The caller has checked policy and entitlement.
///
/// # Errors
/// [`Error::Database`].
pub async fn open_session(
    tx: &mut Tx,
    user_id: &str,
    book_id: &str,
    rendition_id: &str,
    lives_ms: i64,
) -> Result<ReadingSession, Error> {
    let now = now_ms();
    let session = ReadingSession {
        id: new_id(),
        user_id: user_id.to_owned(),
        book_id: book_id.to_owned(),
        rendition_id: rendition_id.to_owned(),
        created_at: now,
        expires_at: now.saturating_add(lives_ms),
    };
    sqlx::query(
        "INSERT INTO reading_sessions (id, user_id, book_id, rendition_id, created_at, expires_at) \
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(session.id.clone())
    .bind(session.user_id.clone())
    .bind(session.book_id.clone())
    .bind(session.rendition_id.clone())
    .bind(session.created_at)
    .bind(session.expires_at)
    .execute(&mut **tx)
    .await?;
    Ok(session)
}

/// One's own session, if it lives.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Database`].
pub async fn get_session(
    conn: &mut AnyConnection,
    user_id: &str,
    id: &str,
) -> Result<ReadingSession, Error> {
    let row = sqlx::query(
        "SELECT book_id, rendition_id, created_at, expires_at FROM reading_sessions \
         WHERE id = $1 AND user_id = $2 AND expires_at > $3",
    )
    .bind(id.to_owned())
    .bind(user_id.to_owned())
    .bind(now_ms())
    .fetch_optional(conn)
    .await?
    .ok_or(Error::NotFound("reading session"))?;
    Ok(ReadingSession {
        id: id.to_owned(),
        user_id: user_id.to_owned(),
        book_id: row.try_get(0)?,
        rendition_id: row.try_get(1)?,
        created_at: row.try_get(2)?,
        expires_at: row.try_get(3)?,
    })
}

/// Lets one's own session live on. The caller has checked entitlement again.
///
/// # Errors
/// [`Error::NotFound`] when it is not theirs or has expired, [`Error::Database`].
pub async fn renew_session(
    tx: &mut Tx,
    user_id: &str,
    id: &str,
    lives_ms: i64,
) -> Result<ReadingSession, Error> {
    let now = now_ms();
    let renewed = sqlx::query(
        "UPDATE reading_sessions SET expires_at = $1 \
         WHERE id = $2 AND user_id = $3 AND expires_at > $4",
    )
    .bind(now.saturating_add(lives_ms))
    .bind(id.to_owned())
    .bind(user_id.to_owned())
    .bind(now)
    .execute(&mut **tx)
    .await?;
    if renewed.rows_affected() == 0 {
        return Err(Error::NotFound("reading session"));
    }
    get_session(tx, user_id, id).await
}

/// Whether a session that lives at `now_ms` reads this rendition.
///
/// # Errors
/// [`Error::Database`].
pub async fn rendition_in_use(
    conn: &mut AnyConnection,
    rendition_id: &str,
    now_ms: i64,
) -> Result<bool, Error> {
    let row = sqlx::query(
        "SELECT id FROM reading_sessions WHERE rendition_id = $1 AND expires_at > $2 LIMIT 1",
    )
    .bind(rendition_id.to_owned())
    .bind(now_ms)
    .fetch_optional(conn)
    .await?;
    Ok(row.is_some())
}

/// Forgets sessions that expired before `before_ms`, at most `limit`; answers how many.
///
/// # Errors
/// [`Error::Database`].
pub async fn delete_expired_sessions(
    tx: &mut Tx,
    before_ms: i64,
    limit: u32,
) -> Result<u64, Error> {
    let deleted = sqlx::query(
        "DELETE FROM reading_sessions WHERE id IN (SELECT id FROM reading_sessions \
         WHERE expires_at < $1 ORDER BY expires_at LIMIT $2)",
    )
    .bind(before_ms)
    .bind(i64::from(limit))
    .execute(&mut **tx)
    .await?;
    Ok(deleted.rows_affected())
}
