//! People: accounts, invitations to make one, roles, passwords, and the refresh tokens behind their
//! sessions.

mod invitations;
pub mod password;
mod roles;
mod tokens;
mod users;

pub use invitations::{
    INVITATION_LIFE_MS, Invitation, IssuedInvitation, NewInvitation, accept_invitation,
    create_invitation, delete_expired_invitations, is_invited, list_invitations, revoke_invitation,
};
pub use roles::{Role, UnknownRole};
pub use tokens::{
    IssuedToken, RETRY_GRACE_MS, Rotation, UserSession, delete_expired_tokens, issue_token,
    list_sessions, revoke_all_sessions, revoke_session, revoke_token, rotate_token,
};
pub use users::{
    create_user, credentials, ensure_first_admin, find_by_email, get_user, has_admin, list_users,
    normalise_email, rename_user, set_password_hash, set_roles, set_status,
};

use serde::{Deserialize, Serialize};

/// An account. The password hash is not part of it: see [`credentials`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// UUIDv7.
    pub id: String,
    /// Lower-cased, unique.
    pub email: String,
    /// As the person wrote it.
    pub name: String,
    /// Only an active account signs in.
    pub status: UserStatus,
    /// In the order of the enum, without repetition.
    pub roles: Vec<Role>,
    /// Milliseconds UTC.
    pub created_at: i64,
}

/// Whether an account may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum UserStatus {
    /// Signed up, not confirmed.
    Pending,
    /// May sign in.
    Active,
    /// Closed by an admin.
    Disabled,
}

impl UserStatus {
    /// The text in the table.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Active => "active",
            Self::Disabled => "disabled",
        }
    }

    pub(crate) fn parse(text: &str) -> Result<Self, crate::Error> {
        match text {
            "pending" => Ok(Self::Pending),
            "active" => Ok(Self::Active),
            "disabled" => Ok(Self::Disabled),
            other => Err(crate::Error::Corrupt(format!("user status {other:?}"))),
        }
    }
}

/// What is needed to make an account.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// Will be lower-cased and checked for its shape.
    pub email: String,
    /// 1 to 200 characters.
    pub name: String,
    /// From [`password::hash`]; `None` for accounts that sign in elsewhere.
    pub password_hash: Option<String>,
    /// Roles to begin with.
    pub roles: Vec<Role>,
    /// Status to begin with.
    pub status: UserStatus,
}
