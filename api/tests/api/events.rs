//! Server-sent events.

use std::time::Duration;

use bindery_library::people::Role;
use bindery_pipeline::Hint;
use futures::StreamExt as _;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::harness::{Person, World, both, epub, signed};

const PATIENCE: Duration = Duration::from_secs(5);

/// Opens the stream; answers read events by name and data.
async fn follow(
    world: &World,
    by: &Person,
) -> impl AsyncFnMut() -> Option<(String, Value)> + use<> {
    let request = signed(world.request(Method::GET, "/api/v1/events"), Some(by));
    let request = request.header("accept-encoding", "gzip, br");
    let response = request.send().await.expect("an answer");
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    assert!(!response.headers().contains_key("content-encoding"));
    let mut stream = Box::pin(response.bytes_stream());
    let mut text = String::new();
    async move || loop {
        if let Some((event, rest)) = text.split_once("\n\n") {
            let (event, rest) = (event.to_owned(), rest.to_owned());
            text = rest;
            let field = |name: &str| event.lines().find_map(|line| line.strip_prefix(name));
            if let (Some(name), Some(data)) = (field("event: "), field("data: ")) {
                return Some((name.to_owned(), serde_json::from_str(data).expect("JSON")));
            }
            continue;
        }
        let bytes = timeout(PATIENCE, stream.next()).await.ok()??.ok()?;
        text.push_str(std::str::from_utf8(&bytes).expect("text"));
    }
}

both! {
    async fn what_happens_is_told_to_who_may_know(world) {
        let admin = world.admin().await;
        let reader = world.person("reader", &[Role::Reader]).await;
        let mut to_admin = follow(world, &admin).await;
        let mut to_reader = follow(world, &reader).await;
        let draft = world.book(&admin, &epub("draft"), json!({"title": "Draft"})).await;
        let meta = json!({"title": "Open", "status": "published"});
        let open = world.book(&admin, &epub("open"), meta).await;
        world.render(open["rendition"]["id"].as_str().expect("an id"), &[]).await;

        let mut names = Vec::new();
        loop {
            let (name, data) = to_admin().await.expect("an event");
            let done = name == "rendition" && data["state"] == "ready";
            names.push((name, data));
            if done {
                break;
            }
        }
        assert!(names.iter().any(|(name, data)| name == "job" && data["kind"] == "render"));
        assert!(names.iter().any(|(name, data)| name == "book" && data["bookId"] == draft["id"]));
        let ready = &names.last().expect("an event").1;
        assert_eq!((&ready["bookId"], &ready["slices"]), (&open["id"], &json!(3)));
        // The reader hears of the published book only, and of no job.
        loop {
            let (name, data) = to_reader().await.expect("an event");
            assert!(name == "book" || name == "rendition", "{name}");
            assert_eq!(data["bookId"], open["id"]);
            if name == "rendition" {
                break;
            }
        }
    }
}

#[tokio::test]
async fn streams_are_for_members_and_bounded() {
    let world = World::with(|config| config.limits.event_streams = 1).await;
    let reply = world.get("/events", None).await;
    assert_eq!(reply.refusal(), (401, "unauthenticated".to_owned()));
    let admin = world.admin().await;
    let first = follow(&world, &admin).await;
    let second = world.get("/events", Some(&admin)).await;
    assert_eq!(second.refusal(), (503, "unavailable".to_owned()));
    drop(first);
    // The place is free again once the service notices: it does when it next writes.
    for _ in 0..50 {
        world.state.pipeline.bus().publish(Hint {
            topic: "book".to_owned(),
            data: json!({}),
        });
        let request = signed(world.request(Method::GET, "/api/v1/events"), Some(&admin));
        if request.send().await.expect("an answer").status() == 200 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the place was not given back");
}

#[tokio::test]
async fn draining_ends_the_streams() {
    let world = World::with(|_| {}).await;
    let admin = world.admin().await;
    let mut events = follow(&world, &admin).await;
    world.state.drain();
    assert_eq!(events().await, None);
}
