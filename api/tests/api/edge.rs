//! What surrounds the API: health, the web client, headers, limits, odd requests.

use std::borrow::Cow;

use bindery_api::Asset;
use reqwest::Method;
use serde_json::json;

use crate::harness::{PASSWORD, World, both};

/// A web client of two files.
pub fn assets(path: &str) -> Option<Asset> {
    let (text, media_type): (String, &'static str) = match path {
        "index.html" => (
            "<!doctype html><title>Bindery</title>".to_owned(),
            "text/html; charset=utf-8",
        ),
        "assets/index-4f2a.js" => ("export {};\n".repeat(500), "text/javascript"),
        "manifest.webmanifest" => ("{}".to_owned(), "application/manifest+json"),
        _ => return None,
    };
    Some(Asset {
        etag: format!("{}", text.len()),
        bytes: Cow::Owned(text.into_bytes()),
        media_type: media_type.into(),
    })
}

both! {
    async fn the_service_says_whether_it_can_serve(world) {
        for path in ["/livez", "/readyz", "/startupz"] {
            let reply = world.send(world.request(Method::GET, path)).await;
            assert_eq!(reply.status, 200, "{path}: {}", reply.text());
        }
        let ready = world.send(world.request(Method::GET, "/readyz")).await.json();
        assert_eq!(ready["checks"], json!({"database": true, "migrations": true, "storage": true}));
        world.state.drain();
        let reply = world.send(world.request(Method::GET, "/readyz")).await;
        assert_eq!(reply.status, 503);
        for path in ["/livez", "/startupz"] {
            assert_eq!(world.send(world.request(Method::GET, path)).await.status, 200);
        }
        world.state.pipeline.db().close().await;
        assert_eq!(world.send(world.request(Method::GET, "/startupz")).await.status, 503);
        assert_eq!(world.send(world.request(Method::GET, "/livez")).await.status, 200);
        let reply = world.get("/books", None).await;
        assert_eq!(reply.refusal(), (503, "unavailable".to_owned()));
    }
}

#[tokio::test]
async fn the_client_is_served_with_its_fallback() {
    let world = World::with(|config| {
        config.connect_origins = vec!["https://bucket.example.org".to_owned()];
    })
    .await;
    let get = async |path: &str| world.send(world.request(Method::GET, path)).await;
    for page in ["/", "/books/123", "/login", "/index.html"] {
        let reply = get(page).await;
        assert_eq!(reply.status, 200, "{page}");
        assert_eq!(
            reply.header("content-type"),
            Some("text/html; charset=utf-8")
        );
        assert_eq!(reply.header("cache-control"), Some("no-cache"));
        let policy = reply.header("content-security-policy").expect("a policy");
        for part in [
            "default-src 'self'",
            "frame-src 'self'",
            "img-src 'self' data: blob:",
            "connect-src 'self' https://bucket.example.org;",
            "frame-ancestors 'none'",
        ] {
            assert!(policy.contains(part), "{part}");
        }
        assert_eq!(reply.header("x-frame-options"), Some("DENY"));
        assert_eq!(reply.header("strict-transport-security"), None);
    }
    let script = get("/assets/index-4f2a.js").await;
    assert_eq!(
        script.header("cache-control"),
        Some("public, max-age=31536000, immutable")
    );
    let kept = world.request(Method::GET, "/").header(
        "if-none-match",
        get("/").await.header("etag").expect("an ETag"),
    );
    assert_eq!(world.send(kept).await.status, 304);
    for missing in [
        "/assets/index-old.js",
        "/favicon.ico",
        "/assets/",
        "/api/v2/books",
        "/content/x",
    ] {
        assert_eq!(
            get(missing).await.refusal(),
            (404, "not_found".to_owned()),
            "{missing}"
        );
    }
    let post = world.send(world.request(Method::POST, "/books")).await;
    assert_eq!(post.refusal(), (405, "method_not_allowed".to_owned()));
}

#[tokio::test]
async fn answers_are_compressed_where_it_helps() {
    let world = World::with(|_| {}).await;
    let ask = async |path: &str, accept: &str| {
        let request = world
            .request(Method::GET, path)
            .header("accept-encoding", accept);
        world.send(request).await
    };
    let plain = ask("/assets/index-4f2a.js", "identity").await;
    assert_eq!(plain.header("content-encoding"), None);
    for (accept, coding) in [("gzip", "gzip"), ("gzip, br", "br")] {
        let reply = ask("/assets/index-4f2a.js", accept).await;
        assert_eq!(reply.header("content-encoding"), Some(coding));
        assert_eq!(reply.header("vary"), Some("accept-encoding"));
        assert!(reply.bytes.len() < plain.bytes.len() / 5);
    }
    assert_eq!(
        ask("/", "gzip").await.header("content-encoding"),
        None,
        "too small"
    );
    assert!(
        ask("/api/v1/openapi.json", "gzip")
            .await
            .header("content-encoding")
            .is_some()
    );
}

