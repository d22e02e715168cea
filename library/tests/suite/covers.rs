//! A book's own cover: wanted, set, replaced, taken away.

use bindery_library::catalogue::{self, Cover, CoverState, OwnCover, cover_version};
use bindery_library::people::Role;
use bindery_library::policy::Actor;
use bindery_library::storage::{Key, Storage};
use bindery_library::{Error, work};
use bytes::Bytes;

use crate::world::{World, on_both_databases};

on_both_databases!(
    a_given_picture_is_wanted_until_it_is_set,
    of_two_pictures_the_later_one_is_shown,
    a_cover_is_refused_to_those_who_may_not_edit_and_when_it_is_no_picture,
    a_cover_that_is_cleared_leaves_the_rendition_to_show_its_own,
    a_deleted_book_hands_its_covers_to_the_job,
);

const FIRST: &[u8] = b"\xff\xd8\xff first";
const SECOND: &[u8] = b"\xff\xd8\xff second";

fn storage() -> (tempfile::TempDir, Storage) {
    let folder = tempfile::tempdir().unwrap();
    let storage = Storage::on_disk(folder.path()).unwrap();
    (folder, storage)
}

async fn give(world: &World, storage: &Storage, by: &Actor, book: &str, picture: &'static [u8]) {
    let picture = Bytes::from_static(picture);
    catalogue::give_cover(&world.pipeline, storage, by, book, picture)
        .await
        .unwrap();
}

fn made(picture: &[u8]) -> OwnCover {
    let version = cover_version(picture);
    let files = Cover {
        medium: Some(format!("{version}/medium.jpg")),
        ..Cover::default()
    };
    OwnCover { version, files }
}

async fn set(world: &World, book: &str, cover: &OwnCover) -> bool {
    let mut tx = world.pipeline.begin().await.unwrap();
    let set = catalogue::set_cover(&mut tx, &world.settings, book, cover).await;
    tx.commit().await.unwrap();
    set.unwrap()
}

async fn state(world: &World, book: &str) -> CoverState {
    catalogue::cover_state(&mut *world.read().await, book)
        .await
        .unwrap()
}

/// Live cover jobs of a book.
async fn asked(world: &World, book: &str) -> usize {
    let jobs = world.jobs(work::COVER.queue).await;
    let of_book = |job: &&bindery_pipeline::Job| job.book_id.as_deref() == Some(book);
    let covers = jobs.iter().filter(of_book);
    covers.filter(|job| job.kind == work::COVER.name).count()
}

async fn a_given_picture_is_wanted_until_it_is_set(world: World) {
    let ((_folder, storage), admin) = (storage(), world.admin().await);
    let book = world.published(&admin, "a").await;
    give(&world, &storage, &admin, &book.id, FIRST).await;
    let version = cover_version(FIRST);
    let raw = Key::book_cover(&book.id, &format!("{version}/raw"));
    assert_eq!(storage.get(&raw).await.unwrap(), FIRST);
    assert_eq!(state(&world, &book.id).await.wanted, Some(version.clone()));
    assert_eq!(asked(&world, &book.id).await, 1);
    let before = world.get(&book.id).await;
    assert_eq!(before.cover, None, "not yet");

    assert!(set(&world, &book.id, &made(FIRST)).await);
    let after = world.get(&book.id).await;
    assert_eq!(after.version, before.version + 1);
    let shown = after.shown_cover().unwrap();
    assert_eq!(shown.version, version);
    let path = shown.files.medium.as_deref().unwrap();
    assert_eq!(
        shown.key(path).to_path().unwrap(),
        format!("covers/{}/{version}/medium.jpg", book.id)
    );
    assert_eq!(world.events("book.updated").await, 1);
    assert_eq!(state(&world, &book.id).await.wanted, None);
    assert!(!set(&world, &book.id, &made(FIRST)).await, "once is enough");
    assert_eq!(world.events("book.updated").await, 1);
}

async fn of_two_pictures_the_later_one_is_shown(world: World) {
    let ((_folder, storage), admin) = (storage(), world.admin().await);
    let book = world.published(&admin, "a").await;
    give(&world, &storage, &admin, &book.id, FIRST).await;
    give(&world, &storage, &admin, &book.id, SECOND).await;
    assert_eq!(asked(&world, &book.id).await, 1, "one job does both");
    assert!(set(&world, &book.id, &made(SECOND)).await);
    assert!(!set(&world, &book.id, &made(FIRST)).await, "a late worker");
    assert_eq!(world.get(&book.id).await.cover, Some(made(SECOND)));
}

async fn a_cover_is_refused_to_those_who_may_not_edit_and_when_it_is_no_picture(world: World) {
    let ((_folder, storage), admin) = (storage(), world.admin().await);
    let book = world.published(&admin, "a").await;
    let reader = Actor::from(&world.user("reader@example.org", &[Role::Reader]).await);
    let huge = [FIRST, &vec![0; catalogue::COVER_BYTES as usize]].concat();
    for (by, picture, code) in [
        (&reader, FIRST.to_vec(), "forbidden"),
        (&admin, b"<svg/>".to_vec(), "invalid_input"),
        (&admin, huge, "invalid_input"),
    ] {
        let picture = Bytes::from(picture);
        let given = catalogue::give_cover(&world.pipeline, &storage, by, &book.id, picture).await;
        assert_eq!(given.unwrap_err().code(), code);
    }
    let picture = Bytes::from_static(FIRST);
    let nobody = catalogue::give_cover(&world.pipeline, &storage, &admin, "none", picture).await;
    assert!(matches!(nobody, Err(Error::NotFound("book"))));
    assert_eq!(state(&world, &book.id).await, CoverState::default());
    assert_eq!(asked(&world, &book.id).await, 0);
}

async fn a_cover_that_is_cleared_leaves_the_rendition_to_show_its_own(world: World) {
    let ((_folder, storage), admin) = (storage(), world.admin().await);
    let book = world.published(&admin, "a").await;
    give(&world, &storage, &admin, &book.id, FIRST).await;
    assert!(set(&world, &book.id, &made(FIRST)).await);
    let before = world.get(&book.id).await;
    for _twice in 0..2 {
        let mut tx = world.pipeline.begin().await.unwrap();
        catalogue::clear_cover(&mut tx, &world.settings, &admin, &book.id)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }
    let after = world.get(&book.id).await;
    assert_eq!((after.cover, after.version), (None, before.version + 1));
    assert_eq!(world.events("book.updated").await, 2);

    give(&world, &storage, &admin, &book.id, SECOND).await;
    let mut tx = world.pipeline.begin().await.unwrap();
    let version = cover_version(SECOND);
    catalogue::drop_wanted_cover(&mut tx, &book.id, &cover_version(FIRST))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(
        state(&world, &book.id).await.wanted,
        Some(version),
        "another"
    );
}

async fn a_deleted_book_hands_its_covers_to_the_job(world: World) {
    let ((_folder, storage), admin) = (storage(), world.admin().await);
    for (title, given) in [("with", true), ("without", false)] {
        let book = world.published(&admin, title).await;
        if given {
            give(&world, &storage, &admin, &book.id, FIRST).await;
        }
        let mut tx = world.pipeline.begin().await.unwrap();
        catalogue::delete_book(&mut tx, &world.settings, &admin, &book.id, None)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        assert_eq!(asked(&world, &book.id).await, usize::from(given), "{title}");
        assert_eq!(state(&world, &book.id).await, CoverState::default());
    }
}
