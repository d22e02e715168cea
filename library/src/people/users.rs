//! Accounts in the database.

use std::collections::HashMap;

use bindery_pipeline::Tx;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use super::{NewUser, Role, User, UserStatus};
use crate::sql::{Statement, clamp_limit, decode_cursor, encode_cursor};
use crate::{Error, Page, new_id, now_ms};

/// Makes an account.
///
/// # Errors
/// [`Error::Invalid`], [`Error::EmailTaken`], [`Error::Database`].
pub async fn create_user(tx: &mut Tx, new: NewUser) -> Result<User, Error> {
    let email = normalise_email(&new.email)?;
    let name = checked_name(&new.name)?;
    let (id, now) = (new_id(), now_ms());
    let inserted = sqlx::query(
        "INSERT INTO users (id, email, name, password_hash, status, created_at, updated_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $6) ON CONFLICT (email) DO NOTHING",
    )
    .bind(id.clone())
    .bind(email)
    .bind(name)
    .bind(new.password_hash)
    .bind(new.status.as_str())
    .bind(now)
    .execute(&mut **tx)
    .await?;
    if inserted.rows_affected() == 0 {
        return Err(Error::EmailTaken);
    }
    insert_roles(tx, &id, &new.roles).await?;
    get_user(tx, &id).await
}

/// One account.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Database`].
pub async fn get_user(conn: &mut AnyConnection, id: &str) -> Result<User, Error> {
    let row = sqlx::query("SELECT id, email, name, status, created_at FROM users WHERE id = $1")
        .bind(id.to_owned())
        .fetch_optional(&mut *conn)
        .await?
        .ok_or(Error::NotFound("user"))?;
    with_roles(conn, &[row])
        .await?
        .pop()
        .ok_or(Error::NotFound("user"))
}

/// The account with this address, in any spelling of case.
///
/// # Errors
/// [`Error::Database`].
pub async fn find_by_email(conn: &mut AnyConnection, email: &str) -> Result<Option<User>, Error> {
    let Ok(email) = normalise_email(email) else {
        return Ok(None);
    };
    let row = sqlx::query("SELECT id, email, name, status, created_at FROM users WHERE email = $1")
        .bind(email)
        .fetch_optional(&mut *conn)
        .await?;
    let rows: Vec<AnyRow> = row.into_iter().collect();
    Ok(with_roles(conn, &rows).await?.pop())
}

/// What a sign-in needs: the account and its password hash. When nobody has the address, verify the
/// password all the same, with [`super::password::verify`] and `None`.
///
/// # Errors
/// [`Error::Database`].
pub async fn credentials(
    conn: &mut AnyConnection,
    email: &str,
) -> Result<Option<(User, Option<String>)>, Error> {
    let Some(user) = find_by_email(conn, email).await? else {
        return Ok(None);
    };
    let row = sqlx::query("SELECT password_hash FROM users WHERE id = $1")
        .bind(user.id.clone())
        .fetch_one(conn)
        .await?;
    Ok(Some((user, row.try_get(0)?)))
}

/// Accounts in the order they were made.
///
/// # Errors
/// [`Error::Invalid`] for a foreign cursor, [`Error::Database`].
pub async fn list_users(
    conn: &mut AnyConnection,
    cursor: Option<&str>,
    limit: u32,
) -> Result<Page<User>, Error> {
    let limit = clamp_limit(limit);
    let after: Option<(i64, String)> = cursor.map(decode_cursor).transpose()?;
    let mut statement = Statement::new("SELECT id, email, name, status, created_at FROM users");
    if let Some((at, id)) = after {
        statement
            .push(" WHERE (created_at, id) > (")
            .bind(at)?
            .push(", ")
            .bind(id)?
            .push(")");
    }
    statement
        .push(" ORDER BY created_at, id LIMIT ")
        .bind(limit + 1)?;
    let rows = statement.query().fetch_all(&mut *conn).await?;
    let users = with_roles(conn, &rows).await?;
    Ok(Page::from_overlong(users, limit as usize, |user| {
        encode_cursor(&(user.created_at, &user.id))
    }))
}

/// Replaces an account's roles.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Database`].
pub async fn set_roles(tx: &mut Tx, id: &str, roles: &[Role]) -> Result<User, Error> {
    touch(tx, id).await?;
    sqlx::query("DELETE FROM user_roles WHERE user_id = $1")
        .bind(id.to_owned())
        .execute(&mut **tx)
        .await?;
    insert_roles(tx, id, roles).await?;
    get_user(tx, id).await
}

/// Opens or closes an account. Closing it ends its sessions.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Database`].
pub async fn set_status(tx: &mut Tx, id: &str, status: UserStatus) -> Result<User, Error> {
    touch(tx, id).await?;
    sqlx::query("UPDATE users SET status = $1 WHERE id = $2")
        .bind(status.as_str())
        .bind(id.to_owned())
        .execute(&mut **tx)
        .await?;
    if status != UserStatus::Active {
        super::revoke_all_sessions(tx, id).await?;
    }
    get_user(tx, id).await
}

