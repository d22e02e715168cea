//! `POST /auth/register`.

use bindery_library::{
    events::{self, EventData, EventType, Metadata},
    people::{self, NewUser, Role, UserStatus},
};
use bindery_pipeline::Tx;

use super::types::{RegisterRequest, User};
use crate::{
    config::Registration,
    edge::ClientAddress,
    problem::{Kind, Problem},
    state::State,
};

/// Makes an account: with the roles of its invitation, or a reader's.
pub async fn register(
    state: &State,
    address: &ClientAddress,
    request: RegisterRequest,
) -> Result<User, Problem> {
    let wanted = match state.config.registration {
        Registration::Open => None,
        Registration::Closed => return Err(Problem::new(Kind::RegistrationClosed)),
        Registration::Invite => Some(request.invitation.filter(|token| !token.is_empty())),
    };
    state.throttle.address(address)?;
    let invitation = match wanted {
        Some(None) => return Err(Problem::new(Kind::InvitationRequired)),
        Some(Some(token)) => Some(token),
        None => None,
    };
    if let Some(token) = &invitation {
        // Before the costly hash, so that strangers cannot make us hash. It is claimed below.
        let mut db = state.read().await?;
        if !people::is_invited(&mut db, token, &request.email).await? {
            return Err(Problem::new(Kind::InvitationInvalid));
        }
    }
    let password_hash = state.passwords.hash(request.password).await?;
    let new = NewUser {
        email: request.email,
        name: request.name,
        password_hash: Some(password_hash),
        roles: vec![Role::Reader],
        status: UserStatus::Active,
    };
    let mut tx = state.begin().await?;
    let user = match invitation {
        Some(token) => people::accept_invitation(&mut tx, &token, new)
            .await?
            .ok_or_else(|| Problem::new(Kind::InvitationInvalid))?,
        None => people::create_user(&mut tx, new).await?,
    };
    record(state, &mut tx, &user.id).await?;
    tx.commit().await?;
    tracing::info!(user.id = %user.id, "account registered");
    Ok(user.into())
}

async fn record(state: &State, tx: &mut Tx, user_id: &str) -> Result<(), Problem> {
    let data = EventData {
        user_id: Some(user_id.to_owned()),
        ..EventData::default()
    };
    let by = Metadata::by(user_id);
    events::record(tx, &state.settings, EventType::UserRegistered, data, by).await?;
    Ok(())
}
