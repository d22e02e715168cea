//! Listing, reading, editing and deleting books; who sees what.

use std::collections::HashSet;

use bindery_library::people::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Person, World, both, epub, signed};

async fn edit(
    world: &World,
    by: &Person,
    id: &str,
    etag: Option<&str>,
    body: Value,
) -> crate::reply::Reply {
    let request = world
        .request(Method::PUT, &format!("/api/v1/books/{id}"))
        .json(&body);
    let request = match etag {
        Some(etag) => request.header("if-match", etag),
        None => request,
    };
    world.send(signed(request, Some(by))).await
}

fn id(book: &Value) -> &str {
    book["id"].as_str().expect("an id")
}

both! {
    async fn edits_name_the_version_they_change(world) {
        let admin = world.admin().await;
        let book = world.book(&admin, &epub("1"), json!({"title": "Old", "description": "D"})).await;
        let found = world.get(&format!("/books/{}", id(&book)), Some(&admin)).await;
        let etag = found.header("etag").expect("an ETag").to_owned();
        assert_eq!(etag, format!("\"{}\"", book["version"]));

        let none = edit(world, &admin, id(&book), None, json!({"title": "New"})).await;
        assert_eq!(none.refusal(), (428, "precondition_required".to_owned()));
        let change = json!({"title": "New", "description": null, "isbn": "0-306-40615-2", "tags": ["a"]});
        let edited = edit(world, &admin, id(&book), Some(&etag), change).await;
        assert_eq!(edited.status, 200, "{}", edited.text());
        let after = edited.json();
        assert_eq!(after["title"], "New");
        assert_eq!(after["description"], Value::Null);
        assert_eq!(after["isbn"], "9780306406157");
        assert_eq!(after["tags"], json!(["a"]));
        assert_ne!(edited.header("etag"), Some(etag.as_str()));

        let stale = edit(world, &admin, id(&book), Some(&etag), json!({"title": "Newer"})).await;
        assert_eq!(stale.refusal(), (412, "version_mismatch".to_owned()));
        let new = edited.header("etag").expect("an ETag");
        for wrong in [json!({"isbn": "123"}), json!({"title": ""}), json!({"status": "sold"})] {
            let reply = edit(world, &admin, id(&book), Some(new), wrong.clone()).await;
            assert_eq!(reply.refusal(), (422, "validation_failed".to_owned()), "{wrong}");
        }
        let unchanged = world
            .request(Method::GET, &format!("/api/v1/books/{}", id(&book)))
            .header("if-none-match", new);
        let unchanged = world.send(signed(unchanged, Some(&admin))).await;
        assert_eq!((unchanged.status, unchanged.bytes.len()), (304, 0));
    }

    async fn drafts_are_seen_by_their_owner_only(world) {
        let author = world.person("author", &[Role::Author]).await;
        let other = world.person("other", &[Role::Author, Role::Reader]).await;
        let draft = world.book(&author, &epub("draft"), json!({"title": "Draft"})).await;
        assert_eq!(draft["status"], "draft");
        let path = format!("/books/{}", id(&draft));
        for stranger in [None, Some(&other)] {
            let reply = world.get(&path, stranger).await;
            assert_eq!(reply.refusal(), (404, "not_found".to_owned()));
            assert_eq!(world.get("/books", stranger).await.json()["items"], json!([]));
            assert_eq!(world.get("/books?status=draft", stranger).await.json()["items"], json!([]));
        }
        assert_eq!(world.get(&path, Some(&author)).await.status, 200);
        let own = world.get("/books", Some(&author)).await.json();
        assert_eq!(own["items"].as_array().expect("items").len(), 1);
        let reply = edit(world, &other, id(&draft), Some("\"1\""), json!({"title": "Mine"})).await;
        assert_eq!(reply.refusal(), (404, "not_found".to_owned()));
        let delete = world.request(Method::DELETE, &format!("/api/v1{path}"));
        let reply = world.send(signed(delete, Some(&other))).await;
        assert_eq!(reply.refusal(), (404, "not_found".to_owned()));
        // Authors do not publish by themselves.
        let etag = format!("\"{}\"", draft["version"]);
        let reply = edit(world, &author, id(&draft), Some(&etag), json!({"status": "published"})).await;
        assert_eq!(reply.refusal(), (403, "forbidden".to_owned()));
    }

    async fn anybody_lists_published_books_and_readers_change_none(world) {
        let admin = world.admin().await;
        let reader = world.person("reader", &[Role::Reader]).await;
        let meta = json!({"title": "T", "status": "published"});
        let book = world.book(&admin, &epub("p"), meta).await;
        let listed = world.get("/books", None).await.json();
        assert_eq!(listed["items"][0]["id"], book["id"]);
        assert_eq!(listed["next"], Value::Null);
        assert_eq!(world.get(&format!("/books/{}", id(&book)), None).await.status, 200);
        let reply = edit(world, &reader, id(&book), Some("\"1\""), json!({"title": "X"})).await;
        assert_eq!(reply.refusal(), (403, "forbidden".to_owned()));
        let path = format!("/api/v1/books/{}", id(&book));
        let delete = world.send(signed(world.request(Method::DELETE, &path), Some(&reader))).await;
        assert_eq!(delete.refusal(), (403, "forbidden".to_owned()));
        let delete = world.send(world.request(Method::DELETE, &path)).await;
        assert_eq!(delete.refusal(), (401, "unauthenticated".to_owned()));
        let delete = world.send(signed(world.request(Method::DELETE, &path), Some(&admin))).await;
        assert_eq!((delete.status, delete.bytes.len()), (204, 0));
        assert_eq!(world.get(&format!("/books/{}", id(&book)), Some(&admin)).await.status, 404);
    }

    async fn sixty_books_are_paged_without_gap_or_double(world) {
        let admin = world.admin().await;
        for n in 0..60 {
            let genre = if n % 2 == 0 { "even" } else { "odd" };
            let meta = json!({"title": format!("Book {:02}", 59 - n), "genres": [genre],
                "authors": ["Same Author"], "language": "en", "status": "published"});
            world.book(&admin, &epub(&format!("book {n}")), meta).await;
        }
        for (query, expected) in [
            ("sort=recent", 60), ("sort=title", 60), ("genre=EVEN&sort=title", 30),
            ("author=same%20author", 60), ("language=en", 60), ("language=de", 0),
            ("format=epub&genre=odd", 30), ("format=pdf", 0),
        ] {
            let (mut seen, mut titles, mut cursor) = (HashSet::new(), Vec::new(), String::new());
            loop {
                let page = world.get(&format!("/books?{query}&limit=7{cursor}"), None).await.json();
                let items = page["items"].as_array().expect("items");
                assert!(items.len() <= 7);
                for book in items {
                    assert!(seen.insert(id(book).to_owned()), "{query}: twice");
                    titles.push(book["title"].as_str().expect("a title").to_owned());
                }
                match page["next"].as_str() {
                    Some(next) => cursor = format!("&cursor={next}"),
                    None => break,
                }
            }
            assert_eq!(seen.len(), expected, "{query}");
            let mut sorted = titles.clone();
            sorted.sort();
            assert_eq!(titles, sorted, "both orders are by title here");
        }
    }
}

