//! Reading sessions, slices on demand, places in books.

use bindery_api::Reading;
use bindery_library::{catalogue, people::Role};
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Person, World, both, epub};

async fn published(world: &World, by: &Person, text: &str) -> (String, String) {
    let meta = json!({"title": "T", "status": "published"});
    let book = world.book(by, &epub(text), meta).await;
    let rendition = book["rendition"]["id"].as_str().expect("an id").to_owned();
    (book["id"].as_str().expect("an id").to_owned(), rendition)
}

both! {
    async fn a_reader_opens_a_ready_book(world) {
        let admin = world.admin().await;
        let reader = world.person("reader", &[Role::Reader]).await;
        let (book, rendition) = published(world, &admin, "ready").await;
        world.render(&rendition, &[("slices/0.html", b"<p>one</p>"), ("manifest.json", b"{}")]).await;
        let opened = world.post(&format!("/books/{book}/reading-sessions"), Some(&reader), json!({})).await;
        assert_eq!(opened.status, 201, "{}", opened.text());
        let session = opened.json();
        assert_eq!(session["state"], "ready");
        assert_eq!(session["slices"], 3);
        assert_eq!(session["contentBase"], format!("/content/{rendition}/"));
        assert_eq!(session["renewAfterSeconds"], 40);
        assert_eq!(session["progress"], Value::Null);
        assert_eq!(opened.cookies().len(), 4);
        let get = world.request(Method::GET, &format!("/content/{rendition}/slices/0.html"))
            .header("cookie", opened.cookie_header());
        let slice = world.send(get).await;
        assert_eq!((slice.status, slice.text().as_str()), (200, "<p>one</p>"));

        let id = session["id"].as_str().expect("an id");
        let renewed = world.post(&format!("/reading-sessions/{id}/renew"), Some(&reader), json!({})).await;
        assert_eq!((renewed.status, renewed.cookies().len()), (200, 4));
        let there = world.get(&format!("/reading-sessions/{id}/slices/2"), Some(&reader)).await;
        assert_eq!(there.json()["url"], format!("/content/{rendition}/slices/2.html"));
        let beyond = world.get(&format!("/reading-sessions/{id}/slices/3"), Some(&reader)).await;
        assert_eq!(beyond.refusal(), (404, "not_found".to_owned()));
        // A session is its reader's own.
        for path in [format!("/reading-sessions/{id}"), format!("/reading-sessions/{id}/slices/0")] {
            assert_eq!(world.get(&path, Some(&admin)).await.refusal(), (404, "not_found".to_owned()));
        }
    }

    async fn a_book_that_is_not_ready_is_made_before_the_others(world) {
        let admin = world.admin().await;
        let (book, rendition) = published(world, &admin, "pending").await;
        let jobs = async || {
            let jobs = world.get(&format!("/admin/jobs?bookId={book}&kind=render"), Some(&admin)).await;
            jobs.json()["items"].as_array().expect("jobs").clone()
        };
        assert_eq!(jobs().await[0]["priority"], "normal");
        let opened = world.post(&format!("/books/{book}/reading-sessions"), Some(&admin), json!({})).await.json();
        assert_eq!(opened["state"], "pending");
        assert_eq!(jobs().await.len(), 1);
        assert_eq!(jobs().await[0]["priority"], "readNow");
        let path = format!("/reading-sessions/{}/slices/1", opened["id"].as_str().expect("an id"));
        let (one, two) = tokio::join!(world.get(&path, Some(&admin)), world.get(&path, Some(&admin)));
        assert_eq!((one.status, two.status), (202, 202));
        assert_eq!(one.json()["jobId"], two.json()["jobId"]);
        assert_eq!(one.json()["jobId"], jobs().await[0]["id"]);
        assert_eq!(one.header("retry-after"), Some("1"));

        let mut tx = world.state.begin().await.expect("a transaction");
        assert!(catalogue::mark_indexed(&mut tx, &rendition, 5).await.expect("marked"));
        tx.commit().await.expect("committed");
        world.store(&rendition, &[("slices/1.html", b"early")]).await;
        assert_eq!(world.get(&path, Some(&admin)).await.status, 200);
        let other = path.replace("/1", "/2");
        assert_eq!(world.get(&other, Some(&admin)).await.status, 202);
        let outside = path.replace("/slices/1", "/slices/5");
        assert_eq!(world.get(&outside, Some(&admin)).await.status, 404);
    }

    async fn a_place_is_remembered(world) {
        let admin = world.admin().await;
        let reader = world.person("reader", &[Role::Reader]).await;
        let (book, _) = published(world, &admin, "progress").await;
        let path = format!("/books/{book}/progress");
        assert_eq!(world.get(&path, Some(&reader)).await.refusal(), (404, "not_found".to_owned()));
        let place = json!({"locator": {"href": "slices/1.html", "type": "text/html",
            "text": {"highlight": "Zwölf 🦉"}}, "totalProgression": 0.25});
        let saved = world.json(Method::PUT, &path, Some(&reader), place.clone()).await;
        assert_eq!(saved.status, 200, "{}", saved.text());
        let found = world.get(&path, Some(&reader)).await.json();
        assert_eq!((&found["locator"], &found["totalProgression"]),
            (&place["locator"], &place["totalProgression"]));
        assert_eq!(world.get(&path, Some(&admin)).await.status, 404, "it is the reader's own");
        for wrong in [
            json!({"locator": {"type": "text/html"}, "totalProgression": 0.1}),
            json!({"locator": {"href": "a", "type": "b"}, "totalProgression": 1.5}),
            json!({"locator": "here", "totalProgression": 0.5}),
            json!({"totalProgression": 0.5}),
        ] {
            let reply = world.json(Method::PUT, &path, Some(&reader), wrong.clone()).await;
            assert_eq!(reply.refusal(), (422, "validation_failed".to_owned()), "{wrong}");
        }
    }

    async fn a_file_that_cannot_be_rendered_says_why(world) {
        let admin = world.admin().await;
        let (book, rendition) = published(world, &admin, "broken").await;
        let opened = world.post(&format!("/books/{book}/reading-sessions"), Some(&admin), json!({})).await.json();
        let mut tx = world.state.begin().await.expect("a transaction");
        let settings = &world.state.settings;
        catalogue::mark_failed(&mut tx, settings, &rendition, "drm_protected", "It is locked.")
            .await
            .expect("marked");
        tx.commit().await.expect("committed");
        let found = world.get(&format!("/books/{book}"), None).await.json();
        assert_eq!(found["rendition"]["error"]["code"], "drm_protected");
        let path = format!("/reading-sessions/{}/slices/0", opened["id"].as_str().expect("an id"));
        let reply = world.get(&path, Some(&admin)).await;
        assert_eq!(reply.refusal(), (409, "conflict".to_owned()));
        assert!(reply.text().contains("It is locked."));
    }
}

