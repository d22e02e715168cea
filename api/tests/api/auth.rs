//! Accounts, sign-in, tokens.

use std::time::Duration;

use bindery_api::Registration;
use bindery_library::people::{self, Role, UserStatus};
use reqwest::Method;
use serde_json::json;

use crate::harness::{Backend, PASSWORD, World, both};

both! {
    async fn an_account_is_made_and_signs_in(world) {
        let body = json!({"email": "Ada@Example.org", "password": PASSWORD, "name": "Åda 🦉"});
        let reply = world.post("/auth/register", None, body.clone()).await;
        assert_eq!(reply.status, 201, "{}", reply.text());
        let user = reply.json();
        assert_eq!(user["email"], "ada@example.org");
        assert_eq!(user["name"], "Åda 🦉");
        assert_eq!(user["roles"], json!(["reader"]));
        let again = world.post("/auth/register", None, body).await;
        assert_eq!(again.refusal(), (409, "email_taken".to_owned()));

        let login = json!({"email": "ADA@example.org", "password": PASSWORD});
        let reply = world.post("/auth/login", None, login).await;
        assert_eq!(reply.status, 200);
        assert_eq!(reply.header("cache-control"), Some("no-store"));
        assert!(reply.cookies().is_empty());
        let tokens = reply.json();
        assert_eq!(tokens["tokenType"], "Bearer");
        assert_eq!(tokens["expiresIn"], 900);
        let profile = world
            .send(world.request(Method::GET, "/api/v1/users/profile")
                .bearer_auth(tokens["accessToken"].as_str().expect("a token")))
            .await;
        assert_eq!(profile.json()["id"], user["id"]);
    }

    async fn unknown_and_wrong_get_the_same_answer(world) {
        let person = world.person("ada", &[Role::Reader]).await;
        let wrong = json!({"email": person.email, "password": "wrong horse battery"});
        let unknown = json!({"email": "nobody@example.org", "password": PASSWORD});
        let (wrong, unknown) = (
            world.post("/auth/login", None, wrong).await,
            world.post("/auth/login", None, unknown).await,
        );
        assert_eq!(wrong.refusal(), (401, "invalid_credentials".to_owned()));
        let strip = |reply: &crate::reply::Reply| {
            let mut problem = reply.json();
            problem["traceId"] = json!(null);
            problem
        };
        assert_eq!(strip(&wrong), strip(&unknown));
    }

    async fn a_refresh_token_is_good_for_one_use(world) {
        let person = world.person("ada", &[Role::Reader]).await;
        let login = json!({"email": person.email, "password": PASSWORD});
        let first = world.post("/auth/login", None, login).await.json();
        let use_token = async |token: &serde_json::Value| {
            world.post("/auth/refresh", None, json!({"refreshToken": token})).await
        };
        let second = use_token(&first["refreshToken"]).await;
        assert_eq!(second.status, 200);
        let second = second.json();
        assert_ne!(first["refreshToken"], second["refreshToken"]);
        let third = use_token(&second["refreshToken"]).await.json();
        // Somebody uses an old one: whoever it was, the whole family ends.
        let reused = use_token(&first["refreshToken"]).await;
        assert_eq!(reused.refusal(), (401, "invalid_refresh_token".to_owned()));
        let newest = use_token(&third["refreshToken"]).await;
        assert_eq!(newest.refusal(), (401, "invalid_refresh_token".to_owned()));
        for rubbish in [json!({}), json!({"refreshToken": "x"}), json!(null)] {
            let reply = world.post("/auth/refresh", None, rubbish).await;
            assert_eq!(reply.refusal(), (401, "invalid_refresh_token".to_owned()));
        }
    }

    async fn browsers_keep_the_refresh_token_in_a_cookie(world) {
        let person = world.person("ada", &[Role::Reader]).await;
        let login = json!({"email": person.email, "password": PASSWORD, "cookie": true});
        let reply = world.post("/auth/login", None, login).await;
        assert!(reply.json().get("refreshToken").is_none());
        let cookie = reply.cookies().remove(0);
        for part in ["HttpOnly", "SameSite=Strict", "Path=/api/v1/auth"] {
            assert!(cookie.contains(part), "{cookie}");
        }
        assert!(!cookie.contains("Secure"), "browsers would drop it on plain http");
        let refresh = |cookie: String| {
            world.request(Method::POST, "/api/v1/auth/refresh").header("cookie", cookie)
        };
        let renewed = world.send(refresh(reply.cookie_header())).await;
        assert_eq!(renewed.status, 200);
        assert!(renewed.json().get("refreshToken").is_none());
        let logout = world
            .request(Method::POST, "/api/v1/auth/logout")
            .header("cookie", renewed.cookie_header());
        let logout = world.send(logout).await;
        assert_eq!(logout.status, 204);
        assert!(logout.cookies()[0].contains("Max-Age=0"));
        let after = world.send(refresh(renewed.cookie_header())).await;
        assert_eq!(after.status, 401);
    }

    async fn a_closed_account_ends_at_once(world) {
        let person = world.person("ada", &[Role::Reader]).await;
        assert_eq!(world.get("/users/profile", Some(&person)).await.status, 200);
        let mut tx = world.state.begin().await.expect("a transaction");
        people::set_status(&mut tx, &person.id, UserStatus::Disabled).await.expect("closed");
        tx.commit().await.expect("committed");
        let reply = world.get("/users/profile", Some(&person)).await;
        assert_eq!(reply.refusal(), (401, "unauthenticated".to_owned()));
        let login = json!({"email": person.email, "password": PASSWORD});
        let reply = world.post("/auth/login", None, login).await;
        assert_eq!(reply.refusal(), (401, "invalid_credentials".to_owned()));
    }
}

