//! Cross-origin calls (Fetch, "CORS protocol"): off, but for the origins that are listed. Callers
//! send a Bearer token; cookies stay out of it.
//!
//! An origin that is not listed gets its answer without the headers, and its browser keeps it from
//! the page. It is not refused: our own pages name their origin as well, and behind a proxy we may
//! not recognise it.

use std::{collections::HashSet, sync::Arc};

use poem::{
    Endpoint, IntoResponse, Request, Response, Result,
    http::{HeaderValue, Method, StatusCode, header},
};

const METHODS: &str = "GET, POST, PUT, DELETE";
const HEADERS: &str = "authorization, content-type, if-match, if-none-match, traceparent";
const EXPOSED: &str = "etag, location, retry-after, x-request-id";

/// Seconds for which a browser remembers what is allowed.
const REMEMBER: &str = "3600";

/// The origins that may call.
pub struct CrossOrigin(HashSet<String>);

impl CrossOrigin {
    /// `origins` as browsers write them: `https://example.org`.
    pub fn new(origins: &[String]) -> Self {
        Self(
            origins
                .iter()
                .map(|origin| origin.trim_end_matches('/').to_owned())
                .collect(),
        )
    }

    /// Answers by `next`, and tells listed origins that they may read the answer.
    pub async fn answer<E: Endpoint>(&self, next: Arc<E>, request: Request) -> Result<Response> {
        let origin = request.headers().get(header::ORIGIN).cloned();
        let listed =
            origin.filter(|origin| origin.to_str().is_ok_and(|text| self.0.contains(text)));
        let Some(origin) = listed else {
            return next.call(request).await.map(IntoResponse::into_response);
        };
        let asks_first = request.method() == Method::OPTIONS
            && request
                .headers()
                .contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
        if asks_first {
            let response = Response::builder()
                .status(StatusCode::NO_CONTENT)
                .header(header::ACCESS_CONTROL_ALLOW_METHODS, METHODS)
                .header(header::ACCESS_CONTROL_ALLOW_HEADERS, HEADERS)
                .header(header::ACCESS_CONTROL_MAX_AGE, REMEMBER)
                .finish();
            return Ok(allow(response, origin));
        }
        // A refusal becomes a response here, or it would lose these headers on its way out.
        let context = crate::problem::Context::of(&request);
        let response = match next.call(request).await {
            Ok(response) => response.into_response(),
            Err(error) => context.answer(error),
        };
        Ok(allow(response, origin))
    }
}

fn allow(mut response: Response, origin: HeaderValue) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.insert(
        header::ACCESS_CONTROL_EXPOSE_HEADERS,
        HeaderValue::from_static(EXPOSED),
    );
    headers.append(header::VARY, HeaderValue::from_static("origin"));
    response
}
