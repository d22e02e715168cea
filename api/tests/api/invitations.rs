//! Accounts by invitation.

use bindery_api::Registration;
use bindery_library::people::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Backend, PASSWORD, Person, World};
use crate::reply::Reply;

async fn by_invitation(backend: Backend) -> Option<World> {
    World::start(backend, |config| {
        config.registration = Registration::Invite;
        config.public_url = "https://books.example.org".parse().expect("a URL");
    })
    .await
}

async fn invite(world: &World, by: &Person, wanted: Value) -> (String, String) {
    let reply = world.post("/admin/invitations", Some(by), wanted).await;
    assert_eq!(reply.status, 201, "{}", reply.text());
    assert_eq!(reply.header("cache-control"), Some("no-store"));
    let made = reply.json();
    let url = made["url"].as_str().expect("a link");
    let token = url
        .strip_prefix("https://books.example.org/register?invitation=")
        .expect("below the public address");
    (
        made["id"].as_str().expect("an id").to_owned(),
        token.to_owned(),
    )
}

async fn register(world: &World, email: &str, invitation: Option<&str>) -> Reply {
    let mut body = json!({"email": email, "password": PASSWORD, "name": "Somebody"});
    if let Some(token) = invitation {
        body["invitation"] = json!(token);
    }
    world.post("/auth/register", None, body).await
}

/// From the admin's wish to the new person's first request, and what the list says about it.
async fn whole_way(world: &World) {
    let admin = world.admin().await;
    let (id, token) = invite(world, &admin, json!({})).await;
    let reply = register(world, "ada@example.org", Some(&token)).await;
    assert_eq!(reply.status, 201, "{}", reply.text());
    let user = reply.json();
    assert_eq!(user["roles"], json!(["reader"]));
    let login = json!({"email": "ada@example.org", "password": PASSWORD});
    assert_eq!(world.post("/auth/login", None, login).await.status, 200);

    let wanted = json!({"email": "Bob@example.org", "role": "admin", "expiresInDays": 1});
    let (_, token) = invite(world, &admin, wanted).await;
    let bob = register(world, "bob@example.org", Some(&token))
        .await
        .json();
    assert_eq!(bob["roles"], json!(["admin"]));

    let first = world
        .get("/admin/invitations?limit=1", Some(&admin))
        .await
        .json();
    assert_eq!(first["items"][0]["email"], "bob@example.org");
    assert_eq!(first["items"][0]["usedBy"], bob["id"]);
    assert!(
        !first.to_string().contains(&token),
        "the link is shown once"
    );
    let cursor = first["next"].as_str().expect("a cursor");
    let path = format!("/admin/invitations?limit=1&cursor={cursor}");
    let second = world.get(&path, Some(&admin)).await.json();
    let item = &second["items"][0];
    assert_eq!((&item["id"], &item["usedBy"]), (&json!(id), &user["id"]));
    assert_eq!(
        (&item["email"], &item["madeBy"]),
        (&json!(null), &json!(admin.id))
    );
    assert_eq!(second["next"], json!(null));
}

