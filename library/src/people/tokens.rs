//! Refresh tokens. A sign-in begins a family; every use of a token ends it and begins the next one.
//! A token that comes a second time was stolen, or stole: the whole family ends (RFC 9700, section
//! 4.14.2). Only hashes are stored.
//!
//! One second use is honest: a page that is reloaded while its refresh is under way never learns the
//! new token, and two tabs may refresh at once. So within [`RETRY_GRACE_MS`] a token may be used
//! again as long as nobody has used what came after it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bindery_pipeline::Tx;
use serde::Serialize;
use sha2::{Digest, Sha256};
use sqlx::{AnyConnection, Row};

use crate::{Error, new_id, now_ms};

/// How long after its use a token may be used again, by a client that never got the answer.
pub const RETRY_GRACE_MS: i64 = 30_000;

/// A token as the client gets it; it is not stored and cannot be read back.
#[derive(Clone, PartialEq, Eq)]
pub struct IssuedToken {
    /// 256 random bits, base64url.
    pub token: String,
    /// The sign-in it belongs to.
    pub family_id: String,
    /// Whose it is.
    pub user_id: String,
    /// Milliseconds UTC.
    pub expires_at: i64,
}

impl std::fmt::Debug for IssuedToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IssuedToken")
            .field("family_id", &self.family_id)
            .finish_non_exhaustive()
    }
}

/// What became of a token that was handed in. Commit the transaction in every case: `Reused` has
/// ended the family.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rotation {
    /// The next token of the family.
    Rotated(IssuedToken),
    /// It had been used before: the family is revoked now.
    Reused {
        /// Whose it was.
        user_id: String,
    },
    /// Unknown, expired or revoked.
    Refused,
}

/// A sign-in that lives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UserSession {
    /// The family's id.
    pub id: String,
    /// What the client called itself when signing in.
    pub label: String,
    /// Milliseconds UTC.
    pub signed_in_at: i64,
    /// Last refresh, milliseconds UTC.
    pub last_used_at: i64,
    /// Milliseconds UTC.
    pub expires_at: i64,
}

/// Begins a family: the first token of a sign-in. `label` is what a person will recognise it by.
///
/// # Errors
/// [`Error::Database`].
pub async fn issue_token(
    tx: &mut Tx,
    user_id: &str,
    label: &str,
    lives_ms: i64,
) -> Result<IssuedToken, Error> {
    let label: String = label
        .chars()
        .filter(|c| !c.is_control())
        .take(200)
        .collect();
    let family = Family {
        id: new_id(),
        user_id: user_id.to_owned(),
        label,
        signed_in_at: now_ms(),
    };
    insert(tx, family, lives_ms).await
}

/// Ends a token and begins the next one of its family. A second use is a retry (see
/// [`RETRY_GRACE_MS`]) or ends the family.
///
/// # Errors
/// [`Error::Database`].
pub async fn rotate_token(tx: &mut Tx, token: &str, lives_ms: i64) -> Result<Rotation, Error> {
    let now = now_ms();
    let used = sqlx::query(
        "UPDATE refresh_tokens SET used_at = $1 WHERE token_hash = $2 AND used_at = 0 \
         AND revoked_at = 0 AND expires_at > $1",
    )
    .bind(now)
    .bind(token_hash(token))
    .execute(&mut **tx)
    .await?;
    let row = sqlx::query(
        "SELECT family_id, user_id, label, signed_in_at, used_at, revoked_at FROM refresh_tokens \
         WHERE token_hash = $1",
    )
    .bind(token_hash(token))
    .fetch_optional(&mut **tx)
    .await?;
    let Some(row) = row else {
        return Ok(Rotation::Refused);
    };
    let family = Family {
        id: row.try_get(0)?,
        user_id: row.try_get(1)?,
        label: row.try_get(2)?,
        signed_in_at: row.try_get(3)?,
    };
    if used.rows_affected() == 1 {
        return insert(tx, family, lives_ms).await.map(Rotation::Rotated);
    }
    let (used_at, revoked_at): (i64, i64) = (row.try_get(4)?, row.try_get(5)?);
    if used_at == 0 {
        return Ok(Rotation::Refused);
    }
    if revoked_at == 0
        && now - used_at <= RETRY_GRACE_MS
        && !used_since(tx, &family.id, token, used_at).await?
    {
        return insert(tx, family, lives_ms).await.map(Rotation::Rotated);
    }
    revoke_family(tx, &family.id).await?;
    Ok(Rotation::Reused {
        user_id: family.user_id,
    })
}

/// Whether a later token of the family was used after `used_at`: then its client did get an answer.
async fn used_since(
    tx: &mut Tx,
    family_id: &str,
    token: &str,
    used_at: i64,
) -> Result<bool, Error> {
    let row = sqlx::query(
        "SELECT id FROM refresh_tokens WHERE family_id = $1 AND used_at > 0 AND created_at >= $2 \
         AND token_hash <> $3 LIMIT 1",
    )
    .bind(family_id.to_owned())
    .bind(used_at)
    .bind(token_hash(token))
    .fetch_optional(&mut **tx)
    .await?;
    Ok(row.is_some())
}

