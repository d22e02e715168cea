//! Brings one book's search document up to date.

use std::sync::Arc;

use bindery_library::{search, work};
use bindery_pipeline::{Ctx, Done, JobResult};

use crate::Deps;
use crate::outcome::{OrRetry, from_port};

/// Reads the book as it stands and writes its document, or removes the document of a book that is
/// gone. Whatever happened since the job was made, the index ends up right.
///
/// # Errors
/// Retried when the database or the index cannot be reached.
pub async fn run(ctx: Ctx, deps: Arc<Deps>) -> JobResult {
    let work::Reindex { book_id } = ctx.payload()?;
    let document = {
        let mut conn = deps.pipeline.db().read().await.or_retry("database")?;
        search::document(&mut conn, &book_id)
            .await
            .or_retry("reading the book")?
    };
    match document {
        Some(document) => deps.search.upsert(vec![document]).await,
        None => deps.search.remove(vec![book_id]).await,
    }
    .map_err(from_port)?;
    Ok(Done)
}
