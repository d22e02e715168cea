//! Every limit of the sandbox by name.

use std::num::NonZeroUsize;
use std::time::Duration;

/// What one child may use, and what its parent accepts from it.
///
/// The engine has its own, finer limits ([`bindery_engine::Limits`]) and normally meets them first
/// with a better message; these hold even when the engine is wrong or taken over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Wall time of the child. The time in which the parent is busy storing files does not count.
    pub deadline: Duration,
    /// Private memory of the child in bytes (`RLIMIT_DATA`; the mapped book is not counted).
    pub memory: u64,
    /// CPU time of all the child's threads together (`RLIMIT_CPU`, whole seconds).
    pub cpu: Duration,
    /// Threads of the child's pool.
    pub threads: NonZeroUsize,
    /// Stack of each thread of the pool, in bytes.
    pub stack: usize,
    /// Bytes of one frame's JSON header. The longest is the report.
    pub header_bytes: u32,
    /// Bytes of one file.
    pub file_bytes: u64,
    /// Bytes of all files together.
    pub total_bytes: u64,
    /// Number of files.
    pub files: u64,
    /// Frames that carry no file (stages, progress).
    pub notes: u64,
    /// Bytes kept of what the child writes to standard error.
    pub stderr_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            deadline: Duration::from_secs(120),
            memory: 768 << 20,
            cpu: Duration::from_secs(240),
            threads: std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN),
            stack: 4 << 20,
            header_bytes: 1 << 20,
            file_bytes: 320 << 20,
            total_bytes: 5 << 30,
            files: 200_000,
            notes: 200_000,
            stderr_bytes: 16 << 10,
        }
    }
}
