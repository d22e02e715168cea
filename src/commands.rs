//! One file a command.

mod api;
mod convert;
mod import;
mod serve;
mod user;
mod worker;

pub use api::api;
pub use convert::convert;
pub use import::import;
pub use serve::serve;
pub use user::user;
pub use worker::worker;

use anyhow::Result;

use crate::{
    compose::{Parts, Schema},
    config::Config,
};

/// Brings the tables up to date.
pub async fn migrate(config: Config) -> Result<()> {
    Parts::open(config, Schema::Migrate).await?;
    tracing::info!("the database is up to date");
    Ok(())
}
