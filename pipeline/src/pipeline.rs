//! The handle that everything else takes: database, permits and bus.

use std::{sync::Arc, time::Duration};

use crate::{Bus, Db, Error, Tx, permits::Permits};

/// Database, permits and bus together. Cheap to clone.
#[derive(Clone)]
pub struct Pipeline(Arc<Inner>);

struct Inner {
    db: Db,
    permits: Permits,
    bus: Bus,
    timing: Timing,
}

/// What carries the permits ("there may be work") from those who enqueue to those who work.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum PermitsConfig {
    /// Within the process; other processes notice new jobs by looking every [`Timing::top_up`].
    #[default]
    Local,
    /// Through Redis, by apalis-redis.
    Redis {
        /// `redis://host:port/db`.
        url: String,
    },
    /// Through a plain Redis list.
    RedisList {
        /// `redis://host:port/db`.
        url: String,
    },
}

impl PermitsConfig {
    /// The better of the two Redis carriers: the plain list.
    ///
    /// Measured with `examples/queue_bench.rs` (PostgreSQL 15, Redis 7, two cores, unoptimised build;
    /// medians of six rounds of 100 jobs on an idle queue, from commit to start):
    ///
    /// | | p50 | p95 | commands/s of an idle process with two queues | Redis emptied or away |
    /// |---|---|---|---|---|
    /// | apalis-redis with its bell | 3.4 ms | 7.6 ms | 13 to 44 | its workers end and are restarted; nothing runs until Redis is back |
    /// | plain list | 2.2 ms | 7.5 ms | 0.4 | its workers go on; while Redis is away, they look once a second by themselves |
    ///
    /// Jobs per second did not tell them apart (600 to 1,700 against 450 to 1,300, and much noise): a
    /// worker that is awake finds its next job without a permit.
    /// The list also leaves nothing behind in Redis, where apalis-redis keeps some 390 bytes of each
    /// permit until they are swept.
    pub fn redis(url: impl Into<String>) -> Self {
        Self::RedisList { url: url.into() }
    }

    fn redis_url(&self) -> Option<&str> {
        match self {
            Self::Local => None,
            Self::Redis { url } | Self::RedisList { url } => Some(url),
        }
    }
}

/// How often and how long. The defaults are right for production; tests use shorter ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timing {
    /// A worker process that has not renewed for this long is taken for dead. 10 s.
    pub lease: Duration,
    /// How often a worker process renews and looks what it really holds. 3 s.
    pub renew: Duration,
    /// How often due jobs are counted and permits topped up. 250 ms.
    pub top_up: Duration,
    /// How often jobs of dead workers are looked for. 1 s.
    pub reap: Duration,
    /// How long one keeper leads without renewing; another takes over within 1.5 times this. 4 s.
    pub lead: Duration,
    /// How often the gauges of the queues are set. 15 s.
    pub gauges: Duration,
    /// How long done and cancelled jobs stay in the history. 14 days.
    pub retention: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            lease: Duration::from_secs(10),
            renew: Duration::from_secs(3),
            top_up: Duration::from_millis(250),
            reap: Duration::from_secs(1),
            lead: Duration::from_secs(4),
            gauges: Duration::from_secs(15),
            retention: Duration::from_secs(14 * 24 * 3600),
        }
    }
}

/// How to open a [`Pipeline`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PipelineOptions {
    /// What carries permits. With a Redis carrier the bus goes through the same Redis.
    pub permits: PermitsConfig,
    /// Prefix of every Redis key and channel, so that installations can share a Redis. `bindery`.
    pub namespace: String,
    /// How often and how long.
    pub timing: Timing,
}

impl Default for PipelineOptions {
    fn default() -> Self {
        Self {
            permits: PermitsConfig::Local,
            namespace: "bindery".into(),
            timing: Timing::default(),
        }
    }
}

impl PipelineOptions {
    /// Defaults, with this carrier of permits.
    pub fn with_permits(permits: PermitsConfig) -> Self {
        Self {
            permits,
            ..Self::default()
        }
    }
}

impl Pipeline {
    /// Opens the carriers. Redis need not be there yet: everything but speed works without it.
    /// Must be called within a tokio runtime.
    ///
    /// # Errors
    /// [`Error::Redis`] for an address that cannot be one, [`Error::Config`] for options that cannot work.
    pub async fn open(db: Db, options: PipelineOptions) -> Result<Self, Error> {
        let PipelineOptions {
            permits,
            namespace,
            timing,
        } = options;
        if timing.renew * 2 > timing.lease {
            return Err(Error::Config("a lease must outlast two renewals".into()));
        }
        let bus = match permits.redis_url() {
            None => Bus::local(),
            Some(url) => Bus::redis(url, &namespace)?,
        };
        let permits = Permits::open(&permits, &namespace)?;
        Ok(Self(Arc::new(Inner {
            db,
            permits,
            bus,
            timing,
        })))
    }

    /// The database.
    pub fn db(&self) -> &Db {
        &self.0.db
    }

    /// Begins a write transaction.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn begin(&self) -> Result<Tx, Error> {
        Tx::begin(self).await
    }

    /// The hints.
    pub fn bus(&self) -> &Bus {
        &self.0.bus
    }

    /// How often and how long.
    pub fn timing(&self) -> &Timing {
        &self.0.timing
    }

    pub(crate) fn permits(&self) -> &Permits {
        &self.0.permits
    }
}
