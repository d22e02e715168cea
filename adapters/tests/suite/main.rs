//! The adapters against what is real: an index on disk, an S3 server, an HTTP receiver.

#![expect(clippy::unwrap_used, reason = "in a test an unwrap is the assertion")]

#[cfg(feature = "aws")]
mod presign;
mod search;
mod webhook;
