//! A book's own cover, from the picture as given to what the API shows.

use std::io::Cursor;

use bindery_library::catalogue::{self, CoverState, cover_version};
use bindery_library::storage::{Key, Prefix};
use bindery_library::work;
use bindery_pipeline::State;
use futures::TryStreamExt;
use image::{ImageFormat, Rgb, RgbImage};

use crate::books::epub;
use crate::site::{Running, Site, again, ended, eventually};

const RED: [u8; 3] = [220, 20, 20];
const BLUE: [u8; 3] = [20, 20, 220];

fn png(colour: [u8; 3]) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    RgbImage::from_pixel(600, 900, Rgb(colour))
        .write_to(&mut bytes, ImageFormat::Png)
        .unwrap();
    bytes.into_inner()
}

async fn give(site: &Site, book: &str, picture: &[u8]) {
    let (pipeline, storage) = (&site.deps.pipeline, &site.deps.storage);
    let picture = picture.to_vec().into();
    catalogue::give_cover(pipeline, storage, &site.owner, book, picture)
        .await
        .unwrap();
}

/// Everything under `covers/{book}/`, sorted.
async fn files(site: &Site, book: &str) -> Vec<String> {
    let prefix = Prefix::BookCovers(book.to_owned());
    let objects = site.deps.storage.list_prefix(&prefix).unwrap();
    let objects: Vec<_> = objects.try_collect().await.unwrap();
    let mut names: Vec<String> = objects.into_iter().map(|o| o.path).collect();
    names.sort();
    names
}

fn set_of(book: &str, picture: &[u8]) -> Vec<String> {
    let version = cover_version(picture);
    ["medium.webp", "original.png", "thumbnail.webp"]
        .map(|name| format!("covers/{book}/{version}/{name}"))
        .to_vec()
}

/// Width and middle pixel of the thumbnail that the book shows.
async fn thumbnail(site: &Site, book: &str) -> (u32, [u8; 3]) {
    let book = site.book(book).await;
    let shown = book.shown_cover().unwrap();
    let key = shown.key(shown.files.thumbnail.as_deref().unwrap());
    let bytes = site.deps.storage.get(&key).await.unwrap();
    let picture = image::load_from_memory(&bytes).unwrap().to_rgb8();
    (picture.width(), picture.get_pixel(80, 120).0)
}

fn close(a: [u8; 3], b: [u8; 3]) -> bool {
    a.iter().zip(b).all(|(a, b)| a.abs_diff(b) < 8)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_given_picture_becomes_the_cover_on_sqlite() {
    becomes_the_cover(&Site::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_given_picture_becomes_the_cover_on_postgresql() {
    if let Some(site) = Site::postgres().await {
        becomes_the_cover(&site).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_given_picture_becomes_the_cover_in_a_bucket() {
    if let Some(site) = Site::bucket().await {
        becomes_the_cover(&site).await;
    }
}

async fn becomes_the_cover(site: &Site) {
    let running = Running::start(&site.deps);
    let book = site.upload("a.epub", &epub("Covered", 1, 1)).await.id;
    give(site, &book, &png(RED)).await;
    site.settled().await;
    let (width, colour) = thumbnail(site, &book).await;
    assert!(width == 160 && close(colour, RED), "{width} {colour:?}");
    assert_eq!(files(site, &book).await, set_of(&book, &png(RED)), "no raw");

    let version = site.book(&book).await.version;
    again(site, work::cover(&book)).await;
    assert_eq!(site.book(&book).await.version, version, "nothing to do");
    assert_eq!(files(site, &book).await, set_of(&book, &png(RED)));

    give(site, &book, &png(BLUE)).await;
    site.settled().await;
    assert!(close(thumbnail(site, &book).await.1, BLUE));
    assert_eq!(
        files(site, &book).await,
        set_of(&book, &png(BLUE)),
        "old ones go"
    );

    let mut tx = site.deps.pipeline.begin().await.unwrap();
    catalogue::delete_book(&mut tx, &site.deps.settings, &site.owner, &book, None)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    site.settled().await;
    assert_eq!(files(site, &book).await, [""; 0]);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_picture_that_is_none_leaves_the_renditions_cover_and_no_file() {
    let site = Site::sqlite().await;
    let running = Running::start(&site.deps);
    let book = site.upload("a.epub", &epub("Plain", 1, 1)).await.id;
    let whole = png(RED);
    give(&site, &book, &whole[..whole.len() / 2]).await;
    site.settled().await;
    let shown = site.book(&book).await;
    assert_eq!(shown.cover, None);
    let rendition = shown.rendition.as_ref().unwrap();
    assert_eq!(shown.shown_cover().unwrap().version, rendition.id);
    assert_eq!(files(&site, &book).await, [""; 0]);
    let jobs = site.jobs("cover").await;
    assert!(
        jobs.iter()
            .all(|j| (j.state, j.attempt) == (State::Done, 1))
    );
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_interrupted_cover_is_made_by_the_next_worker() {
    let site = Site::sqlite().await;
    let book = site.upload("a.epub", &epub("Interrupted", 1, 1)).await.id;
    let running = Running::start(&site.deps);
    site.settled().await;
    running.stop().await;

    let asleep = Running::start(&site.with_child(&["hostile", "sleep"]));
    give(&site, &book, &png(RED)).await;
    let runs = async || site.jobs("cover").await[0].state == State::Running;
    eventually("the job runs", runs).await;
    asleep.stop().await;
    assert_eq!(site.book(&book).await.cover, None);

    let running = Running::start(&site.deps);
    site.settled().await;
    assert!(close(thumbnail(&site, &book).await.1, RED));
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_book_deleted_while_its_cover_is_made_leaves_no_file() {
    let site = Site::sqlite().await;
    let book = site.upload("a.epub", &epub("Deleted", 1, 1)).await.id;
    let asleep = Running::start(&site.with_child(&["hostile", "sleep"]));
    give(&site, &book, &png(RED)).await;
    let job = site.jobs("cover").await[0].id.clone();
    eventually("it runs", async || {
        site.job(&job).await.state == State::Running
    })
    .await;
    let mut tx = site.deps.pipeline.begin().await.unwrap();
    catalogue::delete_book(&mut tx, &site.deps.settings, &site.owner, &book, None)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    asleep.stop().await;
    // What the interrupted child's successor might have put.
    let stray = Key::book_cover(&book, "ab12/medium.jpg");
    let bytes = b"x".as_slice().into();
    site.deps
        .storage
        .put(&stray, "image/jpeg", bytes)
        .await
        .unwrap();

    let running = Running::start(&site.deps);
    assert_eq!(ended(&site, &job).await.state, State::Done);
    site.settled().await;
    assert_eq!(files(&site, &book).await, [""; 0]);
    let mut conn = site.deps.pipeline.db().read().await.unwrap();
    let state = catalogue::cover_state(&mut conn, &book).await.unwrap();
    assert_eq!(state, CoverState::default());
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_child_that_gives_something_else_is_not_believed() {
    let site = Site::sqlite().await;
    let book = site.upload("a.epub", &epub("Hostile", 1, 1)).await.id;
    let running = Running::start(&site.with_child(&["hostile", "half"]));
    give(&site, &book, &png(RED)).await;
    site.settled().await;
    assert_eq!(site.book(&book).await.cover, None);
    assert_eq!(files(&site, &book).await, [""; 0]);
    running.stop().await;
}
