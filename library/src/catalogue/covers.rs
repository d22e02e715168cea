//! A book's own cover: given, made by the cover job, shown before its rendition's.
//!
//! The row names two versions: the one that is wanted (given last, not made yet) and the one that
//! is shown. It names a version before its first file is put, and the job removes only files whose
//! version the row does not name; so nothing is removed too early and nothing stays behind.

use bindery_pipeline::{Pipeline, Tx};
use bytes::Bytes;
use serde_json::json;
use sha2::{Digest, Sha256};
use sqlx::{AnyConnection, Row};

use super::books::{Before, locked, visible};
use super::{BookStatus, OwnCover, rows};
use crate::events::{self, EventData, EventType, Metadata};
use crate::policy::{Action, Actor, check};
use crate::storage::{Key, Storage};
use crate::{Error, Settings, now_ms, work};

/// Most bytes of a picture that is given as a cover.
pub const COVER_BYTES: u64 = 16 << 20;
/// Bytes of a picture's SHA-256 that make its version.
const VERSION_BYTES: usize = 8;

/// What a book's row says about its own cover. Both are `None` when there is no such book.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CoverState {
    /// The version that was given last and is still to be made; its picture is `{version}/raw`.
    pub wanted: Option<String>,
    /// What is shown.
    pub current: Option<OwnCover>,
}

impl CoverState {
    /// Whether a file, named relative to `covers/{book}/`, is still of use.
    #[must_use]
    pub fn needs(&self, file: &str) -> bool {
        let version = file.split('/').next();
        let wanted = self.wanted.as_deref();
        let current = self.current.as_ref().map(|cover| cover.version.as_str());
        // What is shown has no use for the picture it was made from: `original` has its bytes.
        version == wanted || (version == current && !file.ends_with("/raw"))
    }
}

/// Gives a book a cover of its own: stores the picture as it is and asks for its sizes to be made.
/// What it shows stays until that is done, and for ever if the picture turns out to be none.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`], [`Error::NoFile`]; [`Error::Invalid`] for more than
/// [`COVER_BYTES`] or bytes that do not begin like JPEG, PNG, GIF or WebP; [`Error::Storage`],
/// [`Error::Database`].
pub async fn give_cover(
    pipeline: &Pipeline,
    storage: &Storage,
    actor: &Actor,
    book_id: &str,
    picture: Bytes,
) -> Result<(), Error> {
    if picture.len() as u64 > COVER_BYTES {
        let most = format!("at most {} MiB", COVER_BYTES >> 20);
        return Err(Error::invalid("cover", most));
    }
    let media_type = media_type(&picture)
        .ok_or_else(|| Error::invalid("cover", "must be JPEG, PNG, GIF or WebP"))?;
    let version = version_of(&picture);
    let mut tx = pipeline.begin().await?;
    want(&mut tx, actor, book_id, &version).await?;
    tx.commit().await?;
    let key = Key::book_cover(book_id, &format!("{version}/raw"));
    storage.put(&key, media_type, picture).await?;
    let mut tx = pipeline.begin().await?;
    tx.enqueue(work::cover(book_id)).await?;
    Ok(tx.commit().await?)
}

/// The version of a picture's set of files.
#[must_use]
pub fn version_of(picture: &[u8]) -> String {
    hex::encode(&Sha256::digest(picture)[..VERSION_BYTES])
}

