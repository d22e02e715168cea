//! The parent's side for async callers: a child as a bounded stream of events.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use bindery_engine::Stage;
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::task::JoinHandle;

use super::error::Error;
use super::parent::{Finished, Handler, Sandbox, Task};
use super::process::Kill;
use super::protocol::Artefact;

/// Files waiting between the child and their storing, at most.
const EVENTS: usize = 64;
/// Bytes of files that are read but not stored, at most (one larger file goes alone).
const IN_FLIGHT_KIB: u32 = 64 << 10;

/// Something a child said.
#[derive(Debug)]
pub enum Event {
    /// A file. Dropping the permit lets more bytes come: hold it until the file is stored.
    Put(Artefact, OwnedSemaphorePermit),
    /// A stage begins, so long after the child's start.
    Stage(Stage, Duration),
    /// So many slices of so many have been put.
    Slices(u32, u32),
}

/// A child that is working. Dropping it kills the child.
#[derive(Debug)]
pub struct Running {
    events: mpsc::Receiver<Event>,
    kill: Kill,
    thread: Option<JoinHandle<Result<Finished, Error>>>,
}

impl Sandbox {
    /// Starts a child on a thread of the blocking pool. Needs a tokio runtime.
    #[must_use]
    pub fn start(&self, task: Task) -> Running {
        let (sender, events) = mpsc::channel(EVENTS);
        let kill = Kill::default();
        let (sandbox, killed) = (self.clone(), kill.clone());
        let mut queue = Queue {
            sender,
            runtime: Handle::current(),
            room: Arc::new(Semaphore::new(IN_FLIGHT_KIB as usize)),
        };
        let thread = tokio::task::spawn_blocking(move || sandbox.run(task, &killed, &mut queue));
        Running {
            events,
            kill,
            thread: Some(thread),
        }
    }
}

impl Running {
    /// The next event; `None` when the child has ended, then ask [`Running::finish`].
    pub async fn next(&mut self) -> Option<Event> {
        self.events.recv().await
    }

    /// How it ended. Events that were not taken are lost, and a child that still works is killed.
    ///
    /// # Errors
    /// As [`Sandbox::run`].
    pub async fn finish(mut self) -> Result<Finished, Error> {
        self.events.close();
        let Some(thread) = &mut self.thread else {
            return Err(Error::Cancelled);
        };
        let ended = thread
            .await
            .map_err(|e| Error::Start(io::Error::other(e)))?;
        self.thread = None;
        ended
    }

    /// Kills the child.
    pub fn kill(&self) {
        self.kill.kill();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.thread.is_some() {
            self.kill.kill();
        }
    }
}

struct Queue {
    sender: mpsc::Sender<Event>,
    runtime: Handle,
    room: Arc<Semaphore>,
}

impl Queue {
    fn send(&self, event: Event) -> io::Result<()> {
        self.sender
            .blocking_send(event)
            .map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}

impl Handler for Queue {
    fn put(&mut self, artefact: Artefact) -> io::Result<()> {
        let kib = u32::try_from(artefact.bytes.len() / 1024).unwrap_or(u32::MAX) + 1;
        let room = Arc::clone(&self.room).acquire_many_owned(kib.min(IN_FLIGHT_KIB));
        // Permits return when files are stored or dropped, and a receiver that goes away drops all
        // it holds, so this cannot wait for ever.
        let permit = self.runtime.block_on(room).map_err(io::Error::other)?;
        self.send(Event::Put(artefact, permit))
    }

    fn stage(&mut self, stage: Stage, at: Duration) {
        // A receiver that has gone is noticed at the next file.
        let _ = self.send(Event::Stage(stage, at));
    }

    fn slices(&mut self, done: u32, total: u32) {
        let _ = self.send(Event::Slices(done, total));
    }
}
