//! Where a reader stopped.

use bindery_library::{catalogue, people::User, policy::Actor, reading};

use super::types::{Progress, ProgressRequest};
use crate::{problem::Problem, state::State};

/// The place in the book; 404 when it was never opened.
pub async fn get(state: &State, user: &User, id: &str) -> Result<Progress, Problem> {
    let mut db = state.read().await?;
    catalogue::visible_book(&mut db, &Actor::from(user), id).await?;
    let progress = reading::get_progress(&mut db, &user.id, id).await?;
    let progress = progress
        .ok_or_else(|| Problem::not_found().detail("No place in this book is remembered."))?;
    Ok(progress.into())
}

/// Remembers a place.
pub async fn save(
    state: &State,
    user: &User,
    id: &str,
    request: ProgressRequest,
) -> Result<Progress, Problem> {
    {
        let mut db = state.read().await?;
        catalogue::visible_book(&mut db, &Actor::from(user), id).await?;
    }
    let mut tx = state.begin().await?;
    let (locator, total) = (&request.locator.0, request.total_progression);
    let saved = reading::save_progress(&mut tx, &user.id, id, locator, total, None).await?;
    tx.commit().await?;
    Ok(saved.into())
}
