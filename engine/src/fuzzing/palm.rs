//! The parts of Palm databases.

pub use crate::mobi::fuzzing::{huff, indx, palmdoc};
