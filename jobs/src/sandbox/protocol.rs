//! What parent and child say to each other on their one socket.
//!
//! Parent → child, once: u32 little-endian length, JSON [`Request`], then the request's
//! `indexBytes` bytes of `index.json` (only when one slice is asked for).
//!
//! Child → parent: frames. A frame is a u32 little-endian length, a JSON [`Header`] of that length
//! and, after a `put`, the file's `len` bytes. `done` or `error` is the last frame.

use std::collections::HashSet;
use std::io::{self, Read};
use std::time::Duration;

use bindery_engine::{Options, Report, Stage};
use serde::{Deserialize, Serialize};

use super::limits::Limits;
use super::paths::{ArtefactKind, ArtefactPath, BadPath};

/// What the child shall do, and under which limits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// All of the book, or one slice.
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

/// How much of the book is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Work {
    /// Everything.
    Book,
    /// One slice, from the index of an earlier run.
    Slice(u32),
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
        /// The engine's report; absent when one slice was asked for.
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

/// What is wrong with a frame.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FrameError {
    /// Reading failed; [`io::ErrorKind::TimedOut`] is the deadline.
    #[error("reading failed: {0}")]
    Read(#[source] io::Error),
    /// The stream ends inside a frame.
    #[error("the stream ends inside a frame")]
    Truncated,
    /// The header is empty or longer than allowed.
    #[error("a header of {0} bytes")]
    HeaderLength(u32),
    /// The header is not the JSON that was agreed on.
    #[error("a header that is none")]
    Header,
    /// The path has no known shape.
    #[error("a file with a forbidden path")]
    Path(#[from] BadPath),
    /// The media type is not well-formed.
    #[error("a file with a malformed media type")]
    MediaType,
    /// The same path was put before.
    #[error("the file {0} comes twice")]
    Twice(ArtefactPath),
    /// One of [`Limits`] was passed.
    #[error("more than {limit} {name}")]
    TooMuch {
        /// The field of [`Limits`].
        name: &'static str,
        /// Its value.
        limit: u64,
    },
    /// `done` came, but files that belong to it did not.
    #[error("the end was announced before everything was there")]
    Incomplete,
}

/// Characters kept of an error's message.
pub const MESSAGE_CHARS: usize = 500;
const CODE_CHARS: usize = 64;
const MEDIA_TYPE_BYTES: usize = 100;

/// Reads frames and refuses everything that is not allowed.
#[derive(Debug)]
pub struct Frames<R> {
    input: R,
    limits: Limits,
    work: Work,
    header: Vec<u8>,
    seen: HashSet<ArtefactPath>,
    slices: u32,
    bytes: u64,
    notes: u64,
}

impl<R: Read> Frames<R> {
    /// Frames of a child that was asked for `work`.
    pub fn new(input: R, work: Work, limits: Limits) -> Self {
        Self {
            input,
            limits,
            work,
            header: Vec::new(),
            seen: HashSet::new(),
            slices: 0,
            bytes: 0,
            notes: 0,
        }
    }

    /// The next frame; `None` when the stream ends between two frames.
    ///
    /// # Errors
    /// [`FrameError`]; nothing after an error is to be believed.
    pub fn read(&mut self) -> Result<Option<Frame>, FrameError> {
        if !self.read_header()? {
            return Ok(None);
        }
        let header = serde_json::from_slice(&self.header).map_err(|_| FrameError::Header)?;
        match header {
            Header::Put {
                path,
                media_type,
                len,
            } => self.put(&path, media_type, len).map(Some),
            Header::Stage { name, at_micros } => {
                self.note()?;
                Ok(Some(Frame::Stage(name, Duration::from_micros(at_micros))))
            }
            Header::Slices { done, total } => {
                self.note()?;
                Ok(Some(Frame::Slices(done, total)))
            }
            Header::Done { report, at_micros } => {
                self.complete(report.as_deref())?;
                Ok(Some(Frame::Done(report, Duration::from_micros(at_micros))))
            }
            Header::Error { code, message } => Ok(Some(refused(&code, &message))),
        }
    }

    /// How many bytes of files have been read.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The reader, to change its deadline.
    pub(super) fn input(&mut self) -> &mut R {
        &mut self.input
    }

    fn read_header(&mut self) -> Result<bool, FrameError> {
        let mut length = [0; 4];
        if !read_or_end(&mut self.input, &mut length)? {
            return Ok(false);
        }
        let length = u32::from_le_bytes(length);
        if length == 0 || length > self.limits.header_bytes {
            return Err(FrameError::HeaderLength(length));
        }
        self.header.resize(length as usize, 0);
        read_exact(&mut self.input, &mut self.header)?;
        Ok(true)
    }

    fn put(&mut self, path: &str, media_type: String, len: u64) -> Result<Frame, FrameError> {
        let path = ArtefactPath::parse(path)?;
        if !is_media_type(&media_type) {
            return Err(FrameError::MediaType);
        }
        if let Work::Slice(n) = self.work
            && path.kind() != ArtefactKind::Slice(n)
        {
            return Err(FrameError::Path(BadPath));
        }
        within("file_bytes", len, self.limits.file_bytes)?;
        within(
            "total_bytes",
            self.bytes.saturating_add(len),
            self.limits.total_bytes,
        )?;
        within("files", self.seen.len() as u64 + 1, self.limits.files)?;
        if !self.seen.insert(path.clone()) {
            return Err(FrameError::Twice(path));
        }
        if matches!(path.kind(), ArtefactKind::Slice(_)) {
            self.slices += 1;
        }
        self.bytes += len;
        // Zeroed memory is not touched before it is read into: a child that announces much and
        // sends little costs address space only.
        let mut bytes = vec![0; usize::try_from(len).unwrap_or(usize::MAX)];
        read_exact(&mut self.input, &mut bytes)?;
        Ok(Frame::Put(Artefact {
            path,
            media_type,
            bytes: bytes.into(),
        }))
    }

    fn note(&mut self) -> Result<(), FrameError> {
        self.notes += 1;
        within("notes", self.notes, self.limits.notes)
    }

    /// A render is whole when its index, manifest, positions and all its slices have come.
    fn complete(&self, report: Option<&Report>) -> Result<(), FrameError> {
        let whole = match (self.work, report) {
            (Work::Slice(_), None) => self.seen.len() == 1,
            (Work::Book, Some(report)) => {
                ["index.json", "manifest.json", "positions.json"]
                    .iter()
                    .all(|name| {
                        ArtefactPath::parse(name).is_ok_and(|path| self.seen.contains(&path))
                    })
                    && self.slices == report.slices
                    && report.slices > 0
                    && self.seen.iter().all(|path| match path.kind() {
                        ArtefactKind::Slice(n) | ArtefactKind::Text(n) => n < report.slices,
                        _ => true,
                    })
            }
            (Work::Slice(_), Some(_)) | (Work::Book, None) => false,
        };
        if whole {
            Ok(())
        } else {
            Err(FrameError::Incomplete)
        }
    }
}

fn within(name: &'static str, found: u64, limit: u64) -> Result<(), FrameError> {
    if found > limit {
        Err(FrameError::TooMuch { name, limit })
    } else {
        Ok(())
    }
}

/// Fills `buffer`; false when the stream ends before its first byte.
fn read_or_end(input: &mut impl Read, buffer: &mut [u8]) -> Result<bool, FrameError> {
    let first = loop {
        match input.read(buffer) {
            Ok(0) => return Ok(false),
            Ok(n) => break n,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(FrameError::Read(e)),
        }
    };
    read_exact(input, &mut buffer[first..])?;
    Ok(true)
}

fn read_exact(input: &mut impl Read, buffer: &mut [u8]) -> Result<(), FrameError> {
    input.read_exact(buffer).map_err(|e| match e.kind() {
        io::ErrorKind::UnexpectedEof => FrameError::Truncated,
        _ => FrameError::Read(e),
    })
}

/// `type/subtype` with optional plain parameters, e.g. `text/html; charset=utf-8`.
fn is_media_type(text: &str) -> bool {
    let (essence, parameters) = text.split_once(';').unwrap_or((text, ""));
    let token = |t: &str| {
        !t.is_empty()
            && t.bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"+-._".contains(&b))
    };
    text.len() <= MEDIA_TYPE_BYTES
        && essence
            .split_once('/')
            .is_some_and(|(kind, subtype)| token(kind) && token(subtype))
        && parameters
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"+-._=; ".contains(&b))
}

fn refused(code: &str, message: &str) -> Frame {
    let known = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let good = !code.is_empty() && code.len() <= CODE_CHARS && code.chars().all(known);
    Frame::Refused {
        code: if good {
            code.to_owned()
        } else {
            "engine_error".to_owned()
        },
        message: printable(message, MESSAGE_CHARS),
    }
}

/// At most `chars` characters of `text`, control characters as spaces.
pub(crate) fn printable(text: &str, chars: usize) -> String {
    text.chars()
        .take(chars)
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

#[cfg(test)]
#[path = "protocol_tests.rs"]
mod tests;