async fn want(tx: &mut Tx, actor: &Actor, book_id: &str, version: &str) -> Result<(), Error> {
    may_edit(tx, actor, book_id).await?;
    sqlx::query("UPDATE books SET cover_wanted = $1 WHERE id = $2")
        .bind(version.to_owned())
        .bind(book_id.to_owned())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

async fn may_edit(tx: &mut Tx, actor: &Actor, book_id: &str) -> Result<Before, Error> {
    let before = locked(tx, book_id).await?;
    visible(actor, &before)?;
    check(actor, Action::EditBook(before.facts()))?;
    if before.status == BookStatus::Uploading {
        return Err(Error::NoFile);
    }
    Ok(before)
}

/// What the cover job should bring about.
///
/// # Errors
/// [`Error::Corrupt`], [`Error::Database`].
pub async fn cover_state(conn: &mut AnyConnection, book_id: &str) -> Result<CoverState, Error> {
    let row = sqlx::query("SELECT cover, cover_wanted FROM books WHERE id = $1")
        .bind(book_id.to_owned())
        .fetch_optional(conn)
        .await?;
    let Some(row) = row else {
        return Ok(CoverState::default());
    };
    Ok(CoverState {
        wanted: row.try_get("cover_wanted")?,
        current: rows::cover_column(&row)?,
    })
}

/// All sizes are stored: the book shows them. Answers false when the book is gone or wants another
/// picture by now. Either way the job runs once more, for the files that nobody needs any longer.
///
/// # Errors
/// [`Error::Database`], [`Error::Pipeline`].
pub async fn set_cover(
    tx: &mut Tx,
    settings: &Settings,
    book_id: &str,
    cover: &OwnCover,
) -> Result<bool, Error> {
    let set = sqlx::query(
        "UPDATE books SET cover = $1, cover_wanted = NULL, version = version + 1, \
         updated_at = $2 WHERE id = $3 AND cover_wanted = $4",
    )
    .bind(json!(cover).to_string())
    .bind(now_ms())
    .bind(book_id.to_owned())
    .bind(cover.version.clone())
    .execute(&mut **tx)
    .await?;
    tx.enqueue(work::cover(book_id)).await?;
    if set.rows_affected() == 0 {
        return Ok(false);
    }
    let book = locked(tx, book_id).await?;
    tell(tx, settings, book_id, &book, Metadata::default()).await?;
    Ok(true)
}

/// The picture cannot be used: the book goes on showing what it showed. The job runs once more, to
/// remove it.
///
/// # Errors
/// [`Error::Database`], [`Error::Pipeline`].
pub async fn drop_wanted_cover(tx: &mut Tx, book_id: &str, version: &str) -> Result<(), Error> {
    sqlx::query("UPDATE books SET cover_wanted = NULL WHERE id = $1 AND cover_wanted = $2")
        .bind(book_id.to_owned())
        .bind(version.to_owned())
        .execute(&mut **tx)
        .await?;
    tx.enqueue(work::cover(book_id)).await?;
    Ok(())
}

/// Takes a book's own cover away, also one that is still to be made; its rendition's shows again.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`], [`Error::NoFile`], [`Error::Database`],
/// [`Error::Pipeline`].
pub async fn clear_cover(
    tx: &mut Tx,
    settings: &Settings,
    actor: &Actor,
    book_id: &str,
) -> Result<(), Error> {
    let before = may_edit(tx, actor, book_id).await?;
    if !before.has_cover {
        return Ok(());
    }
    sqlx::query(
        "UPDATE books SET cover = NULL, cover_wanted = NULL, version = version + 1, \
         updated_at = $1 WHERE id = $2",
    )
    .bind(now_ms())
    .bind(book_id.to_owned())
    .execute(&mut **tx)
    .await?;
    tx.enqueue(work::cover(book_id)).await?;
    tell(tx, settings, book_id, &before, Metadata::by(&actor.user_id)).await
}

async fn tell(
    tx: &mut Tx,
    settings: &Settings,
    book_id: &str,
    book: &Before,
    by: Metadata,
) -> Result<(), Error> {
    let data = EventData {
        book_id: Some(book_id.to_owned()),
        user_id: Some(book.owner_id.clone()),
        state: Some(book.status.as_str().to_owned()),
        ..EventData::default()
    };
    events::record(tx, settings, EventType::BookUpdated, data, by).await?;
    events::book_hint(tx, book_id, EventType::BookUpdated);
    Ok(())
}

/// By its first bytes. The engine looks deeper, in the sandbox.
fn media_type(picture: &[u8]) -> Option<&'static str> {
    match picture {
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some("image/png"),
        [b'G', b'I', b'F', b'8', ..] => Some("image/gif"),
        [
            b'R',
            b'I',
            b'F',
            b'F',
            _,
            _,
            _,
            _,
            b'W',
            b'E',
            b'B',
            b'P',
            ..,
        ] => Some("image/webp"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Cover;

    #[test]
    fn only_pictures_are_taken() {
        assert_eq!(media_type(b"\xff\xd8\xff\xe0"), Some("image/jpeg"));
        assert_eq!(media_type(b"RIFF\0\0\0\0WEBPVP8 "), Some("image/webp"));
        assert_eq!(media_type(b"GIF89a"), Some("image/gif"));
        for other in [&b""[..], b"<svg/>", b"%PDF-1.7", b"\x89PNG", b"RIFF"] {
            assert_eq!(media_type(other), None, "{other:?}");
        }
    }

    #[test]
    fn files_of_the_wanted_and_the_shown_version_are_needed() {
        let state = CoverState {
            wanted: Some("bb".into()),
            current: Some(OwnCover {
                version: "aa".into(),
                files: Cover::default(),
            }),
        };
        for (file, needed) in [
            ("bb/raw", true),
            ("bb/medium.jpg", true),
            ("aa/medium.jpg", true),
            ("aa/raw", false),
            ("cc/raw", false),
            ("aab/medium.jpg", false),
        ] {
            assert_eq!(state.needs(file), needed, "{file}");
            assert!(!CoverState::default().needs(file), "{file}");
        }
    }
}
