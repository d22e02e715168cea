//! From the announcement of an upload to a rendition that serves, and to its removal.

use bindery_library::catalogue::{
    self, BookDraft, BookEdit, BookStatus, Cover, FoundMetadata, Ready, RenderStart,
    RenditionState, Retirement,
};
use bindery_library::people::Role;
use bindery_library::policy::Actor;
use bindery_library::storage::Promoted;
use bindery_library::{Error, events, now_ms, reading};
use bindery_pipeline::Priority;

use crate::world::{World, file, on_both_databases};

on_both_databases!(
    an_upload_becomes_a_book_exactly_once,
    an_upload_of_other_bytes_is_refused,
    only_who_may_publish_uploads_straight_to_published,
    second_upload_of_the_same_file_renders_once,
    a_ready_rendition_fills_what_nobody_set,
    marking_ready_twice_changes_nothing,
    a_failed_rendition_is_told_and_tried_again_by_a_new_upload,
    the_old_file_serves_until_the_new_one_is_ready,
    a_deleted_book_takes_its_rendition_along,
    a_rendition_wanted_again_while_it_goes_is_rendered_anew,
    a_rendition_somebody_reads_is_not_retired,
    forgotten_uploads_are_swept,
    unfinished_uploads_are_counted,
    events_come_back_in_their_envelope,
);

fn ready() -> Ready {
    Ready {
        slices: 12,
        bytes: 3456,
        cover: Some(Cover {
            original: Some("cover/original.jpg".into()),
            ..Cover::default()
        }),
        metadata: FoundMetadata {
            title: Some("Found Title".into()),
            authors: vec!["Found Author".into()],
            language: Some("de".into()),
            isbn: Some("9780306406157".into()),
            subjects: vec!["Sea".into(), "Whales".into()],
            ..FoundMetadata::default()
        },
        report: serde_json::json!({"warnings": []}),
    }
}

async fn an_upload_becomes_a_book_exactly_once(world: World) {
    let admin = world.admin().await;
    let file = file("a");
    let id = world.presign(&admin, &file).await;
    assert_eq!(world.get(&id).await.status, BookStatus::Uploading);
    assert_eq!(world.get(&id).await.title, "some book");
    let calls = (0..4).map(|n| {
        let (pipeline, settings) = (world.pipeline.clone(), world.settings.clone());
        let (admin, id, file) = (admin.clone(), id.clone(), file.clone());
        tokio::spawn(async move {
            let draft = BookDraft {
                title: Some(format!("Call {n}")),
                ..BookDraft::default()
            };
            let mut tx = pipeline.begin().await.unwrap();
            let done = catalogue::finalise(&mut tx, &settings, &admin, &id, &file, draft).await;
            tx.commit().await.unwrap();
            done.unwrap()
        })
    });
    let mut answers = Vec::new();
    for call in calls.collect::<Vec<_>>() {
        answers.push(call.await.unwrap());
    }
    assert_eq!(answers.iter().filter(|done| done.fresh).count(), 1);
    assert!(
        answers.iter().all(|done| done.book == answers[0].book),
        "all answer the same book"
    );
    let book = world.get(&id).await;
    assert_eq!(book.status, BookStatus::Draft);
    assert_eq!(book.file.as_ref().unwrap().sha256, file.sha256);
    assert_eq!(book.file.as_ref().unwrap().file_name, "some_book.epub");
    assert_eq!(book.rendition.unwrap().state, RenditionState::Pending);
    assert_eq!(world.events("book.created").await, 1);
    let counts = [
        world.jobs("render").await,
        world.jobs("reindex").await,
        world.jobs("webhook").await,
    ];
    assert_eq!(counts.map(|jobs| jobs.len()), [1, 1, 1]);
    assert!(
        catalogue::get_upload(&mut *world.read().await, &id)
            .await
            .unwrap()
            .claimed
    );
}

async fn an_upload_of_other_bytes_is_refused(world: World) {
    let admin = world.admin().await;
    let id = world.presign(&admin, &file("announced")).await;
    let mut tx = world.pipeline.begin().await.unwrap();
    let draft = BookDraft::default();
    let other = file("other");
    let refused = catalogue::finalise(&mut tx, &world.settings, &admin, &id, &other, draft).await;
    assert_eq!(refused.unwrap_err().code(), "upload_mismatch");
    drop(tx);
    assert_eq!(world.get(&id).await.status, BookStatus::Uploading);
    assert!(world.jobs("render").await.is_empty());
}

