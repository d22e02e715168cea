use std::{
    process::{Child, Command, Stdio},
    time::Duration,
};

use bindery_pipeline::{Done, Keeper, PermitsConfig, PipelineOptions, State, Workers};
use sqlx::Row;

use crate::{
    outcome::effect,
    permits::each_once,
    world::{Notes, Q, World, brisk, job, open, quick},
};

/// A worker in a process of its own: this very program, running only [`child_process`].
struct Worker(Child);

impl Worker {
    fn start(world: &World) -> Self {
        let (carrier, redis) = match &world.options.permits {
            PermitsConfig::Local => ("local", ""),
            PermitsConfig::Redis { url } => ("redis", url.as_str()),
            PermitsConfig::RedisList { url } => ("list", url.as_str()),
        };
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "crash::child_process", "--nocapture"])
            .env("BINDERY_CHILD_DATABASE", &world.url)
            .env("BINDERY_CHILD_CARRIER", carrier)
            .env("BINDERY_CHILD_REDIS", redis)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Self(child)
    }

    /// `kill -9`.
    fn kill(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }

    fn ended(&mut self) -> bool {
        self.0.try_wait().unwrap().is_some()
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Not a test by itself: the body of [`Worker`].
#[test]
fn child_process() {
    let Ok(url) = std::env::var("BINDERY_CHILD_DATABASE") else {
        return;
    };
    let redis = std::env::var("BINDERY_CHILD_REDIS").unwrap();
    let permits = match std::env::var("BINDERY_CHILD_CARRIER").unwrap().as_str() {
        "redis" => PermitsConfig::Redis { url: redis },
        "list" => PermitsConfig::RedisList { url: redis },
        _ => PermitsConfig::Local,
    };
    // Ends with the test process, whose pipe closes.
    std::thread::spawn(|| {
        let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
        std::process::exit(0);
    });
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    runtime.unwrap().block_on(async {
        let options = PipelineOptions {
            permits,
            timing: quick(),
            ..PipelineOptions::default()
        };
        let workers = Workers::new(open(&url, &options).await)
            .queue(Q, brisk(4))
            .handle("effect", |ctx| async move {
                tokio::time::sleep(Duration::from_millis(20)).await;
                let mut tx = ctx.begin().await?;
                effect(&mut tx, &ctx.job().id).await?;
                tokio::time::sleep(Duration::from_millis(2)).await;
                ctx.finish(tx).await
            })
            .handle("poison", |ctx| async move {
                let mut tx = ctx.begin().await?;
                let text = "INSERT INTO starts (job_id, worker) VALUES ($1, 'x')";
                sqlx::query(text)
                    .bind(ctx.job().id.as_str())
                    .execute(&mut *tx)
                    .await?;
                tx.commit().await?;
                std::process::abort();
            });
        workers.run(std::future::pending()).await.unwrap();
    });
}

pub async fn a_killed_worker_loses_nothing_and_repeats_nothing(world: World) {
    let mut tx = world.pipeline.begin().await.unwrap();
    for _ in 0..300 {
        tx.enqueue(job("effect").max_attempts(3)).await.unwrap();
    }
    tx.commit().await.unwrap();
    let mut doomed = Worker::start(&world);
    let _other = Worker::start(&world);
    let effects = "SELECT count(*) AS n FROM effects";
    while world.count(effects).await < 60 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    doomed.kill();
    assert!(
        world.count(effects).await < 300,
        "killed too late to mean anything"
    );
    if let Some(redis) = &world.redis {
        redis.flush_all();
    }
    world.until_empty().await;
    assert_eq!(each_once(&world).await, 300);
    let done = "SELECT count(*) AS n FROM job_history WHERE state = 'done'";
    assert_eq!(world.count(done).await, 300);
}

pub async fn a_job_that_kills_its_worker_dies_after_its_attempts(world: World) {
    let poison = world.enqueue(job("poison").max_attempts(3)).await;
    let innocent = world.enqueue(job("effect")).await;
    let mut worker = Worker::start(&world);
    let mut deaths = 0;
    let dead = loop {
        tokio::time::sleep(Duration::from_millis(20)).await;
        if worker.ended() {
            deaths += 1;
            assert!(deaths <= 3, "it was started once more");
            worker = Worker::start(&world);
        }
        let job = world.get(&poison).await;
        if job.state == State::Dead {
            break job;
        }
    };
    assert_eq!((dead.attempt, deaths), (3, 3));
    assert_eq!(dead.last_error.as_deref(), Some("its worker was lost"));
    assert_eq!(world.count("SELECT count(*) AS n FROM starts").await, 3);
    world.until(&innocent, State::Done).await;
}

pub async fn two_keepers_do_no_harm(world: World) {
    let running = world.start(|w| {
        w.queue(Q, brisk(3)).handle("k", |ctx| async move {
            let mut tx = ctx.begin().await?;
            effect(&mut tx, &ctx.job().id).await?;
            ctx.finish(tx).await
        })
    });
    let mut keepers = tokio::task::JoinSet::new();
    for _ in 0..2 {
        let keeper = Keeper::new(world.another_process().await);
        keepers.spawn(keeper.run(std::future::pending()));
    }
    let mut tx = world.pipeline.begin().await.unwrap();
    for n in 0..100 {
        tx.enqueue(job("k").delay(Duration::from_millis(n * 5)))
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
    world.until_empty().await;
    assert_eq!(each_once(&world).await, 100);
    running.stop().await;
}

pub async fn a_running_row_that_nobody_holds_is_given_up(world: World) {
    let running = world.start(|w| w.handle("k", |_| async { Ok(Done) }));
    let first = world.enqueue(job("k")).await;
    world.until(&first, State::Done).await;
    // As if the answer to a claim had been lost: the row says that the living worker runs it.
    let mut tx = world.pipeline.begin().await.unwrap();
    let worker: String = sqlx::query("SELECT id FROM workers")
        .fetch_one(&mut *tx)
        .await
        .unwrap()
        .get("id");
    let id = tx.enqueue(job("k")).await.unwrap().id;
    let text =
        "UPDATE jobs SET state = 'running', attempt = 1, fence = 1, worker = $1 WHERE id = $2";
    sqlx::query(text)
        .bind(worker)
        .bind(id.as_str())
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(world.until(&id, State::Done).await.attempt, 2);
    running.stop().await;
}

pub async fn a_handler_whose_job_was_taken_away_stops(world: World) {
    struct Gone(Notes);
    impl Drop for Gone {
        fn drop(&mut self) {
            self.0.note("dropped");
        }
    }
    let notes = Notes::default();
    let seen = notes.clone();
    let running = world.start(|w| {
        w.handle("k", move |ctx| {
            let gone = Gone(seen.clone());
            async move {
                if ctx.job().attempt == 1 {
                    std::future::pending::<()>().await;
                }
                drop(gone);
                Ok(Done)
            }
        })
    });
    let id = world.enqueue(job("k")).await;
    world.until(&id, State::Running).await;
    world
        .execute("UPDATE jobs SET worker = 'somebody else', fence = fence + 1")
        .await;
    notes.until(1).await;
    // Somebody else has no lease, so it comes back.
    assert_eq!(world.until(&id, State::Done).await.attempt, 2);
    running.stop().await;
}
