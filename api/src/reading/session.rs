//! Reading sessions: the right to read, checked, and the cookies that open the content.

use bindery_library::{
    catalogue::{self, Book, Rendition, RenditionState},
    people::User,
    policy::{self, Actor, BookFacts},
    reading::{self, ReadingSession as Session},
};
use bindery_pipeline::Priority;
use poem::http::{HeaderValue, header::SET_COOKIE};
use poem_openapi::payload::{Json, Response};

use super::{Opened, types::ReadingSession};
use crate::{
    problem::{Kind, Problem},
    schema::{from_millis, millis},
    state::State,
};

/// Opens a book for `user`.
pub async fn open(state: &State, user: &User, id: &str) -> Result<Response<Opened>, Problem> {
    let (book, progress) = {
        let mut db = state.read().await?;
        let book = catalogue::visible_book(&mut db, &Actor::from(user), id).await?;
        entitled(state, user, &book)?;
        (book, reading::get_progress(&mut db, &user.id, id).await?)
    };
    let rendition = book
        .readable()
        .ok_or_else(|| Problem::new(Kind::Conflict).detail("The book has no file yet."))?;
    let life = millis(state.config.reading_session_life);
    let mut tx = state.begin().await?;
    let session = reading::open_session(&mut tx, &user.id, id, &rendition.id, life).await?;
    if rendition.state != RenditionState::Ready {
        // Somebody waits: lift the job before the bulk ones.
        let priority = Priority::ReadNow;
        catalogue::request_render(&mut tx, &rendition.id, Some(id), priority).await?;
    }
    tx.commit().await?;
    let cookies = state
        .cookies
        .grant(&rendition.id)
        .map_err(Problem::internal)?;
    let body = describe(state, session, rendition, progress.map(Into::into));
    Ok(with_cookies(Opened::Created(Json(body)), cookies))
}

/// How the session stands.
pub async fn get(state: &State, user: &User, id: &str) -> Result<ReadingSession, Problem> {
    let mut db = state.read().await?;
    let session = reading::get_session(&mut db, &user.id, id).await?;
    let rendition = catalogue::get_rendition(&mut db, &session.rendition_id).await?;
    let progress = reading::get_progress(&mut db, &user.id, &session.book_id).await?;
    Ok(describe(
        state,
        session,
        &rendition,
        progress.map(Into::into),
    ))
}

/// Checks the right to read again and gives fresh cookies.
pub async fn renew(
    state: &State,
    user: &User,
    id: &str,
) -> Result<Response<Json<ReadingSession>>, Problem> {
    let (rendition, progress) = {
        let mut db = state.read().await?;
        let session = reading::get_session(&mut db, &user.id, id).await?;
        let book = catalogue::visible_book(&mut db, &Actor::from(user), &session.book_id).await?;
        entitled(state, user, &book)?;
        (
            catalogue::get_rendition(&mut db, &session.rendition_id).await?,
            reading::get_progress(&mut db, &user.id, &session.book_id).await?,
        )
    };
    let life = millis(state.config.reading_session_life);
    let mut tx = state.begin().await?;
    let session = reading::renew_session(&mut tx, &user.id, id, life).await?;
    tx.commit().await?;
    let cookies = state
        .cookies
        .grant(&rendition.id)
        .map_err(Problem::internal)?;
    let body = describe(state, session, &rendition, progress.map(Into::into));
    Ok(with_cookies(Json(body), cookies))
}

/// Refuses who may see the book but not read it.
pub fn entitled(state: &State, user: &User, book: &Book) -> Result<(), Problem> {
    // Subscriptions do not exist yet: where reading needs one, only those who work on a book read.
    let subscribed = false;
    let facts = BookFacts::from(book);
    if policy::can_read(&Actor::from(user), facts, state.config.reading, subscribed) {
        Ok(())
    } else {
        Err(Problem::new(Kind::EntitlementRequired))
    }
}

fn describe(
    state: &State,
    session: Session,
    rendition: &Rendition,
    progress: Option<super::types::Progress>,
) -> ReadingSession {
    let content_base = format!("/content/{}/", rendition.id);
    ReadingSession {
        id: session.id,
        book_id: session.book_id,
        rendition_id: session.rendition_id,
        state: rendition.state.into(),
        slices: rendition.slices,
        manifest_url: format!("{content_base}manifest.json"),
        content_base,
        expires_at: from_millis(session.expires_at),
        renew_after_seconds: state.config.cookie_renew_after.as_secs(),
        progress: progress.into(),
    }
}

fn with_cookies<T>(body: T, cookies: Vec<HeaderValue>) -> Response<T> {
    let response = Response::new(body).header("cache-control", "no-store");
    cookies.into_iter().fold(response, |response, cookie| {
        response.header(SET_COOKIE, cookie)
    })
}
