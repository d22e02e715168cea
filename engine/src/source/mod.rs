//! From stored bytes to decoded text, and positions in it.

mod decode;
mod references;
mod scalars;

pub(crate) use decode::decode;
pub(crate) use references::{resolve, unescape};
pub(crate) use scalars::Scalars;
