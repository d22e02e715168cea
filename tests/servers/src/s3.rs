//! An S3 server: SeaweedFS in its one-process form.

use std::{
    fs,
    io::{Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use crate::{guarded::Guarded, ports::free_range};

const KEY: &str = "bindery-test-key";
const SECRET: &str = "not-a-secret-but-long-enough";
const BUCKET: &str = "bindery-test";
const START: Duration = Duration::from_secs(30);

/// An S3 server with one empty bucket.
#[derive(Debug)]
pub struct S3 {
    server: Guarded,
    port: u16,
}

impl S3 {
    /// Starts one; `None` where SeaweedFS is not installed (`tests/install.sh` installs it).
    pub fn start() -> Option<S3> {
        let weed = find_weed()?;
        let port = free_range(6);
        let folder = tempfile::tempdir().expect("temporary folder");
        let config = folder.path().join("s3.json");
        fs::write(&config, identities()).expect("configuration");
        let args = arguments(folder.path(), &config, port);
        let server = Guarded::start(folder, &weed, &args).expect("weed starts");
        let s3 = S3 { server, port };
        s3.wait(|| s3.http(port, "GET", "/healthz") == Some(200));
        // A bucket is a folder of the filer.
        s3.wait(|| s3.http(port + 3, "POST", &format!("/buckets/{BUCKET}/")) == Some(201));
        Some(s3)
    }

    /// `http://127.0.0.1:port`
    pub fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The bucket that exists.
    pub fn bucket(&self) -> &'static str {
        BUCKET
    }

    /// The key id.
    pub fn access_key(&self) -> &'static str {
        KEY
    }

    /// The secret.
    pub fn secret_key(&self) -> &'static str {
        SECRET
    }

    /// The bucket as Bindery's storage URL, without the keys.
    pub fn storage_url(&self) -> String {
        format!(
            "s3://{BUCKET}?endpoint={}&region=us-east-1",
            self.endpoint()
        )
    }

    /// [`S3::storage_url`] with the keys in it.
    pub fn storage_url_with_keys(&self) -> String {
        format!(
            "{}&access_key_id={KEY}&secret_access_key={SECRET}",
            self.storage_url()
        )
    }

    fn wait(&self, ready: impl Fn() -> bool) {
        let end = Instant::now() + START;
        while !ready() {
            assert!(
                Instant::now() < end,
                "SeaweedFS did not start:\n{}",
                self.server.log()
            );
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// The status of one request without a body; `None` when there was no answer.
    fn http(&self, port: u16, method: &str, path: &str) -> Option<u16> {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
        stream.set_read_timeout(Some(Duration::from_secs(5))).ok()?;
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).ok()?;
        let mut answer = String::new();
        // A body that is not text does not matter: the status line came first.
        let _ = stream.read_to_string(&mut answer);
        answer.split(' ').nth(1)?.parse().ok()
    }
}

fn identities() -> String {
    format!(
        r#"{{"identities":[{{"name":"app","credentials":[{{"accessKey":"{KEY}","secretKey":"{SECRET}"}}],"actions":["Admin","Read","Write","List","Tagging"]}}]}}"#
    )
}

fn arguments(folder: &Path, config: &Path, port: u16) -> Vec<String> {
    let mut args = vec![
        "mini".into(),
        format!("-dir={}", folder.join("data").display()),
        format!("-s3.config={}", config.display()),
        format!("-s3.port={port}"),
    ];
    fs::create_dir_all(folder.join("data")).expect("data folder");
    for (offset, name) in [
        "master.port",
        "volume.port",
        "filer.port",
        "admin.port",
        "metricsPort",
    ]
    .iter()
    .enumerate()
    {
        args.push(format!("-{name}={}", port + 1 + offset as u16));
    }
    args.extend(
        [
            "-ip=127.0.0.1",
            "-ip.bind=127.0.0.1",
            "-s3.autoCreateBucket=false",
            "-webdav=false",
            "-admin.ui=false",
            "-s3.port.iceberg=0",
            "-s3.port.lance=0",
        ]
        .map(String::from),
    );
    args
}

/// `$BINDERY_WEED`, what `tests/install.sh` installed, or `weed` from the path.
fn find_weed() -> Option<PathBuf> {
    let installed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.cache/venv/bin/weed");
    let in_path = std::env::var_os("PATH")?;
    let candidates = std::env::var_os("BINDERY_WEED")
        .map(PathBuf::from)
        .into_iter()
        .chain([installed]);
    candidates
        .chain(std::env::split_paths(&in_path).map(|dir| dir.join("weed")))
        .find(|weed| weed.is_file())
}
