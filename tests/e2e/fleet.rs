//! A small fleet: one api, two workers, PostgreSQL, Redis and S3, all real.

use std::{
    collections::HashSet,
    path::Path,
    time::{Duration, Instant},
};

use bindery_test_servers::{Postgres, Redis, S3, skip};

use crate::{
    book,
    http::Client,
    server::{self, Launch, Process},
};

const BOOKS: usize = 50;
/// A killed worker's jobs come back when its lease (10 s) has run out.
const PATIENCE: Duration = Duration::from_secs(90);

struct Fleet {
    _servers: (bindery_test_servers::Database, Redis, S3),
    dir: tempfile::TempDir,
    env: Vec<(String, String)>,
    base: String,
}

/// The three servers and the settings every process of the fleet shares.
fn fleet(carrier: &str) -> Option<Fleet> {
    let (Some(database), Some(redis), Some(s3)) =
        (Postgres::database(), Redis::start(), S3::start())
    else {
        skip("fleet: PostgreSQL, Redis or SeaweedFS is not installed");
        return None;
    };
    let dir = tempfile::tempdir().expect("folder");
    let port = server::free_port();
    let mut env = server::settings(&dir.path().join("api"), port);
    for (key, value) in [
        ("BINDERY_DATABASE_URL", database.url().to_owned()),
        ("BINDERY_REDIS_URL", redis.url().to_owned()),
        ("BINDERY_REDIS_CARRIER", carrier.to_owned()),
        ("BINDERY_STORAGE_URL", s3.storage_url()),
        ("AWS_ACCESS_KEY_ID", s3.access_key().to_owned()),
        ("AWS_SECRET_ACCESS_KEY", s3.secret_key().to_owned()),
    ] {
        env.push((key.into(), value));
    }
    Some(Fleet {
        _servers: (database, redis, s3),
        dir,
        env,
        base: format!("http://127.0.0.1:{port}"),
    })
}

impl Fleet {
    fn start(&self, name: &str, args: &[&str]) -> Process {
        let mut env = self.env.clone();
        let data = self.dir.path().join(name).display().to_string();
        env.iter_mut()
            .filter(|(k, _)| k == "BINDERY_DATA_DIR")
            .for_each(|(_, v)| *v = data.clone());
        Launch {
            args: args.to_vec(),
            env,
            dir: self.dir.path(),
            name,
        }
        .start()
    }

    fn run(&self, args: &[&str]) {
        let out = server::bindery()
            .args(args)
            .envs(self.env.clone())
            .output()
            .expect("bindery runs");
        assert!(
            out.status.success(),
            "{args:?}: {}",
            String::from_utf8_lossy(&out.stderr)
        );
    }
}

async fn fifty_books_survive_a_killed_worker(carrier: &str) {
    let Some(fleet) = fleet(carrier) else { return };
    fleet.run(&["migrate"]);
    let mut api = fleet.start("api", &["api"]);
    api.ready(&format!("{}/readyz", fleet.base)).await;
    let mut doomed = fleet.start("worker-1", &["worker", "--concurrency", "2"]);
    let _other = fleet.start("worker-2", &["worker", "--concurrency", "2"]);
    let client = Client::sign_in(&fleet.base).await;

    let mut ids = Vec::new();
    for n in 0..BOOKS {
        let book = client
            .upload(
                &format!("{n}.epub"),
                book::epub(&format!("Fleet book {n}"), 60),
            )
            .await;
        ids.push(book["id"].as_str().expect("id").to_owned());
        if n == BOOKS / 2 {
            doomed.kill();
        }
    }
    let mut renditions = HashSet::new();
    for id in &ids {
        let book = client.wait_for_rendition(id, "ready", PATIENCE).await;
        assert!(
            renditions.insert(book["rendition"]["id"].as_str().expect("id").to_owned()),
            "every file its own rendition"
        );
    }
    let page = client.read_slice(&ids[BOOKS - 1], 1).await;
    assert!(page.contains("Paragraph 7 of chapter 2 of Fleet book 49."));

    let end = Instant::now() + PATIENCE;
    loop {
        let mut left = Vec::new();
        for state in ["queued", "running", "dead"] {
            left.extend(client.jobs(&format!("state={state}")).await);
        }
        if left.is_empty() {
            break;
        }
        assert!(Instant::now() < end, "jobs left over: {left:?}");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    same_bytes_as_a_fresh_render(&client, &fleet.dir, &ids[0]).await;
}

/// What two workers may both have written is what one render gives.
async fn same_bytes_as_a_fresh_render(client: &Client, dir: &tempfile::TempDir, id: &str) {
    let path: &Path = dir.path();
    std::fs::write(path.join("one.epub"), book::epub("Fleet book 0", 60)).expect("book");
    let out = server::bindery()
        .args(["convert", "one.epub", "--out", "html"])
        .current_dir(path)
        .output()
        .expect("runs");
    assert!(
        out.status.success(),
        "{}",
        String::from_utf8_lossy(&out.stderr)
    );
    for n in [0, 30, 59] {
        let fresh =
            std::fs::read_to_string(path.join(format!("html/one/slices/{n}.html"))).expect("slice");
        assert_eq!(client.read_slice(id, n).await, fresh, "slice {n}");
    }
}

#[tokio::test]
async fn fifty_books_survive_a_killed_worker_with_permits_in_a_redis_list() {
    fifty_books_survive_a_killed_worker("list").await;
}

#[tokio::test]
async fn fifty_books_survive_a_killed_worker_with_permits_by_apalis_redis() {
    fifty_books_survive_a_killed_worker("apalis").await;
}

#[tokio::test]
async fn a_fleet_never_invents_an_admins_password() {
    let Some(mut fleet) = fleet("list") else {
        return;
    };
    fleet.env.retain(|(k, _)| k != "BINDERY_ADMIN_PASSWORD");
    fleet.run(&["migrate"]);
    let out = server::bindery()
        .args(["api"])
        .envs(fleet.env.clone())
        .output()
        .expect("bindery runs");
    let stderr = String::from_utf8_lossy(&out.stderr);
    assert!(!out.status.success(), "{stderr}");
    assert!(stderr.contains("BINDERY_ADMIN_PASSWORD"), "{stderr}");
}