#[tokio::test]
async fn strangers_open_nothing() {
    let world = World::with(|_| {}).await;
    let admin = world.admin().await;
    let reader = world.person("reader", &[Role::Reader]).await;
    let (book, _) = published(&world, &admin, "closed").await;
    let path = format!("/books/{book}/reading-sessions");
    let reply = world.post(&path, None, json!({})).await;
    assert_eq!(reply.refusal(), (401, "unauthenticated".to_owned()));
    let draft = world.book(&admin, &epub("draft"), json!({})).await;
    let path = format!(
        "/books/{}/reading-sessions",
        draft["id"].as_str().expect("an id")
    );
    let reply = world.post(&path, Some(&reader), json!({})).await;
    assert_eq!(reply.refusal(), (404, "not_found".to_owned()));
}

#[tokio::test]
async fn reading_may_need_a_subscription() {
    let world = World::with(|config| config.reading = Reading::Subscription).await;
    let admin = world.admin().await;
    let reader = world.person("reader", &[Role::Reader]).await;
    let (book, _) = published(&world, &admin, "paid").await;
    let path = format!("/books/{book}/reading-sessions");
    let reply = world.post(&path, Some(&reader), json!({})).await;
    assert_eq!(reply.refusal(), (403, "entitlement_required".to_owned()));
    assert_eq!(world.post(&path, Some(&admin), json!({})).await.status, 201);
}
