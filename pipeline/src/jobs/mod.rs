//! Reading and controlling jobs and queues, for administrators and operators.
//!
//! What changes something takes a [`Tx`](crate::Tx), so that it can be audited in the same
//! transaction; what reads takes any connection.

mod control;
mod depth;
mod list;

pub use control::{Cancelled, cancel, pause, resume, retry, set_priority};
pub use depth::{QueueDepth, WorkerInfo, queues, workers};
pub use list::{Filter, get, list};