#[tokio::test]
async fn queries_are_checked() {
    let world = World::with(|_| {}).await;
    let refused = [
        ("limit=0", "invalid_parameter"),
        ("limit=101", "invalid_parameter"),
        ("limit=x", "invalid_parameter"),
        ("cursor=nonsense", "invalid_cursor"),
        ("status=sold", "invalid_parameter"),
        ("format=docx", "invalid_parameter"),
        ("sort=price", "invalid_parameter"),
    ];
    for (query, code) in refused {
        let reply = world.get(&format!("/books?{query}"), None).await;
        assert_eq!(reply.refusal(), (400, code.to_owned()), "{query}");
    }
    let long = "a".repeat(501);
    let reply = world.get(&format!("/books?author={long}"), None).await;
    assert_eq!(reply.status, 400);
    let odd = world.get("/books/%00%F0%9F%A6%89..%2F..", None).await;
    assert!(matches!(odd.status, 400 | 404), "{}", odd.status);
}

#[tokio::test]
async fn covers_are_public_and_kept() {
    let world = World::with(|_| {}).await;
    let admin = world.admin().await;
    let meta = json!({"title": "T", "status": "published"});
    let book = world.book(&admin, &epub("covered"), meta).await;
    let path = format!("/books/{}/cover/medium", id(&book));
    assert_eq!(
        world.get(&path, None).await.refusal(),
        (404, "not_found".to_owned())
    );
    let rendition = book["rendition"]["id"].as_str().expect("an id");
    let files = [
        ("cover/medium.png", b"medium".as_slice()),
        ("cover/original.png", b"original"),
    ];
    world.render(rendition, &files).await;
    let book = world
        .get(&format!("/books/{}", id(&book)), None)
        .await
        .json();
    let url = book["coverUrl"].as_str().expect("a cover");
    let cover = world.send(world.request(Method::GET, url)).await;
    assert_eq!(
        (cover.status, cover.bytes.as_slice()),
        (200, b"medium".as_slice())
    );
    assert_eq!(cover.header("content-type"), Some("image/png"));
    assert_eq!(
        cover.header("cache-control"),
        Some("public, max-age=31536000, immutable")
    );
    let etag = cover.header("etag").expect("an ETag");
    let again = world
        .send(
            world
                .request(Method::GET, url)
                .header("if-none-match", etag),
        )
        .await;
    assert_eq!(again.status, 304);
    assert_eq!(
        world.get(&path, None).await.header("cache-control"),
        Some("public, max-age=300")
    );
    let none = world
        .get(&format!("/books/{}/cover/thumbnail", id(&book)), None)
        .await;
    assert_eq!(none.refusal(), (404, "not_found".to_owned()));
    let huge = world
        .get(&format!("/books/{}/cover/huge", id(&book)), None)
        .await;
    assert_eq!(huge.refusal(), (400, "invalid_parameter".to_owned()));
}

#[tokio::test]
async fn a_books_own_cover_is_shown_before_its_renditions() {
    let world = World::with(|_| {}).await;
    let admin = world.admin().await;
    let meta = json!({"title": "T", "status": "published"});
    let book = world.book(&admin, &epub("covered twice"), meta).await;
    let address = format!("/books/{}", id(&book));
    let rendition = book["rendition"]["id"].as_str().expect("an id");
    let files = [("cover/medium.png", b"of the file".as_slice())];
    world.render(rendition, &files).await;
    let before = world.get(&address, None).await.json();
    world.cover(&admin, id(&book), b"own").await;
    let after = world.get(&address, None).await.json();
    assert_ne!(
        before["coverUrl"], after["coverUrl"],
        "copies are immutable"
    );
    assert_ne!(before["version"], after["version"]);
    for name in ["coverUrl", "thumbnailUrl"] {
        let url = after[name].as_str().expect("a cover");
        let cover = world.send(world.request(Method::GET, url)).await;
        assert_eq!(
            (
                cover.status,
                cover.bytes.as_slice(),
                cover.header("content-type")
            ),
            (200, b"own".as_slice(), Some("image/jpeg"))
        );
        let kept = Some("public, max-age=31536000, immutable");
        assert_eq!(cover.header("cache-control"), kept);
    }
}
