//! Reading, editing and deleting books.

use bindery_pipeline::Tx;
use sqlx::{AnyConnection, Row};

use super::rows::{self, status_column};
use super::{Book, BookEdit, BookStatus, fields, retire};
use crate::events::{self, EventData, EventType, Metadata};
use crate::policy::{Action, Actor, BookFacts, can, check};
use crate::sql::Statement;
use crate::{Error, Settings, now_ms, work};

/// One book, for jobs and for callers that check the policy themselves.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Database`].
pub async fn get_book(conn: &mut AnyConnection, id: &str) -> Result<Book, Error> {
    let found = rows::load(conn, &[id.to_owned()]).await?;
    found.into_iter().next().ok_or(Error::NotFound("book"))
}

/// One book, if the actor may see it; otherwise it does not exist.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Database`].
pub async fn visible_book(
    conn: &mut AnyConnection,
    actor: &Actor,
    id: &str,
) -> Result<Book, Error> {
    let book = get_book(conn, id).await?;
    if can(actor, Action::ViewBook((&book).into())) {
        Ok(book)
    } else {
        Err(Error::NotFound("book"))
    }
}

/// The books with these ids (at most some hundred) that the actor may see, in the order of the ids.
///
/// # Errors
/// [`Error::Database`].
pub async fn get_books(
    conn: &mut AnyConnection,
    actor: &Actor,
    ids: &[String],
) -> Result<Vec<Book>, Error> {
    let mut books = rows::load(conn, ids).await?;
    books.retain(|book| can(actor, Action::ViewBook(book.into())));
    Ok(books)
}

/// Changes a book if it still has the version the caller saw, and tells the subscribers.
///
/// # Errors
/// [`Error::NotFound`] (also for what the actor must not see), [`Error::Forbidden`],
/// [`Error::Invalid`], [`Error::VersionConflict`], [`Error::Database`].
pub async fn edit_book(
    tx: &mut Tx,
    settings: &Settings,
    actor: &Actor,
    id: &str,
    expected_version: i64,
    edit: BookEdit,
) -> Result<Book, Error> {
    let before = locked(tx, id).await?;
    check_edit(actor, &before, &edit)?;
    before.expect_version(expected_version)?;
    let edit = fields::clean_edit(edit)?;
    let touched = !fields::touched(&edit).is_empty();
    let title = (before.title.as_str(), before.language.as_deref());
    fields::write(tx, id, &edit, title).await?;
    let status = edit.status.unwrap_or(before.status);
    sqlx::query("UPDATE books SET set_fields = $1, status = $2 WHERE id = $3")
        .bind(fields::join_fields(&before.set_fields, &edit))
        .bind(status.as_str())
        .bind(id.to_owned())
        .execute(&mut **tx)
        .await?;
    let data = EventData {
        book_id: Some(id.to_owned()),
        user_id: Some(before.owner_id.clone()),
        state: Some(status.as_str().to_owned()),
        ..EventData::default()
    };
    let by = || Metadata::by(&actor.user_id);
    if touched {
        events::record(tx, settings, EventType::BookUpdated, data.clone(), by()).await?;
        events::book_hint(tx, id, EventType::BookUpdated);
    }
    if status != before.status {
        let previous_state = Some(before.status.as_str().to_owned());
        let data = EventData {
            previous_state,
            ..data
        };
        events::record(tx, settings, EventType::BookStateChanged, data, by()).await?;
        events::book_hint(tx, id, EventType::BookStateChanged);
    }
    get_book(tx, id).await
}

/// Deletes a book with everything that hangs on it. Renditions no other book uses are handed to the
/// invalidate job and a cover of its own to the cover job; originals are left to the sweep.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`], [`Error::VersionConflict`], [`Error::Database`].
pub async fn delete_book(
    tx: &mut Tx,
    settings: &Settings,
    actor: &Actor,
    id: &str,
    expected_version: Option<i64>,
) -> Result<(), Error> {
    let before = locked(tx, id).await?;
    visible(actor, &before)?;
    check(actor, Action::DeleteBook(before.facts()))?;
    if let Some(version) = expected_version {
        before.expect_version(version)?;
    }
    const TABLES: [&str; 7] = [
        "DELETE FROM book_authors WHERE book_id = $1",
        "DELETE FROM book_genres WHERE book_id = $1",
        "DELETE FROM book_tags WHERE book_id = $1",
        "DELETE FROM uploads WHERE book_id = $1",
        "DELETE FROM progress WHERE book_id = $1",
        "DELETE FROM book_files WHERE book_id = $1",
        "DELETE FROM books WHERE id = $1",
    ];
    for delete in TABLES {
        sqlx::query(delete)
            .bind(id.to_owned())
            .execute(&mut **tx)
            .await?;
    }
    let data = EventData {
        book_id: Some(id.to_owned()),
        user_id: Some(before.owner_id.clone()),
        previous_state: Some(before.status.as_str().to_owned()),
        superseded: retire::unreferenced_among(tx, before.renditions()).await?,
        ..EventData::default()
    };
    let by = Metadata::by(&actor.user_id);
    events::record(tx, settings, EventType::BookDeleted, data, by).await?;
    if before.has_cover {
        // Without a row the job removes all there is.
        tx.enqueue(work::cover(id)).await?;
    }
    events::book_hint(tx, id, EventType::BookDeleted);
    Ok(())
}

