//! The database: pools, pragmas and migrations over `sqlx::Any`.

use std::{collections::HashMap, str::FromStr, sync::Arc, time::Duration};

use sqlx::{
    Any, AnyPool, Connection, Executor,
    any::{AnyConnectOptions, AnyPoolOptions},
    migrate::{Migrate, MigrateError, Migration, Migrator},
    pool::PoolConnection,
};

use crate::{Dialect, Error};

/// The ledger's own tables. Versions below 1 000 belong to this crate.
pub static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

/// How to reach the database.
#[derive(Clone, Debug)]
pub struct DbOptions {
    /// `sqlite:///path/file.db` or `postgres://user:password@host:port/database`.
    pub url: String,
    /// Connections of the main pool (PostgreSQL) or the reader pool (SQLite). At least 1.
    pub max_connections: u32,
}

impl DbOptions {
    /// The given address with 8 connections.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            max_connections: 8,
        }
    }
}

/// The database, cheap to clone.
///
/// SQLite: one writer connection (SQLite has one writer anyway; a pool of one turns lock errors into
/// a queue) and a pool of readers. PostgreSQL: one main pool, and a small one for claims.
/// Worker leases are renewed on a connection of their own, so that a busy pool cannot let them expire.
#[derive(Clone)]
pub struct Db(Arc<Pools>);

struct Pools {
    dialect: Dialect,
    writer: AnyPool,
    reader: AnyPool,
    claims: AnyPool,
    lease: AnyPool,
}

const SQLITE_PRAGMAS: &str = "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; \
     PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY";
const SQLITE_READER: &str = "PRAGMA query_only = ON";
/// A plan cached while the queue was empty is a scan for ever: measured 4.8k → 0.7k claims/s.
const POSTGRES_CLAIMS: &str = "SET plan_cache_mode = force_custom_plan";

impl Db {
    /// Opens the database; a SQLite file that does not exist is made.
    ///
    /// # Errors
    /// [`Error::Config`] for an address of another kind or an in-memory database,
    /// [`Error::Database`] if it cannot be reached.
    pub async fn connect(options: &DbOptions) -> Result<Self, Error> {
        sqlx::any::install_default_drivers();
        let dialect = dialect_of(&options.url)?;
        let n = options.max_connections.max(1);
        let pools = match dialect {
            Dialect::Sqlite => {
                let address = parse(&with_create_mode(&options.url))?;
                // First, and alone: it makes the file and switches it to WAL.
                let writer = pool(1, &address, &[SQLITE_PRAGMAS]).await?;
                Pools {
                    dialect,
                    claims: writer.clone(),
                    reader: pool(n, &address, &[SQLITE_PRAGMAS, SQLITE_READER]).await?,
                    lease: pool(1, &address, &[SQLITE_PRAGMAS]).await?,
                    writer,
                }
            }
            Dialect::Postgres => {
                let address = parse(&options.url)?;
                let main = pool(n, &address, &[]).await?;
                Pools {
                    dialect,
                    writer: main.clone(),
                    reader: main,
                    claims: pool((n / 2).clamp(1, 8), &address, &[POSTGRES_CLAIMS]).await?,
                    lease: pool(1, &address, &[]).await?,
                }
            }
        };
        Ok(Self(Arc::new(pools)))
    }

    /// Which database this is.
    pub fn dialect(&self) -> Dialect {
        self.0.dialect
    }

    /// A connection to read with. On SQLite it refuses writes.
    ///
    /// # Errors
    /// [`Error::Database`] when none is free in time or the database is away.
    pub async fn read(&self) -> Result<PoolConnection<Any>, Error> {
        Ok(self.0.reader.acquire().await?)
    }

    /// Asks the database for an answer, e.g. for a readiness check.
    ///
    /// # Errors
    /// [`Error::Database`] when it does not answer.
    pub async fn ping(&self) -> Result<(), Error> {
        self.read().await?.execute("SELECT 1").await?;
        Ok(())
    }

