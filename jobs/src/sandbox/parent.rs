//! The parent's side: starts the child, reads what it says, ends it.
//!
//! It is blocking code on purpose. `PR_SET_PDEATHSIG` fires when the *thread* that started the
//! child ends, so the thread that starts a child stays with it; and the command line needs no
//! runtime. [`super::stream`] is the same for async callers.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, BufReader, Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use bindery_engine::{Options, Report, Stage};
use rustix::event::{PollFd, PollFlags, poll};
use rustix::process::Signal;

use super::error::{Error, KillReason};
use super::frames::{FrameError, Frames};
use super::limits::Limits;
use super::process::{Guard, Kill};
use super::protocol::{Artefact, Frame, Request, Work};

/// Read from the channel in such pieces; larger files bypass the buffer.
const BUFFER_BYTES: usize = 64 << 10;
/// Longest time the child may take to read its request.
const REQUEST_TIME: Duration = Duration::from_secs(10);

/// How children are started and bounded. Cheap to clone; one per process is enough.
#[derive(Debug, Clone)]
pub struct Sandbox {
    /// The program; it must call [`super::child::main`] when started with `arguments`.
    pub program: PathBuf,
    /// What makes the program a child.
    pub arguments: Vec<OsString>,
    /// What a child may use and say.
    pub limits: Limits,
}

impl Default for Sandbox {
    /// This very program (also when its file has been replaced meanwhile) as `render-child`.
    fn default() -> Self {
        Self {
            program: "/proc/self/exe".into(),
            arguments: vec!["render-child".into()],
            limits: Limits::default(),
        }
    }
}

/// One piece of work for one child.
#[derive(Debug)]
pub struct Task {
    /// The book, or a picture: a regular file opened for reading.
    pub book: File,
    /// For the engine.
    pub options: Options,
    /// All of it, one slice, or a cover.
    pub work: Work,
    /// `index.json` of an earlier run; empty unless one slice is wanted.
    pub index: Vec<u8>,
}

impl Task {
    /// A render of all of `book`.
    #[must_use]
    pub fn book(book: File, options: Options) -> Self {
        Self {
            book,
            options,
            work: Work::Book,
            index: Vec::new(),
        }
    }

    /// The sizes of a cover, from `picture`.
    #[must_use]
    pub fn cover(picture: File, options: Options) -> Self {
        Self {
            work: Work::Cover,
            ..Self::book(picture, options)
        }
    }
}

/// Takes what a child gives, in the order given. The child waits while a method runs.
pub trait Handler {
    /// A file has come.
    ///
    /// # Errors
    /// An error ends the child; it comes back as [`Error::Store`].
    fn put(&mut self, artefact: Artefact) -> io::Result<()>;
    /// A stage begins, so long after the child's start.
    fn stage(&mut self, _stage: Stage, _at: Duration) {}
    /// So many slices of so many have been put.
    fn slices(&mut self, _done: u32, _total: u32) {}
}

/// A child that did its work.
#[derive(Debug)]
pub struct Finished {
    /// The engine's report; `None` unless a whole book was asked for.
    pub report: Option<Report>,
    /// From the child's start to its end, by its own clock.
    pub took: Duration,
    /// Bytes of all files.
    pub bytes: u64,
}

impl Sandbox {
    /// Runs one child to its end on this thread.
    ///
    /// # Errors
    /// [`Error`]; what the handler was given before it must not be served.
    pub fn run(
        &self,
        task: Task,
        kill: &Kill,
        handler: &mut dyn Handler,
    ) -> Result<Finished, Error> {
        let (ours, theirs) = UnixStream::pair().map_err(Error::Start)?;
        let request = self.request(&task);
        let child = Command::new(&self.program)
            .args(&self.arguments)
            .env_clear()
            .stdin(task.book)
            .stdout(OwnedFd::from(theirs))
            .stderr(Stdio::piped())
            .process_group(0)
            .spawn()
            .map_err(Error::Start)?;
        let mut child = Guard::new(child, kill);
        let deadline = Instant::now() + self.limits.deadline;
        let told = tell(&ours, &request, &task.index, deadline);
        let answer = told.and_then(|()| {
            let input = BufReader::with_capacity(
                BUFFER_BYTES,
                Channel {
                    socket: ours,
                    deadline,
                },
            );
            listen(Frames::new(input, task.work, self.limits.clone()), handler)
        });
        if matches!(
            answer,
            Ok(None) | Err(Error::Protocol(FrameError::Truncated))
        ) {
            child.let_end();
        }
        let (status, stderr) = child.end(self.limits.stderr_bytes);
        match answer {
            Ok(Some(finished)) => Ok(finished),
            Err(error @ Error::Refused { .. }) => Err(error),
            _ if kill.is_killed() => Err(Error::Cancelled),
            Ok(None) => Err(died(status, stderr)),
            Err(error) => Err(explain(error, status, stderr)),
        }
    }

