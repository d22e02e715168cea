//! The content edge: cookies, headers, ranges, odd paths.

use std::time::Duration;

use reqwest::{Method, RequestBuilder};
use serde_json::json;

use crate::{
    harness::{World, epub},
    reply::Reply,
};

const POLICY: &str = "sandbox allow-same-origin; default-src 'none'; script-src 'none'; \
     img-src 'self' data:; style-src 'self' 'unsafe-inline'; font-src 'self'; media-src 'self'; \
     form-action 'none'; base-uri 'none'; frame-ancestors 'self'";

const SLICE: &[u8] = b"<p>0123456789</p>";

/// A rendition with some files, and the reply whose cookies open it.
async fn opened(world: &World) -> (String, Reply) {
    let admin = world.admin().await;
    let meta = json!({"title": "T", "status": "published"});
    let book = world.book(&admin, &epub("content"), meta).await;
    let rendition = book["rendition"]["id"].as_str().expect("an id").to_owned();
    let files: [(&str, &[u8]); 5] = [
        ("slices/0.html", SLICE),
        ("manifest.json", b"{}"),
        ("resources/a b/ü.png", b"png"),
        ("resources/x.js", b"alert(1)"),
        (
            "resources/s.svg",
            b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>",
        ),
    ];
    world.render(&rendition, &files).await;
    let path = format!(
        "/books/{}/reading-sessions",
        book["id"].as_str().expect("an id")
    );
    let reply = world.post(&path, Some(&admin), json!({})).await;
    assert_eq!(reply.status, 201);
    (rendition, reply)
}

fn get(world: &World, rendition: &str, path: &str, cookies: &str) -> RequestBuilder {
    let request = world.request(Method::GET, &format!("/content/{rendition}/{path}"));
    request.header("cookie", cookies)
}

#[tokio::test]
async fn content_carries_its_policy_wherever_it_is_opened() {
    let world = World::with(|_| {}).await;
    let (rendition, session) = opened(&world).await;
    let cookies = session.cookie_header();
    for (path, media_type) in [
        ("slices/0.html", "text/html; charset=utf-8"),
        ("manifest.json", "application/webpub+json"),
        ("resources/a%20b/%C3%BC.png", "image/png"),
        ("resources/x.js", "application/octet-stream"),
        ("resources/s.svg", "image/svg+xml"),
    ] {
        let reply = world.send(get(&world, &rendition, path, &cookies)).await;
        assert_eq!(reply.status, 200, "{path}: {}", reply.text());
        assert_eq!(reply.header("content-type"), Some(media_type), "{path}");
        assert_eq!(reply.header("content-security-policy"), Some(POLICY));
        assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(reply.header("x-frame-options"), Some("SAMEORIGIN"));
        assert_eq!(
            reply.header("cache-control"),
            Some("private, max-age=31536000, immutable")
        );
        assert_eq!(reply.header("accept-ranges"), Some("bytes"));
    }
    // Refusals under /content/ carry it as well.
    let missing = world
        .send(get(&world, &rendition, "slices/9.html", &cookies))
        .await;
    assert_eq!(missing.refusal(), (404, "not_found".to_owned()));
    assert_eq!(missing.header("content-security-policy"), Some(POLICY));
    assert_eq!(missing.header("cache-control"), Some("no-store"));
}

#[tokio::test]
async fn only_the_right_cookies_open_content() {
    let world = World::with(|_| {}).await;
    let (rendition, session) = opened(&world).await;
    let cookies = session.cookie_header();
    let refused = async |cookies: &str, rendition: &str| {
        let reply = world
            .send(get(&world, rendition, "slices/0.html", cookies))
            .await;
        assert_eq!(
            reply.refusal(),
            (403, "content_forbidden".to_owned()),
            "{cookies}"
        );
    };
    refused("", &rendition).await;
    refused(
        &cookies.replacen("CloudFront-Signature=", "CloudFront-Signature=A", 1),
        &rendition,
    )
    .await;
    refused(
        &cookies.replace("CloudFront-Policy=e", "CloudFront-Policy=f"),
        &rendition,
    )
    .await;
    refused(&cookies.replace("SHA256", "SHA1"), &rendition).await;
    let other = "0".repeat(40);
    refused(&cookies, &other).await;
    world.store(&other, &[("slices/0.html", b"other")]).await;
    refused(&cookies, &other).await;
    for cookie in session.cookies() {
        assert!(cookie.contains(&format!(
            "; Path=/content/{rendition}/; HttpOnly; SameSite=Strict"
        )));
        assert!(!cookie.contains("Secure"));
    }
}

