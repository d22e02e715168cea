//! Running the workers: register, watch for cancels, keep the lease, monitor, drain.

use std::{sync::Arc, time::Duration};

use apalis::{
    layers::{WorkerBuilderExt, limit::GlobalConcurrencyLimitLayer, prometheus::PrometheusLayer},
    prelude::{BoxDynError, Data, Monitor, ParallelizeExt, WorkerBuilder},
};
use futures::StreamExt;
use tokio::sync::{Semaphore, oneshot};

use super::{QueueOptions, attempt::QueueSite, lease::Lease, site::Site};
use crate::{
    Error, Keeper,
    permits::{Permit, Permits},
};

/// What a worker does with a permit. It never fails: apalis-redis would bring a failed permit back.
async fn on_permit(_: Permit, queue: Data<Arc<QueueSite>>) -> Result<(), BoxDynError> {
    queue.work().await;
    Ok(())
}

/// Registers one queue with the monitor. A macro, because each backend makes the worker another type,
/// and a function over all of them needs some fifteen where-clauses.
macro_rules! register {
    ($monitor:expr, $queue:expr, $backend:expr) => {{
        let (queue, backend) = ($queue, $backend);
        // Shared by all restarts: a restarted worker must not add to what the former one still runs.
        let slots = Arc::new(Semaphore::new(queue.options.concurrency));
        $monitor.register(move |_| {
            WorkerBuilder::new(format!("{}-{}", queue.queue, uuid::Uuid::now_v7()))
                .backend(backend(&queue.queue))
                .enable_tracing()
                .layer(PrometheusLayer::default())
                .data(queue.clone())
                .layer(GlobalConcurrencyLimitLayer::with_semaphore(slots.clone()))
                .catch_panic()
                .parallelize(tokio::spawn)
                .build(on_permit)
        })
    }};
}

pub(crate) async fn run(
    site: Arc<Site>,
    queues: Vec<(String, QueueOptions)>,
    drain: Duration,
    keeper: bool,
    shutdown: impl Future<Output = ()> + Send,
) -> Result<(), Error> {
    if queues.is_empty() {
        return Err(Error::Config("workers need at least one queue".into()));
    }
    let names: Vec<String> = queues.iter().map(|(name, _)| name.clone()).collect();
    let lease = Lease::new(site.clone(), &names);
    lease.begin().await?;
    register_queues(&site, &names).await?;

    let mut tasks = tokio::task::JoinSet::new();
    tasks.spawn(lease.keep());
    tasks.spawn(watch_cancels(site.clone()));
    if keeper {
        tasks.spawn(Keeper::new(site.pipeline.clone()).run(std::future::pending()));
    }
    let ended = supervise(&site, queues, drain, shutdown).await;
    settle_rest(&site).await;
    tasks.shutdown().await;
    if let Err(error) = Lease::end(&site).await {
        tracing::warn!(%error, "cannot sign off; the jobs return when the lease has run out");
    }
    ended
}

/// Runs the monitor until the shutdown is through.
async fn supervise(
    site: &Arc<Site>,
    queues: Vec<(String, QueueOptions)>,
    drain: Duration,
    shutdown: impl Future<Output = ()> + Send,
) -> Result<(), Error> {
    let monitor = monitor(site, queues).shutdown_timeout(drain + Duration::from_secs(2));
    let (begun, begin) = oneshot::channel();
    let signal = async {
        shutdown.await;
        site.start_drain();
        let _ = begun.send(());
        Ok(())
    };
    let deadline = async {
        // The sender is dropped when the monitor ends by itself.
        if begin.await.is_ok() {
            tokio::time::sleep(drain).await;
        }
        site.end_drain();
    };
    let running = async {
        let ended = monitor.run_with_signal(signal).await;
        (site.stopping(), ended)
    };
    tokio::pin!(running, deadline);
    let (asked, ended) = tokio::select! {
        ended = &mut running => ended,
        () = &mut deadline => running.await,
    };
    match ended {
        Ok(()) if asked => Ok(()),
        Ok(()) => Err(Error::Workers("ended without being asked to".into())),
        Err(error) if asked => {
            tracing::warn!(%error, "workers ended badly");
            Ok(())
        }
        Err(error) => Err(Error::Workers(error.to_string())),
    }
}

fn monitor(site: &Arc<Site>, queues: Vec<(String, QueueOptions)>) -> Monitor {
    let mut monitor = Monitor::new().should_restart(|worker, error| {
        tracing::warn!(worker = worker.name(), %error, "worker restarts");
        true
    });
    for (queue, options) in queues {
        let queue = Arc::new(QueueSite {
            site: site.clone(),
            queue,
            options,
        });
        monitor = match site.pipeline.permits().clone() {
            Permits::Local(channels) => {
                register!(monitor, queue, move |name: &str| channels.backend(name))
            }
            Permits::Redis(redis) => {
                register!(monitor, queue, move |name: &str| redis.backend(name))
            }
            Permits::RedisList(list) => {
                register!(monitor, queue, move |name: &str| list.backend(name))
            }
        };
    }
    monitor
}

/// Waits until the handlers that were dropped have put their jobs back.
async fn settle_rest(site: &Site) {
    site.end_drain();
    for _ in 0..100 {
        if site.holdings().is_empty() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Makes the queues known to keepers and to the list of queues.
async fn register_queues(site: &Site, names: &[String]) -> Result<(), Error> {
    let mut tx = site.pipeline.begin().await?;
    for name in names {
        sqlx::query(
            "INSERT INTO queues (name, paused) VALUES ($1, 0) ON CONFLICT (name) DO NOTHING",
        )
        .bind(name.as_str())
        .execute(&mut *tx)
        .await?;
    }
    tx.commit().await
}

/// Cancels at once what the bus says; what it loses is found at the next renewal of the lease.
async fn watch_cancels(site: Arc<Site>) {
    let mut hints = site.pipeline.bus().subscribe();
    while let Some(hint) = hints.next().await {
        if hint.topic == "cancel"
            && let Some(id) = hint.data["id"].as_str()
        {
            site.cancel(id);
        }
    }
}
