//! What parent and child say to each other on their one socket.
//!
//! Parent → child, once: u32 little-endian length, JSON [`Request`], then the request's
//! `indexBytes` bytes of `index.json` (only when one slice is asked for).
//!
//! Child → parent: frames. A frame is a u32 little-endian length, a JSON [`Header`] of that length
//! and, after a `put`, the file's `len` bytes. `done` or `error` is the last frame.

use std::time::Duration;

use bindery_engine::{Options, Report, Stage};
use serde::{Deserialize, Serialize};

use super::paths::ArtefactPath;

/// What the child shall do, and under which limits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// All of a book, one slice, or a cover.
    pub work: Work,
    /// For the engine; part of the rendition's identity.
    pub options: Options,
    /// Process id of the parent: a child whose parent is another has been orphaned.
    pub parent: i32,
    /// Threads of the pool.
    pub threads: usize,
    /// Stack of each of them, bytes.
    pub stack: usize,
    /// `RLIMIT_DATA`, bytes.
    pub memory: u64,
    /// `RLIMIT_CPU`, seconds.
    pub cpu_seconds: u64,
    /// Longest header the parent takes, bytes.
    pub header_bytes: u32,
    /// Bytes of `index.json` that follow the request.
    pub index_bytes: u64,
}

/// What is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Work {
    /// Everything of a book.
    Book,
    /// One slice, from the index of an earlier run.
    Slice(u32),
    /// The sizes of a cover; the input is a picture.
    Cover,
}

/// The JSON of a frame.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub enum Header {
    /// A file; its bytes follow.
    #[serde(rename_all = "camelCase")]
    Put {
        /// Inside the rendition.
        path: String,
        /// Its media type.
        media_type: String,
        /// Bytes that follow the header.
        len: u64,
    },
    /// A stage of the render begins.
    #[serde(rename_all = "camelCase")]
    Stage {
        /// Which.
        name: Stage,
        /// Microseconds since the child began.
        at_micros: u64,
    },
    /// Slices that have been put.
    Slices {
        /// So many…
        done: u32,
        /// …of so many.
        total: u32,
    },
    /// All is put.
    #[serde(rename_all = "camelCase")]
    Done {
        /// The engine's report; absent unless a whole book was asked for.
        report: Option<Box<Report>>,
        /// Microseconds since the child began.
        at_micros: u64,
    },
    /// The book cannot be rendered.
    Error {
        /// Stable.
        code: String,
        /// For people.
        message: String,
    },
}

/// A file that came from a child: its name and size have been checked, its content has not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Artefact {
    /// Where it belongs.
    pub path: ArtefactPath,
    /// A well-formed media type.
    pub media_type: String,
    /// All of it.
    pub bytes: bytes::Bytes,
}

/// A checked frame.
#[derive(Debug)]
pub enum Frame {
    /// A file.
    Put(Artefact),
    /// A stage begins at so long after the child's start.
    Stage(Stage, Duration),
    /// Slices put, of how many.
    Slices(u32, u32),
    /// The last frame of a render that succeeded.
    Done(Option<Box<Report>>, Duration),
    /// The last frame of one that did not.
    Refused {
        /// Stable, `[a-z0-9_]`.
        code: String,
        /// Printable, at most [`MESSAGE_CHARS`] characters.
        message: String,
    },
}

/// Characters kept of an error's message.
pub const MESSAGE_CHARS: usize = 500;

/// At most `chars` characters of `text`, control characters as spaces.
pub(crate) fn printable(text: &str, chars: usize) -> String {
    text.chars()
        .take(chars)
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}
