//! What every request passes before and after its endpoint.

mod address;
mod compress;
mod headers;
mod meter;
mod trace;

pub use address::ClientAddress;
pub use compress::compress;
pub use headers::SecurityHeaders;
pub use meter::meter;
pub use trace::{TraceId, trace};
