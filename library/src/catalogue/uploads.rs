//! From "I would like to upload this" to a book with a file.

use bindery_pipeline::{Priority, Tx};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use super::books::{get_book, locked, point_to_file, visible};
use super::{Book, BookDraft, BookStatus, fields, names, renditions, retire};
use crate::events::{self, EventData, EventType, Metadata};
use crate::policy::{Action, Actor, BookFacts, check};
use crate::storage::Promoted;
use crate::{Error, Settings, new_id, now_ms};

/// Uploads one person may have announced and not finished. What is abandoned is swept a day after
/// its address died, so this also bounds the disk that one account can fill with uploads.
pub const MOST_OPEN_UPLOADS: i64 = 200;

/// What an uploader announces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewUpload {
    /// As the uploader's machine calls it.
    pub file_name: String,
    /// Bytes; the caller has checked the deployment's cap.
    pub size: u64,
    /// The media type the PUT will carry.
    pub content_type: String,
    /// Hex.
    pub sha256: String,
    /// A replacement for this book's file; `None` for a new book.
    pub book_id: Option<String>,
    /// When the address dies, milliseconds UTC.
    pub expires_at: i64,
}

/// An announced upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    /// Names `uploads/{id}`. The first upload of a book has the book's id.
    pub id: String,
    /// The book.
    pub book_id: String,
    /// Who announced it.
    pub user_id: String,
    /// Without folders.
    pub file_name: String,
    /// As announced.
    pub content_type: String,
    /// Bytes, as announced.
    pub size: u64,
    /// Lower-case hex, as announced.
    pub sha256: String,
    /// True once a file was made of it: then there is nothing more to promote.
    pub claimed: bool,
    /// Milliseconds UTC.
    pub expires_at: i64,
}

/// A book after [`finalise`] or [`replace_file`].
#[derive(Debug, Clone, PartialEq)]
pub struct Finalised {
    /// The book.
    pub book: Book,
    /// False when the upload had been claimed before: then nothing was changed.
    pub fresh: bool,
}

/// Announces an upload; for a new book this makes its row, in state `uploading`.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::NotFound`], [`Error::Invalid`], [`Error::TooManyUploads`],
/// [`Error::Database`].
pub async fn presign(tx: &mut Tx, actor: &Actor, new: NewUpload) -> Result<Upload, Error> {
    let file_name = base_name(&new.file_name)?;
    let sha256 = checked_sha256(&new.sha256)?;
    let size = i64::try_from(new.size).ok().filter(|size| *size > 0);
    let size = size.ok_or_else(|| Error::invalid("size", "must be at least 1"))?;
    few_enough_open(tx, &actor.user_id).await?;
    let id = new_id();
    let book_id = match &new.book_id {
        Some(book_id) => {
            let book = locked(tx, book_id).await?;
            visible(actor, &book)?;
            check(actor, Action::EditBook(book.facts()))?;
            if book.status == BookStatus::Uploading {
                return Err(Error::NoFile);
            }
            book_id.clone()
        }
        None => {
            check(actor, Action::CreateBook)?;
            insert_book(tx, &id, actor, &file_name).await?;
            id.clone()
        }
    };
    sqlx::query(
        "INSERT INTO uploads (id, book_id, user_id, file_name, media_type, size, sha256, state, \
         created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, 'open', $8, $9)",
    )
    .bind(id.clone())
    .bind(book_id)
    .bind(actor.user_id.clone())
    .bind(file_name)
    .bind(new.content_type)
    .bind(size)
    .bind(sha256)
    .bind(now_ms())
    .bind(new.expires_at)
    .execute(&mut **tx)
    .await?;
    get_upload(tx, &id).await
}

/// What was announced.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Database`].
pub async fn get_upload(conn: &mut AnyConnection, id: &str) -> Result<Upload, Error> {
    let row = sqlx::query(
        "SELECT id, book_id, user_id, file_name, media_type, size, sha256, state, expires_at \
         FROM uploads WHERE id = $1",
    )
    .bind(id.to_owned())
    .fetch_optional(conn)
    .await?;
    upload(&row.ok_or(Error::NotFound("upload"))?)
}

