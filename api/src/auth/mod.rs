//! Accounts and sessions: `/auth`, `/users/profile`, the public keys.

mod cookie;
mod login;
mod passwords;
mod refresh;
mod register;
pub mod throttle;
pub mod types;

use poem::{Request, web::Data};
use poem_openapi::{
    ApiResponse, OpenApi,
    payload::{Json, Response},
};

pub use passwords::Passwords;
use types::{KeySet, LoginRequest, RefreshRequest, RegisterRequest, TokenAnswer, User};

use crate::{
    actor::Member,
    edge::ClientAddress,
    problem::{Answer, Checking, Conflicts, Limited, Registering, SignedIn, WithBody},
    schema::Body,
    service::Tag,
    state::State,
};

/// A new account.
#[derive(ApiResponse)]
pub enum Registered {
    /// The account was made; sign in next.
    #[oai(status = 201)]
    Created(Json<User>),
}

/// Nothing to say.
#[derive(ApiResponse)]
pub enum Done {
    /// Done, also when there was nothing to do.
    #[oai(status = 204)]
    Empty,
}

/// Operations of this file.
pub struct AuthApi;

#[OpenApi(tag = "Tag::Auth")]
impl AuthApi {
    /// Make an account
    ///
    /// Open only where the server says so (`registration` of `GET /server`). With `invite` it takes
    /// an invitation, whose roles the account gets; otherwise it becomes a reader's.
    #[oai(
        path = "/auth/register",
        method = "post",
        operation_id = "register_user"
    )]
    async fn register_user(
        &self,
        state: Data<&State>,
        address: ClientAddress,
        body: Body<RegisterRequest>,
    ) -> Answer<Registered, (WithBody, Registering, Conflicts, Limited)> {
        let user = register::register(state.0, &address, body.0).await?;
        Ok(Registered::Created(Json(user)))
    }

    /// Sign in
    ///
    /// Unknown addresses and wrong passwords get the same answer after the same time.
    #[oai(path = "/auth/login", method = "post", operation_id = "login_user")]
    async fn login_user(
        &self,
        state: Data<&State>,
        address: ClientAddress,
        request: &Request,
        body: Body<LoginRequest>,
    ) -> Answer<Response<Json<TokenAnswer>>, (WithBody, Checking, Limited)> {
        Ok(login::login(state.0, &address, request, body.0).await?)
    }

    /// Get a fresh access token
    ///
    /// The refresh token comes from the body or the cookie, is good for one use and is replaced.
    /// A second use of one ends every session that came from the same sign-in.
    #[oai(
        path = "/auth/refresh",
        method = "post",
        operation_id = "refresh_token"
    )]
    async fn refresh_token(
        &self,
        state: Data<&State>,
        address: ClientAddress,
        request: &Request,
        body: Body<Option<RefreshRequest>>,
    ) -> Answer<Response<Json<TokenAnswer>>, (WithBody, Checking, Limited)> {
        Ok(refresh::refresh(state.0, &address, request, body.0).await?)
    }

    /// Sign out
    ///
    /// Revokes the session of the refresh token in the body or the cookie.
    #[oai(path = "/auth/logout", method = "post", operation_id = "logout_user")]
    async fn logout_user(
        &self,
        state: Data<&State>,
        request: &Request,
        body: Body<Option<RefreshRequest>>,
    ) -> Answer<Response<Done>, WithBody> {
        Ok(refresh::logout(state.0, request, body.0).await?)
    }

    /// Who am I
    #[oai(
        path = "/users/profile",
        method = "get",
        operation_id = "get_profile",
        tag = "Tag::Users"
    )]
    async fn get_profile(&self, member: Member) -> Answer<Json<User>, SignedIn> {
        Ok(Json(member.0.into()))
    }

    /// Keys to check access tokens with
    ///
    /// Also served at `/.well-known/jwks.json` (RFC 7517).
    #[oai(
        path = "/.well-known/jwks.json",
        method = "get",
        operation_id = "get_keys"
    )]
    async fn get_keys(&self, state: Data<&State>) -> Answer<Json<KeySet>> {
        Ok(Json(state.tokens.key_set()))
    }
}
