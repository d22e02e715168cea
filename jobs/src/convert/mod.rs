//! One local file to one folder of slices: what `bindery convert` does per input.
//!
//! The folder is written beside its final place and renamed at the end, so that it is there whole
//! or not at all. Nothing here needs an async runtime; call it from as many threads as you like.

mod report;

use std::collections::HashSet;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use bindery_engine::{Options, Report, Stage};
use rustix::fs::{CWD, RenameFlags, renameat_with};

use self::report::{Clock, converted, failed};
use crate::sandbox::{self, Artefact, Handler, Kill, Sandbox, Task};

pub use self::report::{ConvertReport, Converted, Failed, Reason, Timings};

/// Converts books into one output folder.
#[derive(Debug)]
pub struct Converter {
    sandbox: Sandbox,
    options: Options,
    out: PathBuf,
    taken: Mutex<HashSet<OsString>>,
    partials: AtomicU64,
}

/// How one input went.
#[derive(Debug)]
pub struct Outcome {
    /// Where the result lies; `None` when nothing could be written.
    pub folder: Option<PathBuf>,
    /// The content of `report.json`.
    pub report: ConvertReport,
}

impl Outcome {
    /// The reason, if the book was not converted.
    #[must_use]
    pub fn failure(&self) -> Option<&Reason> {
        match &self.report {
            ConvertReport::Failed(failed) => Some(&failed.error),
            ConvertReport::Converted(_) => None,
        }
    }
}

impl Converter {
    /// A converter that writes below `out`, which is made when missing.
    ///
    /// # Errors
    /// When `out` cannot be made.
    pub fn new(sandbox: Sandbox, options: Options, out: PathBuf) -> io::Result<Self> {
        fs::create_dir_all(&out)?;
        let taken = Mutex::default();
        Ok(Self {
            sandbox,
            options,
            out,
            taken,
            partials: AtomicU64::new(0),
        })
    }

    /// Converts one book into `out/{file stem}/`. Every outcome leaves a `report.json` there,
    /// except when another input of this run has the same stem or the folder cannot be written.
    ///
    /// A folder of an earlier run is replaced; a folder that holds anything else is left alone.
    pub fn convert(&self, book: &Path) -> Outcome {
        let clock = Clock::default();
        match self.claim(book) {
            Ok(folder) => self.convert_to(book, &folder, clock),
            Err(error) => Outcome {
                folder: None,
                report: failed(error, &clock),
            },
        }
    }

    fn convert_to(&self, book: &Path, folder: &Path, clock: Clock) -> Outcome {
        let partial = match self.partial(folder) {
            Ok(partial) => partial,
            Err(e) => {
                return Outcome {
                    folder: None,
                    report: failed(cannot_write(&e), &clock),
                };
            }
        };
        let mut writer = Writer {
            root: partial.0.clone(),
            made: HashSet::new(),
            clock,
        };
        let report = match self.render(book, &mut writer) {
            Ok(report) => converted(report, &writer.clock),
            Err(error) => {
                // What was written before the error is not to be used.
                let emptied =
                    fs::remove_dir_all(&partial.0).and_then(|()| fs::create_dir(&partial.0));
                let error = emptied.err().map_or(error, |e| cannot_write(&e));
                failed(error, &writer.clock)
            }
        };
        let put = serde_json::to_vec_pretty(&report)
            .map_err(io::Error::from)
            .and_then(|json| fs::write(partial.0.join("report.json"), json))
            .and_then(|()| replace(&partial.0, folder));
        match put {
            Ok(()) => Outcome {
                folder: Some(folder.to_owned()),
                report,
            },
            Err(e) => Outcome {
                folder: None,
                report: failed(cannot_write(&e), &writer.clock),
            },
        }
    }

