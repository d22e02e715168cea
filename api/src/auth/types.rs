//! What goes over the wire to make accounts and sign in.

use bindery_library::people;
use poem_openapi::{Enum, Object, types::Example};
use time::OffsetDateTime;

use crate::schema::from_millis;

/// A wish to have an account.
#[derive(Debug, Clone, Object)]
#[oai(example)]
pub struct RegisterRequest {
    /// E-mail address; it names the account.
    #[oai(validator(min_length = 3, max_length = 254))]
    pub email: String,
    /// Password, at least 8 characters and at most 512 bytes.
    #[oai(validator(min_length = 8, max_length = 512))]
    pub password: String,
    /// Name shown to others.
    #[oai(validator(min_length = 1, max_length = 200))]
    pub name: String,
    /// The token of an invitation (`invitation` in its link). Needed where `registration` of
    /// `GET /server` is `invite`; ignored where it is `open`.
    #[oai(validator(max_length = 512))]
    pub invitation: Option<String>,
}

impl Example for RegisterRequest {
    fn example() -> Self {
        Self {
            email: "ada@example.org".to_owned(),
            password: "correct horse battery".to_owned(),
            name: "Ada".to_owned(),
            invitation: None,
        }
    }
}

/// E-mail and password.
#[derive(Debug, Clone, Object)]
#[oai(example)]
pub struct LoginRequest {
    /// E-mail address of the account.
    #[oai(validator(max_length = 254))]
    pub email: String,
    /// Its password.
    #[oai(validator(max_length = 512))]
    pub password: String,
    /// Keep the refresh token in an HttpOnly cookie instead of the answer. For browsers.
    #[oai(default)]
    pub cookie: bool,
}

impl Example for LoginRequest {
    fn example() -> Self {
        Self {
            email: "ada@example.org".to_owned(),
            password: "correct horse battery".to_owned(),
            cookie: true,
        }
    }
}

/// A refresh token; browsers send it in their cookie and leave this empty.
#[derive(Debug, Clone, Default, Object)]
#[oai(rename_all = "camelCase", example)]
pub struct RefreshRequest {
    /// The refresh token of the last sign-in or refresh.
    #[oai(validator(max_length = 512))]
    pub refresh_token: Option<String>,
}

impl Example for RefreshRequest {
    fn example() -> Self {
        Self {
            refresh_token: Some("q1vYVc0T8mYH0l5tQ9rj3A".to_owned()),
        }
    }
}

/// Tokens of a session (RFC 6749, 5.1, in camelCase).
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", example)]
pub struct TokenAnswer {
    /// JWT for `Authorization: Bearer …`.
    pub access_token: String,
    /// Always `Bearer`.
    pub token_type: String,
    /// Seconds until the access token expires.
    pub expires_in: u64,
    /// Good for one refresh; absent when it was put into a cookie.
    #[oai(skip_serializing_if_is_none)]
    pub refresh_token: Option<String>,
}

impl Example for TokenAnswer {
    fn example() -> Self {
        Self {
            access_token: "eyJhbGciOiJSUzI1NiIsImtpZCI6Ijh…".to_owned(),
            token_type: "Bearer".to_owned(),
            expires_in: 900,
            refresh_token: Some("q1vYVc0T8mYH0l5tQ9rj3A".to_owned()),
        }
    }
}

/// What a person may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "lowercase")]
pub enum Role {
    /// Everything.
    Admin,
    /// Reads catalogue and search.
    Staff,
    /// Stock and orders.
    Clerk,
    /// Publishes what editors made ready.
    Publisher,
    /// Works on what authors submitted.
    Editor,
    /// Writes own drafts.
    Author,
    /// Reads published books.
    Reader,
}

impl From<people::Role> for Role {
    fn from(role: people::Role) -> Self {
        match role {
            people::Role::Admin => Self::Admin,
            people::Role::Staff => Self::Staff,
            people::Role::Clerk => Self::Clerk,
            people::Role::Publisher => Self::Publisher,
            people::Role::Editor => Self::Editor,
            people::Role::Author => Self::Author,
            people::Role::Reader => Self::Reader,
        }
    }
}

/// An account.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", example)]
pub struct User {
    /// UUIDv7.
    pub id: String,
    /// Lower-cased e-mail address.
    pub email: String,
    /// Name shown to others.
    pub name: String,
    /// What the user may be; never empty for an active account.
    pub roles: Vec<Role>,
    /// When the account was made.
    pub created_at: OffsetDateTime,
}

impl From<people::User> for User {
    fn from(user: people::User) -> Self {
        Self {
            id: user.id,
            email: user.email,
            name: user.name,
            roles: user.roles.into_iter().map(Role::from).collect(),
            created_at: from_millis(user.created_at),
        }
    }
}

impl Example for User {
    fn example() -> Self {
        Self {
            id: "01936f0e-5b4c-7cc2-9d7a-2f1f0c6f4a10".to_owned(),
            email: "ada@example.org".to_owned(),
            name: "Ada".to_owned(),
            roles: vec![Role::Reader],
            created_at: from_millis(1_763_706_000_000),
        }
    }
}

/// A public key that access tokens are signed with (RFC 7517).
#[derive(Debug, Clone, Object)]
pub struct PublicKey {
    /// Always `RSA`.
    pub kty: String,
    /// Always `sig`.
    #[oai(rename = "use")]
    pub usage: String,
    /// Always `RS256`.
    pub alg: String,
    /// Id of the key; tokens name it in their header.
    pub kid: String,
    /// Modulus, base64url.
    pub n: String,
    /// Exponent, base64url.
    pub e: String,
}

/// The keys to check access tokens with.
#[derive(Debug, Clone, Object)]
pub struct KeySet {
    /// The current key first.
    pub keys: Vec<PublicKey>,
}

/// Public facts about this server that a client needs before anybody signs in.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct ServerFacts {
    /// Name of this library.
    pub name: String,
    /// Version of the service.
    pub version: String,
    /// Who may register.
    pub registration: RegistrationMode,
    /// Who may read published books.
    pub reading: ReadingMode,
    /// What anonymous visitors see of the catalogue.
    pub catalogue: CatalogueMode,
    /// Largest file that can be uploaded, in bytes.
    pub max_upload_bytes: u64,
    /// Media types of books that can be uploaded.
    pub upload_types: Vec<String>,
}

/// Who may register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "lowercase")]
pub enum RegistrationMode {
    /// Nobody; an admin makes the accounts.
    Closed,
    /// Holders of an invitation.
    Invite,
    /// Anybody.
    Open,
}

/// Who may read published books.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "lowercase")]
pub enum ReadingMode {
    /// Every signed-in user.
    Members,
    /// Users with a subscription.
    Subscription,
}

/// What anonymous visitors see of the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "lowercase")]
pub enum CatalogueMode {
    /// The metadata and covers of published books.
    Public,
}
