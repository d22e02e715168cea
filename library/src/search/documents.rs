//! From rows to search documents.

use sqlx::{AnyConnection, Row};

use super::SearchDocument;
use crate::Error;
use crate::catalogue::{self, Book, BookStatus};

/// The document of a book as it stands now; `None` when the book is gone or still uploading, so
/// that its document must go.
///
/// # Errors
/// [`Error::Database`].
pub async fn document(
    conn: &mut AnyConnection,
    book_id: &str,
) -> Result<Option<SearchDocument>, Error> {
    match catalogue::get_book(conn, book_id).await {
        Ok(book) if book.status == BookStatus::Uploading => Ok(None),
        Ok(book) => Ok(Some(book.into())),
        Err(Error::NotFound(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Ids of books in the order of their ids, from after `after`, at most `limit`: to rebuild an index
/// in steps while serving.
///
/// # Errors
/// [`Error::Database`].
pub async fn ids_after(
    conn: &mut AnyConnection,
    after: &str,
    limit: u32,
) -> Result<Vec<String>, Error> {
    let rows = sqlx::query(
        "SELECT id FROM books WHERE id > $1 AND status <> 'uploading' ORDER BY id LIMIT $2",
    )
    .bind(after.to_owned())
    .bind(i64::from(limit))
    .fetch_all(conn)
    .await?;
    rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
}

impl From<Book> for SearchDocument {
    fn from(book: Book) -> Self {
        Self {
            format: book.file.as_ref().map(|file| file.format),
            id: book.id,
            owner_id: book.owner_id,
            status: book.status,
            title: book.title,
            authors: book.authors,
            genres: book.genres,
            tags: book.tags,
            description: book.description,
            isbn: book.isbn,
            language: book.language,
            series: book.series,
            publisher: book.publisher,
            updated_at: book.updated_at,
        }
    }
}
