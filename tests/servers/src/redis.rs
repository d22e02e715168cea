//! A Redis of one's own.

use std::{path::Path, time::Duration};

use crate::{free_port, guarded::Guarded, ports::wait_for_port};

/// A Redis server, empty, without persistence.
#[derive(Debug)]
pub struct Redis {
    _server: Guarded,
    url: String,
}

impl Redis {
    /// Starts one; `None` where Redis is not installed.
    pub fn start() -> Option<Redis> {
        let program = Path::new("/usr/bin/redis-server");
        if !program.is_file() {
            return None;
        }
        let port = free_port();
        let folder = tempfile::tempdir().expect("temporary folder");
        let dir = folder.path().display().to_string();
        let args = ["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", "", "--dir", &dir].map(String::from);
        let server = Guarded::start(folder, program, &args).expect("redis-server starts");
        assert!(wait_for_port(port, Duration::from_secs(10)), "Redis did not start:\n{}", server.log());
        Some(Redis { _server: server, url: format!("redis://127.0.0.1:{port}") })
    }

    /// `redis://…`
    pub fn url(&self) -> &str {
        &self.url
    }
}