    /// Applies what is missing of all `sets`, merged and ordered by version. Several processes may
    /// do so at once.
    ///
    /// # Errors
    /// [`Error::Config`] when two sets use one version, [`Error::Migrate`] when one fails or an
    /// applied one was changed.
    pub async fn migrate(&self, sets: &[&Migrator]) -> Result<(), Error> {
        let merged = merge(sets)?;
        let mut tries = 0;
        loop {
            let mut conn = self.0.writer.acquire().await?;
            match merged.run_direct(None, &mut *conn, false).await {
                // PostgreSQL takes an advisory lock; on SQLite a second process that migrates at the
                // same moment loses the race for a step and finds it applied on the next look.
                Err(MigrateError::Execute(_) | MigrateError::ExecuteMigration(..))
                    if self.dialect() == Dialect::Sqlite && tries < 5 =>
                {
                    tries += 1;
                    drop(conn);
                    tokio::time::sleep(Duration::from_millis(200)).await;
                }
                done => return Ok(done?),
            }
        }
    }

    /// Whether every migration of `sets` is applied, unchanged.
    ///
    /// # Errors
    /// As [`Db::migrate`].
    pub async fn migrated(&self, sets: &[&Migrator]) -> Result<bool, Error> {
        let merged = merge(sets)?;
        let mut conn = self.0.writer.acquire().await?;
        conn.ensure_migrations_table(&merged.table_name).await?;
        let applied: HashMap<i64, _> = (conn.list_applied_migrations(&merged.table_name).await?)
            .into_iter()
            .map(|m| (m.version, m.checksum))
            .collect();
        Ok(merged
            .iter()
            .all(|m| applied.get(&m.version) == Some(&m.checksum)))
    }

    /// Closes every connection; waits for those in use.
    pub async fn close(&self) {
        for pool in [
            &self.0.reader,
            &self.0.claims,
            &self.0.writer,
            &self.0.lease,
        ] {
            pool.close().await;
        }
    }

    pub(crate) fn writer(&self) -> &AnyPool {
        &self.0.writer
    }

    pub(crate) fn claims(&self) -> &AnyPool {
        &self.0.claims
    }

    pub(crate) fn lease(&self) -> &AnyPool {
        &self.0.lease
    }
}

fn dialect_of(url: &str) -> Result<Dialect, Error> {
    if url.starts_with("postgres:") || url.starts_with("postgresql:") {
        return Ok(Dialect::Postgres);
    }
    if !url.starts_with("sqlite:") {
        return Err(Error::Config(
            "the database address must start with `sqlite:` or `postgres:`".into(),
        ));
    }
    if url.contains(":memory:") || url.contains("mode=memory") {
        // Each connection would see a database of its own.
        return Err(Error::Config(
            "an in-memory SQLite database cannot hold the ledger".into(),
        ));
    }
    Ok(Dialect::Sqlite)
}

fn with_create_mode(url: &str) -> String {
    match url.split_once('?') {
        Some((_, query)) if query.contains("mode=") => url.to_owned(),
        Some(_) => format!("{url}&mode=rwc"),
        None => format!("{url}?mode=rwc"),
    }
}

fn parse(url: &str) -> Result<AnyConnectOptions, Error> {
    Ok(AnyConnectOptions::from_str(url)?)
}

async fn pool(
    max: u32,
    address: &AnyConnectOptions,
    setup: &'static [&'static str],
) -> Result<AnyPool, Error> {
    let pool = AnyPoolOptions::new()
        .max_connections(max)
        .acquire_timeout(Duration::from_secs(30))
        .after_connect(move |conn, _| {
            Box::pin(async move {
                for statement in setup {
                    conn.execute(*statement).await?;
                }
                Ok(())
            })
        })
        .connect_with(address.clone())
        .await?;
    pool.acquire().await?.ping().await?;
    Ok(pool)
}

fn merge(sets: &[&Migrator]) -> Result<Migrator, Error> {
    let all: Vec<Migration> = sets.iter().flat_map(|set| set.iter().cloned()).collect();
    let merged = Migrator::with_migrations(all);
    let versions: Vec<i64> = merged.iter().map(|m| m.version).collect();
    if let Some(twice) = versions.windows(2).find(|w| w[0] == w[1]) {
        return Err(Error::Config(format!(
            "two migrations have version {}",
            twice[0]
        )));
    }
    Ok(merged)
}
