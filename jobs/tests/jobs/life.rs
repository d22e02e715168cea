//! A book's life through all five queues.

use bindery_library::catalogue::{self, RenditionState};
use bindery_library::storage::Prefix;
use bindery_library::{reading, work};
use bindery_pipeline::{Priority, Workers};
use futures::TryStreamExt;

use crate::books::epub;
use crate::site::{Running, Site, again, eventually};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_book_becomes_readable_on_sqlite() {
    becomes_readable(&Site::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_book_becomes_readable_on_postgresql() {
    let Some(site) = Site::postgres().await else {
        return;
    };
    becomes_readable(&site).await;
}

async fn becomes_readable(site: &Site) {
    let running = Running::start(&site.deps);
    let book = site
        .upload("wuthering_heights.epub", &epub("Wuthering Heights", 3, 20))
        .await;
    site.settled().await;

    let book = site.book(&book.id).await;
    let rendition = book.rendition.clone().unwrap();
    assert_eq!(
        (rendition.state, rendition.slices),
        (RenditionState::Ready, 3)
    );
    assert_eq!(book.serving.map(|r| r.id), Some(rendition.id.clone()));
    assert_eq!(
        (book.title.as_str(), book.authors),
        ("Wuthering Heights", vec!["Ada Binder".into()])
    );
    for path in [
        "index.json",
        "manifest.json",
        "positions.json",
        "slices/0.html",
        "slices/2.html",
    ] {
        assert!(site.content(&rendition.id, path).is_file(), "{path}");
    }
    assert_eq!(site.search("heights").await, [&*book.id]);
    let mails = site.mails();
    assert_eq!(mails.len(), 1);
    assert!(
        mails[0].contains("Subject: Ready to read: Wuthering Heights"),
        "{}",
        mails[0]
    );
    assert!(mails[0].contains(&format!("http://books.test/books/{}", book.id)));
    assert_eq!(site.hooks.types(), ["book.created", "rendition.ready"]);
    let job = &site.jobs("render").await[0];
    assert_eq!(job.progress.map(|p| (p.done, p.total)), Some((3, 3)));
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_job_run_twice_is_harmless() {
    let site = Site::sqlite().await;
    let running = Running::start(&site.deps);
    let book = site.upload("a.epub", &epub("Twice", 2, 5)).await;
    site.settled().await;
    let before = site.book(&book.id).await;
    let rendition = before.rendition.clone().unwrap();
    let (mails, hooks) = (site.mails(), site.hooks.ids());

    again(
        &site,
        work::render(&rendition.id, Some(&book.id), Priority::ReadNow),
    )
    .await;
    again(&site, work::reindex(&book.id)).await;
    again(
        &site,
        work::invalidate(&rendition.id, std::time::Duration::ZERO),
    )
    .await;
    again(
        &site,
        work::email(hooks.last().unwrap(), &site.owner.user_id, None),
    )
    .await;
    again(&site, work::webhook(&hooks[0], None)).await;
    site.settled().await;

    assert_eq!(site.book(&book.id).await, before);
    assert!(
        site.content(&rendition.id, "slices/0.html").is_file(),
        "still in use, not removed"
    );
    assert_eq!(site.search("twice").await, [book.id]);
    assert_eq!(
        site.mails().len(),
        mails.len(),
        "the same key is the same message"
    );
    let after = site.hooks.ids();
    assert_eq!(after[..hooks.len()], hooks[..]);
    assert_eq!(
        after[hooks.len()..],
        hooks[..1],
        "delivered again under the same id"
    );
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_file_is_rendered_and_the_old_rendition_goes_on_sqlite() {
    another_file(&Site::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_file_is_rendered_and_the_old_rendition_goes_on_postgresql() {
    let Some(site) = Site::postgres().await else {
        return;
    };
    another_file(&site).await;
}

async fn another_file(site: &Site) {
    let running = Running::start(&site.deps);
    let book = site.upload("a.epub", &epub("First Edition", 2, 5)).await;
    site.settled().await;
    let old = site.book(&book.id).await.rendition.unwrap();

    site.replace(&book.id, &epub("Second Edition", 4, 5)).await;
    site.settled().await;
    let after = site.book(&book.id).await;
    let new = after.rendition.unwrap();
    assert_eq!((new.state, new.slices), (RenditionState::Ready, 4));
    assert_eq!(after.title, "Second Edition");
    assert_eq!(site.search("second").await, [&*book.id]);
    assert!(site.search("first").await.is_empty());
    assert!(site.content(&new.id, "slices/3.html").is_file());
    assert!(
        !site.content(&old.id, "manifest.json").exists(),
        "the old files are gone"
    );
    assert_eq!(site.rendition(&old.id).await, None);

    // Nothing is left to remove: once more does nothing.
    again(site, work::invalidate(&old.id, std::time::Duration::ZERO)).await;
    again(
        site,
        work::render(&old.id, Some(&book.id), Priority::Normal),
    )
    .await;
    assert_eq!(site.rendition(&old.id).await, None);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_second_upload_of_a_file_renders_nothing() {
    let site = Site::sqlite().await;
    let running = Running::start(&site.deps);
    let bytes = epub("Shared", 2, 5);
    let first = site.upload("a.epub", &bytes).await;
    site.settled().await;
    let second = site.upload("b.epub", &bytes).await;
    assert_eq!(
        second.rendition.as_ref().unwrap().state,
        RenditionState::Ready
    );
    site.settled().await;
    assert_eq!(site.jobs("render").await.len(), 1);

    // The rendition stays as long as one of the two needs it.
    for (book, left) in [(first, true), (second, false)] {
        let rendition = site.book(&book.id).await.rendition.unwrap().id;
        let mut tx = site.deps.pipeline.begin().await.unwrap();
        catalogue::delete_book(&mut tx, &site.deps.settings, &site.owner, &book.id, None)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        site.settled().await;
        assert_eq!(site.content(&rendition, "manifest.json").exists(), left);
    }
    assert!(site.search("shared").await.is_empty());
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rendition_that_is_being_read_is_removed_later() {
    let site = Site::sqlite().await;
    let running = Running::start(&site.deps);
    let book = site.upload("a.epub", &epub("Open", 1, 1)).await;
    site.settled().await;
    let rendition = site.book(&book.id).await.rendition.unwrap().id;
    let (reader, life) = (&site.owner.user_id, 2_500);
    let mut tx = site.deps.pipeline.begin().await.unwrap();
    reading::open_session(&mut tx, reader, &book.id, &rendition, life)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    site.replace(&book.id, &epub("Other", 1, 1)).await;
    eventually("the removal is put off", async || {
        site.jobs("invalidate").await.len() > 1
    })
    .await;
    assert!(site.content(&rendition, "manifest.json").exists());
    eventually("the files go", async || {
        !site.content(&rendition, "manifest.json").exists()
    })
    .await;
    site.settled().await;
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_book_in_a_bucket_is_rendered_into_the_bucket() {
    let Some(site) = Site::bucket().await else {
        return;
    };
    let running = Running::start(&site.deps);
    let book = site.upload("a.epub", &epub("In a Bucket", 3, 20)).await;
    site.settled().await;
    let rendition = site.book(&book.id).await.rendition.unwrap();
    assert_eq!(
        (rendition.state, rendition.slices),
        (RenditionState::Ready, 3)
    );
    let mut bytes = 0;
    for path in site
        .deps
        .storage
        .list_prefix(&Prefix::Rendition(rendition.id.clone()))
        .unwrap()
        .try_collect::<Vec<_>>()
        .await
        .unwrap()
    {
        bytes += path.size;
    }
    assert_eq!(
        bytes,
        u64::try_from(rendition.bytes).unwrap(),
        "everything is there"
    );
    let left = std::fs::read_dir(&site.deps.scratch).unwrap().count();
    assert_eq!(left, 0, "nothing stays in the scratch folder");
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_kind_has_a_handler() {
    let site = Site::sqlite().await;
    let workers = Workers::new(site.deps.pipeline.clone());
    let workers = bindery_jobs::register(workers, &std::sync::Arc::new(site.deps.clone()), &[]);
    let mut kinds = work::KINDS.map(|kind| kind.name);
    kinds.sort_unstable();
    assert_eq!(workers.kinds(), kinds);
}
