//! Putting the crates together from the configuration: everything that several commands share.

mod first_admin;
mod parts;
mod shutdown;
mod upkeep;
mod web;
mod workers;

pub use first_admin::{ensure_first_admin, first_admin};
pub use parts::{Parts, Schema};
pub use shutdown::Shutdown;
pub use upkeep::{rebuild_empty_index, sweep_now_and_then};
pub use web::{listen, state};
pub use workers::{NoIndex, deps, open_search, sandbox_limits, workers};
