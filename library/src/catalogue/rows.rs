//! Rows become books: one statement per table for a whole page, never one per book.

use std::collections::HashMap;

use serde::de::DeserializeOwned;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use super::{Book, BookFile, BookStatus, Format, Rendition, RenditionError, RenditionState};
use crate::Error;
use crate::sql::Statement;

/// Loads books by id, in the order of `ids`; ids without a row are left out.
pub(super) async fn load(conn: &mut AnyConnection, ids: &[String]) -> Result<Vec<Book>, Error> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut books = Statement::new(
        "SELECT id, owner_id, title, language, description, isbn, publisher, published, series, \
         series_index, status, version, file_id, rendition_id, serving_id, cover, created_at, \
         updated_at \
         FROM books WHERE id IN ",
    );
    books.bind_list(ids.iter().cloned())?;
    let rows = books.query().fetch_all(&mut *conn).await?;
    let mut names = load_names(conn, ids).await?;
    let mut files = load_files(conn, &column(&rows, &["file_id"])?).await?;
    let renditions =
        load_renditions(conn, &column(&rows, &["rendition_id", "serving_id"])?).await?;
    let mut found = HashMap::with_capacity(rows.len());
    for row in &rows {
        let mut book = book(row)?;
        let mut take = |kind: &'static str| names.remove(&(book.id.clone(), kind));
        book.authors = take("author").unwrap_or_default();
        book.genres = take("genre").unwrap_or_default();
        book.tags = take("tag").unwrap_or_default();
        let id = |name| row.try_get::<Option<String>, _>(name);
        book.file = id("file_id")?.and_then(|id| files.remove(&id));
        book.rendition = id("rendition_id")?.and_then(|id| renditions.get(&id).cloned());
        book.serving = id("serving_id")?.and_then(|id| renditions.get(&id).cloned());
        found.insert(book.id.clone(), book);
    }
    Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
}

/// The ids of the books that have a file with this hash, whatever their status; at most `limit`.
///
/// # Errors
/// [`Error::Database`].
pub async fn books_with_file(
    conn: &mut AnyConnection,
    sha256: &str,
    limit: u32,
) -> Result<Vec<String>, Error> {
    let rows = sqlx::query(
        "SELECT DISTINCT book_id FROM book_files WHERE sha256 = $1 ORDER BY book_id LIMIT $2",
    )
    .bind(sha256.to_owned())
    .bind(i64::from(limit))
    .fetch_all(conn)
    .await?;
    rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
}

/// The columns of a rendition, for statements that end in [`rendition`].
pub(super) const RENDITION_COLUMNS: &str = "SELECT id, sha256, format, state, slices, bytes, error_code, error_message, cover, updated_at \
     FROM renditions WHERE id IN ";

/// Reads a row of [`RENDITION_COLUMNS`].
pub(super) fn rendition(row: &AnyRow) -> Result<Rendition, Error> {
    let code: Option<String> = row.try_get("error_code")?;
    let message: Option<String> = row.try_get("error_message")?;
    Ok(Rendition {
        id: row.try_get("id")?,
        sha256: row.try_get("sha256")?,
        format: format(row)?,
        state: RenditionState::parse(row.try_get("state")?)?,
        slices: row.try_get("slices")?,
        bytes: row.try_get("bytes")?,
        error: code.map(|code| RenditionError {
            code,
            message: message.unwrap_or_default(),
        }),
        cover: cover_column(row)?,
        updated_at: row.try_get("updated_at")?,
    })
}

/// Reads the JSON of a `cover` column.
pub(super) fn cover_column<T: DeserializeOwned>(row: &AnyRow) -> Result<Option<T>, Error> {
    let text: Option<String> = row.try_get("cover")?;
    let cover = text.map(|text| serde_json::from_str(&text)).transpose();
    cover.map_err(|e| Error::Corrupt(format!("cover: {e}")))
}

