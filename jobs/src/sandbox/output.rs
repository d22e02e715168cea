//! The child's mouth: frames on the channel, whole, from many threads.

use std::fs::File;
use std::io::{self, IoSlice, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use bindery_engine::{Observer, Report, Sink, Stage};
use serde_json::Value;

use super::protocol::{Header, MESSAGE_CHARS};

/// The channel, shared by the pool's threads; a frame is written whole under the lock.
#[derive(Debug)]
pub(super) struct Output {
    channel: Mutex<File>,
    start: Instant,
}

impl Output {
    /// `start` is when the child began.
    pub(super) fn new(channel: File, start: Instant) -> Self {
        Self {
            channel: Mutex::new(channel),
            start,
        }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, File> {
        // A thread that panicked while it held the lock has left half a frame; the parent notices.
        self.channel.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn send(&self, header: &Header, body: &[u8]) -> io::Result<()> {
        let mut head = vec![0; 4];
        serde_json::to_writer(&mut head, header)?;
        let length = u32::try_from(head.len() - 4).map_err(io::Error::other)?;
        head[..4].copy_from_slice(&length.to_le_bytes());
        let mut slices = &mut [IoSlice::new(&head), IoSlice::new(body)][..];
        let mut channel = self.lock();
        while !slices.is_empty() {
            match channel.write_vectored(slices) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(n) => IoSlice::advance_slices(&mut slices, n),
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(e),
            }
        }
        Ok(())
    }

    fn micros(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    pub(super) fn done(&self, report: Option<Report>, header_bytes: u32) -> io::Result<()> {
        let report = report
            .map(|r| fit(r, header_bytes as usize))
            .transpose()?
            .map(Box::new);
        self.send(
            &Header::Done {
                report,
                at_micros: self.micros(),
            },
            &[],
        )
    }

    pub(super) fn error(&self, code: &str, message: &str) -> io::Result<()> {
        let message = message.chars().take(MESSAGE_CHARS).collect();
        self.send(
            &Header::Error {
                code: code.to_owned(),
                message,
            },
            &[],
        )
    }
}

impl Sink for Output {
    fn put(&self, path: &str, media_type: &str, bytes: &[u8]) -> io::Result<()> {
        let header = Header::Put {
            path: path.to_owned(),
            media_type: media_type.to_owned(),
            len: bytes.len() as u64,
        };
        self.send(&header, bytes)
    }
}

impl Observer for Output {
    fn stage(&self, stage: Stage) {
        // A parent that does not listen is met again at the next put, where it counts.
        let _ = self.send(
            &Header::Stage {
                name: stage,
                at_micros: self.micros(),
            },
            &[],
        );
    }

    fn slices(&self, done: u32, total: u32) {
        // Every hundredth of the way is enough for a progress bar.
        if done == total || done.is_multiple_of((total / 100).max(1)) {
            let _ = self.send(&Header::Slices { done, total }, &[]);
        }
    }
}

/// Cuts a report whose JSON would not fit a header: first its longest texts and lists.
fn fit(report: Report, header_bytes: usize) -> io::Result<Report> {
    let room = header_bytes.saturating_sub(256);
    if serde_json::to_vec(&report)?.len() <= room {
        return Ok(report);
    }
    let mut value = serde_json::to_value(&report)?;
    let mut keep = 16_384;
    while serde_json::to_vec(&value)?.len() > room && keep > 1 {
        shorten(&mut value, keep, keep / 8);
        keep /= 2;
    }
    Ok(serde_json::from_value(value)?)
}

fn shorten(value: &mut Value, chars: usize, items: usize) {
    match value {
        Value::String(text) => {
            if let Some((at, _)) = text.char_indices().nth(chars) {
                text.truncate(at);
            }
        }
        Value::Array(values) => {
            values.truncate(items);
            values.iter_mut().for_each(|v| shorten(v, chars, items));
        }
        Value::Object(map) => map.values_mut().for_each(|v| shorten(v, chars, items)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_that_is_too_long_is_cut_to_fit() {
        let mut report = Report {
            format: bindery_engine::Format::Epub,
            metadata: bindery_engine::Metadata::default(),
            slices: 3,
            bytes: 4,
            warnings: Vec::new(),
        };
        report.metadata.title = "é".repeat(70_000);
        report.metadata.subjects = vec!["s".repeat(1000); 256];
        let cut = fit(report.clone(), 10_000).unwrap();
        assert!(serde_json::to_vec(&cut).unwrap().len() <= 10_000);
        assert_eq!((cut.slices, cut.bytes), (3, 4));
        assert!(cut.metadata.title.chars().count() > 100);
        report.metadata = bindery_engine::Metadata::default();
        assert_eq!(fit(report.clone(), 10_000).unwrap(), report);
    }
}
