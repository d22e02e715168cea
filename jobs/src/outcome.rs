//! From errors to what the ledger should do about them.

use std::fmt::Display;

use bindery_library::ports::PortError;
use bindery_pipeline::JobError;

/// Errors that trying again may cure.
pub(crate) trait OrRetry<T> {
    /// An error becomes [`JobError::Retry`] with `doing` before it.
    fn or_retry(self, doing: &str) -> Result<T, JobError>;
}

impl<T, E: Display> OrRetry<T> for Result<T, E> {
    fn or_retry(self, doing: &str) -> Result<T, JobError> {
        self.map_err(|error| JobError::Retry(format!("{doing}: {error}")))
    }
}

/// A port says itself whether trying again is of use.
pub(crate) fn from_port(error: PortError) -> JobError {
    match error {
        PortError::Temporary(text) => JobError::Retry(text),
        PortError::Later(delay, text) => JobError::RetryAfter(delay, text),
        PortError::Permanent(text) => JobError::Abort(text),
        // The port's enum may grow; what is unknown is tried again until the attempts are used up.
        other => JobError::Retry(other.to_string()),
    }
}
