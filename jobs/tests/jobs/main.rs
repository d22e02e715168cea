//! The jobs crate from outside: real children, real files, real databases.

mod books;
mod convert;
mod sandbox;