async fn only_who_may_publish_uploads_straight_to_published(world: World) {
    let author = Actor::from(&world.user("ann@example.org", &[Role::Author]).await);
    let reader = Actor::from(&world.user("bob@example.org", &[Role::Reader]).await);
    let id = world.presign(&author, &file("a")).await;
    let draft = || BookDraft {
        status: Some(BookStatus::Published),
        ..BookDraft::default()
    };
    let mut tx = world.pipeline.begin().await.unwrap();
    let settings = &world.settings;
    let jump = catalogue::finalise(&mut tx, settings, &author, &id, &file("a"), draft()).await;
    assert_eq!(jump.unwrap_err().code(), "forbidden");
    let stranger = catalogue::finalise(&mut tx, settings, &reader, &id, &file("a"), draft()).await;
    assert_eq!(stranger.unwrap_err().code(), "not_found");
    drop(tx);
    let admin = world.admin().await;
    let book = world.book(&admin, &file("b"), draft()).await;
    assert_eq!(book.status, BookStatus::Published);
}

async fn second_upload_of_the_same_file_renders_once(world: World) {
    let admin = world.admin().await;
    let one = world
        .book(&admin, &file("same"), BookDraft::default())
        .await;
    let two = world
        .book(&admin, &file("same"), BookDraft::default())
        .await;
    let rendition = one.rendition.unwrap().id;
    assert_eq!(two.rendition.unwrap().id, rendition);
    assert_eq!(world.jobs("render").await.len(), 1);
    assert!(world.ready(&rendition, &ready()).await);
    assert_eq!(
        world.events("rendition.ready").await,
        2,
        "both books are served"
    );
    // A third comes when it is ready: it is served at once, without a job.
    let three = world
        .book(&admin, &file("same"), BookDraft::default())
        .await;
    assert_eq!(three.serving.unwrap().state, RenditionState::Ready);
    assert_eq!(three.title, "Found Title");
    assert_eq!(world.jobs("render").await.len(), 1);
    let mut conn = world.read().await;
    let same = catalogue::books_with_file(&mut conn, &file("same").sha256, 10)
        .await
        .unwrap();
    assert_eq!(same.len(), 3);
    assert_eq!(
        catalogue::begin_render(&mut conn, &rendition)
            .await
            .unwrap(),
        RenderStart::AlreadyReady
    );
    assert_eq!(
        catalogue::begin_render(&mut conn, "unknown").await.unwrap(),
        RenderStart::Gone
    );
}