#[tokio::test]
async fn cookies_expire() {
    let world = World::with(|config| config.cookie_life = Duration::from_secs(1)).await;
    let (rendition, session) = opened(&world).await;
    let cookies = session.cookie_header();
    tokio::time::sleep(Duration::from_millis(1100)).await;
    let reply = world
        .send(get(&world, &rendition, "slices/0.html", &cookies))
        .await;
    assert_eq!(reply.refusal(), (403, "content_forbidden".to_owned()));
}

#[tokio::test]
async fn ranges_and_copies_are_answered() {
    let world = World::with(|_| {}).await;
    let (rendition, session) = opened(&world).await;
    let cookies = session.cookie_header();
    let slice = || get(&world, &rendition, "slices/0.html", &cookies);
    let whole = world.send(slice()).await;
    let etag = whole.header("etag").expect("an ETag").to_owned();
    assert_eq!(whole.bytes, SLICE);
    let part = world.send(slice().header("range", "bytes=3-5")).await;
    assert_eq!((part.status, part.bytes.as_slice()), (206, &SLICE[3..6]));
    assert_eq!(part.header("content-range"), Some("bytes 3-5/17"));
    assert_eq!(part.header("content-length"), Some("3"));
    let tail = world.send(slice().header("range", "bytes=-4")).await;
    assert_eq!((tail.status, tail.bytes.as_slice()), (206, &SLICE[13..]));
    let outside = world.send(slice().header("range", "bytes=17-")).await;
    assert_eq!(outside.refusal(), (416, "range_not_satisfiable".to_owned()));
    assert_eq!(outside.header("content-range"), Some("bytes */17"));
    let stale = slice()
        .header("range", "bytes=3-5")
        .header("if-range", "\"other\"");
    assert_eq!(world.send(stale).await.status, 200);
    let current = slice()
        .header("range", "bytes=3-5")
        .header("if-range", &etag);
    assert_eq!(world.send(current).await.status, 206);
    let kept = world.send(slice().header("if-none-match", &etag)).await;
    assert_eq!((kept.status, kept.bytes.len()), (304, 0));
    let head = world.request(Method::HEAD, &format!("/content/{rendition}/slices/0.html"));
    let head = world.send(head.header("cookie", &cookies)).await;
    assert_eq!((head.status, head.bytes.len()), (200, 0));
    let post = world.request(Method::POST, &format!("/content/{rendition}/slices/0.html"));
    let post = world.send(post.header("cookie", &cookies)).await;
    assert_eq!(post.refusal(), (405, "method_not_allowed".to_owned()));
}

/// Sends a path as it is: a URL library would tidy it up.
async fn raw(world: &World, path: &str, cookies: &str) -> String {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let address = world.base.trim_start_matches("http://");
    let mut socket = tokio::net::TcpStream::connect(address)
        .await
        .expect("connected");
    let request = format!(
        "GET {path} HTTP/1.1\r\nhost: {address}\r\ncookie: {cookies}\r\nconnection: close\r\n\r\n"
    );
    socket.write_all(request.as_bytes()).await.expect("sent");
    let mut answer = Vec::new();
    socket.read_to_end(&mut answer).await.expect("read");
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn no_path_leads_out_of_a_rendition() {
    let world = World::with(|_| {}).await;
    let (rendition, session) = opened(&world).await;
    let cookies = session.cookie_header();
    world.store("1111", &[("secret.html", b"SECRET")]).await;
    std::fs::write(world.folder.path().join("secret"), "SECRET").expect("written");
    let fine = raw(
        &world,
        &format!("/content/{rendition}/slices/0.html"),
        &cookies,
    )
    .await;
    assert!(fine.starts_with("HTTP/1.1 200"), "{fine}");
    for path in [
        "../1111/secret.html",
        "%2e%2e/1111/secret.html",
        "..%2f1111%2fsecret.html",
        "slices/../../1111/secret.html",
        "slices/%2e%2e/%2e%2e/%2e%2e/%2e%2e/secret",
        "..%5c..%5csecret",
        "%2fetc%2fpasswd",
        "/etc/passwd",
        "slices//0.html",
        "slices/0.html%00",
        "slices/%ff",
        "./slices/0.html",
        "",
    ] {
        let answer = raw(&world, &format!("/content/{rendition}/{path}"), &cookies).await;
        let refused = answer.starts_with("HTTP/1.1 4");
        assert!(refused && !answer.contains("SECRET"), "{path}: {answer}");
    }
}
