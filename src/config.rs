//! Configuration: the commented defaults (compiled in), then `bindery.toml`, then `BINDERY_*`.
//!
//! It is read once, here, and handed on as plain values; no other crate looks at the environment.

mod error;
mod layers;
mod value;

use std::{net::SocketAddr, path::PathBuf, time::Duration};

pub use error::ConfigError;
use layers::Layers;
use url::Url;

/// The defaults file: it is the documentation of every key too.
pub const DEFAULTS: &str = include_str!("../bindery.defaults.toml");

/// Who may read a published book.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// Everybody who is signed in.
    Members,
}

/// Who may make an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Registration {
    /// Only admins add users.
    Closed,
    /// With an invitation.
    Invite,
    /// Anybody.
    Open,
}

/// What carries permits over Redis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RedisCarrier {
    /// A plain list and BLPOP.
    List,
    /// apalis-redis.
    Apalis,
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// Every setting, checked.
#[derive(Debug, Clone)]
pub struct Config {
    pub data_dir: PathBuf,
    pub listen: SocketAddr,
    pub public_url: Url,
    pub database_url: String,
    pub database_connections: u32,
    pub redis_url: Option<String>,
    pub redis_carrier: RedisCarrier,
    pub storage_url: String,
    pub reading: Reading,
    pub registration: Registration,
    pub admin_email: String,
    pub admin_password: Option<String>,
    pub access_token_life: Duration,
    pub refresh_token_life: Duration,
    pub content_cookie_life: Duration,
    pub token_key_file: PathBuf,
    pub content_key_file: PathBuf,
    pub upload_max: u64,
    pub trusted_proxies: usize,
    pub render_deadline: Duration,
    pub render_memory: u64,
    pub render_concurrency: usize,
    pub render_threads: usize,
    pub job_concurrency: usize,
    pub mail_from: String,
    pub webhook_url: Option<Url>,
    pub webhook_secret: Option<String>,
    pub webhook_allow_private: bool,
    pub drain_time: Duration,
    pub log: String,
    pub log_format: LogFormat,
    pub sample_books: bool,
    /// Set variables that look like ours but name no key: worth a warning, perhaps a typo.
    pub unknown_variables: Vec<String>,
}

impl Config {
    /// Reads the file at `path` (or `bindery.toml` where it exists) and this process's environment.
    pub fn load(path: Option<PathBuf>) -> Result<Config, ConfigError> {
        let file = layers::read_file(path)?;
        Self::build(Layers::new(DEFAULTS, file, std::env::vars_os())?)
    }

    /// True when state is shared with other processes: nothing may be invented per process then.
    pub fn is_fleet(&self) -> bool {
        !self.database_url.starts_with("sqlite:")
    }

    fn build(l: Layers) -> Result<Config, ConfigError> {
        let data_dir: PathBuf = l.text("data_dir")?.into();
        let listen: SocketAddr = l.parse("listen", "an address and port such as 127.0.0.1:8080")?;
        let in_data = |name: &str| data_dir.join(name);
        let key_file = |key: &str, name: &str| -> Result<PathBuf, ConfigError> {
            Ok(l.optional(key)?
                .map_or_else(|| in_data("keys").join(name), PathBuf::from))
        };
        let config = Config {
            listen,
            public_url: public_url(&l, listen)?,
            database_url: database_url(&l, &data_dir)?,
            database_connections: l.in_range("database_connections", 2, 500)? as u32,
            redis_url: redis_url(&l)?,
            redis_carrier: l.one_of(
                "redis_carrier",
                &[
                    ("list", RedisCarrier::List),
                    ("apalis", RedisCarrier::Apalis),
                ],
            )?,
            storage_url: storage_url(&l, &data_dir)?,
            reading: reading(&l)?,
            registration: l.one_of(
                "registration",
                &[
                    ("closed", Registration::Closed),
                    ("invite", Registration::Invite),
                    ("open", Registration::Open),
                ],
            )?,
            admin_email: l.text("admin_email")?,
            admin_password: l.optional("admin_password")?,
            access_token_life: l.duration("access_token_life")?,
            refresh_token_life: l.duration("refresh_token_life")?,
            content_cookie_life: l.duration("content_cookie_life")?,
            token_key_file: key_file("token_key_file", "tokens.pem")?,
            content_key_file: key_file("content_key_file", "content.pem")?,
            upload_max: l.size("upload_max")?,
            trusted_proxies: l.in_range("trusted_proxies", 0, 16)? as usize,
            render_deadline: l.duration("render_deadline")?,
            render_memory: l.size("render_memory")?,
            render_concurrency: cores_if_zero(l.in_range("render_concurrency", 0, 256)?),
            render_threads: cores_if_zero(l.in_range("render_threads", 0, 256)?),
            job_concurrency: l.in_range("job_concurrency", 1, 256)? as usize,
            mail_from: l.text("mail_from")?,
            webhook_url: webhook_url(&l)?,
            webhook_secret: l.optional("webhook_secret")?,
            webhook_allow_private: l.boolean("webhook_allow_private")?,
            drain_time: l.duration("drain_time")?,
            log: l.text("log")?,
            log_format: l.one_of(
                "log_format",
                &[("text", LogFormat::Text), ("json", LogFormat::Json)],
            )?,
            sample_books: l.boolean("sample_books")?,
            unknown_variables: l.unknown_variables(),
            data_dir,
        };
        config.check_pairs(&l)?;
        Ok(config)
    }

