//! A running service with everything real behind it: a database, a folder, an index.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use bindery_api::{Config, Keys, Parts, Registration, SigningKey, State};
use bindery_library::{
    Settings,
    catalogue::{self, Cover, OwnCover, Ready, RenderPlan},
    people::{self, NewUser, Role, UserStatus, password},
    policy::Actor,
    storage::{Key, Storage},
};
use bindery_pipeline::{Db, DbOptions, Pipeline, PipelineOptions};
use bindery_test_servers::{Database, Postgres, skip};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use tokio::sync::oneshot;

use crate::reply::{Reply, check};

/// Everybody's password.
pub const PASSWORD: &str = "correct horse battery";

/// Which database to run on.
#[derive(Clone, Copy, Debug)]
pub enum Backend {
    Sqlite,
    Postgres,
}

/// A service under test; ends when dropped.
pub struct World {
    pub base: String,
    pub state: State,
    pub client: reqwest::Client,
    pub folder: TempDir,
    _stop: oneshot::Sender<()>,
    _database: Option<Database>,
}

/// Somebody signed in.
pub struct Person {
    pub id: String,
    pub email: String,
    pub token: String,
}

/// Runs a test once on each database.
macro_rules! both {
    ($(async fn $name:ident($world:ident) $body:block)*) => {$(
        mod $name {
            use super::*;

            async fn test($world: &World) $body

            #[tokio::test]
            async fn sqlite() {
                let world = World::start($crate::harness::Backend::Sqlite, |_| {}).await.expect("SQLite is built in");
                test(&world).await;
            }

            #[tokio::test]
            async fn postgres() {
                if let Some(world) = World::start($crate::harness::Backend::Postgres, |_| {}).await {
                    test(&world).await;
                }
            }
        }
    )*};
}
pub(crate) use both;

/// Keys are slow to make; all tests share them.
fn keys() -> Keys {
    static PEMS: OnceLock<[String; 2]> = OnceLock::new();
    let [tokens, content] = PEMS
        .get_or_init(|| [(); 2].map(|()| SigningKey::generate().expect("a key").pem().to_owned()));
    Keys {
        tokens: vec![SigningKey::from_pem(tokens).expect("a key")],
        content: SigningKey::from_pem(content).expect("a key"),
        content_id: None,
    }
}

/// All tests of the process count into one recorder, as one service would.
fn recorder() -> &'static PrometheusHandle {
    static RECORDER: OnceLock<PrometheusHandle> = OnceLock::new();
    RECORDER.get_or_init(|| {
        PrometheusBuilder::new()
            .install_recorder()
            .expect("the only one")
    })
}

impl World {
    /// A service on SQLite with other settings.
    pub async fn with(change: impl FnOnce(&mut Config)) -> World {
        World::start(Backend::Sqlite, change)
            .await
            .expect("SQLite is built in")
    }

    /// A service; `None` where the database is not installed.
    pub async fn start(backend: Backend, change: impl FnOnce(&mut Config)) -> Option<World> {
        recorder();
        let folder = tempfile::tempdir().expect("a folder");
        let (url, database) = match backend {
            Backend::Sqlite => (
                format!("sqlite://{}", folder.path().join("bindery.db").display()),
                None,
            ),
            Backend::Postgres => {
                let Some(database) = Postgres::database() else {
                    skip("api on PostgreSQL: it is not installed");
                    return None;
                };
                (database.url().to_owned(), Some(database))
            }
        };
        let db = Db::connect(&DbOptions::new(url)).await.expect("a database");
        let sets = [&bindery_pipeline::MIGRATIONS, &bindery_library::MIGRATIONS];
        db.migrate(&sets).await.expect("migrated");
        let pipeline = Pipeline::open(db, PipelineOptions::default())
            .await
            .expect("a pipeline");
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let mut config = Config::new(base.parse().expect("a URL"));
        config.registration = Registration::Open;
        config.drain = Duration::from_millis(200);
        config.limits.attempts_per_address = 100_000;
        config.limits.attempts_per_account = 100_000;
        change(&mut config);
        let state = State::new(Parts {
            pipeline,
            settings: Settings::new(RenderPlan {
                epub: 1,
                ..RenderPlan::default()
            }),
            storage: Storage::on_disk(&folder.path().join("objects")).expect("storage"),
            search: crate::search::index(folder.path()),
            presign: None,
            keys: keys(),
            config,
            assets: Some(crate::edge::assets),
            metrics: Some(Arc::new(|| recorder().render())),
        })
        .expect("a state");
        let (stop, stopped) = oneshot::channel::<()>();
        let served = bindery_api::serve(listener, state.clone(), async move {
            let _ = stopped.await;
        });
        tokio::spawn(served);
        let client = reqwest::Client::builder()
            .no_proxy()
            .build()
            .expect("a client");
        Some(World {
            base,
            state,
            client,
            folder,
            _stop: stop,
            _database: database,
        })
    }

