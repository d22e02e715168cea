//! Permits through a plain Redis list: `RPUSH` to grant, `BLPOP` into a small channel to take.

use std::{collections::BTreeMap, time::Duration};

use async_channel::Sender;
use redis::aio::ConnectionManager;
use tokio::sync::mpsc;

use super::{CAP, LocalBackend, Owned, Permit};
use crate::{Error, redis_link};

/// A list for each queue.
#[derive(Clone)]
pub(crate) struct RedisList {
    url: String,
    prefix: String,
    redis: ConnectionManager,
    wakes: mpsc::UnboundedSender<(String, usize)>,
    tasks: Owned,
}

impl RedisList {
    pub(crate) fn open(url: &str, namespace: &str) -> Result<Self, Error> {
        let redis = redis_link::lazy(url)?;
        let prefix = format!("{namespace}:permits:");
        let (wakes, queue) = mpsc::unbounded_channel();
        let tasks = Owned::default();
        tasks.add(tokio::spawn(grant_as_woken(
            redis.clone(),
            prefix.clone(),
            queue,
        )));
        Ok(Self {
            url: url.to_owned(),
            prefix,
            redis,
            wakes,
            tasks,
        })
    }

    pub(crate) fn wake(&self, queue: &str, jobs: usize) {
        // An error means that the runtime is going down.
        let _ = self.wakes.send((queue.to_owned(), jobs));
    }

    pub(crate) async fn top_up(&self, queue: &str, ready: usize) -> Result<(), Error> {
        let mut redis = self.redis.clone();
        let key = format!("{}{queue}", self.prefix);
        let depth: usize = redis::cmd("LLEN").arg(&key).query_async(&mut redis).await?;
        push(&mut redis, &key, ready.min(CAP).saturating_sub(depth)).await
    }

    /// What a worker takes permits from. Each call opens a connection of its own: a `BLPOP` blocks one.
    pub(crate) fn backend(&self, queue: &str) -> LocalBackend {
        // One lies ready while a slot is looked for; more would be kept from other processes.
        let (permits, taken) = async_channel::bounded(1);
        let key = format!("{}{queue}", self.prefix);
        self.tasks
            .add(tokio::spawn(feed(self.url.clone(), key, permits)));
        LocalBackend::new(taken)
    }
}

async fn push(redis: &mut ConnectionManager, key: &str, permits: usize) -> Result<(), Error> {
    if permits == 0 {
        return Ok(());
    }
    redis::pipe()
        .cmd("RPUSH")
        .arg(key)
        .arg(vec!["1"; permits.min(CAP)])
        .ignore()
        // Without workers nobody takes permits; the list must not grow.
        .cmd("LTRIM")
        .arg(key)
        .arg(0)
        .arg(CAP - 1)
        .ignore()
        .query_async::<()>(redis)
        .await?;
    Ok(())
}

/// Grants what commits asked for. Requests that came while Redis was busy go out as one.
async fn grant_as_woken(
    mut redis: ConnectionManager,
    prefix: String,
    mut wakes: mpsc::UnboundedReceiver<(String, usize)>,
) {
    while let Some((queue, jobs)) = wakes.recv().await {
        let mut sum = BTreeMap::from([(queue, jobs)]);
        while let Ok((queue, jobs)) = wakes.try_recv() {
            *sum.entry(queue).or_default() += jobs;
        }
        for (queue, jobs) in sum {
            if let Err(error) = push(&mut redis, &format!("{prefix}{queue}"), jobs).await {
                tracing::debug!(%error, %queue, "permits not granted; the top-up will");
            }
        }
    }
}

/// Takes permits from Redis for as long as somebody wants them. While Redis is away, one permit each
/// second keeps the worker looking at the ledger.
async fn feed(url: String, key: String, permits: Sender<Permit>) {
    while !permits.is_closed() {
        if let Err(error) = feed_until_error(&url, &key, &permits).await {
            tracing::warn!(%error, %key, "permits disconnected");
        }
        let _ = permits.try_send(Permit);
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

async fn feed_until_error(
    url: &str,
    key: &str,
    permits: &Sender<Permit>,
) -> Result<(), redis::RedisError> {
    let mut redis = redis_link::blocking(url).await?;
    loop {
        let got = redis_link::blpop(&mut redis, key).await?;
        if permits.is_closed() || (got && permits.send(Permit).await.is_err()) {
            return Ok(());
        }
    }
}