async fn a_ready_rendition_fills_what_nobody_set(world: World) {
    let admin = world.admin().await;
    let draft = BookDraft {
        title: Some("My Title".into()),
        tags: Some(vec!["Mine".into()]),
        ..BookDraft::default()
    };
    let book = world.book(&admin, &file("a"), draft).await;
    let rendition = book.rendition.unwrap().id;
    let mut tx = world.pipeline.begin().await.unwrap();
    assert!(
        catalogue::mark_indexed(&mut tx, &rendition, 12)
            .await
            .unwrap()
    );
    tx.commit().await.unwrap();
    let indexed = world.get(&book.id).await;
    assert_eq!(indexed.readable().unwrap().state, RenditionState::Indexed);
    assert_eq!(indexed.readable().unwrap().slices, 12);
    // Somebody sets the language while the render runs.
    let edit = BookEdit {
        language: Some(Some("en".into())),
        ..BookEdit::default()
    };
    let mut tx = world.pipeline.begin().await.unwrap();
    catalogue::edit_book(
        &mut tx,
        &world.settings,
        &admin,
        &book.id,
        indexed.version,
        edit,
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    assert!(world.ready(&rendition, &ready()).await);
    let filled = world.get(&book.id).await;
    assert_eq!(
        (filled.title.as_str(), filled.tags.as_slice()),
        ("My Title", &["Mine".to_owned()][..])
    );
    assert_eq!(filled.authors, ["Found Author"]);
    assert_eq!(filled.language.as_deref(), Some("en"));
    assert_eq!(filled.isbn.as_deref(), Some("9780306406157"));
    let served = filled.cover_rendition().unwrap();
    assert_eq!((served.slices, served.bytes), (12, 3456));
    assert_eq!(
        served.cover.as_ref().unwrap().original.as_deref(),
        Some("cover/original.jpg")
    );
    let report = catalogue::rendition_report(&mut *world.read().await, &rendition)
        .await
        .unwrap();
    assert_eq!(report, Some(serde_json::json!({"warnings": []})));
    assert_eq!(world.jobs("email").await.len(), 1);
}

async fn marking_ready_twice_changes_nothing(world: World) {
    let admin = world.admin().await;
    let book = world.book(&admin, &file("a"), BookDraft::default()).await;
    let rendition = book.rendition.unwrap().id;
    assert!(world.ready(&rendition, &ready()).await);
    let (version, mails) = (
        world.get(&book.id).await.version,
        world.jobs("email").await.len(),
    );
    assert!(world.ready(&rendition, &ready()).await);
    assert_eq!(world.get(&book.id).await.version, version);
    assert_eq!(world.jobs("email").await.len(), mails);
    assert_eq!(world.events("rendition.ready").await, 1);
    let mut tx = world.pipeline.begin().await.unwrap();
    assert!(
        !catalogue::mark_indexed(&mut tx, &rendition, 1)
            .await
            .unwrap()
    );
    let failed = catalogue::mark_failed(&mut tx, &world.settings, &rendition, "late", "").await;
    assert!(!failed.unwrap());
}

async fn a_failed_rendition_is_told_and_tried_again_by_a_new_upload(world: World) {
    let admin = world.admin().await;
    let book = world.book(&admin, &file("bad"), BookDraft::default()).await;
    let rendition = book.rendition.unwrap().id;
    for first in [true, false] {
        let mut tx = world.pipeline.begin().await.unwrap();
        let marked =
            catalogue::mark_failed(&mut tx, &world.settings, &rendition, "not_a_zip", "No\nzip")
                .await;
        tx.commit().await.unwrap();
        assert_eq!(marked.unwrap(), first);
    }
    let failed = world.get(&book.id).await.rendition.unwrap();
    let error = failed.error.unwrap();
    assert_eq!(
        (error.code.as_str(), error.message.as_str()),
        ("not_a_zip", "Nozip")
    );
    assert_eq!(world.jobs("email").await.len(), 1);
    let mut tx = world.pipeline.begin().await.unwrap();
    let asked = catalogue::request_render(&mut tx, &rendition, None, Priority::ReadNow).await;
    assert_eq!(
        asked.unwrap(),
        None,
        "what failed is not rendered again for each reader"
    );
    drop(tx);
    let again = world.book(&admin, &file("bad"), BookDraft::default()).await;
    let pending = again.rendition.unwrap();
    assert_eq!(
        (pending.state, pending.error),
        (RenditionState::Pending, None)
    );
}

async fn the_old_file_serves_until_the_new_one_is_ready(world: World) {
    let admin = world.admin().await;
    let book = world.book(&admin, &file("old"), BookDraft::default()).await;
    let old = book.rendition.unwrap().id;
    world.ready(&old, &ready()).await;
    let upload = world.announce(&admin, &file("new"), Some(&book.id)).await;
    assert_ne!(upload, book.id);
    let new_file = file("new");
    for fresh in [true, false] {
        let mut tx = world.pipeline.begin().await.unwrap();
        let settings = &world.settings;
        let done = catalogue::replace_file(&mut tx, settings, &admin, &upload, &new_file, None);
        let done = done.await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(done.fresh, fresh);
    }
    let waiting = world.get(&book.id).await;
    let new = waiting.rendition.as_ref().unwrap().id.clone();
    assert_ne!(new, old);
    assert_eq!(waiting.readable().unwrap().id, old);
    assert!(world.jobs("invalidate").await.is_empty());
    let metadata = FoundMetadata {
        title: Some("Second Edition".into()),
        ..FoundMetadata::default()
    };
    world
        .ready(
            &new,
            &Ready {
                metadata,
                ..ready()
            },
        )
        .await;
    let served = world.get(&book.id).await;
    assert_eq!(
        (
            served.readable().unwrap().id.as_str(),
            served.title.as_str()
        ),
        (new.as_str(), "Second Edition")
    );
    let jobs = world.jobs("invalidate").await;
    assert_eq!(jobs.len(), 1);
    assert_eq!(jobs[0].payload["renditionId"], old.as_str());
    assert!(
        jobs[0].run_at > now_ms() + 3_600_000,
        "cookies on the old one live on for a while"
    );
}

async fn a_deleted_book_takes_its_rendition_along(world: World) {
    let admin = world.admin().await;
    let reader = Actor::from(&world.user("bob@example.org", &[Role::Reader]).await);
    let one = world.published(&admin, "same").await;
    let two = world.published(&admin, "same").await;
    let rendition = one.rendition.as_ref().unwrap().id.clone();
    world.ready(&rendition, &ready()).await;
    let delete = async |actor: &Actor, id: &str, version: Option<i64>| {
        let mut tx = world.pipeline.begin().await.unwrap();
        catalogue::delete_book(&mut tx, &world.settings, actor, id, version).await?;
        tx.commit().await.unwrap();
        Ok::<_, Error>(())
    };
    assert_eq!(
        delete(&reader, &one.id, None).await.unwrap_err().code(),
        "forbidden"
    );
    assert_eq!(
        delete(&admin, &one.id, Some(-1)).await.unwrap_err().code(),
        "version_conflict"
    );
    delete(&admin, &one.id, None).await.unwrap();
    assert!(
        world.jobs("invalidate").await.is_empty(),
        "the other book still uses it"
    );
    let hash = one.file.unwrap().sha256;
    let free =
        catalogue::unreferenced_originals(&mut *world.read().await, std::slice::from_ref(&hash))
            .await;
    assert!(free.unwrap().is_empty());
    delete(&admin, &two.id, None).await.unwrap();
    assert_eq!(world.jobs("invalidate").await.len(), 1);
    assert_eq!(
        delete(&admin, &two.id, None).await.unwrap_err().code(),
        "not_found"
    );
    let mut tx = world.pipeline.begin().await.unwrap();
    let swept = catalogue::unreferenced_renditions(&mut tx, now_ms() + 1, 10)
        .await
        .unwrap();
    assert_eq!(swept, std::slice::from_ref(&rendition));
    assert_eq!(
        catalogue::unreferenced_originals(&mut tx, std::slice::from_ref(&hash))
            .await
            .unwrap(),
        [hash]
    );
    assert_eq!(
        catalogue::begin_retire(&mut tx, &rendition).await.unwrap(),
        Retirement::Begun
    );
    catalogue::finish_retire(&mut tx, &rendition).await.unwrap();
    let gone = catalogue::get_rendition(&mut tx, &rendition).await;
    assert!(matches!(gone, Err(Error::NotFound("rendition"))));
    // Files of a rendition nobody knows may go too.
    assert_eq!(
        catalogue::begin_retire(&mut tx, "stray").await.unwrap(),
        Retirement::Begun
    );
}

async fn a_rendition_wanted_again_while_it_goes_is_rendered_anew(world: World) {
    let admin = world.admin().await;
    let book = world.published(&admin, "same").await;
    let rendition = book.rendition.unwrap().id;
    world.ready(&rendition, &ready()).await;
    let mut tx = world.pipeline.begin().await.unwrap();
    let used = catalogue::begin_retire(&mut tx, &rendition).await.unwrap();
    assert_eq!(used, Retirement::InUse);
    catalogue::delete_book(&mut tx, &world.settings, &admin, &book.id, None)
        .await
        .unwrap();
    assert_eq!(
        catalogue::begin_retire(&mut tx, &rendition).await.unwrap(),
        Retirement::Begun
    );
    tx.commit().await.unwrap();
    let again = world.published(&admin, "same").await;
    assert_eq!(again.rendition.unwrap().state, RenditionState::Pending);
    let start = catalogue::begin_render(&mut *world.read().await, &rendition)
        .await
        .unwrap();
    assert_eq!(start, RenderStart::Retiring);
    assert!(
        !world.ready(&rendition, &ready()).await,
        "a late render does not bring it back"
    );
    let mut tx = world.pipeline.begin().await.unwrap();
    catalogue::finish_retire(&mut tx, &rendition).await.unwrap();
    tx.commit().await.unwrap();
    let start = catalogue::begin_render(&mut *world.read().await, &rendition)
        .await
        .unwrap();
    assert!(matches!(start, RenderStart::Go(_)));
    assert!(world.ready(&rendition, &ready()).await);
    assert_eq!(world.get(&again.id).await.serving.unwrap().id, rendition);
}

async fn a_rendition_somebody_reads_is_not_retired(world: World) {
    let admin = world.admin().await;
    let book = world.published(&admin, "read").await;
    let other = world.published(&admin, "other").await;
    let rendition = book.rendition.unwrap().id;
    let mut tx = world.pipeline.begin().await.unwrap();
    catalogue::delete_book(&mut tx, &world.settings, &admin, &book.id, None)
        .await
        .unwrap();
    let session = reading::open_session(&mut tx, &admin.user_id, &other.id, &rendition, 60_000)
        .await
        .unwrap();
    assert_eq!(
        catalogue::begin_retire(&mut tx, &rendition).await.unwrap(),
        Retirement::InUse
    );
    // Expires at once, which the answer of renewing shows.
    reading::renew_session(&mut tx, &admin.user_id, &session.id, -1)
        .await
        .unwrap_err();
    assert_eq!(
        catalogue::begin_retire(&mut tx, &rendition).await.unwrap(),
        Retirement::Begun
    );
}

async fn forgotten_uploads_are_swept(world: World) {
    let admin = world.admin().await;
    let forgotten = world.presign(&admin, &file("a")).await;
    let book = world.published(&admin, "b").await;
    let replacement = world.announce(&admin, &file("c"), Some(&book.id)).await;
    let mut tx = world.pipeline.begin().await.unwrap();
    assert!(
        catalogue::expired_uploads(&mut tx, now_ms(), 10)
            .await
            .unwrap()
            .is_empty()
    );
    let mut late = catalogue::expired_uploads(&mut tx, now_ms() + 120_000, 10)
        .await
        .unwrap();
    late.sort();
    assert_eq!(late, [forgotten.clone(), replacement.clone()]);
    for id in &late {
        assert!(catalogue::delete_upload(&mut tx, id).await.unwrap());
    }
    assert!(
        !catalogue::delete_upload(&mut tx, &book.id).await.unwrap(),
        "that one was claimed"
    );
    tx.commit().await.unwrap();
    let mut conn = world.read().await;
    let gone = catalogue::get_book(&mut conn, &forgotten).await;
    assert!(matches!(gone, Err(Error::NotFound("book"))));
    assert!(catalogue::get_book(&mut conn, &book.id).await.is_ok());
}

async fn events_come_back_in_their_envelope(world: World) {
    let admin = world.admin().await;
    let book = world.published(&admin, "a").await;
    let job = world.jobs("webhook").await.remove(0);
    let id = job.payload["eventId"].as_str().unwrap();
    let event = events::get(&mut *world.read().await, id).await.unwrap();
    assert_eq!(event.event_id, id);
    assert_eq!(event.event_type, events::EventType::BookCreated);
    assert_eq!(event.data.book_id.as_deref(), Some(book.id.as_str()));
    assert_eq!(event.data.state.as_deref(), Some("published"));
    assert_eq!(
        event.metadata.user_id.as_deref(),
        Some(admin.user_id.as_str())
    );
    let missing = events::get(&mut *world.read().await, "none").await;
    assert!(matches!(missing, Err(Error::NotFound("event"))));
    let Promoted { format, .. } = file("a");
    assert_eq!(book.file.unwrap().format, format);
}

async fn unfinished_uploads_are_counted(world: World) {
    let admin = world.admin().await;
    let first = world.presign(&admin, &file("a")).await;
    for _ in 1..catalogue::MOST_OPEN_UPLOADS {
        world.presign(&admin, &file("a")).await;
    }
    let one_more = async |actor: &Actor| {
        let mut tx = world.pipeline.begin().await.unwrap();
        let new = catalogue::NewUpload {
            file_name: "b.epub".into(),
            size: 1,
            content_type: "application/epub+zip".into(),
            sha256: file("b").sha256,
            book_id: None,
            expires_at: now_ms() + 60_000,
        };
        catalogue::presign(&mut tx, actor, new).await
    };
    assert!(matches!(one_more(&admin).await, Err(Error::TooManyUploads)));
    // Another's count is another's, and a finished one does not count.
    let other = Actor::from(&world.user("other@example.org", &[Role::Admin]).await);
    assert!(one_more(&other).await.is_ok());
    let mut tx = world.pipeline.begin().await.unwrap();
    let draft = BookDraft::default();
    catalogue::finalise(&mut tx, &world.settings, &admin, &first, &file("a"), draft)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert!(one_more(&admin).await.is_ok());
}