    fn render(&self, book: &Path, writer: &mut Writer) -> Result<Report, Reason> {
        let file = open_book(book).map_err(|e| reason("cannot_read", &e))?;
        let task = Task::book(file, self.options.clone());
        match self.sandbox.run(task, &Kill::default(), writer) {
            Ok(finished) => finished
                .report
                .ok_or_else(|| reason("sandbox_protocol", &"no report")),
            Err(sandbox::Error::Store(e)) => Err(cannot_write(&e)),
            Err(error) => Err(reason(error.code(), &error)),
        }
    }

    /// The folder for `book`, unless another input of this run has it.
    fn claim(&self, book: &Path) -> Result<PathBuf, Reason> {
        let stem = book
            .file_stem()
            .ok_or_else(|| reason("cannot_read", &"not a file"))?;
        let folder = self.out.join(stem);
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if !taken.insert(stem.to_owned()) {
            return Err(reason(
                "name_taken",
                &"another input has the same name; its folder stays",
            ));
        }
        if !may_replace(&folder) {
            let message = format!(
                "{} holds something else; it is left alone",
                folder.display()
            );
            return Err(reason("name_taken", &message));
        }
        Ok(folder)
    }

    /// A hidden folder beside `folder`.
    fn partial(&self, folder: &Path) -> io::Result<Partial> {
        let number = self.partials.fetch_add(1, Ordering::Relaxed);
        let mut name = OsString::from(".");
        name.push(folder.file_name().unwrap_or_default());
        name.push(format!(".{}-{number}.partial", std::process::id()));
        let path = self.out.join(name);
        fs::create_dir(&path)?;
        Ok(Partial(path))
    }
}

/// A folder that disappears unless it was renamed.
struct Partial(PathBuf);

impl Drop for Partial {
    fn drop(&mut self) {
        // Gone when all went well.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Opens a plain file; a named pipe would block for ever.
pub(crate) fn open_book(path: &Path) -> io::Result<File> {
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a file"));
    }
    File::open(path)
}

/// Only what an earlier run made, or nothing, may be replaced.
fn may_replace(folder: &Path) -> bool {
    match fs::symlink_metadata(folder) {
        Err(e) => e.kind() == io::ErrorKind::NotFound,
        Ok(found) if !found.is_dir() => false,
        Ok(_) => {
            folder.join("report.json").is_file()
                || fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_none())
        }
    }
}

/// Puts `partial` in the place of `folder`; what was there before ends up in `partial`.
fn replace(partial: &Path, folder: &Path) -> io::Result<()> {
    match fs::rename(partial, folder) {
        Err(e) if e.kind() == io::ErrorKind::DirectoryNotEmpty => {}
        other => return other,
    }
    match renameat_with(CWD, partial, CWD, folder, RenameFlags::EXCHANGE) {
        Err(rustix::io::Errno::INVAL | rustix::io::Errno::NOSYS) => {}
        other => return other.map_err(io::Error::from),
    }
    // A file system that cannot exchange: for a moment there is no folder.
    let old = partial.with_extension("old");
    fs::rename(folder, &old)?;
    fs::rename(partial, folder)?;
    fs::remove_dir_all(old)
}

/// Writes the child's files and keeps the time.
struct Writer {
    root: PathBuf,
    made: HashSet<PathBuf>,
    clock: Clock,
}

impl Handler for Writer {
    fn put(&mut self, artefact: Artefact) -> io::Result<()> {
        let path = self.root.join(artefact.path.as_str());
        if let Some(parent) = path.parent()
            && !self.made.contains(parent)
        {
            fs::create_dir_all(parent)?;
            self.made.insert(parent.to_owned());
        }
        File::create_new(&path)?.write_all(&artefact.bytes)
    }

    fn stage(&mut self, stage: Stage, at: Duration) {
        self.clock.stage(stage, at);
    }
}

fn cannot_write(error: &io::Error) -> Reason {
    reason("cannot_write", error)
}

fn reason(code: &str, message: &dyn ToString) -> Reason {
    Reason {
        code: code.to_owned(),
        message: message.to_string(),
    }
}
