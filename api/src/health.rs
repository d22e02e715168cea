//! Health and metrics, for whatever runs the service.

use std::{sync::atomic::Ordering, time::Duration};

use bindery_pipeline as pipeline;
use poem::{
    Response, Result, handler,
    http::{StatusCode, header},
    web::{Data, Json},
};
use serde_json::{Value, json};

use crate::{problem::Problem, state::State};

/// A check that takes longer has failed.
const PATIENCE: Duration = Duration::from_secs(2);

/// The process runs. Asks nothing of anybody, so that a busy database does not get it killed.
#[handler]
pub fn livez() -> Response {
    answer(true, json!({}))
}

/// The service can answer requests: database, migrations and storage are there, and it is not
/// about to end.
#[handler]
pub async fn readyz(state: Data<&State>) -> Response {
    if state.is_draining() {
        return answer(false, json!({"draining": true}));
    }
    let (database, migrations, storage) =
        tokio::join!(database(state.0), migrations(state.0), storage(state.0));
    let checks = json!({"database": database, "migrations": migrations, "storage": storage});
    answer(database && migrations && storage, checks)
}

/// The service has started: the same as ready, but not taken back while draining.
#[handler]
pub async fn startupz(state: Data<&State>) -> Response {
    let (database, migrations) = tokio::join!(database(state.0), migrations(state.0));
    answer(
        database && migrations,
        json!({"database": database, "migrations": migrations}),
    )
}

/// Metrics in Prometheus' text format.
#[handler]
pub fn metrics(state: Data<&State>) -> Result<Response> {
    let render = state.metrics.as_ref().ok_or_else(Problem::not_found)?;
    Ok(Response::builder()
        .content_type("text/plain; version=0.0.4; charset=utf-8")
        .header(header::CACHE_CONTROL, "no-store")
        .body(render()))
}

async fn database(state: &State) -> bool {
    passes("database", state.pipeline.db().ping()).await
}

async fn storage(state: &State) -> bool {
    passes("storage", state.storage.ping()).await
}

/// Migrations only ever get more, so one good answer holds for the life of the process.
async fn migrations(state: &State) -> bool {
    if state.migrated.load(Ordering::Relaxed) {
        return true;
    }
    let sets = [&pipeline::MIGRATIONS, &bindery_library::MIGRATIONS];
    let applied = async {
        match state.pipeline.db().migrated(&sets).await {
            Ok(true) => Ok(()),
            Ok(false) => Err("some migrations are not applied".to_owned()),
            Err(error) => Err(error.to_string()),
        }
    };
    let passed = passes("migrations", applied).await;
    state.migrated.fetch_or(passed, Ordering::Relaxed);
    passed
}

async fn passes<E: std::fmt::Display>(
    what: &str,
    check: impl Future<Output = std::result::Result<(), E>>,
) -> bool {
    match tokio::time::timeout(PATIENCE, check).await {
        Ok(Ok(())) => true,
        Ok(Err(error)) => {
            tracing::warn!(check = what, %error, "not ready");
            false
        }
        Err(_) => {
            tracing::warn!(check = what, "not ready: no answer in time");
            false
        }
    }
}

fn answer(good: bool, checks: Value) -> Response {
    use poem::IntoResponse as _;
    let status = if good {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    let body = json!({"status": if good { "ok" } else { "unavailable" }, "checks": checks});
    let mut response = Json(body).with_status(status).into_response();
    let no_store = poem::http::HeaderValue::from_static("no-store");
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, no_store);
    response
}
