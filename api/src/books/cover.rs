//! `GET /books/{id}/cover/{size}`.

use bindery_library::people::User;
use poem::{Body, Request, Response, http::StatusCode, http::header};

use super::{list, types::CoverSize, versions};
use crate::{content::media, problem::Problem, state::State};

/// The cover of a book that `user` may see.
pub async fn cover(
    state: &State,
    request: &Request,
    user: Option<&User>,
    id: &str,
    size: CoverSize,
    versioned: bool,
) -> Result<Response, Problem> {
    let book = list::load_visible(state, user, id).await?;
    let cover = book.shown_cover().ok_or_else(Problem::not_found)?;
    let path = match size {
        CoverSize::Original => &cover.files.original,
        CoverSize::Medium => &cover.files.medium,
        CoverSize::Thumbnail => &cover.files.thumbnail,
    };
    let path = path.as_deref().ok_or_else(Problem::not_found)?;
    let etag = media::etag(cover.version, path);
    let everybody = book.status == bindery_library::catalogue::BookStatus::Published;
    let response = Response::builder()
        .header(header::ETAG, &etag)
        .header(header::CACHE_CONTROL, caching(everybody, versioned))
        .header(header::VARY, "authorization");
    if request
        .header(header::IF_NONE_MATCH)
        .is_some_and(|known| versions::matches(known, &etag))
    {
        return Ok(response.status(StatusCode::NOT_MODIFIED).finish());
    }
    let object = state.storage.open_object(&cover.key(path), None).await?;
    Ok(response
        .content_type(media::type_of(path))
        .header(header::CONTENT_LENGTH, object.meta.size)
        // A cover may be an SVG that somebody opens by itself.
        .header(
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'; sandbox",
        )
        .body(Body::from_bytes_stream(media::as_io(object.stream))))
}

/// How long a copy may be kept, and by whom.
fn caching(everybody: bool, versioned: bool) -> &'static str {
    match (everybody, versioned) {
        (true, true) => "public, max-age=31536000, immutable",
        (true, false) => "public, max-age=300",
        (false, true) => "private, max-age=31536000, immutable",
        (false, false) => "private, max-age=300",
    }
}
