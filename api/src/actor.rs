//! Who calls: the Bearer token, checked, and the account behind it, read anew for each request (a
//! role in a token is a hint).

use bindery_library::people::{self, User, UserStatus};
use poem::{
    Request, RequestBody, Result,
    http::header,
    web::headers::{Authorization, HeaderMapExt as _, authorization::Bearer},
};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ExtractParamOptions,
    registry::{MetaSecurityScheme, Registry},
};

use crate::{
    problem::{Kind, Problem},
    state::State,
};

/// Name of the security scheme in the OpenAPI document.
const SCHEME: &str = "bearer";

/// A signed-in user; without one the operation answers 401.
#[derive(Debug, Clone)]
pub struct Member(pub User);

/// A signed-in user or an anonymous visitor. A token that is there must be valid: an expired one
/// is refused, so that a client refreshes it instead of silently seeing less.
#[derive(Debug, Clone)]
pub struct Visitor(pub Option<User>);

fn register_scheme(registry: &mut Registry) {
    registry.create_security_scheme(
        SCHEME,
        MetaSecurityScheme {
            ty: "http",
            description: Some("Access token of `POST /auth/login` or `/auth/refresh`, 15 minutes"),
            name: None,
            key_in: None,
            scheme: Some("bearer"),
            bearer_format: Some("JWT"),
            flows: None,
            openid_connect_url: None,
        },
    );
}

impl<'a> ApiExtractor<'a> for Member {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::SecurityScheme];

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        register_scheme(registry);
    }

    fn security_schemes() -> Vec<&'static str> {
        vec![SCHEME]
    }

    async fn from_request(
        request: &'a Request,
        _: &mut RequestBody,
        _: ExtractParamOptions<()>,
    ) -> Result<Self> {
        match user_of(request).await? {
            Some(user) => Ok(Self(user)),
            None => Err(unauthenticated().into()),
        }
    }
}

impl<'a> ApiExtractor<'a> for Visitor {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::SecurityScheme];

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        register_scheme(registry);
    }

    fn security_schemes() -> Vec<&'static str> {
        vec![SCHEME]
    }

    fn has_security_fallback() -> bool {
        true
    }

    async fn from_request(
        request: &'a Request,
        _: &mut RequestBody,
        _: ExtractParamOptions<()>,
    ) -> Result<Self> {
        Ok(Self(user_of(request).await?))
    }
}

/// 401 with the challenge RFC 9110, 11.6.1 asks for.
fn unauthenticated() -> Problem {
    Problem::new(Kind::Unauthenticated).header(header::WWW_AUTHENTICATE, "Bearer")
}

/// The active account behind the request's token; `None` without a token.
async fn user_of(request: &Request) -> Result<Option<User>, Problem> {
    if !request.headers().contains_key(header::AUTHORIZATION) {
        return Ok(None);
    }
    let Some(Authorization(bearer)) = request.headers().typed_get::<Authorization<Bearer>>() else {
        return Err(unauthenticated().detail("Authorization must be a Bearer token."));
    };
    let state = request
        .data::<State>()
        .ok_or_else(|| Problem::internal("no state in the request"))?;
    let claims = state.tokens.verify(bearer.token())?;
    let mut db = state.read().await?;
    match people::get_user(&mut db, &claims.sub).await {
        Ok(user) if user.status == UserStatus::Active => Ok(Some(user)),
        Ok(_) | Err(bindery_library::Error::NotFound(_)) => {
            Err(unauthenticated().detail("The account is not active."))
        }
        Err(error) => Err(error.into()),
    }
}
