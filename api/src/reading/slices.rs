//! A slice of a rendition that is not ready yet: there already, or made before everything else.

use bindery_library::{
    catalogue::{self, Rendition, RenditionState},
    people::User,
    policy::Actor,
    reading,
    storage::{self, Key},
};
use bindery_pipeline::Priority;
use poem_openapi::payload::Json;

use super::{
    Slice, session,
    types::{SliceAnswer, SliceWait},
};
use crate::{
    problem::{Kind, Problem},
    state::State,
};

/// Where slice `n` is, or the job that makes it.
pub async fn slice(state: &State, user: &User, id: &str, n: u32) -> Result<Slice, Problem> {
    let (book_id, rendition) = {
        let mut db = state.read().await?;
        let session = reading::get_session(&mut db, &user.id, id).await?;
        let book = catalogue::visible_book(&mut db, &Actor::from(user), &session.book_id).await?;
        session::entitled(state, user, &book)?;
        (
            book.id,
            catalogue::get_rendition(&mut db, &session.rendition_id).await?,
        )
    };
    let indexed = matches!(
        rendition.state,
        RenditionState::Indexed | RenditionState::Ready
    );
    if indexed && i64::from(n) >= rendition.slices {
        let text = format!("The book has {} slices.", rendition.slices);
        return Err(Problem::not_found().detail(text));
    }
    not_failed(&rendition)?;
    let path = format!("slices/{n}.html");
    let there = rendition.state == RenditionState::Ready
        || exists(state, &Key::rendition(&rendition.id, &path)).await?;
    if there {
        return Ok(found(&rendition.id, &path));
    }
    let mut tx = state.begin().await?;
    let priority = Priority::ReadNow;
    let job = catalogue::request_render(&mut tx, &rendition.id, Some(&book_id), priority).await?;
    if job.is_none() {
        // It ended meanwhile, one way or the other.
        not_failed(&catalogue::get_rendition(&mut tx, &rendition.id).await?)?;
    }
    tx.commit().await?;
    Ok(match job {
        Some(job_id) => Slice::Soon(Json(SliceWait { job_id }), "1".to_owned()),
        None => found(&rendition.id, &path),
    })
}

fn not_failed(rendition: &Rendition) -> Result<(), Problem> {
    if rendition.state != RenditionState::Failed {
        return Ok(());
    }
    let reason = rendition.error.as_ref().map_or("", |error| &error.message);
    Err(Problem::new(Kind::Conflict).detail(format!("The file cannot be rendered: {reason}")))
}

fn found(rendition: &str, path: &str) -> Slice {
    Slice::There(Json(SliceAnswer {
        url: format!("/content/{rendition}/{path}"),
    }))
}

async fn exists(state: &State, key: &Key) -> Result<bool, Problem> {
    match state.storage.head(key).await {
        Ok(_) => Ok(true),
        Err(storage::Error::NotFound(_)) => Ok(false),
        Err(error) => Err(error.into()),
    }
}
