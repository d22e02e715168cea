//! The first admin: made when there is none, so that a fresh start can be used at once.

use std::{fs, io::Write, os::unix::fs::OpenOptionsExt, path::PathBuf};

use anyhow::{Context, Result, bail};
use bindery_library::people::{self, Role, User, password};
use rand::RngExt;

use super::Parts;

/// How the login of a random password is kept and printed.
const FILE: &str = "first-admin.txt";
/// 20 of 32 characters: 100 bits.
const LENGTH: usize = 20;
/// No letters that are taken for each other.
const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// Makes the first admin unless there is one. A password that was invented is printed, once, and
/// kept in a file that only this user may read.
pub async fn ensure_first_admin(parts: &Parts) -> Result<()> {
    let config = &parts.config;
    if people::has_admin(&mut *parts.pipeline.db().read().await?).await? {
        return Ok(());
    }
    let (secret, invented) = match &config.admin_password {
        Some(given) => (given.clone(), false),
        None if config.is_fleet() => bail!(
            "there is no admin yet, and a fleet invents no passwords: set BINDERY_ADMIN_PASSWORD \
             or BINDERY_ADMIN_PASSWORD_FILE"
        ),
        None => (invent(), true),
    };
    let clear = secret.clone();
    let hash = tokio::task::spawn_blocking(move || password::hash(&clear))
        .await?
        .context("admin_password")?;
    // Kept before the account exists: a crash in between must not lock everybody out.
    let kept = if invented {
        Some(keep(parts, &secret)?)
    } else {
        None
    };
    let mut tx = parts.pipeline.begin().await?;
    let made = people::ensure_first_admin(&mut tx, &config.admin_email, "Admin", hash).await?;
    tx.commit().await?;
    if let (Some(admin), Some(path)) = (made, kept) {
        announce(&admin.email, &secret, &path);
    }
    Ok(())
}

/// The admin in whose name imports run: the oldest.
pub async fn first_admin(parts: &Parts) -> Result<User> {
    let mut conn = parts.pipeline.db().read().await?;
    let mut cursor = None;
    loop {
        let page = people::list_users(&mut conn, cursor.as_deref(), 100).await?;
        if let Some(admin) = page
            .items
            .into_iter()
            .find(|u| u.roles.contains(&Role::Admin))
        {
            return Ok(admin);
        }
        cursor = page.next;
        if cursor.is_none() {
            bail!("there is no admin");
        }
    }
}

fn invent() -> String {
    let mut rng = rand::rng();
    (0..LENGTH)
        .map(|_| char::from(ALPHABET[rng.random_range(0..ALPHABET.len())]))
        .collect()
}

fn keep(parts: &Parts, secret: &str) -> Result<PathBuf> {
    let path = parts.config.data_dir.join(FILE);
    // An older file may be readable by others, and `mode` only counts for a new one.
    match fs::remove_file(&path) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(e.into()),
        _ => {}
    }
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&path)?;
    writeln!(
        file,
        "email: {}\npassword: {secret}",
        parts.config.admin_email
    )?;
    file.sync_all()?;
    Ok(path)
}

#[expect(
    clippy::print_stdout,
    reason = "the one place where the login is shown; it must not go into logs"
)]
fn announce(email: &str, secret: &str, path: &std::path::Path) {
    println!("\n  The first admin:\n    e-mail    {email}\n    password  {secret}");
    println!("  (shown once; also in {})\n", path.display());
}