/// Nobody learns from the answer what is wrong with a token.
async fn refusals(world: &World) {
    let admin = world.admin().await;
    for none in [None, Some("")] {
        let reply = register(world, "ada@example.org", none).await;
        assert_eq!(reply.refusal(), (403, "invitation_required".to_owned()));
    }
    let (_, used) = invite(world, &admin, json!({})).await;
    assert_eq!(
        register(world, "used@example.org", Some(&used))
            .await
            .status,
        201
    );
    let (revoked_id, revoked) = invite(world, &admin, json!({})).await;
    let path = format!("/admin/invitations/{revoked_id}");
    let reply = world
        .json(Method::DELETE, &path, Some(&admin), json!({}))
        .await;
    assert_eq!(reply.status, 204);
    let reply = world
        .json(Method::DELETE, &path, Some(&admin), json!({}))
        .await;
    assert_eq!(reply.refusal(), (404, "not_found".to_owned()));
    let (expired_id, expired) = invite(world, &admin, json!({})).await;
    let mut tx = world.state.begin().await.expect("a transaction");
    sqlx::query("UPDATE invitations SET expires_at = 1 WHERE id = $1")
        .bind(expired_id)
        .execute(&mut *tx)
        .await
        .expect("aged");
    tx.commit().await.expect("committed");
    let (_, foreign) = invite(world, &admin, json!({"email": "bob@example.org"})).await;
    let mut answers = Vec::new();
    for token in ["made-up", &used, &revoked, &expired, &foreign] {
        let reply = register(world, "ada@example.org", Some(token)).await;
        assert_eq!(reply.refusal(), (403, "invitation_invalid".to_owned()));
        let mut problem = reply.json();
        problem["traceId"] = json!(null);
        answers.push(problem);
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "the same answer for each");
    // An address that is taken does not use the invitation up.
    let (_, token) = invite(world, &admin, json!({})).await;
    let taken = register(world, "used@example.org", Some(&token)).await;
    assert_eq!(taken.refusal(), (409, "email_taken".to_owned()));
    assert_eq!(
        register(world, "ada@example.org", Some(&token))
            .await
            .status,
        201
    );
}

#[tokio::test]
async fn an_invitation_leads_to_an_account() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        if let Some(world) = by_invitation(backend).await {
            whole_way(&world).await;
        }
    }
}

#[tokio::test]
async fn invitations_that_do_not_count_get_one_answer() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        if let Some(world) = by_invitation(backend).await {
            refusals(&world).await;
        }
    }
}

#[tokio::test]
async fn only_admins_invite() {
    let world = by_invitation(Backend::Sqlite).await.expect("built in");
    let reader = world.person("ada", &[Role::Reader]).await;
    for (by, expected) in [(None, 401), (Some(&reader), 403)] {
        let made = world.post("/admin/invitations", by, json!({})).await;
        assert_eq!(made.status, expected);
        assert_eq!(world.get("/admin/invitations", by).await.status, expected);
        let revoked = world
            .json(Method::DELETE, "/admin/invitations/x", by, json!({}))
            .await;
        assert_eq!(revoked.status, expected);
    }
    let admin = world.admin().await;
    for wrong in [
        json!({"email": "nonsense"}),
        json!({"role": "editor"}),
        json!({"expiresInDays": 0}),
        json!({"expiresInDays": 91}),
    ] {
        let reply = world.post("/admin/invitations", Some(&admin), wrong).await;
        assert_eq!(reply.refusal(), (422, "validation_failed".to_owned()));
    }
}

#[tokio::test]
async fn where_registration_is_closed_an_invitation_does_not_open_it() {
    let world = World::with(|config| config.registration = Registration::Closed).await;
    let admin = world.admin().await;
    let made = world
        .post("/admin/invitations", Some(&admin), json!({}))
        .await;
    assert_eq!(made.refusal(), (403, "registration_closed".to_owned()));
    let reply = register(&world, "ada@example.org", Some("any")).await;
    assert_eq!(reply.refusal(), (403, "registration_closed".to_owned()));
}

#[tokio::test]
async fn where_registration_is_open_an_invitation_is_ignored() {
    let world = World::with(|_| {}).await;
    let reply = register(&world, "ada@example.org", Some("any")).await;
    assert_eq!(reply.status, 201, "{}", reply.text());
}

#[tokio::test]
async fn guessing_invitations_is_slowed_down() {
    let world = World::with(|config| {
        config.registration = Registration::Invite;
        config.limits.attempts_per_address = 3;
    })
    .await;
    for _ in 0..3 {
        let reply = register(&world, "ada@example.org", Some("guess")).await;
        assert_eq!(reply.status, 403);
    }
    let reply = register(&world, "ada@example.org", Some("guess")).await;
    assert_eq!(reply.refusal(), (429, "too_many_requests".to_owned()));
}
