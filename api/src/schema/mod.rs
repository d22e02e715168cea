//! Small pieces of the API's schema that poem-openapi does not bring.

mod body;
mod nullable;
mod page;
mod raw;
mod time;

pub use body::Body;
pub use nullable::Nullable;
pub use page::Limit;
pub(crate) use page::page_macro as page;
pub use raw::{Describe, Raw};
pub use time::{from_millis, millis};
