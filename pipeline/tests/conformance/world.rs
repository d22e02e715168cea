//! Where a test takes place: a database, a carrier of permits, and workers in this process.

use std::{sync::Arc, time::Duration};

use bindery_pipeline::{
    Backoff, Db, DbOptions, Job, MIGRATIONS, NewJob, PermitsConfig, Pipeline, PipelineOptions,
    QueueOptions, State, Timing, Workers, jobs,
};
use bindery_test_servers::{Database, Postgres, Redis, skip};
use serde_json::json;
use sqlx::Row;
use tokio::{sync::oneshot, task::JoinHandle};

/// The four combinations that the suite runs over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setup {
    SqliteLocal,
    PostgresLocal,
    PostgresRedis,
    PostgresList,
}

/// The queue that most tests use.
pub const Q: &str = "q";

pub struct World {
    pub pipeline: Pipeline,
    pub setup: Setup,
    pub url: String,
    pub options: PipelineOptions,
    pub redis: Option<Redis>,
    _dir: Option<tempfile::TempDir>,
    _database: Option<Database>,
}

/// Short, so that the suite is quick, but long enough for a busy machine with two cores.
pub fn quick() -> Timing {
    Timing {
        lease: Duration::from_millis(1500),
        renew: Duration::from_millis(200),
        top_up: Duration::from_millis(50),
        reap: Duration::from_millis(100),
        lead: Duration::from_secs(1),
        ..Timing::default()
    }
}

