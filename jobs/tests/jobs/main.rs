//! The jobs crate from outside: real children, real files, real databases.
#![expect(
    clippy::unwrap_used,
    reason = "in a test it is the assertion, in its helpers too"
)]

mod books;
mod convert;
mod cover;
mod faults;
mod life;
mod receiver;
mod sandbox;
mod site;
mod sweep;
