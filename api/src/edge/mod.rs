//! What every request passes before and after its endpoint.

mod address;
mod compress;
mod cross_origin;
mod headers;
mod meter;
mod patience;
mod trace;

pub use address::ClientAddress;
pub use compress::compress;
pub use cross_origin::CrossOrigin;
pub use headers::SecurityHeaders;
pub use meter::meter;
pub use patience::Patience;
pub use trace::{TraceId, trace};
