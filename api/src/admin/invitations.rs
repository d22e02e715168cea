//! Invitations, for admins.

use bindery_library::{
    people::{self, INVITATION_LIFE_MS, NewInvitation, User},
    policy::Actor,
};
use poem::web::Data;
use poem_openapi::{
    ApiResponse, OpenApi,
    param::{Path, Query},
    payload::{Json, Response},
};

use super::invitation_types::{Invitation, InvitationPage, InviteRequest, NewLink};
use crate::{
    actor::Member,
    auth::Done,
    config::Registration,
    problem::{Answer, Hidden, Kind, Problem, SignedIn, WithBody},
    schema::{Body, Limit, from_millis},
    service::Tag,
    state::State,
};

/// Milliseconds of a day.
const DAY_MS: i64 = 24 * 3600 * 1000;

/// A new invitation.
#[derive(ApiResponse)]
pub enum Invited {
    /// The link; it cannot be shown again.
    #[oai(status = 201)]
    Created(Json<NewLink>),
}

/// Operations of this file.
pub struct InvitationsApi;

#[OpenApi(tag = "Tag::Admin")]
impl InvitationsApi {
    /// Invite somebody
    ///
    /// Makes a link with which one account can be registered. It is in this answer and nowhere
    /// else. It stops working when it expires, when it is revoked, and when the admin who made it
    /// is one no longer.
    #[oai(
        path = "/admin/invitations",
        method = "post",
        operation_id = "create_invitation"
    )]
    async fn create_invitation(
        &self,
        state: Data<&State>,
        member: Member,
        body: Body<InviteRequest>,
    ) -> Answer<Response<Invited>, (WithBody, SignedIn)> {
        let link = create(state.0, &member.0, body.0).await?;
        // The link is a secret, as a token is.
        Ok(Response::new(Invited::Created(Json(link))).header("cache-control", "no-store"))
    }

    /// List invitations
    ///
    /// The newest first; used ones too. Expired ones are forgotten after a while.
    #[oai(
        path = "/admin/invitations",
        method = "get",
        operation_id = "list_invitations"
    )]
    async fn list_invitations(
        &self,
        state: Data<&State>,
        member: Member,
        /// `next` of the page before.
        #[oai(validator(max_length = 4096))]
        cursor: Query<Option<String>>,
        /// Entries per page, 1 to 100; 24 when absent.
        limit: Query<Option<u32>>,
    ) -> Answer<Json<InvitationPage>, SignedIn> {
        let limit = Limit::parse(limit.0)?.get();
        let mut db = state.read().await?;
        let actor = Actor::from(&member.0);
        let page = people::list_invitations(&mut db, &actor, cursor.as_deref(), limit).await?;
        Ok(Json(InvitationPage {
            items: page.items.into_iter().map(Invitation::from).collect(),
            next: page.next.into(),
        }))
    }

    /// Revoke an invitation
    ///
    /// 404 also when it was used: then there is an account instead.
    #[oai(
        path = "/admin/invitations/:id",
        method = "delete",
        operation_id = "revoke_invitation"
    )]
    async fn revoke_invitation(
        &self,
        state: Data<&State>,
        member: Member,
        /// The invitation.
        id: Path<String>,
    ) -> Answer<Done, (SignedIn, Hidden)> {
        let mut tx = state.begin().await?;
        people::revoke_invitation(&mut tx, &Actor::from(&member.0), &id.0).await?;
        tx.commit().await?;
        tracing::info!(invitation.id = %id.0, user.id = %member.0.id, "invitation revoked");
        Ok(Done::Empty)
    }
}

async fn create(state: &State, user: &User, wanted: InviteRequest) -> Result<NewLink, Problem> {
    let lives_ms = wanted
        .expires_in_days
        .map_or(INVITATION_LIFE_MS, |days| i64::from(days) * DAY_MS);
    let new = NewInvitation {
        email: wanted.email,
        roles: vec![wanted.role.unwrap_or_default().into()],
        lives_ms,
    };
    let mut tx = state.begin().await?;
    let issued = people::create_invitation(&mut tx, Some(&Actor::from(user)), new).await?;
    // After the right was checked: what a link would be worth is told to admins only.
    if state.config.registration == Registration::Closed {
        return Err(Problem::new(Kind::RegistrationClosed)
            .detail("No link would work: the setting `registration` is `closed`."));
    }
    tx.commit().await?;
    let url = issued.link(&state.config.origin());
    let made = issued.invitation;
    tracing::info!(invitation.id = %made.id, user.id = %user.id, "invitation made");
    Ok(NewLink {
        id: made.id,
        url,
        expires_at: from_millis(made.expires_at),
        email: made.email,
    })
}
