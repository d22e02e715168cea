//! Counts requests, by route template: never by the ids in their paths.

use std::{
    collections::HashMap,
    sync::{Arc, OnceLock},
    time::Instant,
};

use poem::{Endpoint, IntoResponse, PathPattern, Request, Response, Result};
use poem_openapi::{OpenApi as _, OperationId};

use crate::service::{Apis, BASE};

/// Answers by `next` and counts the answer.
pub async fn meter<E: Endpoint>(next: Arc<E>, request: Request) -> Result<Response> {
    let method = request.method().as_str().to_owned();
    let started = Instant::now();
    let response = next.call(request).await?.into_response();
    let route = template(&response);
    let status = response.status().as_str().to_owned();
    let labels = [
        ("method", known(method)),
        ("route", route),
        ("status", status),
    ];
    metrics::counter!("http_requests_total", &labels).increment(1);
    metrics::histogram!("http_request_duration_seconds", &labels)
        .record(started.elapsed().as_secs_f64());
    Ok(response)
}

/// The address as the OpenAPI document writes it; outside the API as the router does.
fn template(response: &Response) -> String {
    static OPERATIONS: OnceLock<HashMap<&'static str, String>> = OnceLock::new();
    let operations = OPERATIONS.get_or_init(|| {
        let paths = Apis::meta().into_iter().flat_map(|api| api.paths);
        let each = paths.flat_map(|path| {
            let template = format!("{BASE}{}", path.path);
            let ids = path.operations.into_iter().filter_map(|op| op.operation_id);
            ids.map(move |id| (id, template.clone()))
                .collect::<Vec<_>>()
        });
        each.collect()
    });
    let operation = response
        .data::<OperationId>()
        .and_then(|id| operations.get(id.0));
    match (operation, response.data::<PathPattern>()) {
        (Some(template), _) => template.clone(),
        (None, Some(pattern)) => pattern.0.to_string(),
        (None, None) => "unmatched".to_owned(),
    }
}

/// A client may invent methods; the metrics must not grow with them.
fn known(method: String) -> String {
    match method.as_str() {
        "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS" => method,
        _ => "other".to_owned(),
    }
}
