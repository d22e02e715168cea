//! Invitations: a link that makes one account. Whoever holds the token may register, once, until it
//! expires. Only its hash is stored, so the link is shown when it is made and never again.
//!
//! An invitation counts only as long as its maker is an active admin: closing an admin's account
//! also closes the doors it left open. Those of the command line have no maker.

use bindery_pipeline::Tx;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use super::tokens::{new_token, token_hash};
use super::{NewUser, Role, UnknownRole, User, create_user, normalise_email};
use crate::policy::{Action, Actor, check};
use crate::sql::{Statement, clamp_limit, decode_cursor, encode_cursor};
use crate::{Error, Page, new_id, now_ms};

/// How long an invitation lives unless somebody says otherwise: seven days, in milliseconds.
pub const INVITATION_LIFE_MS: i64 = 7 * 24 * 3600 * 1000;

/// What makes an invitation good. `$1` is now, `$2` the token's hash, `$3` the address of whoever
/// came with it.
const GOOD: &str = "token_hash = $2 AND used_at = 0 AND expires_at > $1 \
     AND (email IS NULL OR email = $3) AND (made_by IS NULL OR EXISTS ( \
         SELECT 1 FROM users u JOIN user_roles r ON r.user_id = u.id \
         WHERE u.id = invitations.made_by AND u.status = 'active' AND r.role = 'admin'))";

/// What is needed to make an invitation.
#[derive(Debug, Clone)]
pub struct NewInvitation {
    /// Only this address may use it; `None`: any.
    pub email: Option<String>,
    /// Roles of the account it will make; at least one.
    pub roles: Vec<Role>,
    /// How long it lives, in milliseconds; see [`INVITATION_LIFE_MS`].
    pub lives_ms: i64,
}

/// An invitation as it stands in the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// UUIDv7.
    pub id: String,
    /// Only this address may use it; `None`: any.
    pub email: Option<String>,
    /// Roles of the account it makes.
    pub roles: Vec<Role>,
    /// The admin who made it; `None`: the command line.
    pub made_by: Option<String>,
    /// Milliseconds UTC.
    pub created_at: i64,
    /// Milliseconds UTC.
    pub expires_at: i64,
    /// Milliseconds UTC.
    pub used_at: Option<i64>,
    /// The account it made.
    pub used_by: Option<String>,
}

/// A new invitation with its token, which cannot be read back.
#[derive(Clone, PartialEq, Eq)]
pub struct IssuedInvitation {
    /// What was stored.
    pub invitation: Invitation,
    /// 256 random bits, base64url.
    pub token: String,
}

impl IssuedInvitation {
    /// The link to send, below the address that readers use.
    #[must_use]
    pub fn link(&self, public_url: &str) -> String {
        let base = public_url.trim_end_matches('/');
        format!("{base}/register?invitation={}", self.token)
    }
}

impl std::fmt::Debug for IssuedInvitation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IssuedInvitation")
            .field("invitation", &self.invitation)
            .finish_non_exhaustive()
    }
}

/// Makes an invitation. `by` is the admin who wants it, or `None` for the command line, which needs
/// no permission.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::Invalid`], [`Error::Database`].
pub async fn create_invitation(
    tx: &mut Tx,
    by: Option<&Actor>,
    new: NewInvitation,
) -> Result<IssuedInvitation, Error> {
    if let Some(actor) = by {
        check(actor, Action::ManageUsers)?;
    }
    if new.roles.is_empty() {
        return Err(Error::invalid("role", "at least one"));
    }
    let token = new_token();
    let now = now_ms();
    let mut roles = new.roles;
    roles.sort_unstable();
    roles.dedup();
    let invitation = Invitation {
        id: new_id(),
        email: new.email.as_deref().map(normalise_email).transpose()?,
        roles,
        made_by: by.map(|actor| actor.user_id.clone()),
        created_at: now,
        expires_at: now.saturating_add(new.lives_ms),
        used_at: None,
        used_by: None,
    };
    let roles: Vec<&str> = invitation.roles.iter().map(|role| role.as_str()).collect();
    sqlx::query(
        "INSERT INTO invitations \
         (id, token_hash, email, roles, made_by, created_at, expires_at, used_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, 0)",
    )
    .bind(invitation.id.clone())
    .bind(token_hash(&token))
    .bind(invitation.email.clone())
    .bind(roles.join(" "))
    .bind(invitation.made_by.clone())
    .bind(now)
    .bind(invitation.expires_at)
    .execute(&mut **tx)
    .await?;
    Ok(IssuedInvitation { invitation, token })
}

