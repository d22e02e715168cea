//! `POST /books/{id}` and `PUT /books/{id}/file`: an uploaded file becomes a book's file.

use bindery_library::{
    catalogue::{self, Book, Finalised, Upload},
    people::User,
    policy::Actor,
    storage::{self, Expected, Key, Promoted},
};
use poem_openapi::payload::Json;

use super::{BookCreated, BookSaved, requests::FinaliseRequest, versions};
use crate::{
    problem::{Kind, Problem},
    service,
    state::State,
};

/// Takes a new book into the catalogue. Asking again gives the same answer.
pub async fn finalise(
    state: &State,
    user: &User,
    book_id: &str,
    request: FinaliseRequest,
) -> Result<BookCreated, Problem> {
    let actor = Actor::from(user);
    let (book, upload) = {
        let mut db = state.read().await?;
        let book = catalogue::visible_book(&mut db, &actor, book_id).await?;
        // A book's first upload has the book's id.
        (book, catalogue::get_upload(&mut db, book_id).await?)
    };
    if upload.claimed {
        return Ok(created(book));
    }
    let promoted = promote(state, &upload).await?;
    let mut tx = state.begin().await?;
    let done = catalogue::finalise(
        &mut tx,
        &state.settings,
        &actor,
        book_id,
        &promoted,
        request.into(),
    )
    .await?;
    tx.commit().await?;
    forget(state, &upload, &done).await;
    Ok(created(done.book))
}

/// Gives a book a new file. Asking again gives the same answer.
pub async fn replace(
    state: &State,
    user: &User,
    book_id: &str,
    upload_id: &str,
) -> Result<BookSaved, Problem> {
    let actor = Actor::from(user);
    let (book, upload) = {
        let mut db = state.read().await?;
        let book = catalogue::visible_book(&mut db, &actor, book_id).await?;
        (book, catalogue::get_upload(&mut db, upload_id).await?)
    };
    if upload.book_id != book_id {
        return Err(Problem::not_found().detail("This book has no such upload."));
    }
    if upload.claimed {
        return Ok(versions::saved(book));
    }
    let promoted = promote(state, &upload).await?;
    let mut tx = state.begin().await?;
    let done =
        catalogue::replace_file(&mut tx, &state.settings, &actor, upload_id, &promoted, None)
            .await?;
    tx.commit().await?;
    forget(state, &upload, &done).await;
    Ok(versions::saved(done.book))
}

/// Checks the stored bytes against the announcement and makes them an original. No transaction is
/// open meanwhile.
async fn promote(state: &State, upload: &Upload) -> Result<Promoted, Problem> {
    let expected = Expected {
        size: upload.size,
        sha256: upload.sha256.clone(),
    };
    match state.storage.promote_upload(&upload.id, &expected).await {
        Ok(promoted) => Ok(promoted),
        Err(storage::Error::NotFound(_)) => Err(Problem::new(Kind::UploadMissing)),
        Err(error) => Err(error.into()),
    }
}

/// Removes the upload's object. If that fails the sweep finds it later.
async fn forget(state: &State, upload: &Upload, done: &Finalised) {
    if !done.fresh {
        return;
    }
    if let Err(error) = state.storage.delete(&Key::upload(&upload.id)).await {
        tracing::warn!(%error, upload.id = %upload.id, "a finished upload was not removed");
    }
}

fn created(book: Book) -> BookCreated {
    let etag = versions::etag(&book);
    let location = format!("{}/books/{}", service::BASE, book.id);
    BookCreated::Created(Json(book.into()), etag, location)
}
