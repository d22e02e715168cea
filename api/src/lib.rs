//! Bindery's HTTP service: the API under `/api/v1` (described by [`openapi_json`]), the content
//! edge, health, metrics and the embedded web client.
//!
//! Whoever starts the service fills [`Parts`], makes a [`State`] of it and calls [`serve`]. Nothing
//! in this crate reads the environment, and nothing renders: what takes time is a job.
//!
//! One file or folder for each group of operations; [`problem`] holds every way to refuse.

mod actor;
pub mod admin;
pub mod auth;
pub mod books;
pub mod config;
pub mod content;
pub mod cookies;
mod docs;
pub mod edge;
pub mod events;
mod health;
pub mod keys;
pub mod problem;
pub mod reading;
mod routes;
mod schema;
pub mod search;
mod serve;
mod server;
mod service;
mod state;
pub mod tokens;
pub mod web;
mod well_known;

pub use config::{Config, Limits, Reading, Registration};
pub use keys::{Keys, SigningKey};
pub use routes::routes;
pub use serve::serve;
pub use service::{BASE, openapi_json};
pub use state::{MetricsRender, Parts, State};
pub use web::{Asset, WebAssets};
