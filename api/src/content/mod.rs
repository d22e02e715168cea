//! Our own edge: `/content/{rendition}/{path}`, opened by the signed cookies of a reading session.
//! What it sends must be what the CDN is configured to send.

pub mod media;
mod range;

use bindery_library::storage::{self, Key};
use poem::{
    Body, Request, Response, Result, handler,
    http::{HeaderMap, StatusCode, header},
    web::{Data, Path},
};

use crate::{
    books::matches_etag,
    problem::{Kind, Problem},
    state::State,
};
use range::Asked;

/// The policy of everything under `/content/`, also when opened directly: no script ever runs and
/// nothing is fetched from elsewhere.
pub const POLICY: &str = "sandbox allow-same-origin; default-src 'none'; script-src 'none'; \
     img-src 'self' data:; style-src 'self' 'unsafe-inline'; font-src 'self'; media-src 'self'; \
     form-action 'none'; base-uri 'none'; frame-ancestors 'self'";

/// A rendition's bytes never change under their address; only the reader's browser may keep them.
const CACHING: &str = "private, max-age=31536000, immutable";

/// Answers GET and HEAD.
#[handler]
pub async fn content(
    state: Data<&State>,
    request: &Request,
    Path((rendition, path)): Path<(String, String)>,
) -> Result<Response> {
    Ok(serve(state.0, request, &rendition, &path).await?)
}

async fn serve(
    state: &State,
    request: &Request,
    rendition: &str,
    path: &str,
) -> Result<Response, Problem> {
    let sent = request.headers().get_all(header::COOKIE);
    let cookies = sent.iter().filter_map(|value| value.to_str().ok());
    if !state.cookies.opens(cookies, rendition) {
        return Err(Problem::new(Kind::ContentForbidden));
    }
    let key = Key::rendition(rendition, path);
    let etag = media::etag(rendition, path);
    if request
        .header(header::IF_NONE_MATCH)
        .is_some_and(|known| matches_etag(known, &etag))
    {
        let response = Response::builder()
            .status(StatusCode::NOT_MODIFIED)
            .header(header::ETAG, etag)
            .header(header::CACHE_CONTROL, CACHING);
        return Ok(response.finish());
    }
    let wanted = wanted_range(request.headers(), &etag);
    if wanted.is_none() {
        let object = state
            .storage
            .open_object(&key, None)
            .await
            .map_err(missing)?;
        let size = object.meta.size;
        let body = Body::from_bytes_stream(media::as_io(object.stream));
        return Ok(respond(StatusCode::OK, path, &etag, size, body));
    }
    let size = state.storage.head(&key).await.map_err(missing)?.size;
    let range = match range::parse(wanted, size) {
        Asked::Whole => 0..size,
        Asked::Part(range) => range,
        Asked::Outside => {
            return Err(Problem::new(Kind::RangeNotSatisfiable)
                .header(header::CONTENT_RANGE, format!("bytes */{size}")));
        }
    };
    let whole = range == (0..size);
    let length = range.end - range.start;
    let object = state
        .storage
        .open_object(&key, Some(range.clone()))
        .await
        .map_err(missing)?;
    let body = Body::from_bytes_stream(media::as_io(object.stream));
    let status = if whole {
        StatusCode::OK
    } else {
        StatusCode::PARTIAL_CONTENT
    };
    let mut response = respond(status, path, &etag, length, body);
    if !whole {
        let text = format!("bytes {}-{}/{size}", range.start, range.end - 1);
        if let Ok(value) = text.try_into() {
            response.headers_mut().insert(header::CONTENT_RANGE, value);
        }
    }
    Ok(response)
}

/// The `Range` header, unless `If-Range` names other bytes than ours.
fn wanted_range<'a>(headers: &'a HeaderMap, etag: &str) -> Option<&'a str> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    match text(header::IF_RANGE) {
        Some(known) if known != etag => None,
        _ => text(header::RANGE),
    }
}

fn respond(status: StatusCode, path: &str, etag: &str, length: u64, body: Body) -> Response {
    Response::builder()
        .status(status)
        .content_type(media::type_of(path))
        .header(header::CONTENT_LENGTH, length)
        .header(header::ETAG, etag)
        .header(header::CACHE_CONTROL, CACHING)
        .header(header::ACCEPT_RANGES, "bytes")
        .body(body)
}

/// Names that cannot exist are as missing as those that do not.
fn missing(error: storage::Error) -> Problem {
    match error {
        storage::Error::NotFound(_) | storage::Error::InvalidKey(_) => Problem::not_found(),
        error => error.into(),
    }
}
