//! Hints: short messages to whoever listens now, in this process or (through Redis) in all.
//!
//! Lossy by contract. A hint says "look there"; whoever needs the truth reads the database. Hints are
//! dropped when a listener is slow, when Redis is away, and for listeners that come later.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use futures::{Stream, StreamExt};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::{broadcast, mpsc};
use tokio_stream::wrappers::BroadcastStream;

use crate::{Error, redis_link};

/// A message on the bus.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Hint {
    /// What it is about, e.g. `job`.
    pub topic: String,
    /// Anything small.
    pub data: Value,
}

/// Sends hints and hands out streams of them. Cheap to clone.
#[derive(Clone)]
pub enum Bus {
    /// Within this process.
    Local(LocalBus),
    /// To every process on the same Redis and namespace.
    Redis(RedisBus),
}

/// A bus within the process.
#[derive(Clone)]
pub struct LocalBus(broadcast::Sender<Hint>);

/// A bus over Redis publish/subscribe. What this process sends reaches its own listeners directly.
#[derive(Clone)]
pub struct RedisBus {
    local: LocalBus,
    out: mpsc::Sender<Hint>,
    _tasks: Arc<Tasks>,
}

struct Tasks(Vec<tokio::task::JoinHandle<()>>);

impl Drop for Tasks {
    fn drop(&mut self) {
        self.0.iter().for_each(tokio::task::JoinHandle::abort);
    }
}

/// What travels through Redis: the hint and who sent it, so that the sender skips its own echo.
#[derive(Serialize, Deserialize)]
struct Envelope {
    from: String,
    #[serde(flatten)]
    hint: Hint,
}

const BACKLOG: usize = 1024;

impl Bus {
    /// A bus for this process alone.
    pub fn local() -> Self {
        Self::Local(LocalBus::new())
    }

    /// A bus over the Redis at `url`. It does not need Redis to be there now.
    ///
    /// # Errors
    /// [`Error::Redis`] for an address that cannot be one.
    pub fn redis(url: &str, namespace: &str) -> Result<Self, Error> {
        let local = LocalBus::new();
        let (out, queue) = mpsc::channel(BACKLOG);
        let client = redis_link::client(url)?;
        let channel = format!("{namespace}:bus");
        let me = uuid::Uuid::now_v7().to_string();
        let tasks = vec![
            tokio::spawn(publish(
                redis_link::lazy(url)?,
                channel.clone(),
                me.clone(),
                queue,
            )),
            tokio::spawn(listen(client, channel, me, local.clone())),
        ];
        Ok(Self::Redis(RedisBus {
            local,
            out,
            _tasks: Arc::new(Tasks(tasks)),
        }))
    }

    /// Sends a hint; never waits and never fails.
    pub fn publish(&self, hint: Hint) {
        match self {
            Self::Local(bus) => bus.send(hint),
            Self::Redis(bus) => {
                // A full queue means Redis is away: the hint reaches this process only.
                let _ = bus.out.try_send(hint.clone());
                bus.local.send(hint);
            }
        }
    }

    /// Every hint from now on.
    pub fn subscribe(&self) -> Hints {
        let local = match self {
            Self::Local(bus) => bus,
            Self::Redis(bus) => &bus.local,
        };
        Hints(BroadcastStream::new(local.0.subscribe()))
    }
}

impl LocalBus {
    fn new() -> Self {
        Self(broadcast::channel(BACKLOG).0)
    }

    fn send(&self, hint: Hint) {
        // An error means that nobody listens.
        let _ = self.0.send(hint);
    }
}

/// A stream of hints; ends when the bus is dropped.
pub struct Hints(BroadcastStream<Hint>);

impl Stream for Hints {
    type Item = Hint;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Hint>> {
        loop {
            match ready!(self.0.poll_next_unpin(cx)) {
                Some(Ok(hint)) => return Poll::Ready(Some(hint)),
                // Some were dropped because this listener was slow; go on with the newest.
                Some(Err(_lagged)) => {}
                None => return Poll::Ready(None),
            }
        }
    }
}

async fn publish(
    mut redis: redis::aio::ConnectionManager,
    channel: String,
    me: String,
    mut queue: mpsc::Receiver<Hint>,
) {
    while let Some(hint) = queue.recv().await {
        let Ok(text) = serde_json::to_string(&Envelope {
            from: me.clone(),
            hint,
        }) else {
            continue;
        };
        let sent: redis::RedisResult<i64> = redis::cmd("PUBLISH")
            .arg(&channel)
            .arg(text)
            .query_async(&mut redis)
            .await;
        if let Err(error) = sent {
            tracing::debug!(%error, "hint not published");
        }
    }
}

async fn listen(client: redis::Client, channel: String, me: String, local: LocalBus) {
    loop {
        if let Err(error) = listen_once(&client, &channel, &me, &local).await {
            tracing::warn!(%error, "bus disconnected");
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

async fn listen_once(
    client: &redis::Client,
    channel: &str,
    me: &str,
    local: &LocalBus,
) -> Result<(), redis::RedisError> {
    let mut pubsub = client.get_async_pubsub().await?;
    pubsub.subscribe(channel).await?;
    let mut messages = pubsub.on_message();
    while let Some(message) = messages.next().await {
        let text: String = message.get_payload()?;
        match serde_json::from_str::<Envelope>(&text) {
            Ok(envelope) if envelope.from != me => local.send(envelope.hint),
            Ok(_) => {}
            Err(error) => tracing::debug!(%error, "foreign message on the bus"),
        }
    }
    Ok(())
}
