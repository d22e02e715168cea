//! Untrusted bytes are parsed only here: one book, one child process, one channel.
//!
//! The parent ([`Sandbox`]) starts its own program again as `bindery render-child` with an empty
//! environment, the book as an already opened file and one socket. The child ([`child`]) takes away
//! its own rights before it looks at a byte of the book, renders, and writes [`protocol`] frames.
//! The parent believes nothing that comes back: every path, length, count and order is checked
//! against [`Limits`], and the child dies at its deadline, on cancel and with its parent.

pub mod child;
mod confine;
mod error;
mod frames;
mod limits;
mod output;
mod parent;
mod paths;
mod process;
pub mod protocol;
mod raw;
mod stream;

pub use error::{Error, KillReason};
pub use frames::{FrameError, Frames};
pub use limits::Limits;
pub use parent::{Finished, Handler, Sandbox, Task};
pub use paths::{ArtefactKind, ArtefactPath, BadPath};
pub use process::Kill;
pub use protocol::Artefact;
pub use stream::{Event, Running};