    /// Settings that only make sense together.
    fn check_pairs(&self, l: &Layers) -> Result<(), ConfigError> {
        if self.webhook_url.is_some() && self.webhook_secret.is_none() {
            return Err(l.wrong(
                "webhook_secret",
                "a secret (whsec_ and base64), because webhook_url is set",
            ));
        }
        if self.redis_url.is_some() && !self.is_fleet() {
            return Err(l.wrong("redis_url", "empty, because the database is SQLite: Redis serves a fleet, which needs PostgreSQL"));
        }
        Ok(())
    }
}

fn cores_if_zero(n: i64) -> usize {
    match usize::try_from(n) {
        Ok(0) | Err(_) => std::thread::available_parallelism().map_or(1, usize::from),
        Ok(n) => n,
    }
}

fn public_url(l: &Layers, listen: SocketAddr) -> Result<Url, ConfigError> {
    let expected = "an address such as https://books.example.org, without a path";
    let text = l
        .optional("public_url")?
        .unwrap_or_else(|| match listen.ip().is_unspecified() {
            true => format!("http://localhost:{}", listen.port()),
            false => format!("http://{listen}"),
        });
    let url: Url = text.parse().map_err(|_| l.wrong("public_url", expected))?;
    let plain = matches!(url.scheme(), "http" | "https")
        && url.has_host()
        && url.path() == "/"
        && url.query().is_none();
    if plain {
        Ok(url)
    } else {
        Err(l.wrong("public_url", expected))
    }
}

fn database_url(l: &Layers, data_dir: &std::path::Path) -> Result<String, ConfigError> {
    match l.optional("database_url")? {
        None => Ok(format!(
            "sqlite://{}",
            data_dir.join("bindery.db").display()
        )),
        Some(u)
            if ["sqlite:", "postgres:", "postgresql:"]
                .iter()
                .any(|s| u.starts_with(s)) =>
        {
            Ok(u)
        }
        Some(_) => Err(l.wrong(
            "database_url",
            "sqlite://file or postgres://user:password@host/database",
        )),
    }
}

fn redis_url(l: &Layers) -> Result<Option<String>, ConfigError> {
    match l.optional("redis_url")? {
        Some(u) if !u.starts_with("redis://") && !u.starts_with("rediss://") => {
            Err(l.wrong("redis_url", "redis://host:6379 or rediss://…"))
        }
        other => Ok(other),
    }
}

fn storage_url(l: &Layers, data_dir: &std::path::Path) -> Result<String, ConfigError> {
    let Some(url) = l.optional("storage_url")? else {
        let root = std::path::absolute(data_dir.join("objects"))
            .map_err(|_| l.wrong("data_dir", "a folder"))?;
        return Ok(Url::from_directory_path(&root)
            .map_or_else(|()| root.display().to_string(), String::from));
    };
    if url.starts_with("file:///") || url.starts_with("s3://") {
        return Ok(url);
    }
    Err(l.wrong(
        "storage_url",
        "file:///path or s3://bucket/prefix?endpoint=…",
    ))
}

fn reading(l: &Layers) -> Result<Reading, ConfigError> {
    match l.text("reading")?.as_str() {
        "members" => Ok(Reading::Members),
        "subscription" => Err(l.wrong(
            "reading",
            "`members`: `subscription` needs payment keys, and this version has no payments yet",
        )),
        _ => Err(l.wrong(
            "reading",
            "`members` (or `subscription`, once payments exist)",
        )),
    }
}

fn webhook_url(l: &Layers) -> Result<Option<Url>, ConfigError> {
    let Some(text) = l.optional("webhook_url")? else {
        return Ok(None);
    };
    match text.parse::<Url>() {
        Ok(u) if matches!(u.scheme(), "http" | "https") => Ok(Some(u)),
        _ => Err(l.wrong("webhook_url", "an http:// or https:// address")),
    }
}

#[cfg(test)]
mod tests;
