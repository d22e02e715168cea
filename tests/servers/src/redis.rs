//! A Redis of one's own.

use std::{
    io::{Read, Write},
    net::TcpStream,
    path::Path,
    time::Duration,
};

use crate::{free_port, guarded::Guarded, ports::wait_for_port};

const PROGRAM: &str = "/usr/bin/redis-server";

/// A Redis server, empty, without persistence.
#[derive(Debug)]
pub struct Redis {
    /// `None` while it is taken away.
    server: Option<Guarded>,
    port: u16,
    url: String,
}

impl Redis {
    /// Starts one; `None` where Redis is not installed.
    pub fn start() -> Option<Redis> {
        let program = Path::new(PROGRAM);
        if !program.is_file() {
            return None;
        }
        let port = free_port();
        let server = Some(launch(program, port));
        Some(Redis {
            server,
            port,
            url: format!("redis://127.0.0.1:{port}"),
        })
    }

    /// Takes it away, with all it held.
    pub fn stop(&mut self) {
        self.server = None;
    }

    /// Brings it back after [`Redis::stop`], empty, at the same address.
    pub fn resume(&mut self) {
        self.server = Some(launch(Path::new(PROGRAM), self.port));
    }

    /// Empties it.
    pub fn flush_all(&self) {
        let answer = self.ask("FLUSHALL");
        assert!(answer.starts_with("+OK"), "FLUSHALL: {answer}");
    }

    /// How many keys it holds.
    pub fn keys(&self) -> usize {
        self.ask("DBSIZE")
            .trim_start_matches(':')
            .parse()
            .expect("DBSIZE gives a number")
    }

    fn ask(&self, command: &str) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("Redis listens");
        stream
            .set_read_timeout(Some(Duration::from_secs(5)))
            .expect("a timeout can be set");
        stream
            .write_all(format!("{command}\r\n").as_bytes())
            .expect("Redis takes a command");
        let mut answer = [0; 64];
        let n = stream.read(&mut answer).expect("Redis answers");
        String::from_utf8_lossy(&answer[..n]).trim().to_owned()
    }

    /// `redis://…`
    pub fn url(&self) -> &str {
        &self.url
    }
}

fn launch(program: &Path, port: u16) -> Guarded {
    let folder = tempfile::tempdir().expect("temporary folder");
    let dir = folder.path().display().to_string();
    let port_text = port.to_string();
    let args = [
        "--port",
        &port_text,
        "--bind",
        "127.0.0.1",
        "--save",
        "",
        "--dir",
        &dir,
    ];
    let server =
        Guarded::start(folder, program, &args.map(String::from)).expect("redis-server starts");
    assert!(
        wait_for_port(port, Duration::from_secs(10)),
        "Redis did not start:\n{}",
        server.log()
    );
    server
}
