//! Jobs when books, children, workers and endpoints fail.

use bindery_library::catalogue::RenditionState;
use bindery_library::storage::Key;
use bindery_library::work;
use bindery_pipeline::{Priority, State, jobs};

use crate::books::epub;
use crate::site::{Running, Site, ended, eventually};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bad_book_fails_once_and_its_owner_is_told() {
    let site = Site::sqlite().await;
    let running = Running::start(&site.deps);
    let book = site
        .upload(
            "bad.epub",
            b"PK\x03\x04 this is no archive at all, only its magic.",
        )
        .await;
    site.settled().await;
    let rendition = site.book(&book.id).await.rendition.unwrap();
    assert_eq!(rendition.state, RenditionState::Failed);
    let error = rendition.error.unwrap();
    assert!(
        ["not_a_zip", "corrupt_archive"].contains(&error.code.as_str()),
        "{error:?}"
    );
    let job = &site.jobs("render").await[0];
    assert_eq!(
        (job.state, job.attempt),
        (State::Done, 1),
        "trying again is useless"
    );
    assert!(
        site.mails()[0].contains("Subject: Could not be prepared: bad"),
        "{:?}",
        site.mails()
    );
    assert_eq!(site.hooks.types(), ["book.created", "rendition.failed"]);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_child_that_dies_half_way_is_tried_twice_and_leaves_nothing_ready() {
    let site = Site::sqlite().await;
    let running = Running::start(&site.with_child(&["hostile", "half"]));
    let book = site.upload("a.epub", &epub("Half", 2, 5)).await;
    site.settled().await;
    let rendition = site.book(&book.id).await.rendition.unwrap();
    assert_eq!(rendition.state, RenditionState::Failed);
    assert_eq!(rendition.error.unwrap().code, "sandbox_killed");
    let job = &site.jobs("render").await[0];
    assert_eq!((job.state, job.attempt), (State::Done, 2));
    assert_eq!(site.book(&book.id).await.serving, None);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_child_that_breaks_the_protocol_fails_the_book_at_once() {
    let site = Site::sqlite().await;
    let running = Running::start(&site.with_child(&["hostile", "path"]));
    let book = site.upload("a.epub", &epub("Path", 1, 1)).await;
    site.settled().await;
    let rendition = site.book(&book.id).await.rendition.unwrap();
    assert_eq!(rendition.error.unwrap().code, "sandbox_protocol");
    assert_eq!(site.jobs("render").await[0].attempt, 1);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_interrupted_render_is_finished_by_the_next_worker() {
    let site = Site::sqlite().await;
    let stalled = Running::start(&site.with_child(&["hostile", "stall"]));
    let book = site.upload("a.epub", &epub("Interrupted", 3, 5)).await;
    let rendition = site.book(&book.id).await.rendition.unwrap().id;
    let indexed = async || site.state(&rendition).await == Some(RenditionState::Indexed);
    eventually("readers may begin while the slices come", indexed).await;
    assert_eq!(site.rendition(&rendition).await.unwrap().slices, 2);
    stalled.stop().await;
    assert_eq!(
        site.state(&rendition).await,
        Some(RenditionState::Indexed),
        "not ready"
    );
    let job = &site.jobs("render").await[0];
    assert_eq!(
        (job.state, job.attempt),
        (State::Queued, 0),
        "a drained attempt does not count"
    );

    let running = Running::start(&site.deps);
    site.settled().await;
    let rendition = site.rendition(&rendition).await.unwrap();
    assert_eq!(
        (rendition.state, rendition.slices),
        (RenditionState::Ready, 3)
    );
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancelled_render_ends_at_once_and_may_be_asked_for_again() {
    let site = Site::sqlite().await;
    let stalled = Running::start(&site.with_child(&["hostile", "stall"]));
    let book = site.upload("a.epub", &epub("Cancelled", 1, 5)).await;
    let rendition = site.book(&book.id).await.rendition.unwrap().id;
    let indexed = async || site.state(&rendition).await == Some(RenditionState::Indexed);
    eventually("the render runs", indexed).await;
    let id = site.jobs("render").await[0].id.clone();
    let mut tx = site.deps.pipeline.begin().await.unwrap();
    jobs::cancel(&mut tx, &id).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(ended(&site, &id).await.state, State::Cancelled);
    stalled.stop().await;

    let running = Running::start(&site.deps);
    site.enqueue(work::render(&rendition, Some(&book.id), Priority::ReadNow))
        .await;
    let ready = async || site.state(&rendition).await == Some(RenditionState::Ready);
    eventually("the second request makes it", ready).await;
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_original_that_is_gone_is_told() {
    let site = Site::sqlite().await;
    let book = site.upload("a.epub", &epub("Gone", 1, 1)).await;
    let file = site.book(&book.id).await.file.unwrap();
    site.deps
        .storage
        .delete(&Key::original(&file.sha256))
        .await
        .unwrap();
    let running = Running::start(&site.deps);
    site.settled().await;
    let rendition = site.book(&book.id).await.rendition.unwrap();
    assert_eq!(rendition.error.unwrap().code, "original_missing");
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_damaged_download_is_tried_to_the_end_and_then_told() {
    let Some(site) = Site::bucket().await else {
        return;
    };
    let book = site.upload("a.epub", &epub("Damaged", 1, 1)).await;
    let file = site.book(&book.id).await.file.unwrap();
    let key = Key::original(&file.sha256);
    let whole = site.deps.storage.get(&key).await.unwrap();
    let cut = whole.slice(..whole.len() / 2);
    site.deps
        .storage
        .put(&key, "application/epub+zip", cut)
        .await
        .unwrap();
    let running = Running::start(&site.deps);
    let id = site.jobs("render").await[0].id.clone();
    let job = ended(&site, &id).await;
    assert_eq!((job.state, job.attempt), (State::Dead, job.max_attempts));
    assert!(job.last_error.unwrap().contains("checksum"));
    let rendition = site.book(&book.id).await.rendition.unwrap();
    assert_eq!(rendition.error.unwrap().code, "render_interrupted");

    // Mended, and retried by hand from the dashboard.
    site.deps
        .storage
        .put(&key, "application/epub+zip", whole)
        .await
        .unwrap();
    let mut tx = site.deps.pipeline.begin().await.unwrap();
    jobs::retry(&mut tx, &id).await.unwrap();
    tx.commit().await.unwrap();
    let ready = async || site.state(&rendition.id).await == Some(RenditionState::Ready);
    eventually("the retry makes it", ready).await;
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_webhook_is_retried_unless_it_is_gone() {
    let site = Site::sqlite().await;
    site.hooks.refuse_next(500);
    let running = Running::start(&site.deps);
    let book = site.upload("a.epub", &epub("Hooked", 1, 1)).await;
    site.settled().await;
    let mut types = site.hooks.types();
    types.sort();
    assert_eq!(
        types,
        ["book.created", "rendition.ready"],
        "one of them on the second attempt"
    );
    assert!(
        site.jobs("webhook")
            .await
            .iter()
            .any(|job| job.attempt == 2)
    );

    site.hooks.refuse_next(410);
    let id = site
        .enqueue(work::webhook(&site.hooks.ids()[0], Some(&book.id)))
        .await;
    assert_eq!(ended(&site, &id).await.state, State::Dead);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn jobs_about_what_is_gone_succeed_quietly() {
    let site = Site::sqlite().await;
    let running = Running::start(&site.deps);
    for job in [
        work::render("0000", None, Priority::Normal),
        work::reindex("nobody"),
        work::invalidate("0000", std::time::Duration::ZERO),
        work::email("nothing", "nobody", None),
        work::webhook("nothing", None),
    ] {
        let id = site.enqueue(job).await;
        let job = ended(&site, &id).await;
        assert_eq!((job.state, job.attempt), (State::Done, 1), "{}", job.kind);
    }
    running.stop().await;
}
