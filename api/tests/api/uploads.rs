//! From the announcement of a file to the book.

use bindery_library::{people::Role, storage::Key};
use futures::StreamExt as _;
use reqwest::Method;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::harness::{Person, World, announce, both, epub, signed};

async fn presigned(world: &World, by: &Person, bytes: &[u8]) -> Value {
    let reply = world
        .post("/books/presign", Some(by), announce(bytes))
        .await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.json()
}

both! {
    async fn a_file_becomes_a_book(world) {
        let admin = world.admin().await;
        let bytes = epub("first upload");
        let presigned = presigned(world, &admin, &bytes).await;
        assert_eq!(presigned["method"], "PUT");
        let id = presigned["bookId"].as_str().expect("an id").to_owned();
        let url = presigned["uploadUrl"].as_str().expect("a URL");
        assert!(url.starts_with(&format!("{}/api/v1/uploads/", world.base)), "{url}");

        let early = world.post(&format!("/books/{id}"), Some(&admin), json!({})).await;
        assert_eq!(early.refusal(), (409, "upload_missing".to_owned()));

        assert_eq!(world.send(world.put(&presigned, &bytes)).await.status, 200);
        let meta = json!({"title": "Über 🦉", "authors": ["É. Zola"], "status": "published"});
        let first = world.post(&format!("/books/{id}"), Some(&admin), meta).await;
        assert_eq!(first.status, 201, "{}", first.text());
        assert_eq!(first.header("location"), Some(format!("/api/v1/books/{id}").as_str()));
        let book = first.json();
        assert_eq!(book["title"], "Über 🦉");
        assert_eq!(book["authors"], json!(["É. Zola"]));
        assert_eq!((&book["status"], &book["format"]), (&json!("published"), &json!("epub")));
        assert_eq!(book["size"], bytes.len());
        assert_eq!(book["rendition"]["state"], "pending");
        assert_eq!(book["coverUrl"], Value::Null);

        // The same again, and the upload's address leads nowhere any more.
        let second = world.post(&format!("/books/{id}"), Some(&admin), json!({"title": "X"})).await;
        assert_eq!((second.status, second.json()), (201, book));
        let late = world.send(world.put(&presigned, &bytes)).await;
        assert_eq!(late.refusal(), (409, "conflict".to_owned()));
        let upload = world.state.storage.head(&Key::upload(&id)).await;
        assert!(upload.is_err(), "the upload's object is gone");
        let jobs = world.get(&format!("/admin/jobs?bookId={id}"), Some(&admin)).await.json();
        let kinds: Vec<_> = jobs["items"].as_array().expect("jobs").iter()
            .map(|job| job["kind"].as_str().expect("a kind")).collect();
        assert!(kinds.contains(&"render") && kinds.contains(&"reindex"), "{kinds:?}");
        assert_eq!(kinds.len(), 2, "{kinds:?}");
    }

    async fn a_book_gets_a_new_file(world) {
        let admin = world.admin().await;
        let book = world.book(&admin, &epub("one"), json!({"title": "T"})).await;
        let id = book["id"].as_str().expect("an id");
        let bytes = epub("two");
        let mut announcement = announce(&bytes);
        announcement["bookId"] = json!(id);
        let presigned = world.post("/books/presign", Some(&admin), announcement).await.json();
        assert_eq!(presigned["bookId"], id);
        let replace = async || {
            let body = json!({"uploadId": presigned["uploadId"]});
            world.json(Method::PUT, &format!("/books/{id}/file"), Some(&admin), body).await
        };
        assert_eq!(replace().await.refusal(), (409, "upload_missing".to_owned()));
        assert_eq!(world.send(world.put(&presigned, &bytes)).await.status, 200);
        let replaced = replace().await;
        assert_eq!(replaced.status, 200, "{}", replaced.text());
        let replaced = replaced.json();
        assert_eq!(replaced["title"], "T");
        assert_ne!(replaced["rendition"]["id"], book["rendition"]["id"]);
        assert_ne!(replaced["version"], book["version"]);
        assert_eq!(replace().await.json(), replaced);

        let other = world.book(&admin, &epub("three"), json!({})).await;
        let body = json!({"uploadId": presigned["uploadId"]});
        let path = format!("/books/{}/file", other["id"].as_str().expect("an id"));
        let foreign = world.json(Method::PUT, &path, Some(&admin), body).await;
        assert_eq!(foreign.refusal(), (404, "not_found".to_owned()));
    }

    async fn only_the_announced_bytes_are_taken(world) {
        let admin = world.admin().await;
        let bytes = epub("the announced bytes");
        let presigned = presigned(world, &admin, &bytes).await;
        let mut flipped = bytes.clone();
        flipped[10] ^= 1;
        let wrong = world.send(world.put(&presigned, &flipped)).await;
        assert_eq!(wrong.refusal(), (422, "upload_mismatch".to_owned()));
        let short = world.send(world.put(&presigned, &bytes[..10])).await;
        assert_eq!(short.refusal(), (422, "upload_mismatch".to_owned()));
        let long = [bytes.clone(), vec![0; 10]].concat();
        let long = world.send(world.put(&presigned, &long)).await;
        assert_eq!(long.refusal(), (413, "payload_too_large".to_owned()));
        let kind = world.client.put(presigned["uploadUrl"].as_str().expect("a URL"))
            .header("content-type", "application/pdf").body(bytes.clone());
        let kind = world.send(kind).await;
        assert_eq!(kind.refusal(), (415, "unsupported_media_type".to_owned()));
        let stream = futures::stream::iter([Ok::<_, std::io::Error>(bytes.clone())]);
        let chunked = world.client.put(presigned["uploadUrl"].as_str().expect("a URL"))
            .header("content-type", "application/epub+zip")
            .body(reqwest::Body::wrap_stream(stream));
        let chunked = world.send(chunked).await;
        assert_eq!(chunked.refusal(), (411, "length_required".to_owned()));
        // After all that nothing was stored.
        let id = presigned["bookId"].as_str().expect("an id");
        let reply = world.post(&format!("/books/{id}"), Some(&admin), json!({})).await;
        assert_eq!(reply.refusal(), (409, "upload_missing".to_owned()));
    }

    async fn what_is_no_book_is_refused(world) {
        let admin = world.admin().await;
        let bytes = b"#!/bin/sh\necho no book at all\n";
        let presigned = presigned(world, &admin, bytes).await;
        assert_eq!(world.send(world.put(&presigned, bytes)).await.status, 200);
        let id = presigned["bookId"].as_str().expect("an id");
        let reply = world.post(&format!("/books/{id}"), Some(&admin), json!({})).await;
        assert_eq!(reply.refusal(), (422, "unsupported_format".to_owned()));
    }

    async fn two_finalisations_at_once_make_one_book(world) {
        let admin = world.admin().await;
        let bytes = epub("raced");
        let presigned = presigned(world, &admin, &bytes).await;
        assert_eq!(world.send(world.put(&presigned, &bytes)).await.status, 200);
        let path = format!("/books/{}", presigned["bookId"].as_str().expect("an id"));
        let (one, two) = tokio::join!(
            world.post(&path, Some(&admin), json!({"title": "One"})),
            world.post(&path, Some(&admin), json!({"title": "Two"})),
        );
        assert_eq!((one.status, two.status), (201, 201), "{} {}", one.text(), two.text());
        assert_eq!(one.json(), two.json());
    }
}

