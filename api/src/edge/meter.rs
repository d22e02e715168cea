//! Counts requests, by route template: never by the ids in their paths.

use std::{
    sync::Arc,
    time::Instant,
};

use poem::{Endpoint, IntoResponse, PathPattern, Request, Response, Result};

/// Answers by `next` and counts the answer.
pub async fn meter<E: Endpoint>(next: Arc<E>, request: Request) -> Result<Response> {
    let method = request.method().as_str().to_owned();
    let started = Instant::now();
    let response = next.call(request).await?.into_response();
    let route = response
        .data::<PathPattern>()
        .map_or_else(|| "unmatched".to_owned(), |pattern| pattern.0.to_string());
    let status = response.status().as_str().to_owned();
    let labels = [("method", known(method)), ("route", route), ("status", status)];
    metrics::counter!("http_requests_total", &labels).increment(1);
    metrics::histogram!("http_request_duration_seconds", &labels)
        .record(started.elapsed().as_secs_f64());
    Ok(response)
}

/// A client may invent methods; the metrics must not grow with them.
fn known(method: String) -> String {
    match method.as_str() {
        "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS" => method,
        _ => "other".to_owned(),
    }
}
