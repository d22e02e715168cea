//! Reading what a child says, and refusing all that is not allowed.

use std::collections::HashSet;
use std::io::{self, Read};
use std::time::Duration;

use bindery_engine::Report;

use super::limits::Limits;
use super::paths::{ArtefactKind, ArtefactPath, BadPath};
use super::protocol::{Artefact, Frame, Header, MESSAGE_CHARS, Work, printable};

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

/// The sizes of a cover.
const COVER: [ArtefactKind; 3] = [
    ArtefactKind::CoverOriginal,
    ArtefactKind::CoverMedium,
    ArtefactKind::CoverThumbnail,
];
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
        let asked = match self.work {
            Work::Book => true,
            Work::Slice(n) => path.kind() == ArtefactKind::Slice(n),
            Work::Cover => COVER.contains(&path.kind()),
        };
        if !asked {
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

    /// A render is whole when its index, manifest, positions and all its slices have come, a cover
    /// when each of its sizes has.
    fn complete(&self, report: Option<&Report>) -> Result<(), FrameError> {
        let whole = match (self.work, report) {
            (Work::Slice(_), None) => self.seen.len() == 1,
            (Work::Cover, None) => {
                let has = |kind| self.seen.iter().any(|path| path.kind() == kind);
                self.seen.len() == COVER.len() && COVER.into_iter().all(has)
            }
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
            (Work::Slice(_) | Work::Cover, Some(_)) | (Work::Book, None) => false,
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

#[cfg(test)]
#[path = "frames_tests.rs"]
mod tests;