    /// A request to `path`, which begins with a slash.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.base))
    }

    /// Sends a request and checks what holds for every answer of the service.
    pub async fn send(&self, request: RequestBuilder) -> Reply {
        let request = request.build().expect("a request");
        let (method, path) = (request.method().clone(), request.url().path().to_owned());
        let reply = Reply::read(self.client.execute(request).await.expect("an answer")).await;
        check(&method, &path, &reply);
        reply
    }

    /// GET below `/api/v1`.
    pub async fn get(&self, path: &str, by: Option<&Person>) -> Reply {
        self.send(signed(
            self.request(Method::GET, &format!("/api/v1{path}")),
            by,
        ))
        .await
    }

    /// A request with a JSON body below `/api/v1`.
    pub async fn json(
        &self,
        method: Method,
        path: &str,
        by: Option<&Person>,
        body: Value,
    ) -> Reply {
        let request = self.request(method, &format!("/api/v1{path}"));
        self.send(signed(request, by).json(&body)).await
    }

    /// POST with a JSON body below `/api/v1`.
    pub async fn post(&self, path: &str, by: Option<&Person>, body: Value) -> Reply {
        self.json(Method::POST, path, by, body).await
    }

    /// Makes an account with these roles and signs in.
    pub async fn person(&self, name: &str, roles: &[Role]) -> Person {
        let email = format!("{name}@example.org");
        let new = NewUser {
            email: email.clone(),
            name: name.to_owned(),
            password_hash: Some(password::hash(PASSWORD).expect("hashed")),
            roles: roles.to_vec(),
            status: UserStatus::Active,
        };
        let mut tx = self.state.begin().await.expect("a transaction");
        let user = people::create_user(&mut tx, new).await.expect("made");
        tx.commit().await.expect("committed");
        let body = json!({"email": email, "password": PASSWORD});
        let reply = self.post("/auth/login", None, body).await;
        assert_eq!(reply.status, 200);
        let token = reply.json()["accessToken"]
            .as_str()
            .expect("a token")
            .to_owned();
        Person {
            id: user.id,
            email,
            token,
        }
    }

    /// An admin.
    pub async fn admin(&self) -> Person {
        self.person("admin", &[Role::Admin]).await
    }

    /// Uploads `bytes` and finishes with `meta`; the book as answered.
    pub async fn book(&self, by: &Person, bytes: &[u8], meta: Value) -> Value {
        let presigned = self.post("/books/presign", Some(by), announce(bytes)).await;
        assert_eq!(presigned.status, 200, "{}", presigned.text());
        let presigned = presigned.json();
        let put = self.send(self.put(&presigned, bytes)).await;
        assert_eq!(put.status, 200, "{}", put.text());
        let id = presigned["bookId"].as_str().expect("an id");
        let reply = self.post(&format!("/books/{id}"), Some(by), meta).await;
        assert_eq!(reply.status, 201, "{}", reply.text());
        reply.json()
    }

    /// The PUT that a presign answer describes.
    pub fn put(&self, presigned: &Value, bytes: &[u8]) -> RequestBuilder {
        let url = presigned["uploadUrl"].as_str().expect("a URL");
        let headers = presigned["headers"].as_object().expect("headers");
        headers.iter().fold(
            self.client.put(url).body(bytes.to_vec()),
            |request, (name, value)| request.header(name, value.as_str().expect("text")),
        )
    }

    /// Does what a render job does: stores `files` and marks the rendition as ready.
    pub async fn render(&self, rendition: &str, files: &[(&str, &[u8])]) {
        self.store(rendition, files).await;
        let ready = Ready {
            slices: 3,
            bytes: 100,
            cover: Some(Cover {
                original: Some("cover/original.png".to_owned()),
                medium: Some("cover/medium.png".to_owned()),
                thumbnail: None,
            }),
            ..Ready::default()
        };
        let mut tx = self.state.begin().await.expect("a transaction");
        let settings = &self.state.settings;
        assert!(
            catalogue::mark_ready(&mut tx, settings, rendition, &ready)
                .await
                .expect("marked")
        );
        tx.commit().await.expect("committed");
    }

    /// Gives the book a cover and does what the cover job does: every size is `bytes`.
    pub async fn cover(&self, by: &Person, book: &str, bytes: &[u8]) {
        let actor = Actor::new(&by.id, [Role::Admin]);
        let (pipeline, storage) = (&self.state.pipeline, &self.state.storage);
        let picture = b"\xff\xd8\xff".as_slice();
        catalogue::give_cover(pipeline, storage, &actor, book, picture.into())
            .await
            .expect("given");
        let version = catalogue::cover_version(picture);
        let path = format!("{version}/any.jpg");
        let key = Key::book_cover(book, &path);
        let stored = storage.put(&key, "image/jpeg", bytes.to_vec().into());
        stored.await.expect("stored");
        let files = Cover {
            original: Some(path.clone()),
            medium: Some(path.clone()),
            thumbnail: Some(path),
        };
        let cover = OwnCover { version, files };
        let mut tx = self.state.begin().await.expect("a transaction");
        let set = catalogue::set_cover(&mut tx, &self.state.settings, book, &cover).await;
        assert!(set.expect("set"));
        tx.commit().await.expect("committed");
    }

    /// Stores files of a rendition.
    pub async fn store(&self, rendition: &str, files: &[(&str, &[u8])]) {
        for (path, bytes) in files {
            let key = Key::rendition(rendition, path);
            let bytes = bytes.to_vec().into();
            self.state
                .storage
                .put(&key, "text/plain", bytes)
                .await
                .expect("stored");
        }
    }
}

/// Adds the person's token.
pub fn signed(request: RequestBuilder, by: Option<&Person>) -> RequestBuilder {
    match by {
        Some(person) => request.bearer_auth(&person.token),
        None => request,
    }
}

/// Something that passes for an EPUB as far as the service looks.
pub fn epub(text: &str) -> Vec<u8> {
    [b"PK\x03\x04".as_slice(), text.as_bytes()].concat()
}

/// The announcement of `bytes`.
pub fn announce(bytes: &[u8]) -> Value {
    json!({
        "fileName": "book.epub",
        "size": bytes.len(),
        "contentType": "application/epub+zip",
        "sha256": hex::encode(Sha256::digest(bytes)),
    })
}