/// Sets a new password hash (see [`super::password::hash`]). Its sessions go on: end them with
/// [`super::revoke_all_sessions`] when the old password may be known to others.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Database`].
pub async fn set_password_hash(tx: &mut Tx, id: &str, hash: &str) -> Result<(), Error> {
    touch(tx, id).await?;
    sqlx::query("UPDATE users SET password_hash = $1 WHERE id = $2")
        .bind(hash.to_owned())
        .bind(id.to_owned())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Changes the name shown.
///
/// # Errors
/// [`Error::Invalid`], [`Error::NotFound`], [`Error::Database`].
pub async fn rename_user(tx: &mut Tx, id: &str, name: &str) -> Result<User, Error> {
    let name = checked_name(name)?;
    touch(tx, id).await?;
    sqlx::query("UPDATE users SET name = $1 WHERE id = $2")
        .bind(name)
        .bind(id.to_owned())
        .execute(&mut **tx)
        .await?;
    get_user(tx, id).await
}

/// Whether there is an admin.
///
/// # Errors
/// [`Error::Database`].
pub async fn has_admin(conn: &mut AnyConnection) -> Result<bool, Error> {
    let row = sqlx::query("SELECT user_id FROM user_roles WHERE role = 'admin' LIMIT 1")
        .fetch_optional(conn)
        .await?;
    Ok(row.is_some())
}

/// Makes the first admin unless there is one; an existing account with the address becomes it.
/// `password_hash` was made before, outside the transaction. Of two nodes that start at the same
/// time one makes it: the other's insert meets the same address.
///
/// # Errors
/// [`Error::Invalid`], [`Error::Database`].
pub async fn ensure_first_admin(
    tx: &mut Tx,
    email: &str,
    name: &str,
    password_hash: String,
) -> Result<Option<User>, Error> {
    if has_admin(tx).await? {
        return Ok(None);
    }
    let new = NewUser {
        email: email.to_owned(),
        name: name.to_owned(),
        password_hash: Some(password_hash.clone()),
        roles: vec![Role::Admin],
        status: UserStatus::Active,
    };
    match create_user(tx, new).await {
        Ok(user) => Ok(Some(user)),
        Err(Error::EmailTaken) => {
            let Some(user) = find_by_email(tx, email).await? else {
                return Ok(None);
            };
            if user.roles.contains(&Role::Admin) {
                return Ok(None);
            }
            set_password_hash(tx, &user.id, &password_hash).await?;
            let mut roles = user.roles;
            roles.push(Role::Admin);
            set_status(tx, &user.id, UserStatus::Active).await?;
            set_roles(tx, &user.id, &roles).await.map(Some)
        }
        Err(error) => Err(error),
    }
}

/// Lower-cases an address and checks its shape: one `@`, something on both sides, no white space.
///
/// # Errors
/// [`Error::Invalid`].
pub fn normalise_email(email: &str) -> Result<String, Error> {
    let email = email.trim().to_lowercase();
    let wrong = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | ',' | '"');
    let shape = email.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty() && !domain.is_empty() && !domain.contains('@') && !domain.starts_with('.')
    });
    // RFC 5321, section 4.5.3.1.3: a path is at most 256 octets, two of them angle brackets.
    if shape && email.len() <= 254 && !email.contains(wrong) {
        return Ok(email);
    }
    Err(Error::invalid("email", "is not an e-mail address"))
}

fn checked_name(name: &str) -> Result<String, Error> {
    let line: String = name
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
    if (1..=200).contains(&line.chars().count()) {
        return Ok(line);
    }
    Err(Error::invalid("name", "1 to 200 characters"))
}

async fn touch(tx: &mut Tx, id: &str) -> Result<(), Error> {
    let touched = sqlx::query("UPDATE users SET updated_at = $1 WHERE id = $2")
        .bind(now_ms())
        .bind(id.to_owned())
        .execute(&mut **tx)
        .await?;
    if touched.rows_affected() == 0 {
        Err(Error::NotFound("user"))
    } else {
        Ok(())
    }
}

async fn insert_roles(tx: &mut Tx, id: &str, roles: &[Role]) -> Result<(), Error> {
    for role in roles {
        sqlx::query(
            "INSERT INTO user_roles (user_id, role) VALUES ($1, $2) \
             ON CONFLICT (user_id, role) DO NOTHING",
        )
        .bind(id.to_owned())
        .bind(role.as_str())
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}

async fn with_roles(conn: &mut AnyConnection, rows: &[AnyRow]) -> Result<Vec<User>, Error> {
    let mut users = rows.iter().map(user).collect::<Result<Vec<_>, _>>()?;
    if users.is_empty() {
        return Ok(users);
    }
    let mut select = Statement::new("SELECT user_id, role FROM user_roles WHERE user_id IN ");
    select.bind_list(users.iter().map(|user| user.id.clone()))?;
    let mut roles: HashMap<String, Vec<Role>> = HashMap::new();
    for row in select.query().fetch_all(conn).await? {
        let role: String = row.try_get(1)?;
        let role = role
            .parse()
            .map_err(|e: super::UnknownRole| Error::Corrupt(e.to_string()))?;
        roles.entry(row.try_get(0)?).or_default().push(role);
    }
    for user in &mut users {
        user.roles = roles.remove(&user.id).unwrap_or_default();
        user.roles.sort_unstable();
    }
    Ok(users)
}

fn user(row: &AnyRow) -> Result<User, Error> {
    let status: String = row.try_get(3)?;
    Ok(User {
        id: row.try_get(0)?,
        email: row.try_get(1)?,
        name: row.try_get(2)?,
        status: UserStatus::parse(&status)?,
        roles: Vec::new(),
        created_at: row.try_get(4)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_lower_cased_and_checked() {
        assert_eq!(
            normalise_email(" Ann@Example.ORG ").unwrap(),
            "ann@example.org"
        );
        assert_eq!(normalise_email("ann@localhost").unwrap(), "ann@localhost");
        for wrong in [
            "",
            "ann",
            "@x",
            "ann@",
            "a b@x",
            "a@b@c",
            "a@x\nBcc: y",
            "<a@b>",
            "a@.b",
        ] {
            assert!(normalise_email(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn names_are_one_line() {
        assert_eq!(checked_name(" Ann\n Lee ").unwrap(), "Ann Lee");
        assert!(checked_name("\t").is_err());
        assert!(checked_name(&"x".repeat(201)).is_err());
    }
}
