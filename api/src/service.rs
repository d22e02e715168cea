//! The OpenAPI service: all operations under `/api/v1`, and the document that describes them.

use poem_openapi::{LicenseObject, OpenApiService, ServerObject, Tags};

use crate::{
    admin::{AdminApi, InvitationsApi},
    auth::AuthApi,
    books::BooksApi,
    events::EventsApi,
    reading::ReadingApi,
    search::SearchApi,
    server::ServerApi,
};

/// Base path of the API.
pub const BASE: &str = "/api/v1";

/// Groups of operations.
#[derive(Tags)]
#[oai(rename_all = "camelCase")]
pub enum Tag {
    /// Accounts, sign-in and tokens.
    Auth,
    /// The catalogue and uploads.
    Books,
    /// Opening books and remembering places.
    Reading,
    /// Full-text search.
    Search,
    /// Jobs and queues, for admins.
    Admin,
    /// What happens, while it happens.
    Events,
    /// Facts about the server.
    Server,
    /// People.
    Users,
}

/// All operations in one value.
pub type Apis = (
    AuthApi,
    BooksApi,
    ReadingApi,
    SearchApi,
    AdminApi,
    InvitationsApi,
    EventsApi,
    ServerApi,
);

/// The service with its description; nothing in it depends on a running server.
pub fn service() -> OpenApiService<Apis, ()> {
    let apis = (
        AuthApi,
        BooksApi,
        ReadingApi,
        SearchApi,
        AdminApi,
        InvitationsApi,
        EventsApi,
        ServerApi,
    );
    OpenApiService::new(apis, "Bindery", env!("CARGO_PKG_VERSION"))
        .description(
            "Turns books into HTML slices and serves the reading platform around them. Lists are \
             paged by `cursor`; every refusal is problem+json (RFC 9457) with a stable `code`.",
        )
        .license(LicenseObject::new("MIT OR Apache-2.0"))
        .server(ServerObject::new(BASE))
}

/// The OpenAPI document, pretty-printed; the same on every machine. `openapi/openapi.json` is its
/// committed copy.
pub fn openapi_json() -> String {
    // poem-openapi names a charset that JSON does not have (RFC 8259, 11).
    let mut document = service()
        .spec()
        .replace("application/json; charset=utf-8", "application/json");
    document.push('\n');
    document
}