/// Makes a book of its first upload. The upload is claimed exactly once: of two calls, also at the
/// same time, one makes the book and both answer it. `promoted` is what
/// [`crate::storage::Storage::promote_upload`] found.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`], [`Error::Invalid`], [`Error::UploadMismatch`],
/// [`Error::Database`].
pub async fn finalise(
    tx: &mut Tx,
    settings: &Settings,
    actor: &Actor,
    book_id: &str,
    promoted: &Promoted,
    draft: BookDraft,
) -> Result<Finalised, Error> {
    let rendition_id = settings
        .plan
        .rendition_id(&promoted.sha256, promoted.format);
    renditions::lock(tx, &rendition_id).await?;
    let before = locked(tx, book_id).await?;
    visible(actor, &before)?;
    if before.status != BookStatus::Uploading {
        return Ok(Finalised {
            book: get_book(tx, book_id).await?,
            fresh: false,
        });
    }
    check(actor, Action::EditBook(before.facts()))?;
    let status = draft_status(actor, before.facts(), draft.status)?;
    let upload = get_upload(tx, book_id).await?;
    claim(tx, &upload, promoted).await?;
    let edit = fields::clean_edit(draft.into_edit())?;
    let title = (before.title.as_str(), before.language.as_deref());
    fields::write(tx, book_id, &edit, title).await?;
    sqlx::query("UPDATE books SET set_fields = $1, status = $2 WHERE id = $3")
        .bind(fields::join_fields("", &edit))
        .bind(status.as_str())
        .bind(book_id.to_owned())
        .execute(&mut **tx)
        .await?;
    add_file(tx, &upload, promoted, &rendition_id).await?;
    let data = EventData {
        book_id: Some(book_id.to_owned()),
        rendition_id: Some(rendition_id.clone()),
        user_id: Some(before.owner_id),
        state: Some(status.as_str().to_owned()),
        ..EventData::default()
    };
    let by = Metadata::by(&actor.user_id);
    events::record(tx, settings, EventType::BookCreated, data, by).await?;
    events::book_hint(tx, book_id, EventType::BookCreated);
    renditions::serve_if_ready(tx, settings, &rendition_id, book_id).await?;
    Ok(Finalised {
        book: get_book(tx, book_id).await?,
        fresh: true,
    })
}

/// Gives a book a new file. The old rendition keeps serving until the new one is ready.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`], [`Error::UploadMismatch`],
/// [`Error::VersionConflict`], [`Error::Database`].
pub async fn replace_file(
    tx: &mut Tx,
    settings: &Settings,
    actor: &Actor,
    upload_id: &str,
    promoted: &Promoted,
    expected_version: Option<i64>,
) -> Result<Finalised, Error> {
    let upload = get_upload(tx, upload_id).await?;
    let book_id = upload.book_id.clone();
    let rendition_id = settings
        .plan
        .rendition_id(&promoted.sha256, promoted.format);
    renditions::lock(tx, &rendition_id).await?;
    let before = locked(tx, &book_id).await?;
    visible(actor, &before)?;
    // Again, now under the lock.
    if get_upload(tx, upload_id).await?.claimed {
        return Ok(Finalised {
            book: get_book(tx, &book_id).await?,
            fresh: false,
        });
    }
    check(actor, Action::EditBook(before.facts()))?;
    if before.status == BookStatus::Uploading {
        return Err(Error::NoFile);
    }
    if let Some(version) = expected_version {
        before.expect_version(version)?;
    }
    claim(tx, &upload, promoted).await?;
    add_file(tx, &upload, promoted, &rendition_id).await?;
    let data = EventData {
        book_id: Some(book_id.clone()),
        rendition_id: Some(rendition_id.clone()),
        user_id: Some(before.owner_id.clone()),
        state: Some(before.status.as_str().to_owned()),
        // One that never became ready serves nobody.
        superseded: retire::unreferenced_among(tx, before.renditions()).await?,
        ..EventData::default()
    };
    let by = Metadata::by(&actor.user_id);
    events::record(tx, settings, EventType::BookUpdated, data, by).await?;
    events::book_hint(tx, &book_id, EventType::BookUpdated);
    renditions::serve_if_ready(tx, settings, &rendition_id, &book_id).await?;
    Ok(Finalised {
        book: get_book(tx, &book_id).await?,
        fresh: true,
    })
}

