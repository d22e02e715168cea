//! Full-text search over the catalogue's metadata.

mod query;

use poem::web::Data;
use poem_openapi::{Object, OpenApi, param::Query, payload::Json};

use crate::{
    actor::Visitor,
    books::types::Book,
    problem::{Answer, SignedIn},
    service::Tag,
    state::State,
};

/// A matched field.
#[derive(Debug, Clone, Object)]
pub struct Highlight {
    /// `title`, `authors`, `description`…
    pub field: String,
    /// HTML-escaped text with the matches in `<b>…</b>`.
    pub html: String,
}

/// A book that was found.
#[derive(Debug, Clone, Object)]
pub struct SearchHit {
    /// The book.
    pub book: Book,
    /// Where it matched.
    #[oai(skip_serializing_if_is_empty, default)]
    pub highlights: Vec<Highlight>,
}

crate::schema::page!(SearchHitPage, SearchHit, "A page of hits, best first.");

/// Operations of this folder.
pub struct SearchApi;

#[OpenApi(tag = "Tag::Search")]
impl SearchApi {
    /// Search books
    ///
    /// Over title, authors, genres, tags, description, series, publisher and ISBN. Forgives
    /// spelling. Finds what the caller may see in `GET /books`.
    #[oai(path = "/search", method = "get", operation_id = "search_books")]
    async fn search_books(
        &self,
        state: Data<&State>,
        visitor: Visitor,
        /// What to look for; empty finds nothing.
        #[oai(validator(max_length = 500))]
        q: Query<String>,
        /// `next` of the page before.
        #[oai(validator(max_length = 4096))]
        cursor: Query<Option<String>>,
        /// Entries per page, 1 to 100; 24 when absent.
        limit: Query<Option<u32>>,
    ) -> Answer<Json<SearchHitPage>, SignedIn> {
        let page = query::search(state.0, visitor.0.as_ref(), q.0, cursor.0, limit.0);
        Ok(Json(page.await?))
    }
}
