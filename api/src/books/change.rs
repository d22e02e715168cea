//! `PUT /books/{id}` and `DELETE /books/{id}`.

use bindery_library::{catalogue, people::User, policy::Actor};

use super::{BookSaved, requests::EditRequest, versions};
use crate::{problem::Problem, state::State};

/// Edits the version that `if_match` names.
pub async fn edit(
    state: &State,
    user: &User,
    id: &str,
    if_match: Option<&str>,
    request: EditRequest,
) -> Result<BookSaved, Problem> {
    let version = versions::expected(if_match)?;
    let mut tx = state.begin().await?;
    let actor = Actor::from(user);
    let book = catalogue::edit_book(
        &mut tx,
        &state.settings,
        &actor,
        id,
        version,
        request.into(),
    )
    .await?;
    tx.commit().await?;
    Ok(versions::saved(book))
}

/// Deletes the book, whatever its version.
pub async fn delete(state: &State, user: &User, id: &str) -> Result<(), Problem> {
    let mut tx = state.begin().await?;
    catalogue::delete_book(&mut tx, &state.settings, &Actor::from(user), id, None).await?;
    tx.commit().await?;
    tracing::info!(book.id = %id, "book deleted");
    Ok(())
}
