//! Jobs and queues.

use bindery_library::people::Role;
use serde_json::json;

use crate::harness::{World, both, epub};

both! {
    async fn admins_see_and_steer_the_ledger(world) {
        let admin = world.admin().await;
        let book = world.book(&admin, &epub("job"), json!({})).await;
        let jobs = world.get("/admin/jobs?queue=render&state=queued", Some(&admin)).await.json();
        let job = &jobs["items"][0];
        assert_eq!((&job["kind"], &job["bookId"]), (&json!("render"), &book["id"]));
        let id = job["id"].as_str().expect("an id");
        let one = world.get(&format!("/admin/jobs/{id}"), Some(&admin)).await.json();
        assert_eq!(&one, job);

        let cancelled = world.post(&format!("/admin/jobs/{id}/cancel"), Some(&admin), json!({})).await;
        assert_eq!(cancelled.status, 200, "{}", cancelled.text());
        assert_eq!(cancelled.json()["state"], "cancelled");
        let again = world.post(&format!("/admin/jobs/{id}/cancel"), Some(&admin), json!({})).await;
        assert_eq!(again.refusal(), (409, "conflict".to_owned()));
        let retried = world.post(&format!("/admin/jobs/{id}/retry"), Some(&admin), json!({})).await;
        assert_eq!(retried.json()["state"], "queued", "{}", retried.text());
        let again = world.post(&format!("/admin/jobs/{id}/retry"), Some(&admin), json!({})).await;
        assert_eq!(again.refusal(), (409, "conflict".to_owned()));

        let paused = world.post("/admin/queues/render/pause", Some(&admin), json!({})).await.json();
        assert_eq!((&paused["queue"], &paused["paused"]), (&json!("render"), &json!(true)));
        let queues = world.get("/admin/queues", Some(&admin)).await.json();
        let render = queues["items"].as_array().expect("queues").iter()
            .find(|queue| queue["queue"] == "render").expect("render").clone();
        assert_eq!((&render["paused"], &render["ready"]), (&json!(true), &json!(1)));
        assert_eq!(queues["items"].as_array().expect("queues").len(), 5);
        let resumed = world.post("/admin/queues/render/resume", Some(&admin), json!({})).await.json();
        assert_eq!(resumed["paused"], false);
        for missing in ["/admin/jobs/nope/cancel", "/admin/jobs/nope/retry", "/admin/queues/nope/pause"] {
            let reply = world.post(missing, Some(&admin), json!({})).await;
            assert_eq!(reply.refusal(), (404, "not_found".to_owned()), "{missing}");
        }
    }
}

#[tokio::test]
async fn nobody_else_does() {
    let world = World::with(|_| {}).await;
    let roles = [
        Role::Staff,
        Role::Clerk,
        Role::Publisher,
        Role::Editor,
        Role::Author,
        Role::Reader,
    ];
    let other = world.person("other", &roles).await;
    for path in ["/admin/jobs", "/admin/jobs/x", "/admin/queues"] {
        assert_eq!(
            world.get(path, Some(&other)).await.refusal(),
            (403, "forbidden".to_owned())
        );
        assert_eq!(
            world.get(path, None).await.refusal(),
            (401, "unauthenticated".to_owned())
        );
    }
    for path in [
        "/admin/jobs/x/cancel",
        "/admin/jobs/x/retry",
        "/admin/queues/render/pause",
    ] {
        let reply = world.post(path, Some(&other), json!({})).await;
        assert_eq!(reply.refusal(), (403, "forbidden".to_owned()));
    }
}

#[tokio::test]
async fn jobs_are_paged() {
    let world = World::with(|_| {}).await;
    let admin = world.admin().await;
    for n in 0..4 {
        world.book(&admin, &epub(&n.to_string()), json!({})).await;
    }
    let mut seen = std::collections::HashSet::new();
    let mut path = "/admin/jobs?limit=3".to_owned();
    loop {
        let page = world.get(&path, Some(&admin)).await.json();
        for job in page["items"].as_array().expect("jobs") {
            assert!(seen.insert(job["id"].as_str().expect("an id").to_owned()));
        }
        match page["next"].as_str() {
            Some(next) => path = format!("/admin/jobs?limit=3&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen.len(), 8);
    let reply = world.get("/admin/jobs?cursor=nonsense", Some(&admin)).await;
    assert_eq!(reply.refusal(), (400, "invalid_cursor".to_owned()));
}
