//! The web client, embedded by whoever starts the service, and its single-page fallback.

use std::borrow::Cow;

use poem::{
    Body, Request, Response, Result, handler,
    http::{Method, StatusCode, header},
    web::Data,
};

use crate::{
    books::matches_etag,
    problem::{Kind, Problem},
    state::State,
};

/// One file of the web client.
#[derive(Debug, Clone)]
pub struct Asset {
    /// Its bytes.
    pub bytes: Cow<'static, [u8]>,
    /// Its media type, with charset where it has one.
    pub media_type: Cow<'static, str>,
    /// A digest of its bytes, without quotes.
    pub etag: String,
}

/// Finds a file of the web client by its path, without a slash in front (`index.html`,
/// `assets/index-4f2a.js`).
pub type WebAssets = fn(&str) -> Option<Asset>;

/// The page that starts the client, also for every address the client makes up.
const INDEX: &str = "index.html";

/// Folder of the files with a digest in their names.
const HASHED: &str = "assets/";

/// Answers everything that is no other endpoint's.
#[handler]
pub async fn client(state: Data<&State>, request: &Request) -> Result<Response> {
    Ok(find(state.0, request)?)
}

fn find(state: &State, request: &Request) -> Result<Response, Problem> {
    let path = request.uri().path();
    let reserved = ["/api/", "/content/", "/.well-known/"];
    let assets = match state.assets {
        Some(assets) if !reserved.iter().any(|prefix| path.starts_with(prefix)) => assets,
        _ => return Err(Problem::not_found()),
    };
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Err(Problem::new(Kind::MethodNotAllowed).header(header::ALLOW, "GET, HEAD"));
    }
    let name = match path.trim_start_matches('/') {
        "" => INDEX,
        name => name,
    };
    if let Some(asset) = assets(name) {
        let caching = match name {
            name if name.starts_with(HASHED) => "public, max-age=31536000, immutable",
            _ => "no-cache",
        };
        return Ok(respond(request, asset, caching));
    }
    // A missing script must not be answered with a page.
    let last = name.rsplit('/').next().unwrap_or_default();
    if name.starts_with(HASHED) || last.contains('.') {
        return Err(Problem::not_found());
    }
    let index = assets(INDEX).ok_or_else(Problem::not_found)?;
    Ok(respond(request, index, "no-cache"))
}

fn respond(request: &Request, asset: Asset, caching: &'static str) -> Response {
    let etag = format!("\"{}\"", asset.etag);
    let response = Response::builder()
        .header(header::ETAG, &etag)
        .header(header::CACHE_CONTROL, caching);
    if request
        .header(header::IF_NONE_MATCH)
        .is_some_and(|known| matches_etag(known, &etag))
    {
        return response.status(StatusCode::NOT_MODIFIED).finish();
    }
    let length = asset.bytes.len();
    let body = match asset.bytes {
        Cow::Borrowed(bytes) => Body::from(bytes),
        Cow::Owned(bytes) => Body::from(bytes),
    };
    response
        .content_type(&asset.media_type)
        .header(header::CONTENT_LENGTH, length)
        .body(body)
}
