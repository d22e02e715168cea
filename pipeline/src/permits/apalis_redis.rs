//! Permits through apalis-redis, with the settings that its 1.0.0 needs (each was measured):
//!
//! - `batch_size(1)`: with more, heartbeats starve and permits are taken for orphans.
//! - No locks, no events: a permit may be lost, so it needs neither.
//! - Polled by a bell, a list beside the queue read with `BLPOP`, and once a second without one: its
//!   own idle latency is up to a heartbeat.
//! - At most [`CAP`] permits in Redis: it stops for good at some 8 000 due tasks.
//! - A unique worker name each time: a name is refused for a heartbeat's length after its last use.
//! - What it keeps of each finished permit (~390 B) is swept by the top-up node.

use std::{collections::BTreeMap, time::Duration};

use apalis_core::backend::{
    TaskSink,
    ext::{
        BackendExt,
        poll_strategy::{PollWith, StreamStrategy},
    },
};
use apalis_redis::{Config, RedisStorage};
use futures::{
    StreamExt,
    stream::{self, BoxStream},
};
use redis::aio::{ConnectionManager, MultiplexedConnection};
use tokio::sync::mpsc;
use tokio_stream::wrappers::IntervalStream;

use super::{CAP, Owned, Permit};
use crate::{Error, redis_link};

/// What a worker takes permits from.
pub(crate) type RedisBackend =
    PollWith<RedisStorage<Permit>, StreamStrategy<BoxStream<'static, ()>>>;

/// An apalis-redis queue for each of ours.
#[derive(Clone)]
pub(crate) struct ApalisRedis {
    url: String,
    prefix: String,
    redis: ConnectionManager,
    wakes: mpsc::UnboundedSender<(String, usize)>,
    _tasks: Owned,
}

impl ApalisRedis {
    pub(crate) fn open(url: &str, namespace: &str) -> Result<Self, Error> {
        let redis = redis_link::lazy(url)?;
        let (wakes, queue) = mpsc::unbounded_channel();
        let tasks = Owned::default();
        let carrier = Carrier {
            redis: redis.clone(),
            prefix: format!("{namespace}:apalis:"),
        };
        tasks.add(tokio::spawn(carrier.grant_as_woken(queue)));
        Ok(Self {
            url: url.to_owned(),
            prefix: format!("{namespace}:apalis:"),
            redis,
            wakes,
            _tasks: tasks,
        })
    }

    pub(crate) fn wake(&self, queue: &str, jobs: usize) {
        // An error means that the runtime is going down.
        let _ = self.wakes.send((queue.to_owned(), jobs));
    }

    pub(crate) async fn top_up(&self, queue: &str, ready: usize) -> Result<(), Error> {
        self.carrier().grant(queue, ready, true).await
    }

    /// What a worker takes permits from.
    pub(crate) fn backend(&self, queue: &str) -> RedisBackend {
        let carrier = self.carrier();
        let bell = bell(self.url.clone(), carrier.bell_key(queue));
        let clock = IntervalStream::new(tokio::time::interval(Duration::from_secs(1))).map(|_| ());
        let either = stream::select(bell, clock).boxed();
        carrier.storage(queue).poll_with_stream(either)
    }

    /// Removes what is kept of finished permits, a thousand at a time.
    pub(crate) async fn sweep(&self, queue: &str) -> Result<(), Error> {
        let mut redis = self.redis.clone();
        let config = self.carrier().config(queue);
        for ended in [config.done_jobs_set(), config.dead_jobs_set()] {
            loop {
                let ids: Vec<String> = redis::cmd("SPOP")
                    .arg(&ended)
                    .arg(1000)
                    .query_async(&mut redis)
                    .await?;
                if ids.is_empty() {
                    break;
                }
                let meta: Vec<String> = ids
                    .iter()
                    .map(|id| format!("{}:{id}", config.job_meta_hash()))
                    .collect();
                redis::pipe()
                    .cmd("HDEL")
                    .arg(config.job_data_hash())
                    .arg(&ids)
                    .ignore()
                    .cmd("UNLINK")
                    .arg(&meta)
                    .ignore()
                    .query_async::<()>(&mut redis)
                    .await?;
            }
        }
        Ok(())
    }

    fn carrier(&self) -> Carrier {
        Carrier {
            redis: self.redis.clone(),
            prefix: self.prefix.clone(),
        }
    }
}

struct Carrier {
    redis: ConnectionManager,
    prefix: String,
}

impl Carrier {
    fn config(&self, queue: &str) -> Config {
        Config::default()
            .queue(format!("{}{queue}", self.prefix).as_str())
            .batch_size(1)
            .heartbeat_interval(Duration::from_secs(5))
            .lock_tasks(false)
            .emit_events(false)
    }

    fn storage(&self, queue: &str) -> RedisStorage<Permit> {
        RedisStorage::new(self.redis.clone()).with_config(self.config(queue))
    }

    fn bell_key(&self, queue: &str) -> String {
        format!("{}{queue}:bell", self.prefix)
    }

    /// Pushes `permits` (less those that lie there, if this is a `top_up`), never above [`CAP`].
    async fn grant(&self, queue: &str, permits: usize, top_up: bool) -> Result<(), Error> {
        let mut redis = self.redis.clone();
        let config = self.config(queue);
        let depth: usize = redis::cmd("LLEN")
            .arg(config.active_jobs_list())
            .query_async(&mut redis)
            .await?;
        let room = CAP.saturating_sub(depth);
        let wanted = if top_up {
            permits.saturating_sub(depth)
        } else {
            permits
        }
        .min(room);
        if wanted > 0 {
            let pushed = self.storage(queue).push_bulk(vec![Permit; wanted]).await;
            pushed.map_err(|e| Error::Workers(format!("permits: {e}")))?;
        }
        if wanted > 0 || (top_up && depth > 0) {
            let bell = self.bell_key(queue);
            redis::pipe()
                .cmd("RPUSH")
                .arg(&bell)
                .arg(vec!["1"; wanted.clamp(1, 32)])
                .ignore()
                .cmd("LTRIM")
                .arg(&bell)
                .arg(0)
                .arg(63)
                .ignore()
                .query_async::<()>(&mut redis)
                .await?;
        }
        Ok(())
    }

    async fn grant_as_woken(self, mut wakes: mpsc::UnboundedReceiver<(String, usize)>) {
        while let Some((queue, jobs)) = wakes.recv().await {
            let mut sum = BTreeMap::from([(queue, jobs)]);
            while let Ok((queue, jobs)) = wakes.try_recv() {
                *sum.entry(queue).or_default() += jobs;
            }
            for (queue, jobs) in sum {
                if let Err(error) = self.grant(&queue, jobs, false).await {
                    tracing::debug!(%error, %queue, "permits not granted; the top-up will");
                }
            }
        }
    }
}

/// Rings when somebody granted permits.
fn bell(url: String, key: String) -> BoxStream<'static, ()> {
    stream::unfold(
        (url, key, None::<MultiplexedConnection>),
        |(url, key, mut open)| async move {
            loop {
                let rung = match &mut open {
                    Some(redis) => redis_link::blpop(redis, &key).await,
                    None => match redis_link::blocking(&url).await {
                        Ok(redis) => {
                            open = Some(redis);
                            continue;
                        }
                        Err(error) => Err(error),
                    },
                };
                match rung {
                    Ok(true) => return Some(((), (url, key, open))),
                    Ok(false) => {}
                    Err(error) => {
                        tracing::debug!(%error, "bell disconnected");
                        open = None;
                        tokio::time::sleep(Duration::from_secs(1)).await;
                    }
                }
            }
        },
    )
    .boxed()
}
