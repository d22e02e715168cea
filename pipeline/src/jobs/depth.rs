//! How much lies in the queues, and who works.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sqlx::Row;

use crate::{Db, Error};

/// One queue's figures; the signal by which fleets are scaled.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QueueDepth {
    /// Its name.
    pub queue: String,
    /// Jobs that could be claimed now.
    pub ready: u64,
    /// Jobs whose time lies ahead (delayed, or in backoff).
    pub scheduled: u64,
    /// Jobs in work.
    pub running: u64,
    /// Jobs that await a human.
    pub dead: u64,
    /// How long the oldest ready job has been ready, in s; 0 if none is.
    pub oldest_age_s: u64,
    /// Whether claims rest.
    pub paused: bool,
}

/// Every queue that has a worker or jobs, by name.
///
/// # Errors
/// [`Error::Database`].
pub async fn queues(db: &Db) -> Result<Vec<QueueDepth>, Error> {
    let mut conn = db.read().await?;
    let mut all: BTreeMap<String, QueueDepth> = BTreeMap::new();
    for row in sqlx::query("SELECT name, paused FROM queues")
        .fetch_all(&mut *conn)
        .await?
    {
        let queue: String = row.try_get("name")?;
        entry(&mut all, queue).paused = row.try_get::<i64, _>("paused")? != 0;
    }
    let live = "SELECT queue, state, due, count(*) AS n, {now} - min(run_at) AS age \
         FROM jobs GROUP BY queue, state, due";
    for row in sqlx::query(db.dialect().sql(live))
        .fetch_all(&mut *conn)
        .await?
    {
        let (state, due): (String, i64) = (row.try_get("state")?, row.try_get("due")?);
        let (n, age): (i64, i64) = (row.try_get("n")?, row.try_get("age")?);
        let (n, age) = (
            u64::try_from(n).unwrap_or(0),
            u64::try_from(age).unwrap_or(0),
        );
        let depth = entry(&mut all, row.try_get("queue")?);
        match (state.as_str(), due) {
            ("running", _) => depth.running += n,
            ("queued", 1) => {
                depth.ready = n;
                depth.oldest_age_s = age / 1000;
            }
            _ => depth.scheduled += n,
        }
    }
    let dead = "SELECT queue, count(*) AS n FROM job_history WHERE state = 'dead' GROUP BY queue";
    for row in sqlx::query(dead).fetch_all(&mut *conn).await? {
        let n: i64 = row.try_get("n")?;
        entry(&mut all, row.try_get("queue")?).dead = u64::try_from(n).unwrap_or(0);
    }
    Ok(all.into_values().collect())
}

fn entry(all: &mut BTreeMap<String, QueueDepth>, queue: String) -> &mut QueueDepth {
    all.entry(queue.clone()).or_insert_with(|| QueueDepth {
        queue,
        ..QueueDepth::default()
    })
}

/// A worker process that has a row in the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WorkerInfo {
    /// Unique per start of a process.
    pub id: String,
    /// The queues it serves.
    pub queues: Vec<String>,
    /// ms UTC.
    pub started_at: i64,
    /// Last renewal of its lease, ms UTC.
    pub beat_at: i64,
    /// Whether its lease still runs.
    pub alive: bool,
    /// Jobs it has in work.
    pub running: u64,
}

/// The worker processes, oldest first; those long dead are forgotten.
///
/// # Errors
/// [`Error::Database`].
pub async fn workers(db: &Db) -> Result<Vec<WorkerInfo>, Error> {
    let text = "SELECT id, queues, started_at, beat_at, CAST(CASE WHEN expires_at > {now} THEN 1 ELSE 0 END AS BIGINT) AS alive, \
           (SELECT count(*) FROM jobs WHERE jobs.worker = workers.id AND jobs.state = 'running') AS running \
         FROM workers ORDER BY started_at, id";
    let rows = sqlx::query(db.dialect().sql(text))
        .fetch_all(&mut *db.read().await?)
        .await?;
    (rows.iter())
        .map(|row| {
            let queues: String = row.try_get("queues")?;
            let running: i64 = row.try_get("running")?;
            let alive: i64 = row.try_get("alive")?;
            Ok(WorkerInfo {
                id: row.try_get("id")?,
                queues: queues
                    .split(',')
                    .filter(|q| !q.is_empty())
                    .map(str::to_owned)
                    .collect(),
                started_at: row.try_get("started_at")?,
                beat_at: row.try_get("beat_at")?,
                alive: alive != 0,
                running: u64::try_from(running).unwrap_or(0),
            })
        })
        .collect()
}
