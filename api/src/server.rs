//! `GET /server`: what a client must know before anybody signs in.

use poem::web::Data;
use poem_openapi::{OpenApi, payload::Json};

use crate::{
    auth::types::{CatalogueMode, ReadingMode, RegistrationMode, ServerFacts},
    config::{Reading, Registration},
    problem::Answer,
    service::Tag,
    state::State,
};

/// Media types of the book formats.
const UPLOAD_TYPES: [&str; 3] = [
    "application/epub+zip",
    "application/x-mobipocket-ebook",
    "application/pdf",
];

/// Operations of this file.
pub struct ServerApi;

#[OpenApi(tag = "Tag::Server")]
impl ServerApi {
    /// Facts about this server
    #[oai(path = "/server", method = "get", operation_id = "get_server")]
    async fn get_server(&self, state: Data<&State>) -> Answer<Json<ServerFacts>> {
        let config = &state.config;
        Ok(Json(ServerFacts {
            name: config.name.clone(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            registration: match config.registration {
                Registration::Closed => RegistrationMode::Closed,
                Registration::Invite => RegistrationMode::Invite,
                Registration::Open => RegistrationMode::Open,
            },
            reading: match config.reading {
                Reading::Members => ReadingMode::Members,
                Reading::Subscription => ReadingMode::Subscription,
            },
            catalogue: CatalogueMode::Public,
            max_upload_bytes: config.limits.upload,
            upload_types: UPLOAD_TYPES.map(str::to_owned).to_vec(),
        }))
    }
}
