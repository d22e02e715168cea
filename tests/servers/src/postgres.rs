//! One PostgreSQL for the test process, a fresh database for each test.

use std::{
    os::unix::fs::{MetadataExt, chown},
    path::{Path, PathBuf},
    process::Command,
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use crate::{free_port, guarded::Guarded};

const START: Duration = Duration::from_secs(20);
/// `nobody`: PostgreSQL refuses to run as root.
const NOBODY: u32 = 65_534;

/// A PostgreSQL server.
#[derive(Debug)]
pub struct Postgres {
    server: Guarded,
    bin: PathBuf,
    port: u16,
    databases: AtomicU32,
}

/// An empty database of its own.
#[derive(Debug)]
pub struct Database {
    url: String,
}

impl Database {
    /// `postgres://…`
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Postgres {
    /// An empty database on the server that all tests of this process share; `None` where
    /// PostgreSQL is not installed.
    pub fn database() -> Option<Database> {
        static SHARED: OnceLock<Option<Postgres>> = OnceLock::new();
        SHARED
            .get_or_init(Postgres::start)
            .as_ref()
            .map(Postgres::create)
    }

    /// A server of its own, for tests that break it; `None` where PostgreSQL is not installed.
    pub fn start() -> Option<Postgres> {
        let bin = newest_installation()?;
        let folder = tempfile::tempdir().expect("temporary folder");
        if is_root() {
            chown(folder.path(), Some(NOBODY), Some(NOBODY)).expect("chown of the server's folder");
        }
        let data = folder.path().join("data");
        let made = unprivileged(&bin.join("initdb"))
            .args([
                "-U",
                "app",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C.UTF-8",
                "--no-sync",
                "-D",
            ])
            .arg(&data)
            .current_dir("/")
            .output()
            .expect("initdb runs");
        assert!(
            made.status.success(),
            "initdb: {}",
            String::from_utf8_lossy(&made.stderr)
        );
        let port = free_port();
        let (program, args) = server_command(&bin, &data, folder.path(), port);
        let server = Guarded::start(folder, &program, &args).expect("postgres starts");
        let postgres = Postgres {
            server,
            bin,
            port,
            databases: AtomicU32::new(0),
        };
        postgres.wait();
        Some(postgres)
    }

    /// Makes an empty database.
    pub fn create(&self) -> Database {
        let name = format!("test_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        let done = self.sql(&format!("CREATE DATABASE {name}"));
        assert!(done, "CREATE DATABASE failed:\n{}", self.server.log());
        Database {
            url: format!("postgres://app@127.0.0.1:{}/{name}", self.port),
        }
    }

    /// The server's port.
    pub fn port(&self) -> u16 {
        self.port
    }

    fn sql(&self, statement: &str) -> bool {
        let mut psql = Command::new(self.bin.join("psql"));
        psql.args([
            "-qX",
            "-h",
            "127.0.0.1",
            "-p",
            &self.port.to_string(),
            "-U",
            "app",
            "-d",
            "postgres",
            "-c",
            statement,
        ]);
        psql.output().is_ok_and(|out| out.status.success())
    }

    fn wait(&self) {
        let end = Instant::now() + START;
        while !self.sql("SELECT 1") {
            assert!(
                Instant::now() < end,
                "PostgreSQL did not start:\n{}",
                self.server.log()
            );
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

/// `/usr/lib/postgresql/{version}/bin` of the newest version, as Debian installs it.
fn newest_installation() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?.flatten();
    let bins = versions
        .map(|v| v.path().join("bin"))
        .filter(|bin| bin.join("initdb").is_file());
    bins.max_by_key(|bin| {
        bin.parent()
            .and_then(Path::file_name)
            .and_then(|v| v.to_str()?.parse::<u32>().ok())
    })
}

fn server_command(bin: &Path, data: &Path, sockets: &Path, port: u16) -> (PathBuf, Vec<String>) {
    let mut words: Vec<String> = vec![bin.join("postgres").display().to_string()];
    words.extend([
        "-D".into(),
        data.display().to_string(),
        "-p".into(),
        port.to_string(),
    ]);
    words.extend([
        "-k".into(),
        sockets.display().to_string(),
        "-h".into(),
        "127.0.0.1".into(),
    ]);
    for setting in [
        "fsync=off",
        "synchronous_commit=off",
        "full_page_writes=off",
        "shared_buffers=64MB",
        "max_connections=300",
    ] {
        words.extend(["-c".into(), setting.into()]);
    }
    if is_root() {
        let nobody = [
            "setpriv",
            "--reuid=65534",
            "--regid=65534",
            "--clear-groups",
        ];
        words.splice(0..0, nobody.map(String::from));
    }
    let program = words.remove(0);
    (program.into(), words)
}

fn unprivileged(program: &Path) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command
        .args(["--reuid=65534", "--regid=65534", "--clear-groups"])
        .arg(program);
    command
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|m| m.uid() == 0)
}
