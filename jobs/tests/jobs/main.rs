//! The jobs crate from outside: real children, real files, real databases.

mod books;
mod convert;
mod faults;
mod life;
mod receiver;
mod sandbox;
mod site;
mod sweep;
