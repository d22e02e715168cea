//! How far a reader is: one place per person and book.

use bindery_pipeline::Tx;
use serde_json::Value;
use sqlx::{AnyConnection, Row};

use super::Progress;
use crate::{Error, now_ms};

/// Largest locator in bytes.
const LONGEST_LOCATOR: usize = 16 * 1024;

/// Where the reader is, if they ever opened the book.
///
/// # Errors
/// [`Error::Corrupt`], [`Error::Database`].
pub async fn get_progress(
    conn: &mut AnyConnection,
    user_id: &str,
    book_id: &str,
) -> Result<Option<Progress>, Error> {
    let row = sqlx::query(
        "SELECT locator, total_progression, updated_at FROM progress \
         WHERE user_id = $1 AND book_id = $2",
    )
    .bind(user_id.to_owned())
    .bind(book_id.to_owned())
    .fetch_optional(conn)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let locator: String = row.try_get(0)?;
    Ok(Some(Progress {
        locator: serde_json::from_str(&locator)
            .map_err(|e| Error::Corrupt(format!("locator: {e}")))?,
        total_progression: row.try_get(1)?,
        updated_at: row.try_get(2)?,
    }))
}

/// Remembers where the reader is. `read_at` is when they were there (a device may have been
/// offline): an older place does not replace a newer one. Answers the place that stands.
///
/// # Errors
/// [`Error::Invalid`], [`Error::Database`].
pub async fn save_progress(
    tx: &mut Tx,
    user_id: &str,
    book_id: &str,
    locator: &Value,
    total_progression: f64,
    read_at: Option<i64>,
) -> Result<Progress, Error> {
    let text = checked_locator(locator)?;
    if !(0.0..=1.0).contains(&total_progression) {
        return Err(Error::invalid(
            "totalProgression",
            "must be between 0 and 1",
        ));
    }
    let now = now_ms();
    sqlx::query(
        "INSERT INTO progress (user_id, book_id, locator, total_progression, updated_at) \
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT (user_id, book_id) DO UPDATE SET \
         locator = excluded.locator, total_progression = excluded.total_progression, \
         updated_at = excluded.updated_at WHERE excluded.updated_at >= progress.updated_at",
    )
    .bind(user_id.to_owned())
    .bind(book_id.to_owned())
    .bind(text)
    .bind(total_progression)
    // A clock that runs ahead must not win for ever.
    .bind(read_at.map_or(now, |at| at.min(now)))
    .execute(&mut **tx)
    .await?;
    let stands = get_progress(tx, user_id, book_id).await?;
    stands.ok_or(Error::NotFound("progress"))
}

/// A Readium locator needs `href` and `type`.
fn checked_locator(locator: &Value) -> Result<String, Error> {
    let has = |name: &str| locator.get(name).is_some_and(Value::is_string);
    if !has("href") || !has("type") {
        return Err(Error::invalid("locator", "needs href and type"));
    }
    let text = locator.to_string();
    if text.len() > LONGEST_LOCATOR {
        return Err(Error::invalid(
            "locator",
            format!("at most {LONGEST_LOCATOR} bytes"),
        ));
    }
    Ok(text)
}
