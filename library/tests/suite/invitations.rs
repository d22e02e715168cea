//! Invitations: good for one account, for a time, for whom they are meant.

use bindery_library::people::{
    self, INVITATION_LIFE_MS, IssuedInvitation, NewInvitation, NewUser, Role, User, UserStatus,
};
use bindery_library::policy::Actor;
use bindery_library::{Error, now_ms};

use crate::world::{World, on_both_databases};

on_both_databases!(
    an_invitation_makes_one_account_with_its_roles,
    of_four_who_come_at_once_one_registers,
    an_account_that_is_not_made_leaves_the_invitation_unused,
    a_bound_invitation_is_for_one_address,
    expired_invitations_are_refused_and_forgotten,
    a_revoked_invitation_is_worth_nothing,
    an_invitation_ends_with_its_makers_rights,
    invitations_are_listed_in_pages_for_admins,
);

fn somebody(email: &str) -> NewUser {
    NewUser {
        email: email.into(),
        name: "Some Body".into(),
        password_hash: Some("hash".into()),
        roles: vec![Role::Reader],
        status: UserStatus::Active,
    }
}

async fn invite(world: &World, by: Option<&Actor>, new: NewInvitation) -> IssuedInvitation {
    let mut tx = world.pipeline.begin().await.unwrap();
    let issued = people::create_invitation(&mut tx, by, new).await.unwrap();
    tx.commit().await.unwrap();
    issued
}

fn plain() -> NewInvitation {
    NewInvitation {
        email: None,
        roles: vec![Role::Reader],
        lives_ms: INVITATION_LIFE_MS,
    }
}

/// Registers as the service does; `None` when the invitation is refused.
async fn register(world: &World, token: &str, email: &str) -> Option<User> {
    let mut tx = world.pipeline.begin().await.unwrap();
    let user = people::accept_invitation(&mut tx, token, somebody(email))
        .await
        .unwrap()?;
    tx.commit().await.unwrap();
    Some(user)
}

async fn is_invited(world: &World, token: &str, email: &str) -> bool {
    people::is_invited(&mut *world.read().await, token, email)
        .await
        .unwrap()
}

async fn an_invitation_makes_one_account_with_its_roles(world: World) {
    let admin = world.admin().await;
    let new = NewInvitation {
        roles: vec![Role::Reader, Role::Admin, Role::Reader],
        ..plain()
    };
    let issued = invite(&world, Some(&admin), new).await;
    assert_eq!(issued.token.len(), 43, "256 bits in base64url");
    assert_eq!(
        issued.link("https://books.example.org/"),
        format!(
            "https://books.example.org/register?invitation={}",
            issued.token
        )
    );
    assert!(!format!("{issued:?}").contains(&issued.token));
    let row = sqlx::query("SELECT id FROM invitations WHERE token_hash = $1")
        .bind(issued.token.clone())
        .fetch_optional(&mut *world.read().await)
        .await;
    assert!(row.unwrap().is_none(), "the token itself is not stored");

    assert!(is_invited(&world, &issued.token, "ann@example.org").await);
    let user = register(&world, &issued.token, "ann@example.org").await;
    let user = user.unwrap();
    assert_eq!(user.roles, [Role::Admin, Role::Reader]);
    assert!(!is_invited(&world, &issued.token, "bob@example.org").await);
    assert!(
        register(&world, &issued.token, "bob@example.org")
            .await
            .is_none()
    );
    let listed = people::list_invitations(&mut *world.read().await, &admin, None, 10)
        .await
        .unwrap();
    let used = &listed.items[0];
    assert_eq!(used.used_by.as_deref(), Some(user.id.as_str()));
    assert!(used.used_at.is_some_and(|at| at <= now_ms()));
    assert_eq!(used.made_by.as_deref(), Some(admin.user_id.as_str()));
}

async fn of_four_who_come_at_once_one_registers(world: World) {
    let issued = invite(&world, None, plain()).await;
    let tries: Vec<_> = (0..4)
        .map(|n| {
            let (pipeline, token) = (world.pipeline.clone(), issued.token.clone());
            tokio::spawn(async move {
                let mut tx = pipeline.begin().await.unwrap();
                let new = somebody(&format!("u{n}@example.org"));
                let made = people::accept_invitation(&mut tx, &token, new)
                    .await
                    .unwrap();
                // The others must meet this transaction while it is open.
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
                if made.is_some() {
                    tx.commit().await.unwrap();
                }
                made.is_some()
            })
        })
        .collect();
    let mut registered = 0;
    for one in tries {
        registered += usize::from(one.await.unwrap());
    }
    assert_eq!(registered, 1);
    let users = people::list_users(&mut *world.read().await, None, 10)
        .await
        .unwrap();
    assert_eq!(users.items.len(), 1);
}

async fn an_account_that_is_not_made_leaves_the_invitation_unused(world: World) {
    world.user("ann@example.org", &[Role::Reader]).await;
    let issued = invite(&world, None, plain()).await;
    let mut tx = world.pipeline.begin().await.unwrap();
    let taken = people::accept_invitation(&mut tx, &issued.token, somebody("ann@example.org"));
    assert!(matches!(taken.await, Err(Error::EmailTaken)));
    drop(tx);
    assert!(
        register(&world, &issued.token, "bob@example.org")
            .await
            .is_some()
    );
}

