//! All addresses of the service.

use std::sync::Arc;

use poem::{Endpoint, EndpointExt as _, IntoEndpoint as _, Route, get};

use crate::{
    content::content,
    docs,
    edge::{self, CrossOrigin, SecurityHeaders},
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
    let origins = Arc::new(CrossOrigin::new(&state.config.cors_origins));
    let api = api.around(move |next, request| {
        let origins = Arc::clone(&origins);
        async move { origins.answer(next, request).await }
    });
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
