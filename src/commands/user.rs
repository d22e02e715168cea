//! `bindery user`.

use std::io::{BufRead, IsTerminal};

use anyhow::{Context, Result, bail};
use bindery_library::people::{
    self, INVITATION_LIFE_MS, NewInvitation, NewUser, Role, UserStatus, password,
};

use crate::{
    cli::{RoleName, UserCommand},
    compose::{Parts, Schema},
    config::{Config, Registration},
};

const PAGE: u32 = 100;

/// Adds, invites, lists or changes users.
pub async fn user(config: Config, command: UserCommand) -> Result<()> {
    let schema = if config.is_fleet() {
        Schema::Require
    } else {
        Schema::Migrate
    };
    let parts = Parts::open(config, schema).await?;
    match command {
        UserCommand::Add { email, name, role } => add(&parts, email, name, role).await,
        UserCommand::Invite { email, role } => invite(&parts, email, role).await,
        UserCommand::List => list(&parts).await,
        UserCommand::Role { email, role } => set_role(&parts, &email, role).await,
    }
}

async fn add(parts: &Parts, email: String, name: Option<String>, role: RoleName) -> Result<()> {
    let secret = read_password(&email)?;
    let hash = tokio::task::spawn_blocking(move || password::hash(&secret)).await??;
    let name = name.unwrap_or_else(|| email.split('@').next().unwrap_or(&email).to_owned());
    let new = NewUser {
        email,
        name,
        password_hash: Some(hash),
        roles: vec![role.into()],
        status: UserStatus::Active,
    };
    let mut tx = parts.pipeline.begin().await?;
    let user = people::create_user(&mut tx, new).await?;
    tx.commit().await?;
    print(&user);
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the command's answer")]
async fn invite(parts: &Parts, email: Option<String>, role: RoleName) -> Result<()> {
    // A warning only: the server may run with other settings than this command.
    if parts.config.registration != Registration::Invite {
        tracing::warn!("invitations are used when registration is `invite`, which it is not here");
    }
    let new = NewInvitation {
        email,
        roles: vec![role.into()],
        lives_ms: INVITATION_LIFE_MS,
    };
    let mut tx = parts.pipeline.begin().await?;
    let issued = people::create_invitation(&mut tx, None, new).await?;
    tx.commit().await?;
    println!("{}", issued.link(parts.config.public_url.as_str()));
    Ok(())
}

async fn list(parts: &Parts) -> Result<()> {
    let mut cursor = None;
    loop {
        let mut conn = parts.pipeline.db().read().await?;
        let page = people::list_users(&mut conn, cursor.as_deref(), PAGE).await?;
        page.items.iter().for_each(print);
        cursor = page.next;
        if cursor.is_none() {
            return Ok(());
        }
    }
}

async fn set_role(parts: &Parts, email: &str, role: RoleName) -> Result<()> {
    let found = people::find_by_email(&mut *parts.pipeline.db().read().await?, email).await?;
    let user = found.with_context(|| format!("there is no user {email}"))?;
    let mut tx = parts.pipeline.begin().await?;
    let user = people::set_roles(&mut tx, &user.id, &[role.into()]).await?;
    tx.commit().await?;
    print(&user);
    Ok(())
}

impl From<RoleName> for Role {
    fn from(name: RoleName) -> Role {
        match name {
            RoleName::Admin => Role::Admin,
            RoleName::Reader => Role::Reader,
        }
    }
}

/// One line from standard input. On a terminal the question is asked first.
fn read_password(email: &str) -> Result<String> {
    if std::io::stdin().is_terminal() {
        return ask_hidden(&format!("Password for {email}: "));
    }
    let mut line = String::new();
    std::io::stdin()
        .lock()
        .read_line(&mut line)
        .context("cannot read the password")?;
    match line.trim_end_matches(['\r', '\n']) {
        "" => bail!("no password was given on standard input"),
        secret => Ok(secret.to_owned()),
    }
}

/// Asks on the terminal without showing what is typed.
fn ask_hidden(question: &str) -> Result<String> {
    rpassword::prompt_password(question).context("cannot read the password")
}

#[expect(clippy::print_stdout, reason = "the command's answer")]
fn print(user: &people::User) {
    let roles: Vec<&str> = user.roles.iter().map(|r| r.as_str()).collect();
    println!(
        "{}\t{}\t{}\t{}",
        user.email,
        user.name,
        roles.join(","),
        user.status.as_str()
    );
}
