//! Permits: empty messages "there may be work in queue Q".
//!
//! A permit holds no state. A lost one is made up by the next top-up, a doubled or late one costs a
//! claim that finds nothing. So their carrier may forget, repeat and reorder as it likes, and the
//! ledger stays the only truth.

mod apalis_redis;
mod list;
mod local;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub(crate) use self::{
    apalis_redis::ApalisRedis,
    list::RedisList,
    local::{Channels, LocalBackend},
};
use crate::{Error, PermitsConfig};

/// The message. One type for all queues and kinds: each (type × backend) pair instantiates the whole
/// tower stack anew, which costs build time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Permit;

/// The most permits that lie about for one queue. A worker that found a job looks for the next one by
/// itself, so permits are needed only to wake slots that sleep.
pub(crate) const CAP: usize = 256;

/// What carries permits.
#[derive(Clone)]
pub(crate) enum Permits {
    /// A bounded channel for each queue, within the process.
    Local(Channels),
    /// apalis-redis.
    Redis(ApalisRedis),
    /// A Redis list for each queue, which feeds a channel.
    RedisList(RedisList),
}

impl Permits {
    pub(crate) fn open(config: &PermitsConfig, namespace: &str) -> Result<Self, Error> {
        Ok(match config {
            PermitsConfig::Local => Self::Local(Channels::default()),
            PermitsConfig::Redis { url } => Self::Redis(ApalisRedis::open(url, namespace)?),
            PermitsConfig::RedisList { url } => Self::RedisList(RedisList::open(url, namespace)?),
        })
    }

    /// Whether permits granted here reach other processes. If not, each process tops up for itself.
    pub(crate) fn shared(&self) -> bool {
        !matches!(self, Self::Local(_))
    }

    /// Grants up to `jobs` permits, soon, without waiting for it.
    pub(crate) fn wake(&self, queue: &str, jobs: usize) {
        match self {
            Self::Local(channels) => channels.grant(queue, jobs),
            Self::Redis(redis) => redis.wake(queue, jobs),
            Self::RedisList(list) => list.wake(queue, jobs),
        }
    }

    /// Grants permits until `ready` of them (at most [`CAP`]) lie about.
    pub(crate) async fn top_up(&self, queue: &str, ready: usize) -> Result<(), Error> {
        match self {
            Self::Local(channels) => {
                channels.grant(queue, ready.min(CAP).saturating_sub(channels.depth(queue)));
                Ok(())
            }
            Self::Redis(redis) => redis.top_up(queue, ready).await,
            Self::RedisList(list) => list.top_up(queue, ready).await,
        }
    }

    /// Removes what the carrier leaves behind.
    pub(crate) async fn sweep(&self, queue: &str) -> Result<(), Error> {
        match self {
            Self::Local(_) | Self::RedisList(_) => Ok(()),
            Self::Redis(redis) => redis.sweep(queue).await,
        }
    }
}

/// Tasks that end with their owner.
#[derive(Clone, Default)]
pub(crate) struct Owned(Arc<AbortAll>);

#[derive(Default)]
struct AbortAll(std::sync::Mutex<Vec<tokio::task::JoinHandle<()>>>);

impl Owned {
    pub(crate) fn add(&self, task: tokio::task::JoinHandle<()>) {
        if let Ok(mut tasks) = self.0.0.lock() {
            tasks.push(task);
        }
    }
}

impl Drop for AbortAll {
    fn drop(&mut self) {
        if let Ok(tasks) = self.0.get_mut() {
            tasks.iter().for_each(tokio::task::JoinHandle::abort);
        }
    }
}
