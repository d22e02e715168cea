//! The child as a process: killed from anywhere, always reaped, its last words kept.

use std::io::Read;
use std::process::{Child, ChildStderr, ExitStatus};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};

use super::protocol::printable;

/// Longest time a child may take to end once it has closed its socket.
const END_TIME: Duration = Duration::from_millis(200);

/// Ends a child from another thread; clones share the same child.
#[derive(Debug, Clone, Default)]
pub struct Kill(Arc<Mutex<KillState>>);

#[derive(Debug, Default)]
struct KillState {
    killed: bool,
    /// Set while the child is certainly not reaped, so that the number is certainly its own.
    group: Option<Pid>,
}

impl Kill {
    /// Kills the child and what it may have started, now or as soon as it starts.
    pub fn kill(&self) {
        let mut state = self.lock();
        state.killed = true;
        if let Some(group) = state.group {
            // It may have ended by itself a moment ago.
            let _ = kill_process_group(group, Signal::KILL);
        }
    }

    /// Whether [`Kill::kill`] was called.
    #[must_use]
    pub fn is_killed(&self) -> bool {
        self.lock().killed
    }

    fn lock(&self) -> MutexGuard<'_, KillState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A started child; leaves neither process nor zombie behind, whatever happens.
pub(super) struct Guard<'a> {
    child: Child,
    kill: &'a Kill,
    reaped: bool,
}

impl<'a> Guard<'a> {
    pub(super) fn new(child: Child, kill: &'a Kill) -> Self {
        let mut state = kill.lock();
        state.group = Some(Pid::from_child(&child));
        let killed = state.killed;
        drop(state);
        if killed {
            kill.kill();
        }
        Self {
            child,
            kill,
            reaped: false,
        }
    }

    /// A child that closed its socket without a last word is most likely ending: gives it a moment,
    /// so that its status tells why. It is not reaped yet, which keeps its number its own.
    pub(super) fn let_end(&self) {
        let pid = WaitId::Pid(Pid::from_child(&self.child));
        let look = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT | WaitIdOptions::NOHANG;
        let begin = Instant::now();
        while begin.elapsed() < END_TIME && matches!(waitid(pid.clone(), look), Ok(None)) {
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// Kills what still runs, reaps it, and gives its status (its own, when it ended by itself)
    /// with the beginning of its standard error.
    pub(super) fn end(&mut self, stderr_bytes: usize) -> (Option<ExitStatus>, String) {
        let status = self.reap();
        let stderr = self.child.stderr.take().map(|s| beginning(s, stderr_bytes));
        (status, stderr.unwrap_or_default())
    }

    fn reap(&mut self) -> Option<ExitStatus> {
        if self.reaped {
            return None;
        }
        self.reaped = true;
        let mut state = self.kill.lock();
        if let Some(group) = state.group.take() {
            let _ = kill_process_group(group, Signal::KILL);
        }
        drop(state);
        self.child.wait().ok()
    }
}

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        self.reap();
    }
}

fn beginning(mut stderr: ChildStderr, bytes: usize) -> String {
    // Something that escaped the group could hold the pipe open: take what is there, wait for nothing.
    let flags = fcntl_getfl(&stderr).unwrap_or(OFlags::empty());
    if fcntl_setfl(&stderr, flags | OFlags::NONBLOCK).is_err() {
        return String::new();
    }
    let mut text = Vec::new();
    let mut piece = [0; 4096];
    while text.len() < bytes {
        match stderr.read(&mut piece) {
            Ok(n) if n > 0 => text.extend_from_slice(&piece[..n]),
            _ => break,
        }
    }
    text.truncate(bytes);
    let text = String::from_utf8_lossy(&text);
    printable(&text, bytes)
}