#[tokio::test]
async fn wrong_values_are_named() {
    let world = World::with(|_| {}).await;
    let register = async |body| world.post("/auth/register", None, body).await;
    let short = register(json!({"email": "a@b.c", "password": "short", "name": "A"})).await;
    assert_eq!(short.refusal(), (422, "validation_failed".to_owned()));
    assert_eq!(short.json()["errors"][0]["field"], "password");
    let email = register(json!({"email": "nonsense", "password": PASSWORD, "name": "A"})).await;
    assert_eq!(email.refusal(), (422, "validation_failed".to_owned()));
    assert_eq!(email.json()["errors"][0]["field"], "email");
    let missing = register(json!({"email": "a@b.c", "password": PASSWORD})).await;
    assert_eq!(missing.refusal(), (422, "validation_failed".to_owned()));
    let typed = register(json!({"email": 1, "password": PASSWORD, "name": "A"})).await;
    assert_eq!(typed.refusal(), (422, "validation_failed".to_owned()));
}

#[tokio::test]
async fn registration_may_be_closed() {
    for mode in [Registration::Closed, Registration::Invite] {
        let world = World::with(|config| config.registration = mode).await;
        let body = json!({"email": "a@example.org", "password": PASSWORD, "name": "A"});
        let reply = world.post("/auth/register", None, body).await;
        assert_eq!(reply.refusal(), (403, "registration_closed".to_owned()));
    }
}

#[tokio::test]
async fn guessing_is_slowed_down_by_account_and_by_address() {
    let world = World::start(Backend::Sqlite, |config| {
        config.limits.attempts_per_account = 3;
        config.limits.attempts_per_address = 5;
    })
    .await
    .expect("SQLite is built in");
    let guess = async |email: &str| {
        world
            .post(
                "/auth/login",
                None,
                json!({"email": email, "password": "x"}),
            )
            .await
    };
    for _ in 0..3 {
        assert_eq!(guess("a@example.org").await.status, 401);
    }
    let reply = guess("A@example.org").await;
    assert_eq!(reply.refusal(), (429, "too_many_requests".to_owned()));
    let wait: u64 = reply
        .header("retry-after")
        .expect("a time")
        .parse()
        .expect("seconds");
    assert!((1..=60).contains(&wait));
    assert_eq!(guess("b@example.org").await.status, 401);
    assert_eq!(guess("c@example.org").await.status, 429);
}

#[tokio::test]
async fn tokens_are_checked_and_the_keys_are_public() {
    let world = World::with(|_| {}).await;
    let reply = world.get("/users/profile", None).await;
    assert_eq!(reply.refusal(), (401, "unauthenticated".to_owned()));
    assert_eq!(reply.header("www-authenticate"), Some("Bearer"));
    for header in ["Bearer x.y.z", "Bearer ", "Basic YTpi", "nonsense"] {
        let request = world
            .request(Method::GET, "/api/v1/books")
            .header("authorization", header);
        let reply = world.send(request).await;
        assert_eq!(
            reply.refusal(),
            (401, "unauthenticated".to_owned()),
            "{header}"
        );
    }
    let keys = world
        .send(world.request(Method::GET, "/.well-known/jwks.json"))
        .await;
    let key = &keys.json()["keys"][0];
    assert_eq!(
        (&key["kty"], &key["alg"], &key["use"]),
        (&json!("RSA"), &json!("RS256"), &json!("sig"))
    );
    assert_eq!(
        keys.json(),
        world.get("/.well-known/jwks.json", None).await.json()
    );
}

#[tokio::test]
async fn cookies_are_secure_behind_https() {
    let world = World::with(|config| {
        config.public_url = "https://books.example.org".parse().expect("a URL");
    })
    .await;
    let person = world.person("ada", &[Role::Reader]).await;
    let login = json!({"email": person.email, "password": PASSWORD, "cookie": true});
    let reply = world.post("/auth/login", None, login).await;
    assert!(reply.cookies()[0].ends_with("; Secure"));
    assert!(reply.header("strict-transport-security").is_some());
}

#[tokio::test]
async fn an_expired_token_says_so_also_where_none_is_needed() {
    let world = World::with(|config| config.access_token_life = Duration::ZERO).await;
    let person = world.person("ada", &[Role::Reader]).await;
    // The leeway for other nodes' clocks.
    tokio::time::sleep(Duration::from_secs(6)).await;
    for path in ["/users/profile", "/books", "/search?q=a"] {
        let reply = world.get(path, Some(&person)).await;
        assert_eq!(reply.refusal(), (401, "token_expired".to_owned()), "{path}");
    }
}

#[tokio::test]
async fn another_origins_page_cannot_use_the_refresh_cookie() {
    let world = World::with(|_| {}).await;
    let person = world.person("ada", &[Role::Reader]).await;
    let login = json!({"email": person.email, "password": PASSWORD, "cookie": true});
    let reply = world.post("/auth/login", None, login).await;
    let cookie = reply.cookies()[0]
        .split(';')
        .next()
        .expect("a pair")
        .to_owned();
    let send = async |path: &str, from: &str| {
        let request = world
            .request(Method::POST, path)
            .header("cookie", &cookie)
            .header("sec-fetch-site", from);
        world.send(request).await
    };
    for from in ["cross-site", "same-site"] {
        let reply = send("/api/v1/auth/refresh", from).await;
        assert_eq!(reply.refusal(), (401, "invalid_refresh_token".to_owned()));
        let reply = send("/api/v1/auth/logout", from).await;
        assert_eq!((reply.status, reply.cookies().len()), (204, 0), "{from}");
    }
    let reply = send("/api/v1/auth/refresh", "same-origin").await;
    assert_eq!(reply.status, 200, "the session was left alone");
}
