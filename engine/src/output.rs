//! The sink with a measure on it.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::{Error, Sink};

/// Counts what goes into a [`Sink`] and stops at [`crate::Limits::output_of`].
pub(crate) struct Output<'a> {
    sink: &'a dyn Sink,
    bytes: AtomicU64,
    limit: u64,
}

impl<'a> Output<'a> {
    pub fn new(sink: &'a dyn Sink, limit: u64) -> Self {
        Self {
            sink,
            bytes: AtomicU64::new(0),
            limit,
        }
    }

    /// Puts one file.
    ///
    /// # Errors
    /// `Sink`, or `LimitExceeded` for `output_bytes`.
    pub fn put(&self, path: &str, media_type: &str, bytes: &[u8]) -> Result<(), Error> {
        let found =
            self.bytes.fetch_add(bytes.len() as u64, Ordering::Relaxed) + bytes.len() as u64;
        if found > self.limit {
            return Err(Error::LimitExceeded {
                name: "output_bytes",
                found,
                limit: self.limit,
            });
        }
        Ok(self.sink.put(path, media_type, bytes)?)
    }

    /// Bytes put so far.
    pub fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }
}
