//! The real binary, started as a user or an operator would.

use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

pub const EMAIL: &str = "admin@example.org";
pub const PASSWORD: &str = "correct-horse-battery";
const START: Duration = Duration::from_secs(20);

/// A running process of ours; killed when dropped.
pub struct Process {
    child: Child,
    log: PathBuf,
}

/// How to start one.
pub struct Launch<'a> {
    pub args: Vec<&'a str>,
    pub env: Vec<(String, String)>,
    /// Folder for the log; each process its own file.
    pub dir: &'a Path,
    pub name: &'a str,
}

impl Launch<'_> {
    /// Starts it with nothing in the environment but what is given.
    pub fn start(self) -> Process {
        let log = self.dir.join(format!("{}.log", self.name));
        let file = File::create(&log).expect("log file");
        let child = bindery()
            .args(&self.args)
            .envs(self.env)
            .current_dir(self.dir)
            .stdin(Stdio::null())
            .stdout(file.try_clone().expect("log file"))
            .stderr(file)
            .spawn()
            .expect("bindery starts");
        Process { child, log }
    }
}

/// The binary under test, with an environment that holds nothing of this machine's.
pub fn bindery() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bindery"));
    command.env_clear();
    command
}

impl Process {
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// What it printed so far.
    pub fn log(&self) -> String {
        let mut text = String::new();
        File::open(&self.log)
            .and_then(|mut f| f.read_to_string(&mut text))
            .expect("log");
        text
    }

    /// Ends it at once, as a crash or the kernel would.
    pub fn kill(&mut self) {
        self.child.kill().expect("kill");
        self.child.wait().expect("wait");
    }

    /// Asks it to end, and waits. True when it ended by itself with status 0.
    pub fn terminate(&mut self, patience: Duration) -> bool {
        let status = Command::new("kill")
            .args(["-TERM", &self.id().to_string()])
            .status()
            .expect("kill");
        assert!(status.success());
        let end = Instant::now() + patience;
        while Instant::now() < end {
            if let Some(status) = self.child.try_wait().expect("wait") {
                return status.success();
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        false
    }

    /// Waits until `url` answers 200.
    pub async fn ready(&mut self, url: &str) {
        let end = Instant::now() + START;
        while Instant::now() < end {
            if let Some(status) = self.child.try_wait().expect("wait") {
                panic!("ended with {status}:\n{}", self.log());
            }
            if let Ok(answer) = reqwest::get(url).await
                && answer.status() == 200
            {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("{url} was not ready after {START:?}:\n{}", self.log());
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            let log = self.log();
            let tail: Vec<&str> = log.lines().rev().take(40).collect();
            eprintln!("--- {}:", self.log.display());
            tail.iter().rev().for_each(|l| eprintln!("{l}"));
        }
    }
}

/// A port nobody listens on.
pub fn free_port() -> u16 {
    let socket = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    socket.local_addr().expect("address").port()
}

/// Settings that every process of these tests shares.
pub fn settings(data: &Path, port: u16) -> Vec<(String, String)> {
    [
        ("DATA_DIR", data.display().to_string()),
        ("LISTEN", format!("127.0.0.1:{port}")),
        ("ADMIN_EMAIL", EMAIL.into()),
        ("ADMIN_PASSWORD", PASSWORD.into()),
        ("SAMPLE_BOOKS", "false".into()),
    ]
    .map(|(k, v)| (format!("BINDERY_{k}"), v))
    .to_vec()
}
