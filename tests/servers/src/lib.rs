//! Real servers for tests, thrown away afterwards: PostgreSQL, Redis and an S3 server.
//!
//! Each runs on a free loopback port with data in a temporary folder, and ends when its handle is
//! dropped or the test process ends, however that ends. A server that is not installed is `None`:
//! the test then calls [`skip`], so that nothing is left out silently.

mod guarded;
mod ports;
mod postgres;
mod redis;
mod s3;

use std::{fs::OpenOptions, io::Write};

pub use ports::free_port;
pub use postgres::{Database, Postgres};
pub use redis::Redis;
pub use s3::S3;

/// Says loudly that a test is left out: a line on standard error, and one in the file that
/// `BINDERY_SKIPS` names, where `make test` counts them.
pub fn skip(reason: &str) {
    eprintln!("SKIPPED: {reason}");
    let Some(path) = std::env::var_os("BINDERY_SKIPS") else {
        return;
    };
    let opened = OpenOptions::new().append(true).create(true).open(path);
    if let Err(e) = opened.and_then(|mut file| writeln!(file, "{reason}")) {
        eprintln!("the skip could not be counted: {e}");
    }
}
