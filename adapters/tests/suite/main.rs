//! The adapters against what is real: an index on disk, an S3 server, an HTTP receiver.

#[cfg(feature = "aws")]
mod presign;
mod search;
mod webhook;