#[tokio::test]
async fn tickets_cannot_be_forged_or_moved() {
    let world = World::with(|_| {}).await;
    let admin = world.admin().await;
    let (bytes, other) = (epub("mine"), epub("yours"));
    let mine = presigned(&world, &admin, &bytes).await;
    let yours = presigned(&world, &admin, &other).await;
    let url = |presigned: &Value| presigned["uploadUrl"].as_str().expect("a URL").to_owned();
    let ticket = |url: &str| url.split_once("ticket=").expect("a ticket").1.to_owned();
    let (mine, yours) = (url(&mine), url(&yours));
    let moved = mine.replace(&ticket(&mine), &ticket(&yours));
    let cut = mine[..mine.len() - 3].to_owned();
    let none = mine.split_once("?").expect("a query").0.to_owned() + "?ticket=";
    for wrong in [moved, cut, none] {
        let request = world.client.put(&wrong).body(bytes.clone());
        let reply = world
            .send(request.header("content-type", "application/epub+zip"))
            .await;
        assert_eq!(
            reply.refusal(),
            (403, "invalid_upload_ticket".to_owned()),
            "{wrong}"
        );
    }
    let missing = mine.split_once("?").expect("a query").0;
    let request = world
        .client
        .put(missing)
        .header("content-type", "application/epub+zip");
    let reply = world.send(request.body(bytes)).await;
    assert_eq!(reply.refusal(), (400, "invalid_parameter".to_owned()));
}

#[tokio::test]
async fn an_upload_url_expires() {
    let world = World::with(|config| config.upload_url_life = std::time::Duration::ZERO).await;
    let admin = world.admin().await;
    let bytes = epub("too late");
    let presigned = presigned(&world, &admin, &bytes).await;
    let reply = world.send(world.put(&presigned, &bytes)).await;
    assert_eq!(reply.refusal(), (403, "invalid_upload_ticket".to_owned()));
    assert_eq!(reply.json()["detail"], "The upload URL has expired.");
}

#[tokio::test]
async fn announcements_are_checked() {
    let world = World::with(|config| config.limits.upload = 1000).await;
    let admin = world.admin().await;
    let with = |field: &str, value: Value| {
        let mut announcement = announce(&epub("x"));
        announcement[field] = value;
        announcement
    };
    let refused = [
        (with("size", json!(1001)), 413, "payload_too_large"),
        (with("size", json!(0)), 422, "validation_failed"),
        (with("size", json!(-1)), 422, "validation_failed"),
        (with("sha256", json!("abc")), 422, "validation_failed"),
        (
            with("contentType", json!("a b/c\r\nx: y")),
            422,
            "validation_failed",
        ),
        (with("fileName", json!("")), 422, "validation_failed"),
        (with("bookId", json!("no-such-book")), 404, "not_found"),
    ];
    for (announcement, status, code) in refused {
        let reply = world
            .post("/books/presign", Some(&admin), announcement.clone())
            .await;
        assert_eq!(reply.refusal(), (status, code.to_owned()), "{announcement}");
    }
}

