//! Putting the crates together from the configuration. Everything that several commands share.

mod first_admin;
mod parts;
mod workers;

pub use first_admin::ensure_first_admin;
pub use parts::{Parts, Schema};
pub use workers::{deps, workers};
