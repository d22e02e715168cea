//! `POST /auth/refresh` and `POST /auth/logout`.

use bindery_library::people::{self, Rotation, UserStatus};
use poem::{Request, http::header::SET_COOKIE};
use poem_openapi::payload::{Json, Response};

use super::{
    Done, cookie, login,
    types::{RefreshRequest, TokenAnswer},
};
use crate::{
    edge::ClientAddress,
    problem::{Kind, Problem},
    schema::millis,
    state::State,
};

/// A refresh token and where it came from.
struct Presented {
    token: String,
    in_cookie: bool,
}

/// The body's token counts before the cookie's.
fn presented(request: &Request, body: Option<RefreshRequest>) -> Option<Presented> {
    if let Some(token) = body.and_then(|body| body.refresh_token) {
        return Some(Presented {
            token,
            in_cookie: false,
        });
    }
    cookie::get(request).map(|token| Presented {
        token,
        in_cookie: true,
    })
}

/// Exchanges a refresh token for a new one and an access token.
pub async fn refresh(
    state: &State,
    address: &ClientAddress,
    request: &Request,
    body: Option<RefreshRequest>,
) -> Result<Response<Json<TokenAnswer>>, Problem> {
    state.throttle.address(address)?;
    let Some(presented) = presented(request, body) else {
        return Err(Problem::new(Kind::InvalidRefreshToken).detail("There is none."));
    };
    let mut tx = state.begin().await?;
    let life = millis(state.config.refresh_token_life);
    let rotation = people::rotate_token(&mut tx, &presented.token, life).await?;
    // Also when it was refused: a re-used token has revoked its family.
    tx.commit().await?;
    let issued = match rotation {
        Rotation::Rotated(issued) => issued,
        Rotation::Reused { user_id } => {
            tracing::warn!(user.id = %user_id, "a refresh token was used twice; sessions ended");
            return Err(Problem::new(Kind::InvalidRefreshToken));
        }
        Rotation::Refused => return Err(Problem::new(Kind::InvalidRefreshToken)),
    };
    let mut db = state.read().await?;
    let user = people::get_user(&mut db, &issued.user_id).await?;
    if user.status != UserStatus::Active {
        return Err(Problem::new(Kind::InvalidRefreshToken));
    }
    login::answer(state, &user, &issued, presented.in_cookie)
}

/// Revokes the presented token's session, if there is one.
pub async fn logout(
    state: &State,
    request: &Request,
    body: Option<RefreshRequest>,
) -> Result<Response<Done>, Problem> {
    if let Some(presented) = presented(request, body) {
        let mut tx = state.begin().await?;
        people::revoke_token(&mut tx, &presented.token).await?;
        tx.commit().await?;
    }
    let done = Response::new(Done::Empty);
    if cookie::is_foreign(request) {
        return Ok(done);
    }
    Ok(done.header(SET_COOKIE, cookie::clear(&state.config)))
}
