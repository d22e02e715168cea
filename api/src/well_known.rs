//! `/.well-known/jwks.json`, where other services look for the keys.

use poem::{Response, handler, http::header, web::Data};
use poem_openapi::types::ToJSON as _;

use crate::state::State;

/// The public keys (RFC 7517, 5).
#[handler]
pub fn keys(state: Data<&State>) -> Response {
    Response::builder()
        .content_type("application/jwk-set+json")
        .header(header::CACHE_CONTROL, "public, max-age=300")
        .body(state.tokens.key_set().to_json_string())
}