/// Ids of uploads that nobody finalised in time, oldest first, for the sweep.
///
/// # Errors
/// [`Error::Database`].
pub async fn expired_uploads(
    conn: &mut AnyConnection,
    before_ms: i64,
    limit: u32,
) -> Result<Vec<String>, Error> {
    let rows = sqlx::query(
        "SELECT id FROM uploads WHERE state = 'open' AND expires_at < $1 \
         ORDER BY expires_at LIMIT $2",
    )
    .bind(before_ms)
    .bind(i64::from(limit))
    .fetch_all(conn)
    .await?;
    rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
}

/// Forgets an upload that was never claimed, and its book if that never had a file. Remove the
/// object afterwards. Answers false when the upload was claimed meanwhile.
///
/// # Errors
/// [`Error::Database`].
pub async fn delete_upload(tx: &mut Tx, id: &str) -> Result<bool, Error> {
    let deleted = sqlx::query("DELETE FROM uploads WHERE id = $1 AND state = 'open'")
        .bind(id.to_owned())
        .execute(&mut **tx)
        .await?;
    if deleted.rows_affected() == 0 {
        return Ok(false);
    }
    sqlx::query("DELETE FROM books WHERE id = $1 AND status = 'uploading'")
        .bind(id.to_owned())
        .execute(&mut **tx)
        .await?;
    Ok(true)
}

async fn few_enough_open(tx: &mut Tx, user_id: &str) -> Result<(), Error> {
    let open = sqlx::query("SELECT COUNT(*) FROM uploads WHERE user_id = $1 AND state = 'open'")
        .bind(user_id.to_owned())
        .fetch_one(&mut **tx)
        .await?;
    if open.try_get::<i64, _>(0)? < MOST_OPEN_UPLOADS {
        Ok(())
    } else {
        Err(Error::TooManyUploads)
    }
}

