//! Writes problems: the place where an error becomes bytes.

use poem::{Endpoint, IntoResponse, PathPattern, Request, Response, Result};
use poem_openapi::{OperationId, types::ToJSON as _};

use super::{MEDIA_TYPE, Problem, map};
use crate::edge::TraceId;

/// Answers `request` by `next`; whatever fails becomes problem+json. Meant for
/// [`poem::EndpointExt::around`], inside the trace middleware.
pub async fn catch<E: Endpoint>(next: std::sync::Arc<E>, request: Request) -> Result<Response> {
    let context = Context::of(&request);
    match next.call(request).await {
        Ok(response) => Ok(response.into_response()),
        Err(error) => Ok(context.answer(error)),
    }
}

/// What a problem must know of its request.
pub(crate) struct Context {
    instance: String,
    trace_id: TraceId,
}

impl Context {
    /// Keeps what is needed after the request is gone.
    pub(crate) fn of(request: &Request) -> Self {
        // Below a nested route the path is shorter; the client knows only the original.
        let instance = request.original_uri().path().to_owned();
        Self {
            instance,
            trace_id: TraceId::of(request),
        }
    }

    /// The response for `error`.
    pub(crate) fn answer(&self, error: poem::Error) -> Response {
        if error.is_from_response() {
            return error.into_response();
        }
        // Operation and route: the metrics count by them.
        let operation = error.data::<OperationId>().copied();
        let route = error.data::<PathPattern>().cloned();
        let mut response = self.write(&map::from_framework(error));
        if let Some(operation) = operation {
            response.set_data(operation);
        }
        if let Some(route) = route {
            response.set_data(route);
        }
        response
    }

    fn write(&self, problem: &Problem) -> Response {
        let body = problem
            .document(&self.instance, &self.trace_id)
            .to_json_string();
        let mut response = Response::builder()
            .status(problem.kind().status())
            .content_type(MEDIA_TYPE)
            .header("cache-control", "no-store")
            .body(body);
        for (name, value) in &problem.headers {
            response.headers_mut().insert(name.clone(), value.clone());
        }
        response
    }
}
