//! Lists of books: filters, two orders, keyset paging.

use serde::{Deserialize, Serialize};
use sqlx::{AnyConnection, Row};

use super::names::name_key;
use super::{Book, BookStatus, Format, rows};
use crate::policy::{Actor, visibility};
use crate::sql::{Statement, clamp_limit, decode_cursor, encode_cursor};
use crate::{Error, Page};

/// In which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sort {
    /// Newest first.
    #[default]
    Recent,
    /// By title, without articles and accents.
    Title,
}

/// What to list. Names are compared without case and accents.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListQuery {
    /// Only this status (of those the actor may see).
    pub status: Option<BookStatus>,
    /// Only books of this author.
    pub author: Option<String>,
    /// Only books of this genre.
    pub genre: Option<String>,
    /// Only books with this tag.
    pub tag: Option<String>,
    /// Only this language; `en` also finds `en-gb`.
    pub language: Option<String>,
    /// Only books whose current file has this format.
    pub format: Option<Format>,
    /// The order.
    pub sort: Sort,
    /// From the page before.
    pub cursor: Option<String>,
    /// 1 to 100.
    pub limit: u32,
}

/// Where a page ended.
#[derive(Serialize, Deserialize)]
enum Position {
    Recent(i64, String),
    Title(Vec<u8>, String),
}

/// One page of the books the actor may see. Books that are still uploading are listed only when
/// asked for by their status.
///
/// # Errors
/// [`Error::Invalid`] for a foreign cursor, [`Error::Database`].
pub async fn list_books(
    conn: &mut AnyConnection,
    actor: &Actor,
    query: &ListQuery,
) -> Result<Page<Book>, Error> {
    let limit = clamp_limit(query.limit);
    let mut statement =
        Statement::new("SELECT b.id, b.created_at, b.sort_key FROM books b WHERE 1 = 1");
    push_visibility(&mut statement, actor, query.status)?;
    push_filters(&mut statement, query)?;
    push_order(&mut statement, query)?;
    statement.push(" LIMIT ").bind(limit + 1)?;
    let mut found = statement.query().fetch_all(&mut *conn).await?;
    let more = found.len() as i64 > limit;
    found.truncate(limit as usize);
    let next = match found.last().filter(|_| more) {
        Some(row) => Some(encode_cursor(&match query.sort {
            Sort::Recent => Position::Recent(row.try_get(1)?, row.try_get(0)?),
            Sort::Title => Position::Title(row.try_get(2)?, row.try_get(0)?),
        })),
        None => None,
    };
    let ids = found
        .iter()
        .map(|row| row.try_get(0))
        .collect::<Result<Vec<String>, _>>()?;
    Ok(Page {
        items: rows::load(conn, &ids).await?,
        next,
    })
}

fn push_visibility(
    statement: &mut Statement,
    actor: &Actor,
    status: Option<BookStatus>,
) -> Result<(), Error> {
    let visible = visibility(actor);
    match status {
        Some(status) => statement
            .push(" AND b.status = ")
            .bind(status.as_str().to_owned())?,
        None => statement.push(" AND b.status <> 'uploading'"),
    };
    let all = BookStatus::ALL
        .iter()
        .all(|status| visible.statuses.contains(status));
    if !all {
        statement
            .push(" AND (b.owner_id = ")
            .bind(visible.owner_id)?;
        statement.push(" OR b.status IN ");
        statement.bind_list(
            visible
                .statuses
                .iter()
                .map(|status| status.as_str().to_owned()),
        )?;
        statement.push(")");
    }
    Ok(())
}

fn push_filters(statement: &mut Statement, query: &ListQuery) -> Result<(), Error> {
    let named = [
        (
            &query.author,
            " AND EXISTS (SELECT 1 FROM book_authors n WHERE n.book_id = b.id AND n.name_key = ",
        ),
        (
            &query.genre,
            " AND EXISTS (SELECT 1 FROM book_genres n WHERE n.book_id = b.id AND n.name_key = ",
        ),
        (
            &query.tag,
            " AND EXISTS (SELECT 1 FROM book_tags n WHERE n.book_id = b.id AND n.name_key = ",
        ),
    ];
    for (name, exists) in named {
        if let Some(name) = name {
            statement.push(exists).bind(name_key(name))?.push(")");
        }
    }
    if let Some(language) = &query.language {
        let tag = language.to_ascii_lowercase();
        statement
            .push(" AND (LOWER(b.language) = ")
            .bind(tag.clone())?;
        let length = i64::try_from(tag.len() + 1).unwrap_or(i64::MAX);
        statement
            .push(" OR SUBSTR(LOWER(b.language), 1, CAST(")
            .bind(length)?;
        statement
            .push(" AS INTEGER)) = ")
            .bind(format!("{tag}-"))?
            .push(")");
    }
    if let Some(format) = query.format {
        statement
            .push(" AND EXISTS (SELECT 1 FROM book_files f WHERE f.id = b.file_id AND f.format = ");
        statement.bind(format.as_str().to_owned())?.push(")");
    }
    Ok(())
}

fn push_order(statement: &mut Statement, query: &ListQuery) -> Result<(), Error> {
    let position = query
        .cursor
        .as_deref()
        .map(decode_cursor::<Position>)
        .transpose()?;
    match (query.sort, position) {
        (Sort::Recent, None) | (Sort::Title, None) => {}
        (Sort::Recent, Some(Position::Recent(at, id))) => {
            statement.push(" AND (b.created_at, b.id) < (").bind(at)?;
            statement.push(", ").bind(id)?.push(")");
        }
        (Sort::Title, Some(Position::Title(key, id))) => {
            statement.push(" AND (b.sort_key, b.id) > (").bind(key)?;
            statement.push(", ").bind(id)?.push(")");
        }
        (Sort::Recent | Sort::Title, Some(_)) => {
            return Err(Error::invalid("cursor", "is of a list in another order"));
        }
    }
    statement.push(match query.sort {
        Sort::Recent => " ORDER BY b.created_at DESC, b.id DESC",
        Sort::Title => " ORDER BY b.sort_key, b.id",
    });
    Ok(())
}