async fn insert_book(tx: &mut Tx, id: &str, actor: &Actor, file_name: &str) -> Result<(), Error> {
    let title = title_from(file_name);
    sqlx::query(
        "INSERT INTO books (id, owner_id, title, sort_key, status, set_fields, version, \
         created_at, updated_at) VALUES ($1, $2, $3, $4, 'uploading', '', 0, $5, $5)",
    )
    .bind(id.to_owned())
    .bind(actor.user_id.clone())
    .bind(title.clone())
    .bind(names::sort_key(&title, None))
    .bind(now_ms())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// `draft` unless the uploader asks for more and may have it.
fn draft_status(
    actor: &Actor,
    book: BookFacts<'_>,
    wanted: Option<BookStatus>,
) -> Result<BookStatus, Error> {
    match wanted.unwrap_or(BookStatus::Draft) {
        BookStatus::Draft => Ok(BookStatus::Draft),
        to => {
            check(
                actor,
                Action::MoveBook(
                    BookFacts {
                        status: BookStatus::Draft,
                        ..book
                    },
                    to,
                ),
            )?;
            Ok(to)
        }
    }
}

async fn claim(tx: &mut Tx, upload: &Upload, promoted: &Promoted) -> Result<(), Error> {
    if upload.sha256 != promoted.sha256 || upload.size != promoted.size {
        return Err(Error::UploadMismatch(
            "not the bytes that were announced".to_owned(),
        ));
    }
    let claimed =
        sqlx::query("UPDATE uploads SET state = 'claimed' WHERE id = $1 AND state = 'open'")
            .bind(upload.id.clone())
            .execute(&mut **tx)
            .await?;
    if claimed.rows_affected() == 1 {
        Ok(())
    } else {
        Err(Error::UploadGone)
    }
}

/// Adds the file's row, points the book to it, and asks for its rendition.
async fn add_file(
    tx: &mut Tx,
    upload: &Upload,
    promoted: &Promoted,
    rendition_id: &str,
) -> Result<(), Error> {
    let file_id = new_id();
    sqlx::query(
        "INSERT INTO book_files (id, book_id, sha256, size, format, file_name, rendition_id, \
         created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(file_id.clone())
    .bind(upload.book_id.clone())
    .bind(promoted.sha256.clone())
    .bind(i64::try_from(promoted.size).unwrap_or(i64::MAX))
    .bind(promoted.format.as_str())
    .bind(upload.file_name.clone())
    .bind(rendition_id.to_owned())
    .bind(now_ms())
    .execute(&mut **tx)
    .await?;
    renditions::find_or_create(tx, rendition_id, promoted).await?;
    point_to_file(tx, &upload.book_id, &file_id, rendition_id).await?;
    renditions::request_render(tx, rendition_id, Some(&upload.book_id), Priority::Normal).await?;
    Ok(())
}

fn upload(row: &AnyRow) -> Result<Upload, Error> {
    let size: i64 = row.try_get("size")?;
    Ok(Upload {
        id: row.try_get("id")?,
        book_id: row.try_get("book_id")?,
        user_id: row.try_get("user_id")?,
        file_name: row.try_get("file_name")?,
        content_type: row.try_get("media_type")?,
        size: u64::try_from(size).map_err(|_| Error::Corrupt("upload size".to_owned()))?,
        sha256: row.try_get("sha256")?,
        claimed: row.try_get::<String, _>("state")? == "claimed",
        expires_at: row.try_get("expires_at")?,
    })
}

/// The file's own name: browsers may send folders, of either kind of slash.
fn base_name(file_name: &str) -> Result<String, Error> {
    let base = file_name.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = base
        .chars()
        .filter(|c| !c.is_control() && !fields::turns_text(*c))
        .take(255)
        .collect();
    let clean = clean.trim().to_owned();
    if clean.is_empty() {
        Err(Error::invalid("fileName", "must not be empty"))
    } else {
        Ok(clean)
    }
}

fn checked_sha256(text: &str) -> Result<String, Error> {
    let lower = text.to_ascii_lowercase();
    let right = lower.len() == 64 && lower.bytes().all(|b| b.is_ascii_hexdigit());
    if right {
        Ok(lower)
    } else {
        Err(Error::invalid("sha256", "must be 64 hex digits"))
    }
}

/// Until the book's own title is known: the file's name without its ending, underscores as spaces.
fn title_from(file_name: &str) -> String {
    let stem = match file_name.rsplit_once('.') {
        Some((stem, ending)) if !stem.is_empty() && ending.len() <= 5 => stem,
        _ => file_name,
    };
    let spaced = stem.replace('_', " ");
    let title = spaced.split_whitespace().collect::<Vec<_>>().join(" ");
    if title.is_empty() {
        file_name.to_owned()
    } else {
        title
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_lose_their_folders() {
        assert_eq!(base_name("C:\\Users\\x\\Book.epub").unwrap(), "Book.epub");
        assert_eq!(base_name("/home/x/../Book.epub").unwrap(), "Book.epub");
        assert_eq!(base_name("a\u{202E}bupe.epub").unwrap(), "abupe.epub");
        assert!(base_name("folder/").is_err());
    }

    #[test]
    fn the_first_title_is_the_files_name() {
        assert_eq!(title_from("war_and_peace.epub"), "war and peace");
        assert_eq!(title_from("Vol. 1 of something"), "Vol. 1 of something");
        assert_eq!(title_from(".epub"), ".epub");
        assert_eq!(title_from("___.pdf"), "___.pdf");
    }
}