#[tokio::test]
async fn odd_requests_are_refused_as_problems() {
    let world = World::with(|config| config.limits.json_body = 1000).await;
    let raw = async |kind: &str, body: Vec<u8>| {
        let request = world.request(Method::POST, "/api/v1/auth/login");
        world
            .send(request.header("content-type", kind).body(body))
            .await
    };
    let json = "application/json";
    for malformed in ["", "{", "{\"email\":}", "[", "\u{feff}{}", "nul"] {
        let reply = raw(json, malformed.into()).await;
        assert_eq!(
            reply.refusal(),
            (400, "malformed_request".to_owned()),
            "{malformed}"
        );
    }
    let invalid = raw(json, vec![b'"', 0xff, 0xfe, b'"']).await;
    assert_eq!(invalid.refusal(), (400, "malformed_request".to_owned()));
    for wrong in ["[]", "null", "1", "{}", "{\"email\":[],\"password\":{}}"] {
        let reply = raw(json, wrong.into()).await;
        assert_eq!(
            reply.refusal(),
            (422, "validation_failed".to_owned()),
            "{wrong}"
        );
    }
    let deep = "[".repeat(900);
    assert_eq!(
        raw(json, deep.into()).await.refusal(),
        (400, "malformed_request".to_owned())
    );
    for kind in ["text/plain", "application/x-www-form-urlencoded", "x"] {
        let reply = raw(kind, b"{}".to_vec()).await;
        assert_eq!(
            reply.refusal(),
            (415, "unsupported_media_type".to_owned()),
            "{kind}"
        );
    }
    let huge = format!("{{\"email\":\"{}\",\"password\":\"x\"}}", "a".repeat(1000));
    assert_eq!(
        raw(json, huge.into()).await.refusal(),
        (413, "payload_too_large".to_owned())
    );
    let missing = world.get("/nothing/here", None).await;
    assert_eq!(missing.refusal(), (404, "not_found".to_owned()));
    let method = world.json(Method::PATCH, "/books", None, json!({})).await;
    assert_eq!(method.refusal(), (405, "method_not_allowed".to_owned()));
    let long = json!({"email": "a@b.c", "password": "x".repeat(600)});
    let long = world.post("/auth/login", None, long).await;
    assert_eq!(long.refusal(), (422, "validation_failed".to_owned()));
}

#[tokio::test]
async fn facts_and_documentation_need_no_account() {
    let world = World::with(|config| config.name = "Ex Libris 🦉".to_owned()).await;
    let facts = world.get("/server", None).await.json();
    assert_eq!(facts["name"], "Ex Libris 🦉");
    assert_eq!(facts["registration"], "open");
    assert_eq!(
        (&facts["reading"], &facts["catalogue"]),
        (&json!("members"), &json!("public"))
    );
    let docs = world.send(world.request(Method::GET, "/api/docs")).await;
    assert_eq!(docs.status, 200);
    let policy = docs.header("content-security-policy").expect("a policy");
    assert!(policy.contains("script-src 'sha256-"), "{policy}");
    let document = world
        .send(world.request(Method::GET, "/api/v1/openapi.json"))
        .await;
    assert_eq!(document.text(), bindery_api::openapi_json());
}

#[tokio::test]
async fn other_sites_are_kept_out_unless_listed() {
    let listed =
        World::with(|config| config.cors_origins = vec!["https://a.example".to_owned()]).await;
    let closed = World::with(|_| {}).await;
    let ask = async |world: &World, origin: &str| {
        let request = world
            .request(Method::GET, "/api/v1/server")
            .header("origin", origin);
        world.send(request).await
    };
    let allow = "access-control-allow-origin";
    let allowed = ask(&listed, "https://a.example").await;
    assert_eq!(allowed.header(allow), Some("https://a.example"));
    assert_eq!(ask(&listed, "https://b.example").await.header(allow), None);
    assert_eq!(ask(&closed, "https://a.example").await.header(allow), None);
    let first = listed
        .request(Method::OPTIONS, "/api/v1/books/x")
        .header("origin", "https://a.example")
        .header("access-control-request-method", "PUT");
    let first = listed.send(first).await;
    assert_eq!(
        (first.status, first.header(allow)),
        (204, Some("https://a.example"))
    );
    assert!(
        first
            .header("access-control-allow-headers")
            .is_some_and(|h| h.contains("if-match"))
    );
    let refused = listed
        .request(Method::GET, "/api/v1/books/x")
        .header("origin", "https://a.example");
    let refused = listed.send(refused).await;
    assert_eq!(
        (refused.status, refused.header(allow)),
        (404, Some("https://a.example"))
    );
    assert_eq!(refused.header("access-control-allow-credentials"), None);
}