/// Signs out: ends the family of this token, whatever its state. Unknown tokens are no error.
///
/// # Errors
/// [`Error::Database`].
pub async fn revoke_token(tx: &mut Tx, token: &str) -> Result<(), Error> {
    let row = sqlx::query("SELECT family_id FROM refresh_tokens WHERE token_hash = $1")
        .bind(token_hash(token))
        .fetch_optional(&mut **tx)
        .await?;
    match row {
        Some(row) => revoke_family(tx, row.try_get::<String, _>(0)?.as_str()).await,
        None => Ok(()),
    }
}

/// The sign-ins of a user that still live, the latest first (at most 100).
///
/// # Errors
/// [`Error::Database`].
pub async fn list_sessions(
    conn: &mut AnyConnection,
    user_id: &str,
) -> Result<Vec<UserSession>, Error> {
    // The unused token of a family is its state; a retry may have left a second one.
    let rows = sqlx::query(
        "SELECT family_id, label, signed_in_at, created_at, expires_at FROM refresh_tokens \
         WHERE user_id = $1 AND used_at = 0 AND revoked_at = 0 AND expires_at > $2 \
         ORDER BY created_at DESC, family_id LIMIT 100",
    )
    .bind(user_id.to_owned())
    .bind(now_ms())
    .fetch_all(conn)
    .await?;
    let mut sessions: Vec<UserSession> = Vec::new();
    for row in &rows {
        let id: String = row.try_get(0)?;
        if sessions.iter().any(|session| session.id == id) {
            continue;
        }
        sessions.push(UserSession {
            id,
            label: row.try_get(1)?,
            signed_in_at: row.try_get(2)?,
            last_used_at: row.try_get(3)?,
            expires_at: row.try_get(4)?,
        });
    }
    Ok(sessions)
}

/// Ends one of a user's own sign-ins.
///
/// # Errors
/// [`Error::NotFound`] when it is not one of theirs, [`Error::Database`].
pub async fn revoke_session(tx: &mut Tx, user_id: &str, family_id: &str) -> Result<(), Error> {
    let own =
        sqlx::query("SELECT id FROM refresh_tokens WHERE family_id = $1 AND user_id = $2 LIMIT 1")
            .bind(family_id.to_owned())
            .bind(user_id.to_owned())
            .fetch_optional(&mut **tx)
            .await?;
    if own.is_none() {
        return Err(Error::NotFound("session"));
    }
    revoke_family(tx, family_id).await
}

/// Ends all sign-ins of a user.
///
/// # Errors
/// [`Error::Database`].
pub async fn revoke_all_sessions(tx: &mut Tx, user_id: &str) -> Result<(), Error> {
    sqlx::query("UPDATE refresh_tokens SET revoked_at = $1 WHERE user_id = $2 AND revoked_at = 0")
        .bind(now_ms())
        .bind(user_id.to_owned())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Forgets tokens whose time was over before `before_ms`, at most `limit`; answers how many.
/// Used tokens must stay until then: they are how re-use is noticed.
///
/// # Errors
/// [`Error::Database`].
pub async fn delete_expired_tokens(tx: &mut Tx, before_ms: i64, limit: u32) -> Result<u64, Error> {
    let deleted = sqlx::query(
        "DELETE FROM refresh_tokens WHERE id IN (SELECT id FROM refresh_tokens \
         WHERE expires_at < $1 ORDER BY expires_at LIMIT $2)",
    )
    .bind(before_ms)
    .bind(i64::from(limit))
    .execute(&mut **tx)
    .await?;
    Ok(deleted.rows_affected())
}

struct Family {
    id: String,
    user_id: String,
    label: String,
    signed_in_at: i64,
}

async fn insert(tx: &mut Tx, family: Family, lives_ms: i64) -> Result<IssuedToken, Error> {
    let token = new_token();
    let now = now_ms();
    let expires_at = now.saturating_add(lives_ms);
    sqlx::query(
        "INSERT INTO refresh_tokens (id, family_id, user_id, token_hash, label, signed_in_at, \
         created_at, expires_at, used_at, revoked_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, 0)",
    )
    .bind(new_id())
    .bind(family.id.clone())
    .bind(family.user_id.clone())
    .bind(token_hash(&token))
    .bind(family.label)
    .bind(family.signed_in_at)
    .bind(now)
    .bind(expires_at)
    .execute(&mut **tx)
    .await?;
    Ok(IssuedToken {
        token,
        family_id: family.id,
        user_id: family.user_id,
        expires_at,
    })
}

async fn revoke_family(tx: &mut Tx, family_id: &str) -> Result<(), Error> {
    sqlx::query(
        "UPDATE refresh_tokens SET revoked_at = $1 WHERE family_id = $2 AND revoked_at = 0",
    )
    .bind(now_ms())
    .bind(family_id.to_owned())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// 256 random bits, base64url.
pub(super) fn new_token() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
}

/// A plain hash is enough for 256 random bits; a slow one guards what people can remember.
pub(super) fn token_hash(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}
