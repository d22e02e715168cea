//! `bindery serve` alone: SQLite, files, in-process queue.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::json;

use crate::{
    book,
    http::Client,
    server::{self, Launch, Process},
};

const PATIENCE: Duration = Duration::from_secs(20);

struct Machine {
    dir: tempfile::TempDir,
    base: String,
    process: Process,
}

async fn serve(extra: &[(&str, &str)]) -> Machine {
    let dir = tempfile::tempdir().expect("folder");
    let port = server::free_port();
    let mut env = server::settings(&dir.path().join("data"), port);
    env.retain(|(k, _)| !extra.iter().any(|(e, _)| e == k));
    env.extend(
        extra
            .iter()
            .filter(|(_, v)| !v.is_empty())
            .map(|(k, v)| (k.to_string(), v.to_string())),
    );
    let mut process = Launch {
        args: vec!["serve"],
        env,
        dir: dir.path(),
        name: "serve",
    }
    .start();
    let base = format!("http://127.0.0.1:{port}");
    process.ready(&format!("{base}/readyz")).await;
    Machine { dir, base, process }
}

#[tokio::test]
async fn an_uploaded_book_is_rendered_found_and_read() {
    let machine = serve(&[]).await;
    let client = Client::sign_in(&machine.base).await;
    let book = client
        .upload("alpha.epub", book::epub("Alphabetical Order", 3))
        .await;
    let id = book["id"].as_str().expect("id");
    let book = client.wait_for_rendition(id, "ready", PATIENCE).await;
    assert_eq!(
        book["title"], "Alphabetical Order",
        "the title comes from the book itself"
    );
    assert_eq!(book["rendition"]["slices"], 3);

    let page = client.read_slice(id, 1).await;
    assert!(page.contains("Paragraph 7 of chapter 2 of Alphabetical Order."));
    assert!(
        !page.contains("<script"),
        "a book's scripts never reach the reader"
    );

    let end = Instant::now() + PATIENCE;
    loop {
        let hits = client.get("/search?q=alphabetic").await;
        if hits["items"][0]["book"]["id"] == id {
            break;
        }
        assert!(Instant::now() < end, "the book was never indexed: {hits}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let mail = machine.dir.path().join("data/mail");
    assert!(
        std::fs::read_dir(&mail).expect("mail folder").count() >= 1,
        "the uploader is told by mail"
    );
}

#[tokio::test]
async fn a_file_that_is_no_book_fails_with_its_reason_and_the_next_one_renders() {
    let machine = serve(&[]).await;
    let client = Client::sign_in(&machine.base).await;
    let mut broken = book::epub("Broken", 1);
    let middle = broken.len() / 2;
    broken.truncate(middle);
    let bad = client.upload("broken.epub", broken).await;
    let bad = client
        .wait_for_rendition(bad["id"].as_str().expect("id"), "failed", PATIENCE)
        .await;
    assert!(bad["rendition"]["error"]["code"].is_string(), "{bad}");
    let good = client.upload("good.epub", book::epub("Good", 1)).await;
    client
        .wait_for_rendition(good["id"].as_str().expect("id"), "ready", PATIENCE)
        .await;
}

#[tokio::test]
async fn a_killed_server_goes_on_where_it_was() {
    let dir = tempfile::tempdir().expect("folder");
    let port = server::free_port();
    let base = format!("http://127.0.0.1:{port}");
    let launch = |name| Launch {
        args: vec!["serve"],
        env: server::settings(&dir.path().join("data"), port),
        dir: dir.path(),
        name,
    };
    let mut first = launch("first").start();
    first.ready(&format!("{base}/readyz")).await;
    let client = Client::sign_in(&base).await;
    let mut ids = Vec::new();
    for n in 0..8 {
        let book = client
            .upload(&format!("{n}.epub"), book::epub(&format!("Book {n}"), 40))
            .await;
        ids.push(book["id"].as_str().expect("id").to_owned());
    }
    first.kill();
    let mut second = launch("second").start();
    second.ready(&format!("{base}/readyz")).await;
    let client = Client::sign_in(&base).await;
    for id in &ids {
        client
            .wait_for_rendition(id, "ready", Duration::from_secs(40))
            .await;
    }
}

#[tokio::test]
async fn the_first_start_makes_an_admin_and_a_book_to_read() {
    let no_password = [
        ("BINDERY_ADMIN_PASSWORD", ""),
        ("BINDERY_SAMPLE_BOOKS", "true"),
    ];
    let machine = serve(&no_password).await;
    let log = machine.process.log();
    let file = machine.dir.path().join("data/first-admin.txt");
    let kept = std::fs::read_to_string(&file).expect("the login is kept");
    let password = kept
        .lines()
        .find_map(|l| l.strip_prefix("password: "))
        .expect("a password");
    assert_eq!(log.matches(password).count(), 1, "printed once:\n{log}");
    use std::os::unix::fs::PermissionsExt;
    let mode = std::fs::metadata(&file)
        .expect("metadata")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);

    let http = reqwest::Client::new();
    let end = Instant::now() + PATIENCE;
    loop {
        let books: serde_json::Value = http
            .get(format!("{}/api/v1/books", machine.base))
            .send()
            .await
            .expect("answer")
            .json()
            .await
            .expect("json");
        if books["items"][0]["rendition"]["state"] == "ready" {
            assert_eq!(books["items"].as_array().map(Vec::len), Some(1));
            return;
        }
        assert!(
            Instant::now() < end,
            "the handbook never became readable: {books}"
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn a_request_to_stop_drains_and_ends_cleanly() {
    let mut machine = serve(&[]).await;
    assert!(
        machine.process.terminate(Duration::from_secs(15)),
        "{}",
        machine.process.log()
    );
}

#[tokio::test]
async fn a_readers_account_made_on_the_command_line_reads_but_does_not_upload() {
    let machine = serve(&[]).await;
    let admin = Client::sign_in(&machine.base).await;
    let (status, _) = admin
        .call(
            Method::POST,
            "/auth/register",
            Some(
                json!({"email": "x@example.org", "password": "long-enough-password", "name": "X"}),
            ),
        )
        .await;
    assert_eq!(status, 403, "registration is closed by default");
    let mut add = server::bindery();
    add.args(["user", "add", "reader@example.org", "--role", "reader"])
        .env("BINDERY_DATA_DIR", machine.dir.path().join("data"))
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped());
    let mut child = add.spawn().expect("bindery starts");
    use std::io::Write;
    child
        .stdin
        .take()
        .expect("stdin")
        .write_all(b"another-long-password\n")
        .expect("password");
    let out = child.wait_with_output().expect("ends");
    assert!(
        out.status.success(),
        "{}",
        String::from_utf8_lossy(&out.stderr)
    );
    let http = reqwest::Client::new();
    let login: serde_json::Value = http
        .post(format!("{}/api/v1/auth/login", machine.base))
        .json(&json!({"email": "reader@example.org", "password": "another-long-password"}))
        .send()
        .await
        .expect("answer")
        .json()
        .await
        .expect("json");
    let token = login["accessToken"].as_str().expect("token");
    let refused = http
        .post(format!("{}/api/v1/books/presign", machine.base))
        .bearer_auth(token)
        .json(&json!({"fileName": "a.epub", "size": 5, "contentType": "application/epub+zip", "sha256": "00".repeat(32)}))
        .send().await.expect("answer");
    assert_eq!(refused.status(), 403);
    let jobs = http
        .get(format!("{}/api/v1/admin/jobs", machine.base))
        .bearer_auth(token)
        .send()
        .await
        .expect("answer");
    assert_eq!(jobs.status(), 403);
}
