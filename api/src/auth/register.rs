//! `POST /auth/register`.

use bindery_library::{
    events::{self, EventData, EventType, Metadata},
    people::{self, NewUser, Role, UserStatus},
};

use super::types::{RegisterRequest, User};
use crate::{
    config::Registration,
    edge::ClientAddress,
    problem::{Kind, Problem},
    state::State,
};

/// Makes an account with the role of a reader.
pub async fn register(
    state: &State,
    address: &ClientAddress,
    request: RegisterRequest,
) -> Result<User, Problem> {
    match state.config.registration {
        Registration::Open => {}
        Registration::Closed => return Err(Problem::new(Kind::RegistrationClosed)),
        Registration::Invite => {
            return Err(Problem::new(Kind::RegistrationClosed).detail("An invitation is needed."));
        }
    }
    state.throttle.address(address)?;
    let password_hash = state.passwords.hash(request.password).await?;
    let mut tx = state.begin().await?;
    let new = NewUser {
        email: request.email,
        name: request.name,
        password_hash: Some(password_hash),
        roles: vec![Role::Reader],
        status: UserStatus::Active,
    };
    let user = people::create_user(&mut tx, new).await?;
    let data = EventData {
        user_id: Some(user.id.clone()),
        ..EventData::default()
    };
    let by = Metadata::by(&user.id);
    events::record(
        &mut tx,
        &state.settings,
        EventType::UserRegistered,
        data,
        by,
    )
    .await?;
    tx.commit().await?;
    tracing::info!(user.id = %user.id, "account registered");
    Ok(user.into())
}
