//! A database with our tables, and the short ways the tests take through the library.

use bindery_library::catalogue::{
    self, Book, BookDraft, BookStatus, Format, NewUpload, Ready, RenderPlan,
};
use bindery_library::people::{self, NewUser, Role, User, UserStatus};
use bindery_library::policy::Actor;
use bindery_library::storage::Promoted;
use bindery_library::{Settings, now_ms};
use bindery_pipeline::{Db, DbOptions, Job, Pipeline, PipelineOptions, jobs};
use bindery_test_servers::{Database, Postgres, skip};
use sqlx::Any;
use sqlx::pool::PoolConnection;

/// A migrated database of its own.
pub struct World {
    pub pipeline: Pipeline,
    pub settings: Settings,
    _folder: Option<tempfile::TempDir>,
    _database: Option<Database>,
}

impl World {
    pub async fn sqlite() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/library.db?mode=rwc", folder.path().display());
        Some(Self::open(url, Some(folder), None).await)
    }

    pub async fn postgres() -> Option<Self> {
        let found = tokio::task::spawn_blocking(Postgres::database)
            .await
            .unwrap();
        let Some(database) = found else {
            skip("library on PostgreSQL: PostgreSQL is not installed");
            return None;
        };
        let url = database.url().to_owned();
        Some(Self::open(url, None, Some(database)).await)
    }

    async fn open(
        url: String,
        folder: Option<tempfile::TempDir>,
        database: Option<Database>,
    ) -> Self {
        let db = Db::connect(&DbOptions::new(url)).await.unwrap();
        db.migrate(&[&bindery_pipeline::MIGRATIONS, &bindery_library::MIGRATIONS])
            .await
            .unwrap();
        let pipeline = Pipeline::open(db, PipelineOptions::default())
            .await
            .unwrap();
        let plan = RenderPlan {
            options_digest: "test".into(),
            epub: 1,
            mobi: 1,
            pdf: 1,
        };
        Self {
            pipeline,
            settings: Settings {
                webhooks: true,
                ..Settings::new(plan)
            },
            _folder: folder,
            _database: database,
        }
    }

    pub async fn read(&self) -> PoolConnection<Any> {
        self.pipeline.db().read().await.unwrap()
    }

    pub async fn user(&self, email: &str, roles: &[Role]) -> User {
        let mut tx = self.pipeline.begin().await.unwrap();
        let new = NewUser {
            email: email.into(),
            name: "Some Body".into(),
            password_hash: Some("hash".into()),
            roles: roles.to_vec(),
            status: UserStatus::Active,
        };
        let user = people::create_user(&mut tx, new).await.unwrap();
        tx.commit().await.unwrap();
        user
    }

    pub async fn admin(&self) -> Actor {
        Actor::from(&self.user("admin@example.org", &[Role::Admin]).await)
    }

    /// Announces a new book and answers its id.
    pub async fn presign(&self, actor: &Actor, file: &Promoted) -> String {
        self.announce(actor, file, None).await
    }

    /// Announces an upload, for a new book or as a replacement, and answers its id.
    pub async fn announce(&self, actor: &Actor, file: &Promoted, book_id: Option<&str>) -> String {
        let mut tx = self.pipeline.begin().await.unwrap();
        let new = NewUpload {
            file_name: "some_book.epub".into(),
            size: file.size,
            content_type: "application/epub+zip".into(),
            sha256: file.sha256.clone(),
            book_id: book_id.map(str::to_owned),
            expires_at: now_ms() + 60_000,
        };
        let upload = catalogue::presign(&mut tx, actor, new).await.unwrap();
        tx.commit().await.unwrap();
        upload.id
    }

    /// Uploads a book whole.
    pub async fn book(&self, actor: &Actor, file: &Promoted, draft: BookDraft) -> Book {
        let id = self.presign(actor, file).await;
        let mut tx = self.pipeline.begin().await.unwrap();
        let done = catalogue::finalise(&mut tx, &self.settings, actor, &id, file, draft)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        done.book
    }

    /// A published book with this title.
    pub async fn published(&self, actor: &Actor, title: &str) -> Book {
        let draft = BookDraft {
            title: Some(title.into()),
            status: Some(BookStatus::Published),
            ..BookDraft::default()
        };
        self.book(actor, &file(title), draft).await
    }

    pub async fn ready(&self, rendition_id: &str, ready: &Ready) -> bool {
        let mut tx = self.pipeline.begin().await.unwrap();
        let marked = catalogue::mark_ready(&mut tx, &self.settings, rendition_id, ready)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        marked
    }

    pub async fn get(&self, id: &str) -> Book {
        catalogue::get_book(&mut *self.read().await, id)
            .await
            .unwrap()
    }

    /// Live jobs of a queue.
    pub async fn jobs(&self, queue: &str) -> Vec<Job> {
        let filter = jobs::Filter {
            queue: Some(queue.into()),
            ..jobs::Filter::default()
        };
        jobs::list(&mut *self.read().await, &filter, None, 100)
            .await
            .unwrap()
            .items
    }

    /// How often an event was written.
    pub async fn events(&self, event_type: &str) -> usize {
        let mut conn = self.read().await;
        let rows = sqlx::query("SELECT id FROM events WHERE event_type = $1")
            .bind(event_type.to_owned())
            .fetch_all(&mut *conn)
            .await;
        rows.unwrap().len()
    }
}

/// A checked file whose hash follows from a name.
pub fn file(name: &str) -> Promoted {
    use sha2::{Digest, Sha256};
    let sha256 = hex::encode(Sha256::digest(name.as_bytes()));
    Promoted {
        sha256,
        size: 1000,
        format: Format::Epub,
    }
}

/// Runs each named `async fn(World)` of a module on both databases.
macro_rules! on_both_databases {
    ($($test:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                if let Some(world) = crate::world::World::sqlite().await {
                    super::$test(world).await;
                }
            })+
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                if let Some(world) = crate::world::World::postgres().await {
                    super::$test(world).await;
                }
            })+
        }
    };
}
pub(crate) use on_both_databases;
