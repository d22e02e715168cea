//! `POST /auth/login`.

use bindery_library::people::{self, IssuedToken, User, UserStatus, password};
use poem::{
    Request,
    http::header::{SET_COOKIE, USER_AGENT},
};
use poem_openapi::payload::{Json, Response};

use super::{
    cookie,
    types::{LoginRequest, TokenAnswer},
};
use crate::{
    edge::ClientAddress,
    problem::{Kind, Problem},
    schema::millis,
    state::State,
};

/// Checks the password and begins a session.
pub async fn login(
    state: &State,
    address: &ClientAddress,
    request: &Request,
    body: LoginRequest,
) -> Result<Response<Json<TokenAnswer>>, Problem> {
    state.throttle.address(address)?;
    state.throttle.account(&body.email)?;
    let found = credentials(state, &body.email).await?;
    let (user, stored) = match found {
        Some((user, stored)) => (Some(user), stored),
        None => (None, None),
    };
    let outdated = stored.as_deref().is_some_and(password::is_outdated);
    let fits = state
        .passwords
        .verify(body.password.clone(), stored)
        .await?;
    let user = user.filter(|user| fits && user.status == UserStatus::Active);
    let Some(user) = user else {
        return Err(Problem::new(Kind::InvalidCredentials));
    };
    // A hash of weaker, older parameters is renewed while the password is at hand.
    let renewed = match outdated {
        true => Some(state.passwords.hash(body.password).await?),
        false => None,
    };
    let mut tx = state.begin().await?;
    if let Some(hash) = renewed {
        people::set_password_hash(&mut tx, &user.id, &hash).await?;
    }
    let life = millis(state.config.refresh_token_life);
    let issued = people::issue_token(&mut tx, &user.id, device(request), life).await?;
    tx.commit().await?;
    tracing::info!(user.id = %user.id, "signed in");
    answer(state, &user, &issued, body.cookie)
}

/// The account and its password hash, if there is one with this address.
async fn credentials(
    state: &State,
    email: &str,
) -> Result<Option<(User, Option<String>)>, Problem> {
    let mut db = state.read().await?;
    Ok(people::credentials(&mut db, email).await?)
}

/// What the list of sessions shows, so that people recognise theirs.
fn device(request: &Request) -> &str {
    const LONGEST: usize = 200;
    let agent = request.header(USER_AGENT).unwrap_or_default();
    let end = agent.floor_char_boundary(LONGEST);
    &agent[..end]
}

/// The tokens, with the refresh token in the cookie or in the body.
pub fn answer(
    state: &State,
    user: &User,
    issued: &IssuedToken,
    in_cookie: bool,
) -> Result<Response<Json<TokenAnswer>>, Problem> {
    let body = TokenAnswer {
        access_token: state.tokens.issue(user)?,
        token_type: "Bearer".to_owned(),
        expires_in: state.tokens.life().as_secs(),
        refresh_token: (!in_cookie).then(|| issued.token.clone()),
    };
    let response = Response::new(Json(body)).header("cache-control", "no-store");
    Ok(if in_cookie {
        response.header(SET_COOKIE, cookie::set(&state.config, &issued.token))
    } else {
        response
    })
}
