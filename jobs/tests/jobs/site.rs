//! A whole installation in a temporary folder: database, storage, index, mail folder, endpoint.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bindery_adapters::mail_folder::MailFolder;
use bindery_adapters::search::TantivySearch;
use bindery_adapters::webhook_http::WebhookHttp;
use bindery_engine::Options;
use bindery_jobs::{Deps, register, render_plan};
use bindery_library::catalogue::{
    self, Book, BookDraft, Finalised, NewUpload, Rendition, RenditionState, Upload,
};
use bindery_library::people::{self, NewUser, Role, UserStatus};
use bindery_library::policy::Actor;
use bindery_library::search::SearchQuery;
use bindery_library::storage::{Expected, Key, Promoted, Storage};
use bindery_library::{Settings, now_ms, work};
use bindery_pipeline::jobs::{self, Filter};
use bindery_pipeline::{Db, DbOptions, Job, NewJob, Pipeline, PipelineOptions, State, Workers};
use bindery_test_servers::{Database, Postgres, S3, skip};
use sha2::{Digest, Sha256};
use tokio::sync::{Semaphore, oneshot};
use tokio::task::JoinHandle;

use crate::receiver::{Receiver, SECRET};
use crate::sandbox::sandbox;

/// How long anything may take before a test gives up.
const PATIENCE: Duration = Duration::from_secs(40);

pub struct Site {
    pub deps: Deps,
    pub owner: Actor,
    pub hooks: Receiver,
    folder: tempfile::TempDir,
    _database: Option<Database>,
    _bucket: Option<S3>,
}

impl Site {
    pub async fn sqlite() -> Self {
        Self::open(None, None).await
    }

    /// SQLite with an S3 server; `None`, and a note, where there is none.
    pub async fn bucket() -> Option<Self> {
        let Some(bucket) = tokio::task::spawn_blocking(S3::start).await.unwrap() else {
            skip("jobs on S3: no S3 server is installed");
            return None;
        };
        Some(Self::open(None, Some(bucket)).await)
    }

    /// `None`, and a note, where PostgreSQL is not installed.
    pub async fn postgres() -> Option<Self> {
        let Some(database) = tokio::task::spawn_blocking(Postgres::database)
            .await
            .unwrap()
        else {
            skip("jobs on PostgreSQL: PostgreSQL is not installed");
            return None;
        };
        Some(Self::open(Some(database), None).await)
    }

    async fn open(database: Option<Database>, bucket: Option<S3>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = match &database {
            Some(database) => database.url().to_owned(),
            None => format!("sqlite://{}/bindery.db", folder.path().display()),
        };
        let db = Db::connect(&DbOptions::new(url)).await.unwrap();
        db.migrate(&[&bindery_pipeline::MIGRATIONS, &bindery_library::MIGRATIONS])
            .await
            .unwrap();
        let pipeline = Pipeline::open(db, PipelineOptions::default())
            .await
            .unwrap();
        let (hooks, address) = Receiver::start().await;
        let options = Options::default();
        let settings = Settings {
            webhooks: true,
            retire_after: Duration::ZERO,
            ..Settings::new(render_plan(&options))
        };
        let index = TantivySearch::open(&folder.path().join("index")).unwrap();
        let deps = Deps {
            pipeline,
            settings,
            storage: match &bucket {
                Some(bucket) => Storage::open(&bucket.storage_url_with_keys()).unwrap(),
                None => Storage::on_disk(&folder.path().join("objects")).unwrap(),
            },
            search: Arc::new(index),
            mailer: Arc::new(MailFolder::new(
                folder.path().join("mail"),
                "B <b@localhost>",
            )),
            webhooks: Some(Arc::new(WebhookHttp::new(&address, SECRET, true).unwrap())),
            sandbox: sandbox(&["render-child"]),
            options,
            children: Arc::new(Semaphore::new(2)),
            scratch: folder.path().join("scratch"),
            public_url: "http://books.test".to_owned(),
        };
        let owner = owner(&deps).await;
        Self {
            deps,
            owner,
            hooks,
            folder,
            _database: database,
            _bucket: bucket,
        }
    }

    /// The same installation with a child that misbehaves.
    pub fn with_child(&self, arguments: &[&str]) -> Deps {
        Deps {
            sandbox: sandbox(arguments),
            ..self.deps.clone()
        }
    }

    /// Uploads a new book.
    pub async fn upload(&self, name: &str, bytes: &[u8]) -> Book {
        let upload = self.put(name, bytes, None).await;
        let promoted = self.promote(&upload).await;
        let mut tx = self.deps.pipeline.begin().await.unwrap();
        let (settings, draft) = (&self.deps.settings, BookDraft::default());
        let made = catalogue::finalise(
            &mut tx,
            settings,
            &self.owner,
            &upload.book_id,
            &promoted,
            draft,
        );
        let Finalised { book, fresh } = made.await.unwrap();
        assert!(fresh);
        tx.commit().await.unwrap();
        book
    }

    /// Gives a book another file.
    pub async fn replace(&self, book: &str, bytes: &[u8]) -> Book {
        let upload = self.put("other.epub", bytes, Some(book.to_owned())).await;
        let promoted = self.promote(&upload).await;
        let mut tx = self.deps.pipeline.begin().await.unwrap();
        let settings = &self.deps.settings;
        let made =
            catalogue::replace_file(&mut tx, settings, &self.owner, &upload.id, &promoted, None);
        let book = made.await.unwrap().book;
        tx.commit().await.unwrap();
        book
    }