fn book(row: &AnyRow) -> Result<Book, Error> {
    let status: String = row.try_get("status")?;
    Ok(Book {
        id: row.try_get("id")?,
        owner_id: row.try_get("owner_id")?,
        title: row.try_get("title")?,
        authors: Vec::new(),
        genres: Vec::new(),
        tags: Vec::new(),
        language: row.try_get("language")?,
        description: row.try_get("description")?,
        isbn: row.try_get("isbn")?,
        publisher: row.try_get("publisher")?,
        published: row.try_get("published")?,
        series: row.try_get("series")?,
        series_index: row.try_get("series_index")?,
        status: status_column(&status)?,
        version: row.try_get("version")?,
        file: None,
        rendition: None,
        serving: None,
        cover: cover_column(row)?,
        created_at: row.try_get("created_at")?,
        updated_at: row.try_get("updated_at")?,
    })
}

/// Reads the status a row holds.
pub(super) fn status_column(text: &str) -> Result<BookStatus, Error> {
    BookStatus::parse(text).map_err(|_| Error::Corrupt(format!("book status {text:?}")))
}

fn format(row: &AnyRow) -> Result<Format, Error> {
    let text: String = row.try_get("format")?;
    Format::parse(&text).map_err(|_| Error::Corrupt(format!("format {text:?}")))
}

fn column(rows: &[AnyRow], names: &[&str]) -> Result<Vec<String>, Error> {
    let mut ids = Vec::new();
    for row in rows {
        for name in names {
            ids.extend(row.try_get::<Option<String>, _>(*name)?);
        }
    }
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

type Names = HashMap<(String, &'static str), Vec<String>>;

async fn load_names(conn: &mut AnyConnection, ids: &[String]) -> Result<Names, Error> {
    const TABLES: [(&str, &str); 3] = [
        (
            "author",
            "SELECT book_id, name FROM book_authors WHERE book_id IN ",
        ),
        (
            "genre",
            "SELECT book_id, name FROM book_genres WHERE book_id IN ",
        ),
        (
            "tag",
            "SELECT book_id, name FROM book_tags WHERE book_id IN ",
        ),
    ];
    let mut names = Names::new();
    for (kind, select) in TABLES {
        let mut statement = Statement::new(select);
        statement
            .bind_list(ids.iter().cloned())?
            .push(" ORDER BY book_id, position");
        for row in statement.query().fetch_all(&mut *conn).await? {
            names
                .entry((row.try_get(0)?, kind))
                .or_default()
                .push(row.try_get(1)?);
        }
    }
    Ok(names)
}

async fn load_files(
    conn: &mut AnyConnection,
    ids: &[String],
) -> Result<HashMap<String, BookFile>, Error> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let mut files = Statement::new(
        "SELECT id, book_id, sha256, size, format, file_name, rendition_id, created_at \
         FROM book_files WHERE id IN ",
    );
    files.bind_list(ids.iter().cloned())?;
    let rows = files.query().fetch_all(conn).await?;
    rows.iter()
        .map(|row| {
            let file = BookFile {
                id: row.try_get("id")?,
                book_id: row.try_get("book_id")?,
                sha256: row.try_get("sha256")?,
                size: row.try_get("size")?,
                format: format(row)?,
                file_name: row.try_get("file_name")?,
                rendition_id: row.try_get("rendition_id")?,
                created_at: row.try_get("created_at")?,
            };
            Ok((file.id.clone(), file))
        })
        .collect()
}

/// Loads renditions by id.
pub(super) async fn load_renditions(
    conn: &mut AnyConnection,
    ids: &[String],
) -> Result<HashMap<String, Rendition>, Error> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let mut statement = Statement::new(RENDITION_COLUMNS);
    statement.bind_list(ids.iter().cloned())?;
    let rows = statement.query().fetch_all(conn).await?;
    rows.iter()
        .map(|row| rendition(row).map(|r| (r.id.clone(), r)))
        .collect()
}