#[tokio::test]
async fn the_callers_trace_goes_on() {
    let world = World::with(|_| {}).await;
    let id = "4bf92f3577b34da6a3ce929d0e0e4736";
    let parent = format!("00-{id}-00f067aa0ba902b7-01");
    let request = world
        .request(Method::GET, "/api/v1/nothing")
        .header("traceparent", parent);
    let reply = world.send(request).await;
    assert_eq!(reply.header("x-request-id"), Some(id));
    assert_eq!(reply.json()["traceId"], id);
}

#[tokio::test]
async fn a_restart_lets_open_requests_end() {
    use std::time::{Duration, Instant};
    let world = World::with(|config| config.drain = Duration::from_secs(10)).await;
    let person = world.admin().await;
    let body = json!({"email": person.email, "password": PASSWORD});
    let login = world
        .request(Method::POST, "/api/v1/auth/login")
        .json(&body)
        .send();
    let login = tokio::spawn(login);
    tokio::time::sleep(Duration::from_millis(5)).await;
    let base = world.base.clone();
    let client = world.client.clone();
    let started = Instant::now();
    drop(world);
    let answer = login.await.expect("joined").expect("an answer");
    assert_eq!(answer.status(), 200);
    assert!(started.elapsed() < Duration::from_secs(5));
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(client.get(format!("{base}/livez")).send().await.is_err());
}

#[tokio::test]
async fn requests_are_counted_by_route_and_never_by_id() {
    let world = World::with(|_| {}).await;
    let id = "01936f0e-7a10-7b1c-8a55-0d5a9c1f2b33";
    for path in [format!("/books/{id}"), format!("/books/{id}/cover/medium")] {
        assert_eq!(world.get(&path, None).await.status, 404);
    }
    let content = format!("/content/{id}/slices/0.html");
    for path in [content.as_str(), "/readyz", "/somewhere/in/the/client"] {
        world.send(world.request(Method::GET, path)).await;
    }
    let odd = Method::from_bytes(b"BREW").expect("a method");
    world.send(world.request(odd, "/livez")).await;
    let metrics = world.send(world.request(Method::GET, "/metrics")).await;
    let text = metrics.text();
    assert!(!text.contains(id) && !text.contains("BREW"), "{text}");
    for line in [
        "http_requests_total{method=\"GET\",route=\"/api/v1/books/{id}\",status=\"404\"}",
        "http_requests_total{method=\"GET\",route=\"/content/:rendition/*path\",status=\"403\"}",
        "http_requests_total{method=\"other\",route=\"/livez\",status=\"405\"}",
        "http_request_duration_seconds",
    ] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
}

#[tokio::test]
async fn a_request_that_does_not_come_is_given_up() {
    use std::time::Duration;
    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        time::timeout,
    };
    let world = World::with(|config| {
        config.limits.head_time = Duration::from_millis(200);
        config.limits.body_time = Duration::from_millis(200);
        config.limits.upload_pause = Duration::from_millis(200);
    })
    .await;
    let admin = world.admin().await;
    let announced = json!({"fileName": "a.epub", "size": 9, "sha256": "a".repeat(64),
        "contentType": "application/epub+zip"});
    let ticket = world
        .post("/books/presign", Some(&admin), announced)
        .await
        .json();
    let upload = ticket["uploadUrl"].as_str().expect("an address");
    let upload = &upload[upload.find("/api/").expect("a path")..];
    let login = "POST /api/v1/auth/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n\
         Content-Length: 9\r\n\r\n{";
    let put = format!(
        "PUT {upload} HTTP/1.1\r\nHost: a\r\nContent-Type: application/epub+zip\r\n\
         Content-Length: 9\r\n\r\nPK"
    );
    let address = world.base.trim_start_matches("http://").to_owned();
    for (sent, answer) in [
        ("GET /livez HTTP/1.1\r\nX: ", ""),
        (login, "HTTP/1.1 400 Bad Request"),
        (&put, "HTTP/1.1 400 Bad Request"),
    ] {
        let mut socket = tokio::net::TcpStream::connect(&address)
            .await
            .expect("connected");
        socket.write_all(sent.as_bytes()).await.expect("sent");
        let mut text = vec![0; 24];
        let length = timeout(Duration::from_secs(5), socket.read(&mut text)).await;
        let length = length.expect("an answer or an end").unwrap_or_default();
        assert_eq!(String::from_utf8_lossy(&text[..length]), answer, "{sent}");
    }
}
