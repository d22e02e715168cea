//! Reading sessions and progress.

use bindery_library::people::Role;
use bindery_library::{Error, now_ms, reading};
use serde_json::json;

use crate::world::{World, on_both_databases};

const HOUR: i64 = 3600 * 1000;

on_both_databases!(
    a_session_is_its_readers_own_and_lives_on_when_renewed,
    an_expired_session_is_gone,
    an_older_place_does_not_replace_a_newer_one,
);

async fn a_session_is_its_readers_own_and_lives_on_when_renewed(world: World) {
    let admin = world.admin().await;
    let stranger = world.user("bob@example.org", &[Role::Reader]).await;
    let book = world.published(&admin, "Emma").await;
    let mut tx = world.pipeline.begin().await.unwrap();
    let session = reading::open_session(&mut tx, &admin.user_id, &book.id, "r1", HOUR)
        .await
        .unwrap();
    let found = reading::get_session(&mut tx, &admin.user_id, &session.id)
        .await
        .unwrap();
    assert_eq!(found, session);
    let foreign = reading::get_session(&mut tx, &stranger.id, &session.id).await;
    assert!(matches!(foreign, Err(Error::NotFound(_))));
    let renewed = reading::renew_session(&mut tx, &admin.user_id, &session.id, 2 * HOUR)
        .await
        .unwrap();
    assert!(renewed.expires_at > session.expires_at);
    assert!(
        reading::rendition_in_use(&mut tx, "r1", now_ms())
            .await
            .unwrap()
    );
    assert!(
        !reading::rendition_in_use(&mut tx, "r2", now_ms())
            .await
            .unwrap()
    );
}

async fn an_expired_session_is_gone(world: World) {
    let admin = world.admin().await;
    let book = world.published(&admin, "Emma").await;
    let mut tx = world.pipeline.begin().await.unwrap();
    let session = reading::open_session(&mut tx, &admin.user_id, &book.id, "r1", -1)
        .await
        .unwrap();
    let renewed = reading::renew_session(&mut tx, &admin.user_id, &session.id, HOUR).await;
    assert!(matches!(renewed, Err(Error::NotFound(_))));
    assert_eq!(
        reading::delete_expired_sessions(&mut tx, now_ms(), 10)
            .await
            .unwrap(),
        1
    );
}

async fn an_older_place_does_not_replace_a_newer_one(world: World) {
    let admin = world.admin().await;
    let book = world.published(&admin, "Emma").await;
    let place = |n: u32| json!({"href": format!("slices/{n}.html"), "type": "text/html"});
    let (user, id) = (&admin.user_id, &book.id);
    let mut tx = world.pipeline.begin().await.unwrap();
    assert_eq!(
        reading::get_progress(&mut tx, user, id).await.unwrap(),
        None
    );
    let saved = reading::save_progress(&mut tx, user, id, &place(3), 0.5, None)
        .await
        .unwrap();
    assert_eq!((saved.locator, saved.total_progression), (place(3), 0.5));
    let old = now_ms() - HOUR;
    let stands = reading::save_progress(&mut tx, user, id, &place(1), 0.1, Some(old))
        .await
        .unwrap();
    assert_eq!(stands.locator, place(3));
    let stands = reading::save_progress(&mut tx, user, id, &place(4), 0.6, None)
        .await
        .unwrap();
    assert_eq!(stands.locator, place(4));
    for (locator, total) in [
        (json!({"href": "x"}), 0.1),
        (place(1), 1.5),
        (place(1), f64::NAN),
    ] {
        let wrong = reading::save_progress(&mut tx, user, id, &locator, total, None).await;
        assert_eq!(wrong.unwrap_err().code(), "invalid_input");
    }
}
