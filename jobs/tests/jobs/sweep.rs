//! The sweep removes what nobody needs, and nothing else.

use std::fs::File;
use std::time::{Duration, SystemTime};

use bindery_jobs::sweep::{Swept, sweep};
use bindery_library::storage::{Key, Storage};

use crate::books::epub;
use crate::site::{Running, Site};

/// Makes an object look `days` old.
fn age(storage: &Storage, key: &Key, days: u64) {
    let path = storage.local_path(key).unwrap().unwrap();
    let then = SystemTime::now() - Duration::from_secs(days * 24 * 3600);
    File::options()
        .write(true)
        .open(path)
        .unwrap()
        .set_modified(then)
        .unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_what_nobody_needs_is_removed() {
    let site = Site::sqlite().await;
    let storage = &site.deps.storage;
    let running = Running::start(&site.deps);
    let kept = site.upload("kept.epub", &epub("Kept", 1, 1)).await;
    site.settled().await;
    let pending = site.put("pending.epub", b"on its way", None).await;
    let sha256 = site.book(&kept.id).await.file.unwrap().sha256;
    let stray = Key::original(&"0".repeat(64));
    let young = Key::original(&"1".repeat(64));
    for key in [&stray, &young] {
        storage
            .put(key, "application/epub+zip", "x".into())
            .await
            .unwrap();
    }
    let forgotten = Key::upload("nobody-knows");
    storage
        .put(&forgotten, "application/epub+zip", "x".into())
        .await
        .unwrap();
    for key in [
        &stray,
        &forgotten,
        &Key::original(&sha256),
        &Key::upload(&pending.id),
    ] {
        age(storage, key, 3);
    }

    let swept = sweep(&site.deps).await.unwrap();
    assert_eq!(
        (swept.originals, swept.renditions, swept.uploads),
        (1, 0, 0),
        "{swept:?}"
    );
    assert!(storage.head(&stray).await.is_err());
    assert!(storage.head(&forgotten).await.is_err());
    assert!(storage.head(&young).await.is_ok());
    assert!(storage.head(&Key::original(&sha256)).await.is_ok());
    assert!(
        storage.head(&Key::upload(&pending.id)).await.is_ok(),
        "still open"
    );
    let rendition = site.book(&kept.id).await.rendition.unwrap().id;
    site.settled().await;
    assert!(site.content(&rendition, "manifest.json").is_file());
    assert_eq!(sweep(&site.deps).await.unwrap(), Swept::default());
    running.stop().await;
}
