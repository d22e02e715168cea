//! Why a child gave no rendition.

use std::fmt;
use std::io;

use super::frames::FrameError;

/// What ended a child that did not end by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KillReason {
    /// It asked for more memory than it may have.
    Memory,
    /// It used more CPU time than it may.
    Cpu,
    /// It did not finish in time.
    Deadline,
    /// Another signal; most often a crash.
    Signal(i32),
}

impl fmt::Display for KillReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Memory => f.write_str("memory"),
            Self::Cpu => f.write_str("cpu"),
            Self::Deadline => f.write_str("deadline"),
            Self::Signal(number) => write!(f, "signal {number}"),
        }
    }
}

/// Why a child gave no rendition.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The engine refused the book: its own stable code and sentence.
    #[error("{message}")]
    Refused {
        /// As [`bindery_engine::Error::code`], or `engine_panic`.
        code: String,
        /// For people.
        message: String,
    },
    /// The child was ended from outside or crashed.
    #[error("the renderer was stopped ({reason})")]
    Killed {
        /// What ended it.
        reason: KillReason,
        /// The beginning of what it wrote to standard error, for the log.
        stderr: String,
    },
    /// The caller cancelled.
    #[error("the render was cancelled")]
    Cancelled,
    /// The child said something that it must not say; it is not to be trusted any more.
    #[error("the renderer broke the protocol: {0}")]
    Protocol(#[from] FrameError),
    /// The child ended without a word.
    #[error("the renderer ended early ({status})")]
    Ended {
        /// Its exit status, in words.
        status: String,
        /// The beginning of what it wrote to standard error, for the log.
        stderr: String,
    },
    /// The child could not be started or spoken to.
    #[error("the renderer could not be started: {0}")]
    Start(#[source] io::Error),
    /// The caller could not take what the child gave.
    #[error("the result could not be stored: {0}")]
    Store(#[source] io::Error),
}

impl Error {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Self::Refused { code, .. } => code,
            Self::Killed { .. } => "sandbox_killed",
            Self::Cancelled => "sandbox_cancelled",
            Self::Protocol(_) => "sandbox_protocol",
            Self::Ended { .. } => "sandbox_ended",
            Self::Start(_) => "sandbox_start",
            Self::Store(_) => "sandbox_store",
        }
    }

    /// What the child left on standard error, if anything is known.
    #[must_use]
    pub fn stderr(&self) -> Option<&str> {
        match self {
            Self::Killed { stderr, .. } | Self::Ended { stderr, .. } => Some(stderr),
            Self::Refused { .. }
            | Self::Cancelled
            | Self::Protocol(_)
            | Self::Start(_)
            | Self::Store(_) => None,
        }
    }
}
