//! Writes problems: the outermost place where an error becomes bytes.

use poem::{Endpoint, IntoResponse, PathPattern, Request, Response, Result};

use super::{MEDIA_TYPE, Problem, map};
use crate::edge::TraceId;

/// Answers `req` by `next`; whatever fails becomes problem+json. Meant for
/// [`poem::EndpointExt::around`], inside the request-id middleware.
pub async fn catch<E: Endpoint>(next: std::sync::Arc<E>, req: Request) -> Result<Response> {
    let instance = req.uri().path().to_owned();
    let trace_id = TraceId::of(&req);
    match next.call(req).await {
        Ok(response) => Ok(response.into_response()),
        Err(error) if error.is_from_response() => Ok(error.into_response()),
        Err(error) => {
            // The route template: the metrics count by it.
            let route = error.data::<PathPattern>().cloned();
            let mut response = write(&map::from_framework(error), &instance, &trace_id);
            if let Some(route) = route {
                response.set_data(route);
            }
            Ok(response)
        }
    }
}

/// The response for `problem`.
pub(crate) fn write(problem: &Problem, instance: &str, trace_id: &str) -> Response {
    use poem_openapi::types::ToJSON as _;
    let body = problem.document(instance, trace_id).to_json_string();
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