/// A world with an empty ledger; `None` if a server is missing, which was said then.
pub async fn world(setup: Setup, timing: Timing) -> Option<World> {
    let (dir, database) = if setup == Setup::SqliteLocal {
        (Some(tempfile::tempdir().unwrap()), None)
    } else {
        (
            None,
            Some(or_skip(Postgres::database(), "PostgreSQL", setup)?),
        )
    };
    let url = match (&dir, &database) {
        (Some(dir), _) => format!("sqlite://{}", dir.path().join("ledger.db").display()),
        (_, Some(database)) => database.url().to_owned(),
        _ => unreachable!(),
    };
    let redis = match setup {
        Setup::PostgresRedis | Setup::PostgresList => {
            Some(or_skip(Redis::start(), "Redis", setup)?)
        }
        _ => None,
    };
    let redis_url = redis
        .as_ref()
        .map(|r| r.url().to_owned())
        .unwrap_or_default();
    let permits = match setup {
        Setup::SqliteLocal | Setup::PostgresLocal => PermitsConfig::Local,
        Setup::PostgresRedis => PermitsConfig::Redis { url: redis_url },
        Setup::PostgresList => PermitsConfig::RedisList { url: redis_url },
    };
    let options = PipelineOptions {
        permits,
        timing,
        ..PipelineOptions::default()
    };
    let pipeline = open(&url, &options).await;
    pipeline.db().migrate(&[&MIGRATIONS]).await.unwrap();
    let mut tx = pipeline.begin().await.unwrap();
    for table in ["effects", "starts"] {
        let text = format!("CREATE TABLE {table} (job_id TEXT NOT NULL, worker TEXT NOT NULL)");
        sqlx::query(sqlx::AssertSqlSafe(text))
            .execute(&mut *tx)
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
    Some(World {
        pipeline,
        setup,
        url,
        options,
        redis,
        _dir: dir,
        _database: database,
    })
}

pub async fn open(url: &str, options: &PipelineOptions) -> Pipeline {
    let db = Db::connect(&DbOptions {
        url: url.to_owned(),
        max_connections: 6,
    })
    .await
    .unwrap();
    Pipeline::open(db, options.clone()).await.unwrap()
}

fn or_skip<T>(server: Option<T>, what: &str, setup: Setup) -> Option<T> {
    if server.is_none() {
        skip(&format!(
            "pipeline conformance over {setup:?}: {what} is not installed"
        ));
    }
    server
}

/// Options under which failures come back quickly.
pub fn brisk(concurrency: usize) -> QueueOptions {
    QueueOptions {
        backoff: Backoff {
            base: Duration::from_millis(40),
            cap: Duration::from_millis(200),
        },
        cancel_grace: Duration::from_millis(300),
        ..QueueOptions::concurrency(concurrency)
    }
}

/// A job for [`Q`].
pub fn job(kind: &'static str) -> NewJob {
    NewJob::new(Q, kind, json!({}))
}

impl World {
    /// Enqueues and commits.
    pub async fn enqueue(&self, job: NewJob) -> String {
        let mut tx = self.pipeline.begin().await.unwrap();
        let id = tx.enqueue(job).await.unwrap().id;
        tx.commit().await.unwrap();
        id
    }

    /// Workers with queue [`Q`] (one slot, if `build` does not say otherwise).
    pub fn start(&self, build: impl FnOnce(Workers) -> Workers) -> Running {
        start(&self.pipeline, build)
    }

    /// Another process would open its own: same database, same carrier, nothing shared in memory.
    pub async fn another_process(&self) -> Pipeline {
        open(&self.url, &self.options).await
    }

    pub async fn get(&self, id: &str) -> Job {
        let mut conn = self.pipeline.db().read().await.unwrap();
        jobs::get(&mut conn, id).await.unwrap()
    }

    /// Waits until the job is in this state, at most 15 s.
    pub async fn until(&self, id: &str, state: State) -> Job {
        self.until_is(id, |job| job.state == state).await
    }

    pub async fn until_is(&self, id: &str, wanted: impl Fn(&Job) -> bool) -> Job {
        for _ in 0..1500 {
            let job = self.get(id).await;
            if wanted(&job) {
                return job;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("never came to that: {:?}", self.get(id).await);
    }

    /// Waits until nothing is live, at most 30 s.
    pub async fn until_empty(&self) {
        for _ in 0..1500 {
            if self.count("SELECT count(*) AS n FROM jobs").await == 0 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("jobs are left over");
    }

    pub async fn count(&self, text: &'static str) -> i64 {
        let mut conn = self.pipeline.db().read().await.unwrap();
        sqlx::query(text)
            .fetch_one(&mut *conn)
            .await
            .unwrap()
            .get("n")
    }

    pub async fn execute(&self, text: &'static str) -> u64 {
        let mut tx = self.pipeline.begin().await.unwrap();
        let done = sqlx::query(text)
            .execute(&mut *tx)
            .await
            .unwrap()
            .rows_affected();
        tx.commit().await.unwrap();
        done
    }
}

/// Workers at work.
pub struct Running {
    stop: oneshot::Sender<()>,
    task: JoinHandle<Result<(), bindery_pipeline::Error>>,
}

pub fn start(pipeline: &Pipeline, build: impl FnOnce(Workers) -> Workers) -> Running {
    let (stop, stopped) = oneshot::channel();
    let workers = Workers::new(pipeline.clone())
        .queue(Q, brisk(1))
        .drain(Duration::from_secs(5));
    let workers = build(workers);
    let task = tokio::spawn(workers.run(async {
        let _ = stopped.await;
    }));
    Running { stop, task }
}

impl Running {
    /// Drains.
    pub async fn stop(self) {
        let _ = self.stop.send(());
        tokio::time::timeout(Duration::from_secs(20), self.task)
            .await
            .unwrap()
            .unwrap()
            .unwrap();
    }
}

/// A place for handlers to note things in order.
#[derive(Clone, Default)]
pub struct Notes(Arc<std::sync::Mutex<Vec<String>>>);

impl Notes {
    pub fn note(&self, text: impl Into<String>) {
        self.0.lock().unwrap().push(text.into());
    }

    pub fn all(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }

    pub async fn until(&self, n: usize) {
        for _ in 0..1500 {
            if self.all().len() >= n {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("only {:?}", self.all());
    }
}
