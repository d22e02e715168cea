//! The child's side: what `bindery render-child` runs.
//!
//! Standard input is the book (a regular file), standard output the channel to the parent. The
//! child moves them to descriptors 3 and 4, confines itself and renders.

use std::any::Any;
use std::fs::File;
use std::io::{self, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::time::Instant;

use bindery_engine::{Report, Sink};
use memmap2::Mmap;

use super::output::Output;
use super::protocol::{Request, Work};
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
    let statm = confine::forbid_files()?;
    rayon::ThreadPoolBuilder::new()
        .num_threads(request.threads.max(1))
        .stack_size(request.stack)
        .use_current_thread()
        .build_global()
        .map_err(io::Error::other)?;
    confine::limit_resources(statm, request.memory, request.cpu_seconds, request.threads)?;
    Ok(Confined {
        request,
        book,
        index,
        output: Output::new(channel, start),
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
    /// The bytes of the book, or of the picture.
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
            Work::Cover => {
                let options = &confined.request.options;
                bindery_engine::render_cover(confined.book(), options, &confined.output)?;
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
