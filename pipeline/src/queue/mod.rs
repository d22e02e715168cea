//! The ledger's own moves: enqueue, claim, settle, and making future jobs due.

mod claim;
mod due;
mod enqueue;
mod row;
mod settle;

pub(crate) use claim::claim;
pub(crate) use due::{make_due, ready};
pub(crate) use enqueue::{enqueue, live_key};
pub(crate) use row::{COLUMNS, job_of};
pub(crate) use settle::{Held, Which, fail, finish, move_to_history, release};
