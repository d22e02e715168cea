//! A server process that cannot outlive its test.

use std::{
    fs::File,
    io,
    path::Path,
    process::{Child, ChildStdin, Command, Stdio},
};

/// The shell waits on a pipe whose other end only the test process holds. When that end closes, by
/// a drop, a panic, or `kill -9` of the test process, it kills the server and removes its folder.
const WATCH: &str = r#"exec 3<&0; dir=$1; shift; "$@" </dev/null & server=$!
read _ <&3; kill -9 $server; wait $server; rm -rf "$dir""#;

/// A running server and its folder.
#[derive(Debug)]
pub struct Guarded {
    watcher: Child,
    /// Closing it ends the server.
    pipe: Option<ChildStdin>,
    folder: tempfile::TempDir,
}

impl Guarded {
    /// Starts `program` with `args`; what it prints goes to `log` in `folder`.
    pub fn start(
        folder: tempfile::TempDir,
        program: &Path,
        args: &[String],
    ) -> io::Result<Guarded> {
        let log = File::create(folder.path().join("log"))?;
        let mut watcher = Command::new("/bin/sh")
            .args(["-c", WATCH, "sh"])
            .arg(folder.path())
            .arg(program)
            .args(args)
            .stdin(Stdio::piped())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()?;
        let pipe = watcher.stdin.take();
        Ok(Guarded {
            watcher,
            pipe,
            folder,
        })
    }

    /// The last lines it printed, for messages.
    pub fn log(&self) -> String {
        let text = std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(20)..].join("\n")
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        drop(self.pipe.take());
        // Nothing can be done about a watcher that is gone already.
        let _ = self.watcher.wait();
    }
}
