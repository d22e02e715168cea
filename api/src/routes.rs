//! All addresses of the service.

use std::sync::Arc;

use poem::{
    Endpoint, EndpointExt as _, IntoEndpoint as _, Route, get, http::Method, middleware::Cors,
};

use crate::{
    content::content,
    docs,
    edge::{self, SecurityHeaders},
    health, problem, service,
    state::State,
    web, well_known,
};

/// The whole service as one endpoint.
pub fn routes(state: State) -> impl Endpoint + 'static {
    let headers = Arc::new(SecurityHeaders::new(&state.config));
    table(&state)
        .data(state)
        .around(problem::catch)
        .around(edge::compress)
        .around(move |next, request| {
            let headers = Arc::clone(&headers);
            async move { headers.add(next, request).await }
        })
        .around(edge::meter)
        .around(edge::trace)
}

fn table(state: &State) -> Route {
    let api = service::service().into_endpoint();
    let api = match cors(&state.config.cors_origins) {
        Some(cors) => api.with(cors).boxed(),
        None => api.boxed(),
    };
    Route::new()
        .at("/livez", get(health::livez))
        .at("/readyz", get(health::readyz))
        .at("/startupz", get(health::startupz))
        .at("/metrics", get(health::metrics))
        .at("/.well-known/jwks.json", get(well_known::keys))
        .at("/api/docs", get(docs::docs))
        .at("/api/v1/openapi.json", get(docs::document))
        .at("/content/:rendition/*path", get(content))
        .nest(service::BASE, api)
        .at("/*", web::client)
}

/// Cross-origin calls with a Bearer token; cookies stay out of it.
fn cors(origins: &[String]) -> Option<Cors> {
    if origins.is_empty() {
        return None;
    }
    let methods = [Method::GET, Method::POST, Method::PUT, Method::DELETE];
    Some(
        Cors::new()
            .allow_origins(origins)
            .allow_methods(methods)
            .allow_headers(["authorization", "content-type", "if-match", "if-none-match"])
            .expose_headers(["etag", "location", "retry-after", "x-request-id"])
            .max_age(3600),
    )
}