async fn a_bound_invitation_is_for_one_address(world: World) {
    let new = NewInvitation {
        email: Some("Ann@Example.org".into()),
        ..plain()
    };
    let issued = invite(&world, None, new).await;
    assert_eq!(issued.invitation.email.as_deref(), Some("ann@example.org"));
    assert!(!is_invited(&world, &issued.token, "bob@example.org").await);
    assert!(
        register(&world, &issued.token, "bob@example.org")
            .await
            .is_none()
    );
    assert!(
        register(&world, &issued.token, "ANN@example.org")
            .await
            .is_some()
    );

    let mut tx = world.pipeline.begin().await.unwrap();
    let wrong = NewInvitation {
        email: Some("nonsense".into()),
        ..plain()
    };
    let wrong = people::create_invitation(&mut tx, None, wrong).await;
    assert!(matches!(wrong, Err(Error::Invalid { field: "email", .. })));
    let nothing = NewInvitation {
        roles: vec![],
        ..plain()
    };
    let nothing = people::create_invitation(&mut tx, None, nothing).await;
    assert!(matches!(nothing, Err(Error::Invalid { field: "role", .. })));
}

async fn expired_invitations_are_refused_and_forgotten(world: World) {
    let new = NewInvitation {
        lives_ms: -1,
        ..plain()
    };
    let old = invite(&world, None, new).await;
    let good = invite(&world, None, plain()).await;
    assert!(!is_invited(&world, &old.token, "ann@example.org").await);
    assert!(
        register(&world, &old.token, "ann@example.org")
            .await
            .is_none()
    );
    let mut tx = world.pipeline.begin().await.unwrap();
    let forgotten = people::delete_expired_invitations(&mut tx, now_ms(), 100).await;
    assert_eq!(forgotten.unwrap(), 1);
    tx.commit().await.unwrap();
    assert!(
        register(&world, &good.token, "ann@example.org")
            .await
            .is_some()
    );
    // A used one goes when its time comes; the account stays.
    let mut tx = world.pipeline.begin().await.unwrap();
    let later = now_ms() + INVITATION_LIFE_MS + 1;
    let forgotten = people::delete_expired_invitations(&mut tx, later, 100).await;
    assert_eq!(forgotten.unwrap(), 1);
    let kept = people::find_by_email(&mut tx, "ann@example.org").await;
    assert!(kept.unwrap().is_some());
}

async fn a_revoked_invitation_is_worth_nothing(world: World) {
    let admin = world.admin().await;
    let reader = Actor::new("somebody", [Role::Reader]);
    let issued = invite(&world, Some(&admin), plain()).await;
    let mut tx = world.pipeline.begin().await.unwrap();
    let id = &issued.invitation.id;
    let refused = people::revoke_invitation(&mut tx, &reader, id).await;
    assert!(matches!(refused, Err(Error::Forbidden(_))));
    people::revoke_invitation(&mut tx, &admin, id)
        .await
        .unwrap();
    let again = people::revoke_invitation(&mut tx, &admin, id).await;
    assert!(matches!(again, Err(Error::NotFound("invitation"))));
    tx.commit().await.unwrap();
    assert!(
        register(&world, &issued.token, "ann@example.org")
            .await
            .is_none()
    );

    let used = invite(&world, Some(&admin), plain()).await;
    register(&world, &used.token, "ann@example.org")
        .await
        .unwrap();
    let mut tx = world.pipeline.begin().await.unwrap();
    let late = people::revoke_invitation(&mut tx, &admin, &used.invitation.id).await;
    assert!(matches!(late, Err(Error::NotFound("invitation"))));
}

async fn an_invitation_ends_with_its_makers_rights(world: World) {
    let maker = world.admin().await;
    let demoted = invite(&world, Some(&maker), plain()).await;
    let mut tx = world.pipeline.begin().await.unwrap();
    people::set_roles(&mut tx, &maker.user_id, &[Role::Reader])
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert!(
        register(&world, &demoted.token, "ann@example.org")
            .await
            .is_none()
    );
    let mut tx = world.pipeline.begin().await.unwrap();
    people::set_roles(&mut tx, &maker.user_id, &[Role::Admin])
        .await
        .unwrap();
    people::set_status(&mut tx, &maker.user_id, UserStatus::Disabled)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert!(!is_invited(&world, &demoted.token, "ann@example.org").await);
    assert!(
        register(&world, &demoted.token, "ann@example.org")
            .await
            .is_none()
    );
}

async fn invitations_are_listed_in_pages_for_admins(world: World) {
    let admin = world.admin().await;
    let mut made = Vec::new();
    for _ in 0..5 {
        made.push(invite(&world, Some(&admin), plain()).await.invitation.id);
    }
    let mut conn = world.read().await;
    let (mut seen, mut cursor) = (Vec::new(), None);
    loop {
        let page = people::list_invitations(&mut conn, &admin, cursor.as_deref(), 2)
            .await
            .unwrap();
        assert!(page.items.len() <= 2);
        seen.extend(page.items.into_iter().map(|invitation| invitation.id));
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    made.reverse();
    assert_eq!(seen, made, "the newest first");
    assert!(
        people::list_invitations(&mut conn, &admin, Some("foreign"), 2)
            .await
            .is_err()
    );
    drop(conn);
    let reader = Actor::new("somebody", [Role::Reader]);
    let refused = people::list_invitations(&mut *world.read().await, &reader, None, 2).await;
    assert!(matches!(refused, Err(Error::Forbidden(_))));
    let mut tx = world.pipeline.begin().await.unwrap();
    let refused = people::create_invitation(&mut tx, Some(&reader), plain()).await;
    assert!(matches!(refused, Err(Error::Forbidden(_))));
}
