//! Search over the real index.

use std::{path::Path, sync::Arc};

use bindery_adapters::search::TantivySearch;
use bindery_library::{people::Role, ports::Search, search::document};
use serde_json::json;

use crate::harness::{World, both, epub};

/// An index in `folder`.
pub fn index(folder: &Path) -> Arc<dyn Search> {
    Arc::new(TantivySearch::open(&folder.join("index")).expect("an index"))
}

/// Does what the reindex job does.
async fn reindex(world: &World, id: &str) {
    let mut db = world.state.read().await.expect("a connection");
    let document = document(&mut db, id).await.expect("read").expect("there");
    world
        .state
        .search
        .upsert(vec![document])
        .await
        .expect("indexed");
}

both! {
    async fn search_finds_what_the_caller_may_see(world) {
        let admin = world.admin().await;
        let reader = world.person("reader", &[Role::Reader]).await;
        let open = json!({"title": "The Time Machine", "authors": ["H. G. Wells"], "status": "published"});
        let open = world.book(&admin, &epub("open"), open).await;
        let draft = json!({"title": "Time and Again"});
        let draft = world.book(&admin, &epub("draft"), draft).await;
        for book in [&open, &draft] {
            reindex(world, book["id"].as_str().expect("an id")).await;
        }
        let find = async |q: &str, by| {
            let page = world.get(&format!("/search?q={q}"), by).await;
            assert_eq!(page.status, 200, "{}", page.text());
            page.json()["items"].as_array().expect("items").clone()
        };
        for by in [None, Some(&reader)] {
            let hits = find("time", by).await;
            assert_eq!(hits.len(), 1);
            assert_eq!(hits[0]["book"]["id"], open["id"]);
        }
        assert_eq!(find("time", Some(&admin)).await.len(), 2);
        assert_eq!(find("wells", None).await.len(), 1);
        assert_eq!(find("", None).await.len(), 0);
        assert_eq!(find("%F0%9F%A6%89%20%22%5B(*", None).await.len(), 0);
        // The index may lag behind; what it names and nobody may see is not shown.
        let path = format!("/api/v1/books/{}", open["id"].as_str().expect("an id"));
        let delete = world.request(reqwest::Method::DELETE, &path).bearer_auth(&admin.token);
        assert_eq!(world.send(delete).await.status, 204);
        assert_eq!(find("machine", Some(&admin)).await.len(), 0);
    }
}

#[tokio::test]
async fn questions_are_checked() {
    let world = World::with(|_| {}).await;
    let missing = world.get("/search", None).await;
    assert_eq!(missing.refusal(), (400, "invalid_parameter".to_owned()));
    let cursor = world.get("/search?q=a&cursor=nonsense", None).await;
    assert_eq!(cursor.refusal(), (400, "invalid_cursor".to_owned()));
}