/// Invitations, the newest first; used and expired ones too, until the sweep.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::Invalid`] for a foreign cursor, [`Error::Database`].
pub async fn list_invitations(
    conn: &mut AnyConnection,
    actor: &Actor,
    cursor: Option<&str>,
    limit: u32,
) -> Result<Page<Invitation>, Error> {
    check(actor, Action::ManageUsers)?;
    let limit = clamp_limit(limit);
    let before: Option<(i64, String)> = cursor.map(decode_cursor).transpose()?;
    let mut statement = Statement::new(
        "SELECT id, email, roles, made_by, created_at, expires_at, used_at, used_by \
         FROM invitations",
    );
    if let Some((at, id)) = before {
        statement
            .push(" WHERE (created_at, id) < (")
            .bind(at)?
            .push(", ")
            .bind(id)?
            .push(")");
    }
    statement
        .push(" ORDER BY created_at DESC, id DESC LIMIT ")
        .bind(limit + 1)?;
    let rows = statement.query().fetch_all(conn).await?;
    let found = rows.iter().map(invitation).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::from_overlong(found, limit as usize, |invitation| {
        encode_cursor(&(invitation.created_at, &invitation.id))
    }))
}

/// Takes an invitation back that nobody has used.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::NotFound`] also when it was used, [`Error::Database`].
pub async fn revoke_invitation(tx: &mut Tx, actor: &Actor, id: &str) -> Result<(), Error> {
    check(actor, Action::ManageUsers)?;
    let deleted = sqlx::query("DELETE FROM invitations WHERE id = $1 AND used_at = 0")
        .bind(id.to_owned())
        .execute(&mut **tx)
        .await?;
    if deleted.rows_affected() == 0 {
        return Err(Error::NotFound("invitation"));
    }
    Ok(())
}

/// Whether [`accept_invitation`] would take this token from this address now. For a look before the
/// costly password hash; the answer may be another one a moment later.
///
/// # Errors
/// [`Error::Invalid`] for the address, [`Error::Database`].
pub async fn is_invited(conn: &mut AnyConnection, token: &str, email: &str) -> Result<bool, Error> {
    let mut select = String::from("SELECT id FROM invitations WHERE ");
    select.push_str(GOOD);
    let row = sqlx::query(sqlx::AssertSqlSafe(select))
        .bind(now_ms())
        .bind(token_hash(token))
        .bind(normalise_email(email)?)
        .fetch_optional(conn)
        .await?;
    Ok(row.is_some())
}

/// Claims an invitation and makes its account, with the invitation's roles instead of those of
/// `new`. `None` when the token is unknown, used, expired, revoked or meant for another address:
/// nobody learns which. Of several who come at once with the same token one gets the account; the
/// update waits for the other's transaction and then sees what it did. Without a commit the
/// invitation stays unused.
///
/// # Errors
/// [`Error::Invalid`], [`Error::EmailTaken`] (drop the transaction), [`Error::Database`].
pub async fn accept_invitation(
    tx: &mut Tx,
    token: &str,
    new: NewUser,
) -> Result<Option<User>, Error> {
    let mut claim = String::from("UPDATE invitations SET used_at = $1 WHERE ");
    claim.push_str(GOOD);
    claim.push_str(" RETURNING id, roles");
    let claimed = sqlx::query(sqlx::AssertSqlSafe(claim))
        .bind(now_ms())
        .bind(token_hash(token))
        .bind(normalise_email(&new.email)?)
        .fetch_optional(&mut **tx)
        .await?;
    let Some(claimed) = claimed else {
        return Ok(None);
    };
    let (id, roles): (String, String) = (claimed.try_get(0)?, claimed.try_get(1)?);
    let roles = parse_roles(&roles)?;
    let user = create_user(tx, NewUser { roles, ..new }).await?;
    sqlx::query("UPDATE invitations SET used_by = $1 WHERE id = $2")
        .bind(user.id.clone())
        .bind(id)
        .execute(&mut **tx)
        .await?;
    Ok(Some(user))
}

/// Forgets invitations that expired before `now`, used or not, at most `limit`; for the sweep.
///
/// # Errors
/// [`Error::Database`].
pub async fn delete_expired_invitations(tx: &mut Tx, now: i64, limit: u32) -> Result<u64, Error> {
    let deleted = sqlx::query(
        "DELETE FROM invitations WHERE id IN ( \
         SELECT id FROM invitations WHERE expires_at < $1 ORDER BY expires_at LIMIT $2)",
    )
    .bind(now)
    .bind(i64::from(limit))
    .execute(&mut **tx)
    .await?;
    Ok(deleted.rows_affected())
}

fn parse_roles(text: &str) -> Result<Vec<Role>, Error> {
    text.split_whitespace()
        .map(str::parse)
        .collect::<Result<_, _>>()
        .map_err(|e: UnknownRole| Error::Corrupt(e.to_string()))
}

fn invitation(row: &AnyRow) -> Result<Invitation, Error> {
    let used_at: i64 = row.try_get(6)?;
    Ok(Invitation {
        id: row.try_get(0)?,
        email: row.try_get(1)?,
        roles: parse_roles(&row.try_get::<String, _>(2)?)?,
        made_by: row.try_get(3)?,
        created_at: row.try_get(4)?,
        expires_at: row.try_get(5)?,
        used_at: (used_at > 0).then_some(used_at),
        used_by: row.try_get(7)?,
    })
}