    fn request(&self, task: &Task) -> Request {
        Request {
            work: task.work,
            options: task.options.clone(),
            parent: rustix::process::getpid().as_raw_nonzero().get(),
            threads: self.limits.threads.get(),
            stack: self.limits.stack,
            memory: self.limits.memory,
            cpu_seconds: self.limits.cpu.as_secs().max(1),
            header_bytes: self.limits.header_bytes,
            index_bytes: task.index.len() as u64,
        }
    }
}

fn tell(
    mut socket: &UnixStream,
    request: &Request,
    index: &[u8],
    deadline: Instant,
) -> Result<(), Error> {
    let json = serde_json::to_vec(request).map_err(|e| Error::Start(e.into()))?;
    let length = u32::try_from(json.len()).map_err(|e| Error::Start(io::Error::other(e)))?;
    let mut bytes = length.to_le_bytes().to_vec();
    bytes.extend_from_slice(&json);
    let room = deadline
        .saturating_duration_since(Instant::now())
        .min(REQUEST_TIME);
    let sent = socket
        .set_write_timeout(Some(room.max(Duration::from_millis(1))))
        .and_then(|()| socket.write_all(&bytes))
        .and_then(|()| socket.write_all(index))
        .and_then(|()| socket.set_nonblocking(true));
    match sent {
        // A child that died before it read: its exit status says more than our broken pipe.
        Err(e) if e.kind() == io::ErrorKind::BrokenPipe => socket.set_nonblocking(true),
        other => other,
    }
    .map_err(Error::Start)
}

/// Reads frames to the end; `None` when the stream ends without a last frame.
fn listen(
    mut frames: Frames<BufReader<Channel>>,
    handler: &mut dyn Handler,
) -> Result<Option<Finished>, Error> {
    while let Some(frame) = frames.read()? {
        match frame {
            Frame::Put(artefact) => {
                let begin = Instant::now();
                handler.put(artefact).map_err(Error::Store)?;
                // Slow storage is not the book's fault.
                frames.input().get_mut().deadline += begin.elapsed();
            }
            Frame::Stage(stage, at) => handler.stage(stage, at),
            Frame::Slices(done, total) => handler.slices(done, total),
            Frame::Done(report, took) => {
                let report = report.map(|r| *r);
                return Ok(Some(Finished {
                    report,
                    took,
                    bytes: frames.bytes(),
                }));
            }
            Frame::Refused { code, message } => return Err(Error::Refused { code, message }),
        }
    }
    Ok(None)
}

/// Why a child is gone that said neither `done` nor `error`.
fn died(status: Option<ExitStatus>, stderr: String) -> Error {
    let Some(signal) = status.and_then(|s| s.signal()) else {
        let status = status.map_or_else(|| "unknown".to_owned(), |s| s.to_string());
        return Error::Ended { status, stderr };
    };
    let reason = if signal == Signal::XCPU.as_raw() {
        KillReason::Cpu
    } else if signal == Signal::ABORT.as_raw() && stderr.contains("memory allocation of") {
        // What Rust's allocator says before it aborts. A child could lie here; it would only be
        // called hungry instead of broken.
        KillReason::Memory
    } else {
        KillReason::Signal(signal)
    };
    Error::Killed { reason, stderr }
}

/// A better answer than a broken read: the deadline, or what cut the child off inside a frame.
fn explain(error: Error, status: Option<ExitStatus>, stderr: String) -> Error {
    match error {
        Error::Protocol(FrameError::Read(e)) if e.kind() == io::ErrorKind::TimedOut => {
            Error::Killed {
                reason: KillReason::Deadline,
                stderr,
            }
        }
        Error::Protocol(FrameError::Truncated) if status.is_some_and(|s| s.signal().is_some()) => {
            died(status, stderr)
        }
        other => other,
    }
}

/// The parent's end of the socket: blocks until its deadline at most.
#[derive(Debug)]
struct Channel {
    socket: UnixStream,
    deadline: Instant,
}

impl Read for Channel {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let left = self.deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(io::ErrorKind::TimedOut.into());
            }
            match self.socket.read(buffer) {
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => {}
                // The child's end closed with our request still unread in it.
                Err(e) if e.kind() == io::ErrorKind::ConnectionReset => return Ok(0),
                other => return other,
            }
            let left = rustix::event::Timespec::try_from(left).ok();
            match poll(
                &mut [PollFd::new(&self.socket, PollFlags::IN)],
                left.as_ref(),
            ) {
                Ok(_) | Err(rustix::io::Errno::INTR) => {}
                Err(e) => return Err(e.into()),
            }
        }
    }
}