    /// Announces an upload and puts its bytes.
    pub async fn put(&self, name: &str, bytes: &[u8], book_id: Option<String>) -> Upload {
        let new = NewUpload {
            file_name: name.to_owned(),
            size: bytes.len() as u64,
            content_type: "application/epub+zip".to_owned(),
            sha256: hex::encode(Sha256::digest(bytes)),
            book_id,
            expires_at: now_ms() + 60_000,
        };
        let mut tx = self.deps.pipeline.begin().await.unwrap();
        let upload = catalogue::presign(&mut tx, &self.owner, new).await.unwrap();
        tx.commit().await.unwrap();
        let (key, bytes) = (Key::upload(&upload.id), bytes.to_vec().into());
        self.deps
            .storage
            .put(&key, &upload.content_type, bytes)
            .await
            .unwrap();
        upload
    }

    async fn promote(&self, upload: &Upload) -> Promoted {
        let expected = Expected {
            size: upload.size,
            sha256: upload.sha256.clone(),
        };
        self.deps
            .storage
            .promote_upload(&upload.id, &expected)
            .await
            .unwrap()
    }

    pub async fn book(&self, id: &str) -> Book {
        let mut conn = self.deps.pipeline.db().read().await.unwrap();
        catalogue::get_book(&mut conn, id).await.unwrap()
    }

    pub async fn rendition(&self, id: &str) -> Option<Rendition> {
        let mut conn = self.deps.pipeline.db().read().await.unwrap();
        catalogue::get_rendition(&mut conn, id).await.ok()
    }

    pub async fn state(&self, rendition: &str) -> Option<RenditionState> {
        self.rendition(rendition).await.map(|r| r.state)
    }

    pub async fn enqueue(&self, job: NewJob) -> String {
        let mut tx = self.deps.pipeline.begin().await.unwrap();
        let id = tx.enqueue(job).await.unwrap().id;
        tx.commit().await.unwrap();
        id
    }

    pub async fn job(&self, id: &str) -> Job {
        let mut conn = self.deps.pipeline.db().read().await.unwrap();
        jobs::get(&mut conn, id).await.unwrap()
    }

    /// Jobs of a kind in all states, newest first.
    pub async fn jobs(&self, kind: &str) -> Vec<Job> {
        let filter = Filter {
            kind: Some(kind.to_owned()),
            ..Filter::default()
        };
        let mut conn = self.deps.pipeline.db().read().await.unwrap();
        jobs::list(&mut conn, &filter, None, 100)
            .await
            .unwrap()
            .items
    }

    /// Waits until nothing waits or runs, then asserts that all went well.
    pub async fn settled(&self) {
        eventually("all jobs end", async || {
            let queues = jobs::queues(self.deps.pipeline.db()).await.unwrap();
            queues
                .iter()
                .all(|q| q.ready + q.scheduled + q.running == 0)
        })
        .await;
        let queues = jobs::queues(self.deps.pipeline.db()).await.unwrap();
        assert!(queues.iter().all(|q| q.dead == 0), "{queues:?}");
    }

    /// Ids of books that search finds.
    pub async fn search(&self, text: &str) -> Vec<String> {
        let query = SearchQuery {
            text: text.to_owned(),
            statuses: Vec::new(),
            owner_id: Some(self.owner.user_id.clone()),
            limit: 10,
            cursor: None,
        };
        let page = self.deps.search.query(query).await.unwrap();
        page.items.into_iter().map(|hit| hit.id).collect()
    }

    /// All messages in the mail folder.
    pub fn mails(&self) -> Vec<String> {
        let Ok(files) = std::fs::read_dir(self.folder.path().join("mail")) else {
            return Vec::new();
        };
        files
            .map(|f| std::fs::read_to_string(f.unwrap().path()).unwrap())
            .collect()
    }

    /// The file of a rendition on disk.
    pub fn content(&self, rendition: &str, path: &str) -> PathBuf {
        let key = Key::rendition(rendition, path);
        self.deps.storage.local_path(&key).unwrap().unwrap()
    }
}

/// Workers on all queues until stopped.
pub struct Running {
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Running {
    pub fn start(deps: &Deps) -> Self {
        let queues = work::QUEUES.map(|queue| (queue, 2));
        let workers = Workers::new(deps.pipeline.clone()).drain(Duration::from_secs(1));
        let workers = register(workers, &Arc::new(deps.clone()), &queues);
        let (stop, stopped) = oneshot::channel::<()>();
        let task = tokio::spawn(async move {
            let stopped = async {
                let _ = stopped.await;
            };
            workers.run(stopped).await.unwrap();
        });
        Self { stop, task }
    }

    pub async fn stop(self) {
        let _ = self.stop.send(());
        self.task.await.unwrap();
    }
}

/// Waits until `fact` holds.
pub async fn eventually(what: &str, fact: impl AsyncFn() -> bool) {
    let begin = Instant::now();
    while !fact().await {
        assert!(begin.elapsed() < PATIENCE, "in vain: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Waits until a job has ended, and answers how.
pub async fn ended(site: &Site, id: &str) -> Job {
    eventually("the job ends", async || site.job(id).await.state.is_final()).await;
    site.job(id).await
}

/// Runs one more job and expects it to be done.
pub async fn again(site: &Site, job: NewJob) {
    let id = site.enqueue(job).await;
    assert_eq!(ended(site, &id).await.state, State::Done);
}

async fn owner(deps: &Deps) -> Actor {
    let mut tx = deps.pipeline.begin().await.unwrap();
    let new = NewUser {
        email: "ada@example.org".to_owned(),
        name: "Ada".to_owned(),
        password_hash: None,
        roles: vec![Role::Admin],
        status: UserStatus::Active,
    };
    let user = people::create_user(&mut tx, new).await.unwrap();
    tx.commit().await.unwrap();
    Actor::new(user.id, user.roles)
}
