//! `bindery worker`: claims jobs from the named queues until told to stop.

use std::sync::Arc;

use anyhow::{Result, bail};
use bindery_library::{ports::Search, work};

use crate::{
    cli::WorkerArgs,
    compose::{NoIndex, Parts, Schema, Shutdown, deps, open_search, sweep_now_and_then, workers},
    config::Config,
};

/// Runs until told to stop, then drains.
pub async fn worker(config: Config, args: WorkerArgs) -> Result<()> {
    let queues: Vec<&str> = args
        .queues
        .iter()
        .map(|q| q.trim())
        .filter(|q| !q.is_empty())
        .collect();
    if let Some(unknown) = queues.iter().find(|q| !work::QUEUES.contains(q)) {
        bail!(
            "there is no queue `{unknown}`; there are {}",
            work::QUEUES.join(", ")
        );
    }
    let shutdown = Shutdown::listen()?;
    let parts = Parts::open(config, Schema::Require).await?;
    let search: Arc<dyn Search> = match queues.contains(&work::REINDEX.queue) {
        true => open_search(&parts)?,
        false => Arc::new(NoIndex),
    };
    let concurrency = args.concurrency.map(usize::from);
    let deps = deps(
        &parts,
        search,
        concurrency.unwrap_or(parts.config.render_concurrency),
    )?;
    tokio::spawn(sweep_now_and_then(deps.clone(), shutdown.clone()));
    tracing::info!(queues = queues.join(","), "working");
    Ok(workers(&deps, &parts.config, &queues, concurrency)
        .run(shutdown.wait())
        .await?)
}
