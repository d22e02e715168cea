//! Trace ids: one for each request, in the logs, in problems and in the `x-request-id` header.

use std::sync::Arc;

use poem::{Endpoint, IntoResponse, Request, Response, Result, http::HeaderValue};
use tracing::Instrument as _;

/// Response header that carries the trace id.
const HEADER: &str = "x-request-id";

/// 32 hex digits: the trace id of the caller's `traceparent` (W3C Trace Context), or a new one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TraceId(Arc<str>);

impl TraceId {
    /// The id that [`trace`] gave to the request; a fresh one outside of it.
    pub fn of(request: &Request) -> Self {
        request.data::<Self>().cloned().unwrap_or_else(Self::fresh)
    }

    fn fresh() -> Self {
        Self(uuid::Uuid::new_v4().simple().to_string().into())
    }

    fn from_headers(request: &Request) -> Option<Self> {
        let parent = request.header("traceparent")?;
        let id = parent.split('-').nth(1)?;
        let valid = id.len() == 32
            && id.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
            && id.bytes().any(|b| b != b'0');
        valid.then(|| Self(id.into()))
    }
}

impl std::ops::Deref for TraceId {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

/// Gives the request its id, opens the log span and answers with the id in a header.
pub async fn trace<E: Endpoint>(next: Arc<E>, mut request: Request) -> Result<Response> {
    let id = TraceId::from_headers(&request).unwrap_or_else(TraceId::fresh);
    let span = tracing::info_span!("request", trace_id = &*id, method = %request.method());
    request.extensions_mut().insert(id.clone());
    let mut response = next.call(request).instrument(span).await?.into_response();
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(HEADER, value);
    }
    Ok(response)
}
