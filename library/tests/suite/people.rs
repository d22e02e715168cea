//! Accounts and refresh tokens.

use bindery_library::people::{self, NewUser, Role, Rotation, UserStatus};
use bindery_library::{Error, now_ms};

use crate::world::{World, on_both_databases};

const WEEK: i64 = 7 * 24 * 3600 * 1000;

on_both_databases!(
    an_address_belongs_to_one_account_whatever_its_case,
    the_first_admin_is_made_once,
    roles_and_status_change,
    users_are_listed_in_pages,
    a_used_token_ends_its_family,
    tabs_that_refresh_at_the_same_time_stay_signed_in,
    sessions_are_listed_and_ended_one_by_one,
    expired_tokens_are_refused_and_forgotten,
);

async fn an_address_belongs_to_one_account_whatever_its_case(world: World) {
    let user = world
        .user(
            "Ann@Example.org",
            &[Role::Reader, Role::Author, Role::Reader],
        )
        .await;
    assert_eq!(user.email, "ann@example.org");
    assert_eq!(user.roles, [Role::Author, Role::Reader]);
    let mut conn = world.read().await;
    let found = people::find_by_email(&mut conn, "ANN@example.ORG")
        .await
        .unwrap()
        .unwrap();
    assert_eq!(found, user);
    let (found, hash) = people::credentials(&mut conn, "ann@example.org")
        .await
        .unwrap()
        .unwrap();
    assert_eq!((found.id, hash.as_deref()), (user.id, Some("hash")));
    assert!(
        people::credentials(&mut conn, "nobody@example.org")
            .await
            .unwrap()
            .is_none()
    );
    let mut tx = world.pipeline.begin().await.unwrap();
    let twin = NewUser {
        email: "ann@EXAMPLE.org".into(),
        name: "Twin".into(),
        password_hash: None,
        roles: vec![],
        status: UserStatus::Active,
    };
    let refused = people::create_user(&mut tx, twin).await.unwrap_err();
    assert_eq!(refused.code(), "email_taken");
}

async fn the_first_admin_is_made_once(world: World) {
    world.user("ann@example.org", &[Role::Reader]).await;
    for expected in [true, false] {
        let mut tx = world.pipeline.begin().await.unwrap();
        let made = people::ensure_first_admin(&mut tx, "ann@example.org", "Admin", "h".into());
        let made = made.await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(made.is_some(), expected);
    }
    let mut conn = world.read().await;
    assert!(people::has_admin(&mut conn).await.unwrap());
    let (user, hash) = people::credentials(&mut conn, "ann@example.org")
        .await
        .unwrap()
        .unwrap();
    assert_eq!(user.roles, [Role::Admin, Role::Reader]);
    assert_eq!(hash.as_deref(), Some("h"));
}

async fn roles_and_status_change(world: World) {
    let user = world.user("ann@example.org", &[Role::Reader]).await;
    let mut tx = world.pipeline.begin().await.unwrap();
    people::issue_token(&mut tx, &user.id, "laptop", WEEK)
        .await
        .unwrap();
    let changed = people::set_roles(&mut tx, &user.id, &[Role::Editor])
        .await
        .unwrap();
    assert_eq!(changed.roles, [Role::Editor]);
    assert_eq!(
        people::rename_user(&mut tx, &user.id, " Ann  Lee ")
            .await
            .unwrap()
            .name,
        "Ann Lee"
    );
    let closed = people::set_status(&mut tx, &user.id, UserStatus::Disabled)
        .await
        .unwrap();
    assert_eq!(closed.status, UserStatus::Disabled);
    assert!(
        people::list_sessions(&mut tx, &user.id)
            .await
            .unwrap()
            .is_empty()
    );
    let missing = people::set_roles(&mut tx, "nobody", &[]).await;
    assert!(matches!(missing, Err(Error::NotFound("user"))));
}

async fn users_are_listed_in_pages(world: World) {
    for n in 0..5 {
        world
            .user(&format!("u{n}@example.org"), &[Role::Reader])
            .await;
    }
    let mut conn = world.read().await;
    let (mut seen, mut cursor) = (Vec::new(), None);
    loop {
        let page = people::list_users(&mut conn, cursor.as_deref(), 2)
            .await
            .unwrap();
        assert!(page.items.len() <= 2);
        seen.extend(page.items.into_iter().map(|user| user.email));
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen.len(), 5);
    assert!(seen.is_sorted());
    assert!(
        people::list_users(&mut conn, Some("foreign"), 2)
            .await
            .is_err()
    );
}

