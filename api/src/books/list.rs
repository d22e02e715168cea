//! `GET /books`, and finding one book that the caller may see.

use bindery_library::{
    catalogue::{self, Book, ListQuery},
    people::User,
};

use super::types::{BookPage, BookStatus, Format, Sort};
use crate::{
    problem::Problem,
    schema::Limit,
    state::{State, actor},
};

/// What to list.
pub struct Filter {
    /// Only this status.
    pub status: Option<BookStatus>,
    /// Only this author.
    pub author: Option<String>,
    /// Only this genre.
    pub genre: Option<String>,
    /// Only this tag.
    pub tag: Option<String>,
    /// Only this language.
    pub language: Option<String>,
    /// Only this format.
    pub format: Option<Format>,
}

/// One page of the books `user` may see.
pub async fn list(
    state: &State,
    user: Option<&User>,
    filter: Filter,
    sort: Option<Sort>,
    cursor: Option<String>,
    limit: Option<u32>,
) -> Result<BookPage, Problem> {
    let query = ListQuery {
        status: filter.status.map(Into::into),
        author: filter.author,
        genre: filter.genre,
        tag: filter.tag,
        language: filter.language,
        format: filter.format.map(Into::into),
        sort: match sort {
            None | Some(Sort::Recent) => catalogue::Sort::Recent,
            Some(Sort::Title) => catalogue::Sort::Title,
        },
        cursor,
        limit: Limit::parse(limit)?.get(),
    };
    let mut db = state.read().await?;
    let page = catalogue::list_books(&mut db, &actor(user), &query).await?;
    Ok(BookPage {
        items: page.items.into_iter().map(Into::into).collect(),
        next: page.next.into(),
    })
}

/// The book, if `user` may see it; otherwise it does not exist.
pub async fn load_visible(state: &State, user: Option<&User>, id: &str) -> Result<Book, Problem> {
    let mut db = state.read().await?;
    Ok(catalogue::visible_book(&mut db, &actor(user), id).await?)
}
