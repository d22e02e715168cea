//! The library's tables. Migrations only expand; what is no longer used goes one release later.

use sqlx::migrate::Migrator;

/// All migrations of this crate, embedded; their numbers begin at 2000, after the pipeline's.
pub static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");
