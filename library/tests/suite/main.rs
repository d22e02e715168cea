//! The library against real databases and real object stores: every database test runs on SQLite
//! and on PostgreSQL, every storage test on disk and on an S3 server.

#![expect(clippy::unwrap_used, reason = "in a test an unwrap is the assertion")]

mod catalogue;
mod covers;
mod invitations;
mod lifecycle;
mod people;
mod reading;
mod storage;
mod world;
