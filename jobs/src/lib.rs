//! The work that happens outside requests: one file per job, and the sandbox that renders books.
//!
//! Every job is a short `run(ctx, deps)`; [`register`] ties them to the kinds of
//! [`bindery_library::work`]. Jobs are idempotent, hold no transaction across storage, network or
//! CPU work, and finish in the same transaction as their effects.

pub mod convert;
pub mod sandbox;