async fn a_used_token_ends_its_family(world: World) {
    let user = world.user("ann@example.org", &[Role::Reader]).await;
    let mut tx = world.pipeline.begin().await.unwrap();
    let first = people::issue_token(&mut tx, &user.id, "laptop", WEEK)
        .await
        .unwrap();
    let other = people::issue_token(&mut tx, &user.id, "phone", WEEK)
        .await
        .unwrap();
    let Rotation::Rotated(second) = people::rotate_token(&mut tx, &first.token, WEEK)
        .await
        .unwrap()
    else {
        panic!("the first use rotates");
    };
    assert_eq!(second.family_id, first.family_id);
    assert_ne!(second.token, first.token);
    // Its answer may have been lost: a retry is no theft as long as nobody uses what came after.
    let retried = people::rotate_token(&mut tx, &first.token, WEEK)
        .await
        .unwrap();
    assert!(matches!(retried, Rotation::Rotated(_)));
    let listed = people::list_sessions(&mut tx, &user.id).await.unwrap();
    assert_eq!(listed.len(), 2, "a retry is no sign-in of its own");
    let third = people::rotate_token(&mut tx, &second.token, WEEK)
        .await
        .unwrap();
    let Rotation::Rotated(third) = third else {
        panic!("the second use rotates");
    };
    let again = people::rotate_token(&mut tx, &first.token, WEEK)
        .await
        .unwrap();
    assert_eq!(
        again,
        Rotation::Reused {
            user_id: user.id.clone()
        }
    );
    // The thief's or the owner's: the family's living token is worth nothing now.
    let next = people::rotate_token(&mut tx, &third.token, WEEK)
        .await
        .unwrap();
    assert_eq!(next, Rotation::Refused);
    assert!(matches!(
        people::rotate_token(&mut tx, &other.token, WEEK)
            .await
            .unwrap(),
        Rotation::Rotated(_)
    ));
    let unknown = people::rotate_token(&mut tx, "made up", WEEK)
        .await
        .unwrap();
    assert_eq!(unknown, Rotation::Refused);
    tx.commit().await.unwrap();
}

async fn tabs_that_refresh_at_the_same_time_stay_signed_in(world: World) {
    let user = world.user("ann@example.org", &[Role::Reader]).await;
    let mut tx = world.pipeline.begin().await.unwrap();
    let token = people::issue_token(&mut tx, &user.id, "", WEEK)
        .await
        .unwrap()
        .token;
    tx.commit().await.unwrap();
    let uses = (0..4).map(|_| {
        let (pipeline, token) = (world.pipeline.clone(), token.clone());
        tokio::spawn(async move {
            let mut tx = pipeline.begin().await.unwrap();
            let outcome = people::rotate_token(&mut tx, &token, WEEK).await.unwrap();
            tx.commit().await.unwrap();
            matches!(outcome, Rotation::Rotated(_))
        })
    });
    let mut rotated = 0;
    for used in uses.collect::<Vec<_>>() {
        rotated += usize::from(used.await.unwrap());
    }
    assert_eq!(rotated, 4);
    let left = people::list_sessions(&mut *world.read().await, &user.id)
        .await
        .unwrap();
    assert_eq!(left.len(), 1);
    // Long after, the same token is no retry any more.
    let mut tx = world.pipeline.begin().await.unwrap();
    sqlx::query("UPDATE refresh_tokens SET used_at = used_at - $1 WHERE used_at > 0")
        .bind(people::RETRY_GRACE_MS + 1)
        .execute(&mut *tx)
        .await
        .unwrap();
    let late = people::rotate_token(&mut tx, &token, WEEK).await.unwrap();
    assert!(matches!(late, Rotation::Reused { .. }));
    tx.commit().await.unwrap();
}

async fn sessions_are_listed_and_ended_one_by_one(world: World) {
    let user = world.user("ann@example.org", &[Role::Reader]).await;
    let stranger = world.user("bob@example.org", &[Role::Reader]).await;
    let mut tx = world.pipeline.begin().await.unwrap();
    let laptop = people::issue_token(&mut tx, &user.id, "lap\ntop", WEEK)
        .await
        .unwrap();
    let phone = people::issue_token(&mut tx, &user.id, "phone", WEEK)
        .await
        .unwrap();
    people::rotate_token(&mut tx, &laptop.token, WEEK)
        .await
        .unwrap();
    let mut labels: Vec<String> = people::list_sessions(&mut tx, &user.id)
        .await
        .unwrap()
        .into_iter()
        .map(|session| session.label)
        .collect();
    labels.sort();
    assert_eq!(labels, ["laptop", "phone"]);
    let foreign = people::revoke_session(&mut tx, &stranger.id, &laptop.family_id).await;
    assert!(matches!(foreign, Err(Error::NotFound("session"))));
    people::revoke_session(&mut tx, &user.id, &laptop.family_id)
        .await
        .unwrap();
    assert_eq!(
        people::list_sessions(&mut tx, &user.id)
            .await
            .unwrap()
            .len(),
        1
    );
    people::revoke_token(&mut tx, &phone.token).await.unwrap();
    people::revoke_token(&mut tx, "made up").await.unwrap();
    assert!(
        people::list_sessions(&mut tx, &user.id)
            .await
            .unwrap()
            .is_empty()
    );
}

async fn expired_tokens_are_refused_and_forgotten(world: World) {
    let user = world.user("ann@example.org", &[Role::Reader]).await;
    let mut tx = world.pipeline.begin().await.unwrap();
    let old = people::issue_token(&mut tx, &user.id, "", -1)
        .await
        .unwrap();
    let new = people::issue_token(&mut tx, &user.id, "", WEEK)
        .await
        .unwrap();
    let refused = people::rotate_token(&mut tx, &old.token, WEEK)
        .await
        .unwrap();
    assert_eq!(refused, Rotation::Refused);
    assert_eq!(
        people::delete_expired_tokens(&mut tx, now_ms(), 100)
            .await
            .unwrap(),
        1
    );
    assert!(matches!(
        people::rotate_token(&mut tx, &new.token, WEEK)
            .await
            .unwrap(),
        Rotation::Rotated(_)
    ));
}