/// What a change must know of a book, read under the row's lock.
pub(super) struct Before {
    pub owner_id: String,
    pub status: BookStatus,
    pub version: i64,
    pub title: String,
    pub language: Option<String>,
    pub set_fields: String,
    pub rendition_id: Option<String>,
    pub serving_id: Option<String>,
    /// It has a cover of its own, or is about to have one.
    pub has_cover: bool,
}

impl Before {
    pub(super) fn facts(&self) -> BookFacts<'_> {
        BookFacts {
            owner_id: &self.owner_id,
            status: self.status,
        }
    }

    pub(super) fn expect_version(&self, expected: i64) -> Result<(), Error> {
        if self.version == expected {
            return Ok(());
        }
        Err(Error::VersionConflict {
            expected,
            current: self.version,
        })
    }

    /// The renditions the book refers to, each once.
    pub(super) fn renditions(&self) -> Vec<String> {
        let mut ids: Vec<String> = self
            .rendition_id
            .iter()
            .chain(&self.serving_id)
            .cloned()
            .collect();
        ids.dedup();
        ids
    }
}

/// Locks a book's row until the transaction ends (an update that changes nothing is a row lock on
/// PostgreSQL; SQLite's writer is alone anyway) and reads what changes need.
pub(super) async fn locked(tx: &mut Tx, id: &str) -> Result<Before, Error> {
    sqlx::query("UPDATE books SET version = version WHERE id = $1")
        .bind(id.to_owned())
        .execute(&mut **tx)
        .await?;
    let mut select = Statement::new(
        "SELECT owner_id, status, version, title, language, set_fields, rendition_id, serving_id, \
         COALESCE(cover, cover_wanted) AS any_cover FROM books WHERE id = ",
    );
    select.bind(id.to_owned())?;
    let row = select
        .query()
        .fetch_optional(&mut **tx)
        .await?
        .ok_or(Error::NotFound("book"))?;
    let status: String = row.try_get("status")?;
    Ok(Before {
        owner_id: row.try_get("owner_id")?,
        status: status_column(&status)?,
        version: row.try_get("version")?,
        title: row.try_get("title")?,
        language: row.try_get("language")?,
        set_fields: row.try_get("set_fields")?,
        rendition_id: row.try_get("rendition_id")?,
        serving_id: row.try_get("serving_id")?,
        has_cover: row.try_get::<Option<String>, _>("any_cover")?.is_some(),
    })
}

/// What the actor must not see does not exist for them.
pub(super) fn visible(actor: &Actor, book: &Before) -> Result<(), Error> {
    let seen = can(actor, Action::ViewBook(book.facts()));
    if seen {
        Ok(())
    } else {
        Err(Error::NotFound("book"))
    }
}

/// Fields need the right to edit; a move in the workflow needs the right to that move. A change of
/// neither is an edit too.
fn check_edit(actor: &Actor, book: &Before, edit: &BookEdit) -> Result<(), Error> {
    visible(actor, book)?;
    let moves = edit.status.filter(|to| *to != book.status);
    if !fields::touched(edit).is_empty() || moves.is_none() {
        check(actor, Action::EditBook(book.facts()))?;
    }
    if let Some(to) = moves {
        check(actor, Action::MoveBook(book.facts(), to))?;
    }
    Ok(())
}

/// Sets a book's file and rendition; the caller has its lock.
pub(super) async fn point_to_file(
    tx: &mut Tx,
    book_id: &str,
    file_id: &str,
    rendition_id: &str,
) -> Result<(), Error> {
    sqlx::query(
        "UPDATE books SET file_id = $1, rendition_id = $2, version = version + 1, updated_at = $3 \
         WHERE id = $4",
    )
    .bind(file_id.to_owned())
    .bind(rendition_id.to_owned())
    .bind(now_ms())
    .bind(book_id.to_owned())
    .execute(&mut **tx)
    .await?;
    Ok(())
}
