//! The child's side: what `bindery render-child` runs.
//!
//! Standard input is the book (a regular file), standard output the channel to the parent. The
//! child moves them to descriptors 3 and 4, confines itself and renders.

use std::any::Any;
use std::fs::File;
use std::io::{self, IoSlice, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use bindery_engine::{Observer, Report, Sink, Stage};
use memmap2::Mmap;
use serde_json::Value;

use super::protocol::{Header, Request, Work};
use super::{confine, raw};

/// Longest request accepted: options are a page of numbers.
const REQUEST_BYTES: u32 = 64 << 10;

/// A process that has given up its rights and holds one book.
#[derive(Debug)]
pub struct Confined {
    /// What the parent wants.
    pub request: Request,
    /// `None` for an empty file, which cannot be mapped.
    book: Option<Mmap>,
    index: Vec<u8>,
    output: Output,
}

/// Renders the book that the parent handed over and exits. Call it first thing in `main`, before
/// any thread or descriptor is made.
#[must_use]
pub fn main() -> ExitCode {
    match enter() {
        Ok(confined) => confined.render(),
        Err(error) => {
            // The only place to say it: without a request there is no channel yet.
            let _ = writeln!(io::stderr(), "render-child cannot begin: {error}");
            ExitCode::from(70)
        }
    }
}

/// Takes the descriptors, reads the request and confines this process for good.
///
/// # Errors
/// When the process was not started by [`super::Sandbox`] or the kernel refuses a limit.
pub fn enter() -> io::Result<Confined> {
    let start = Instant::now();
    let (book, mut channel) = confine::take_descriptors()?;
    let (request, index) = read_request(&mut channel)?;
    confine::bind_to_parent(request.parent)?;
    std::env::set_current_dir("/")?;
    let size = confine::require_regular(&book)?;
    let book = if size == 0 {
        None
    } else {
        Some(raw::map(&book)?)
    };
    rayon::ThreadPoolBuilder::new()
        .num_threads(request.threads.max(1))
        .stack_size(request.stack)
        .use_current_thread()
        .build_global()
        .map_err(io::Error::other)?;
    confine::limit_resources(request.memory, request.cpu_seconds)?;
    Ok(Confined {
        request,
        book,
        index,
        output: Output {
            channel: Mutex::new(channel),
            start,
        },
    })
}

fn read_request(channel: &mut File) -> io::Result<(Request, Vec<u8>)> {
    let mut length = [0; 4];
    channel.read_exact(&mut length)?;
    let length = u32::from_le_bytes(length);
    if length > REQUEST_BYTES {
        return Err(io::Error::other("the request is too long"));
    }
    let mut json = vec![0; length as usize];
    channel.read_exact(&mut json)?;
    let request: Request = serde_json::from_slice(&json)?;
    let mut index = Vec::new();
    channel.take(request.index_bytes).read_to_end(&mut index)?;
    Ok((request, index))
}

impl Confined {
    /// The book's bytes.
    #[must_use]
    pub fn book(&self) -> &[u8] {
        self.book.as_deref().unwrap_or_default()
    }

    /// Where the files go.
    #[must_use]
    pub fn sink(&self) -> &dyn Sink {
        &self.output
    }

    /// Writes raw bytes on the channel. Renders never do; tests play a taken-over child with it.
    ///
    /// # Errors
    /// When the parent has closed its end.
    pub fn write_raw(&self, bytes: &[u8]) -> io::Result<()> {
        self.output.lock().write_all(bytes)
    }

    /// Does what was requested and says how it ended.
    #[must_use]
    pub fn render(self) -> ExitCode {
        self.run(|confined| match confined.request.work {
            Work::Book => {
                let report = bindery_engine::render(
                    confined.book(),
                    &confined.request.options,
                    &confined.output,
                    &confined.output,
                )?;
                Ok(Some(report))
            }
            Work::Slice(n) => {
                let bytes = bindery_engine::render_slice(
                    confined.book(),
                    &confined.request.options,
                    &confined.index,
                    n,
                )?;
                confined
                    .output
                    .put(&format!("slices/{n}.html"), "text/html", &bytes)?;
                Ok(None)
            }
        })
    }

    /// Runs `work` and sends `done` or `error`; a panic is the error `engine_panic`.
    #[must_use]
    pub fn run(
        self,
        work: impl FnOnce(&Self) -> Result<Option<Report>, bindery_engine::Error>,
    ) -> ExitCode {
        let ended = match catch_unwind(AssertUnwindSafe(|| work(&self))) {
            Ok(Ok(report)) => self.output.done(report, self.request.header_bytes),
            Ok(Err(error)) => self.output.error(error.code(), &error.to_string()),
            Err(panic) => self
                .output
                .error("engine_panic", panic_text(panic.as_ref())),
        };
        // The parent has gone: nobody is left to tell.
        ended.map_or(ExitCode::FAILURE, |()| ExitCode::SUCCESS)
    }
}

fn panic_text(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("the engine panicked")
}

/// The channel, shared by the pool's threads; a frame is written whole under the lock.
#[derive(Debug)]
struct Output {
    channel: Mutex<File>,
    start: Instant,
}

impl Output {
    fn lock(&self) -> std::sync::MutexGuard<'_, File> {
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

    fn done(&self, report: Option<Report>, header_bytes: u32) -> io::Result<()> {
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

    fn error(&self, code: &str, message: &str) -> io::Result<()> {
        let message = message
            .chars()
            .take(super::protocol::MESSAGE_CHARS)
            .collect();
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
