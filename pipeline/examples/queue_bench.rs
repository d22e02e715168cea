//! Measures the queue: how long from commit to start when idle, and how many empty jobs a second.
//!
//! ```sh
//! cargo run -p bindery-pipeline --example queue_bench [JOBS] [CONCURRENCY] [ROUNDS]
//! ```
//!
//! It starts its own PostgreSQL (without fsync: what is compared is the carriers, not the disk) and Redis.
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a program for the terminal that may fail loudly"
)]

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use bindery_pipeline::{
    Db, DbOptions, Done, MIGRATIONS, NewJob, PermitsConfig, Pipeline, PipelineOptions,
    QueueOptions, Workers,
};
use bindery_test_servers::{Postgres, Redis};
use serde_json::json;
use tokio::sync::mpsc;

#[tokio::main]
async fn main() {
    let mut args = std::env::args()
        .skip(1)
        .map(|a| a.parse::<usize>().unwrap());
    let (jobs, concurrency) = (args.next().unwrap_or(5000), args.next().unwrap_or(10));
    let rounds = args.next().unwrap_or(1);
    println!(
        "{:<24} {:>9} {:>9} {:>9} {:>10} {:>16}",
        "", "p50 ms", "p95 ms", "max ms", "jobs/s", "redis commands/s"
    );
    let redis = Redis::start().unwrap();
    let url = redis.url().to_owned();
    // In rounds, so that what else the machine does hits all of them alike.
    for round in 1..=rounds {
        println!("round {round}");
        let dir = tempfile::tempdir().unwrap();
        let file = format!("sqlite://{}", dir.path().join("bench.db").display());
        let mut all = [
            ("SQLite+Local", file, PermitsConfig::Local),
            ("PostgreSQL+Local", postgres(), PermitsConfig::Local),
            (
                "PostgreSQL+apalis-redis",
                postgres(),
                PermitsConfig::Redis { url: url.clone() },
            ),
            (
                "PostgreSQL+list",
                postgres(),
                PermitsConfig::RedisList { url: url.clone() },
            ),
        ];
        if round % 2 == 0 {
            all.reverse();
        }
        for (name, database, permits) in all {
            measure(name, &database, permits, jobs, concurrency).await;
        }
    }
}

fn postgres() -> String {
    Postgres::database().unwrap().url().to_owned()
}

async fn measure(name: &str, url: &str, permits: PermitsConfig, jobs: usize, concurrency: usize) {
    let redis_url = match &permits {
        PermitsConfig::Redis { url } | PermitsConfig::RedisList { url } => Some(url.clone()),
        PermitsConfig::Local => None,
    };
    let db = Db::connect(&DbOptions {
        url: url.to_owned(),
        max_connections: 12,
    })
    .await
    .unwrap();
    db.migrate(&[&MIGRATIONS]).await.unwrap();
    let pipeline = Pipeline::open(db, PipelineOptions::with_permits(permits))
        .await
        .unwrap();
    let (started, mut starts) = mpsc::unbounded_channel();
    let count = Arc::new(AtomicUsize::new(0));
    let ended = count.clone();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let workers = Workers::new(pipeline.clone())
        .queue("latency", QueueOptions::concurrency(concurrency))
        .queue("bulk", QueueOptions::concurrency(concurrency))
        .handle("latency", move |_| {
            started.send(Instant::now()).unwrap();
            async { Ok(Done) }
        })
        .handle("bulk", move |_| {
            ended.fetch_add(1, Ordering::Relaxed);
            async { Ok(Done) }
        });
    let running = tokio::spawn(workers.run(async {
        let _ = stopped.await;
    }));
    tokio::time::sleep(Duration::from_secs(1)).await;
    let idle = idle_commands(redis_url.as_deref()).await;
    let mut waits = latencies(&pipeline, &mut starts).await;
    waits.sort_by(f64::total_cmp);
    let rate = throughput(&pipeline, &count, jobs).await;
    let at = |q: usize| waits[waits.len() * q / 100];
    let idle = idle.map_or("-".to_owned(), |n| format!("{n:.1} idle"));
    println!(
        "{name:<24} {:>9.2} {:>9.2} {:>9.2} {rate:>10.0} {idle:>16}",
        at(50),
        at(95),
        waits[waits.len() - 1]
    );
    let _ = stop.send(());
    running.await.unwrap().unwrap();
}

/// From the end of the commit to the start of the handler, ms.
async fn latencies(pipeline: &Pipeline, starts: &mut mpsc::UnboundedReceiver<Instant>) -> Vec<f64> {
    let mut waits = Vec::new();
    for n in 0..100 {
        let mut tx = pipeline.begin().await.unwrap();
        tx.enqueue(NewJob::new("latency", "latency", json!({})))
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let committed = Instant::now();
        let start = starts.recv().await.unwrap();
        waits.push(start.saturating_duration_since(committed).as_secs_f64() * 1e3);
        // Out of step with every interval in the system.
        tokio::time::sleep(Duration::from_millis(40 + n * 37 % 50)).await;
    }
    waits
}

/// Jobs that wait already, per second.
async fn throughput(pipeline: &Pipeline, count: &AtomicUsize, jobs: usize) -> f64 {
    let mut tx = pipeline.begin().await.unwrap();
    for _ in 0..jobs {
        tx.enqueue(NewJob::new("bulk", "bulk", json!({})))
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
    let begun = Instant::now();
    while count.load(Ordering::Relaxed) < jobs {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    jobs as f64 / begun.elapsed().as_secs_f64()
}

/// Commands that Redis runs in a second in which nothing happens.
async fn idle_commands(url: Option<&str>) -> Option<f64> {
    let mut redis = redis::Client::open(url?)
        .unwrap()
        .get_multiplexed_async_connection()
        .await
        .unwrap();
    let before = commands(&mut redis).await;
    tokio::time::sleep(Duration::from_secs(5)).await;
    Some((commands(&mut redis).await - before - 1.0) / 5.0)
}

async fn commands(redis: &mut redis::aio::MultiplexedConnection) -> f64 {
    let info: String = redis::cmd("INFO")
        .arg("stats")
        .query_async(redis)
        .await
        .unwrap();
    let line = info
        .lines()
        .find(|l| l.starts_with("total_commands_processed:"))
        .unwrap();
    line.rsplit(':').next().unwrap().trim().parse().unwrap()
}
