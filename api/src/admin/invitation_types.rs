//! Invitations over the wire.

use bindery_library::people;
use poem_openapi::{Enum, Object, types::Example};
use time::OffsetDateTime;

use crate::{
    auth::types::Role,
    schema::{Nullable, from_millis},
};

/// Roles an invitation can give.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Enum)]
#[oai(rename_all = "lowercase")]
pub enum InvitedRole {
    /// Everything.
    Admin,
    /// Reads published books.
    #[default]
    Reader,
}

impl From<InvitedRole> for people::Role {
    fn from(role: InvitedRole) -> Self {
        match role {
            InvitedRole::Admin => Self::Admin,
            InvitedRole::Reader => Self::Reader,
        }
    }
}

/// A wish to invite somebody.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", example)]
pub struct InviteRequest {
    /// Only this e-mail address may register with it; absent: any.
    #[oai(validator(min_length = 3, max_length = 254))]
    pub email: Option<String>,
    /// What the account may be; `reader` when absent.
    pub role: Option<InvitedRole>,
    /// Days until it expires, 1 to 90; 7 when absent.
    #[oai(validator(minimum(value = "1"), maximum(value = "90")))]
    pub expires_in_days: Option<u32>,
}

impl Example for InviteRequest {
    fn example() -> Self {
        Self {
            email: Some("ada@example.org".to_owned()),
            role: Some(InvitedRole::Reader),
            expires_in_days: Some(7),
        }
    }
}

/// A new invitation and its link.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct NewLink {
    /// UUIDv7; revoke it by this.
    pub id: String,
    /// The link to send. It cannot be shown again.
    pub url: String,
    /// When it stops working.
    pub expires_at: OffsetDateTime,
    /// The only e-mail address that may register with it; absent: any.
    #[oai(skip_serializing_if_is_none)]
    pub email: Option<String>,
}

/// An invitation, without its link.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct Invitation {
    /// UUIDv7.
    pub id: String,
    /// The only e-mail address that may register with it; null: any.
    pub email: Nullable<String>,
    /// What the account will be.
    pub roles: Vec<Role>,
    /// Id of the admin who made it; null: the command line.
    pub made_by: Nullable<String>,
    /// When it was made.
    pub created_at: OffsetDateTime,
    /// When it stops working.
    pub expires_at: OffsetDateTime,
    /// When it was used.
    pub used_at: Nullable<OffsetDateTime>,
    /// Id of the account it made.
    pub used_by: Nullable<String>,
}

impl From<people::Invitation> for Invitation {
    fn from(invitation: people::Invitation) -> Self {
        Self {
            id: invitation.id,
            email: invitation.email.into(),
            roles: invitation.roles.into_iter().map(Role::from).collect(),
            made_by: invitation.made_by.into(),
            created_at: from_millis(invitation.created_at),
            expires_at: from_millis(invitation.expires_at),
            used_at: invitation.used_at.map(from_millis).into(),
            used_by: invitation.used_by.into(),
        }
    }
}

crate::schema::page!(
    InvitationPage,
    Invitation,
    "A page of invitations, newest first."
);