#[tokio::test]
async fn readers_and_strangers_upload_nothing() {
    let world = World::with(|_| {}).await;
    let reader = world.person("reader", &[Role::Reader]).await;
    let announcement = announce(&epub("x"));
    let reply = world
        .post("/books/presign", Some(&reader), announcement.clone())
        .await;
    assert_eq!(reply.refusal(), (403, "forbidden".to_owned()));
    let reply = world.post("/books/presign", None, announcement).await;
    assert_eq!(reply.refusal(), (401, "unauthenticated".to_owned()));
    // Nor does a reader finish somebody else's.
    let admin = world.admin().await;
    let bytes = epub("admin's");
    let presigned = presigned(&world, &admin, &bytes).await;
    assert_eq!(world.send(world.put(&presigned, &bytes)).await.status, 200);
    let path = format!("/books/{}", presigned["bookId"].as_str().expect("an id"));
    let reply = world.post(&path, Some(&reader), json!({})).await;
    assert_eq!(reply.refusal(), (404, "not_found".to_owned()));
}

#[tokio::test]
async fn odd_names_of_uploads_lead_nowhere() {
    let world = World::with(|_| {}).await;
    for id in ["..%2F..%2Fetc%2Fpasswd", "..", "%00", "a%5Cb", "originals"] {
        let path = format!("/api/v1/uploads/{id}?ticket=x.y");
        let request = signed(world.request(Method::PUT, &path), None)
            .header("content-type", "application/epub+zip")
            .body("x");
        let reply = world
            .client
            .execute(request.build().expect("a request"))
            .await
            .expect("sent");
        assert!(
            (400..500).contains(&reply.status().as_u16()),
            "{id}: {}",
            reply.status()
        );
    }
}

/// Resident memory of this process, in bytes.
fn resident() -> u64 {
    let pages = std::fs::read_to_string("/proc/self/statm").expect("Linux");
    let pages: u64 = pages
        .split(' ')
        .nth(1)
        .and_then(|n| n.parse().ok())
        .expect("pages");
    pages * 4096
}

#[tokio::test]
async fn a_large_upload_is_not_kept_in_memory() {
    const PARTS: usize = 256;
    let world = World::with(|_| {}).await;
    let admin = world.admin().await;
    let part = vec![7_u8; 1024 * 1024];
    let mut hash = Sha256::new_with_prefix(b"PK\x03\x04");
    for _ in 0..PARTS {
        hash.update(&part);
    }
    let size = PARTS * part.len() + 4;
    let announcement = json!({"fileName": "large.epub", "size": size,
        "contentType": "application/epub+zip", "sha256": hex::encode(hash.finalize())});
    let presigned = world
        .post("/books/presign", Some(&admin), announcement)
        .await
        .json();
    let before = resident();
    let peak = std::sync::Arc::new(std::sync::atomic::AtomicU64::new(0));
    let parts = {
        let peak = peak.clone();
        let parts = std::iter::once(b"PK\x03\x04".to_vec());
        futures::stream::iter(parts.chain((0..PARTS).map(move |_| {
            peak.fetch_max(resident(), std::sync::atomic::Ordering::Relaxed);
            part.clone()
        })))
    };
    let body = reqwest::Body::wrap_stream(parts.map(Ok::<_, std::io::Error>));
    let put = world
        .client
        .put(presigned["uploadUrl"].as_str().expect("a URL"));
    let put = put
        .header("content-type", "application/epub+zip")
        .header("content-length", size);
    let stored = world.send(put.body(body)).await;
    assert_eq!(stored.status, 200, "{}", stored.text());
    let grown = peak
        .load(std::sync::atomic::Ordering::Relaxed)
        .saturating_sub(before);
    // Parts under way to the disk take some 40 MiB; other tests run beside this one.
    assert!(
        grown < 200 * 1024 * 1024,
        "{} MiB more",
        grown / 1024 / 1024
    );
}

#[tokio::test]
async fn a_server_with_many_names_leads_the_upload_back_to_the_one_that_was_used() {
    let world = World::with(|config| {
        config.public_url = "https://books.example.org".parse().expect("a URL");
    })
    .await;
    let admin = world.admin().await;
    let presign = async |host: Option<&str>| {
        let request = world.request(Method::POST, "/api/v1/books/presign");
        let request = match host {
            Some(host) => request.header("host", host),
            None => request,
        };
        let request = signed(request, Some(&admin)).json(&announce(&epub("x")));
        let answer = world.send(request).await.json();
        answer["uploadUrl"].as_str().expect("a URL").to_owned()
    };
    assert!(presign(None).await.starts_with("/api/v1/uploads/"));
    let public = presign(Some("books.example.org")).await;
    assert!(
        public.starts_with("https://books.example.org/api/v1/uploads/"),
        "{public}"
    );
}
