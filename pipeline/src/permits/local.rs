//! Permits within the process: a bounded channel and an apalis backend over it.
//!
//! (apalis's own `MemoryStorage` panics under concurrent senders.)

use std::{
    collections::HashMap,
    convert::Infallible,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
};

use apalis_core::{
    backend::{Backend, BackendConfig, finalize::Ephemeral},
    task::{
        Task,
        builder::TaskBuilder,
        task_id::{RandomId, TaskId},
    },
    worker::context::WorkerContext,
};
use async_channel::{Receiver, Sender};
use futures::Stream;
use tower_layer::Identity;

use super::{CAP, Permit};

/// A channel for each queue, made when first named.
#[derive(Clone, Default)]
pub(crate) struct Channels(Arc<Mutex<HashMap<String, Channel>>>);

type Channel = (Sender<Permit>, Receiver<Permit>);

impl Channels {
    fn channel(&self, queue: &str) -> Channel {
        let mut channels = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match channels.get(queue) {
            Some(channel) => channel.clone(),
            None => channels
                .entry(queue.to_owned())
                .or_insert_with(|| async_channel::bounded(CAP))
                .clone(),
        }
    }

    /// Adds permits until the channel is full.
    pub(crate) fn grant(&self, queue: &str, permits: usize) {
        let (sender, _) = self.channel(queue);
        for _ in 0..permits.min(CAP) {
            if sender.try_send(Permit).is_err() {
                break;
            }
        }
    }

    /// Permits that nobody took yet.
    pub(crate) fn depth(&self, queue: &str) -> usize {
        self.channel(queue).0.len()
    }

    /// What a worker takes permits from.
    pub(crate) fn backend(&self, queue: &str) -> LocalBackend {
        LocalBackend::new(self.channel(queue).1)
    }
}

/// An apalis backend that yields what comes out of a channel.
pub(crate) struct LocalBackend(Pin<Box<Receiver<Permit>>>);

impl LocalBackend {
    pub(crate) fn new(permits: Receiver<Permit>) -> Self {
        Self(Box::pin(permits))
    }
}

impl Backend for LocalBackend {
    type Task = Task<Permit>;
    type Error = Infallible;

    fn poll_ready(
        &mut self,
        _: &mut Context<'_>,
        _: &WorkerContext,
    ) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn poll_next(
        &mut self,
        cx: &mut Context<'_>,
        _: &WorkerContext,
    ) -> Poll<Option<Result<Self::Task, Infallible>>> {
        // apalis's tracing layer panics at a task without an id.
        let task = |permit| {
            let id = TaskId::from_string(RandomId::default());
            Ok(TaskBuilder::new(permit).task_id(id).build())
        };
        self.0.as_mut().poll_next(cx).map(|next| next.map(task))
    }

    fn poll_close(
        &mut self,
        _: &mut Context<'_>,
        _: &WorkerContext,
    ) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }
}

impl BackendConfig for LocalBackend {
    type Args = Permit;
    type Id = RandomId;
    type Kind = Ephemeral;
    type Config = ();
    type Layer = Identity;

    fn config(&self) -> &() {
        &()
    }

    fn middleware(&mut self, _: &mut WorkerContext) -> Identity {
        Identity::new()
    }
}
