//! Asks the index, then reads the books it names from the database: the index may lag behind, the
//! rights may not.

use std::collections::HashMap;

use bindery_library::{catalogue, people::User, policy, ports::PortError, search::SearchQuery};

use super::{Highlight, SearchHit, SearchHitPage};
use crate::{
    problem::{Kind, Problem},
    schema::Limit,
    state::{State, actor},
};

/// One page of the books that match `text` and that `user` may see.
pub async fn search(
    state: &State,
    user: Option<&User>,
    text: String,
    cursor: Option<String>,
    limit: Option<u32>,
) -> Result<SearchHitPage, Problem> {
    let actor = actor(user);
    let visible = policy::visibility(&actor);
    let query = SearchQuery {
        text,
        statuses: visible.statuses,
        owner_id: user.map(|user| user.id.clone()),
        limit: Limit::parse(limit)?.get() as usize,
        cursor,
    };
    let paging = query.cursor.is_some();
    let found = state
        .search
        .query(query)
        .await
        .map_err(|error| match error {
            // The one thing in the question that can be wrong for good.
            PortError::Permanent(_) if paging => Problem::new(Kind::InvalidCursor),
            error => error.into(),
        })?;
    let ids: Vec<String> = found.items.iter().map(|hit| hit.id.clone()).collect();
    let mut db = state.read().await?;
    let books = catalogue::get_books(&mut db, &actor, &ids).await?;
    let mut books: HashMap<String, catalogue::Book> = books
        .into_iter()
        .map(|book| (book.id.clone(), book))
        .collect();
    let items = found
        .items
        .into_iter()
        .filter_map(|hit| {
            let book = books.remove(&hit.id)?;
            let highlights = hit
                .highlights
                .into_iter()
                .map(|h| Highlight {
                    field: h.field,
                    html: h.html,
                })
                .collect();
            Some(SearchHit {
                book: book.into(),
                highlights,
            })
        })
        .collect();
    Ok(SearchHitPage {
        items,
        next: found.next.into(),
    })
}
