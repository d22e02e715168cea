//! How a handler ends.

use std::{fmt::Display, time::Duration};

/// What a handler gives back.
pub type JobResult = Result<Done, JobError>;

/// The handler did its work. A handler whose effects lie in the database gets it from
/// [`Ctx::finish`](crate::Ctx::finish); one whose effects lie elsewhere returns it as it is, and the
/// job is completed right after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Done;

/// The handler did not do its work.
///
/// Any error turns into [`JobError::Retry`] by `?`; an error that no repetition can heal must be made
/// an [`JobError::Abort`] by the handler.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JobError {
    /// Try again after a backoff that grows with each attempt.
    Retry(String),
    /// Try again, not before this much time has passed.
    RetryAfter(Duration, String),
    /// Never try again: the job is dead.
    Abort(String),
}

impl JobError {
    /// Try again after a backoff.
    pub fn retry(why: impl Display) -> Self {
        Self::Retry(why.to_string())
    }

    /// Never try again.
    pub fn abort(why: impl Display) -> Self {
        Self::Abort(why.to_string())
    }

    /// Why.
    pub fn reason(&self) -> &str {
        match self {
            Self::Retry(why) | Self::RetryAfter(_, why) | Self::Abort(why) => why,
        }
    }
}

impl<E: std::error::Error> From<E> for JobError {
    fn from(error: E) -> Self {
        let mut why = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            let text = cause.to_string();
            // Many errors print their cause already.
            if !why.contains(&text) {
                why = format!("{why}: {text}");
            }
            source = cause.source();
        }
        Self::Retry(why)
    }
}

/// How long to wait before the next attempt: doubled each time, with jitter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    /// After the first attempt.
    pub base: Duration,
    /// Never longer than this.
    pub cap: Duration,
}

impl Default for Backoff {
    fn default() -> Self {
        Self {
            base: Duration::from_secs(1),
            cap: Duration::from_secs(600),
        }
    }
}

impl Backoff {
    /// The wait after attempt number `attempt` (from 1): between half and all of
    /// `min(base · 2^(attempt-1), cap)`, at random, so that what failed together does not return together.
    pub fn after(&self, attempt: u32) -> Duration {
        let doubled = 2_u32.saturating_pow(attempt.saturating_sub(1).min(31));
        let full = self.base.saturating_mul(doubled).min(self.cap);
        full.mul_f64(rand::random_range(0.5..=1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backoff_doubles_up_to_the_cap_and_jitters_downwards() {
        let backoff = Backoff {
            base: Duration::from_secs(1),
            cap: Duration::from_secs(10),
        };
        for (attempt, full) in [(1, 1.0), (2, 2.0), (4, 8.0), (5, 10.0), (4_000_000, 10.0)] {
            for _ in 0..50 {
                let wait = backoff.after(attempt).as_secs_f64();
                assert!(
                    wait >= full / 2.0 && wait <= full,
                    "attempt {attempt} waits {wait}"
                );
            }
        }
    }

    #[test]
    fn an_error_keeps_its_causes() {
        #[derive(Debug, thiserror::Error)]
        #[error("outer")]
        struct Outer(#[source] std::num::ParseIntError);
        let cause = "x".parse::<u8>().unwrap_err();
        let error: JobError = Outer(cause).into();
        assert_eq!(error.reason(), "outer: invalid digit found in string");
    }
}
