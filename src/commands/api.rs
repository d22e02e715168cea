//! `bindery api`: a fleet's web node.

use anyhow::Result;
use bindery_library::work;

use crate::{
    compose::{
        Parts, Schema, Shutdown, deps, ensure_first_admin, listen, open_search,
        rebuild_empty_index, state, workers,
    },
    config::Config,
};

/// Runs until told to stop. The node answers searches, so it keeps the index and works `reindex`.
pub async fn api(config: Config) -> Result<()> {
    let shutdown = Shutdown::listen()?;
    let listener = listen(&config).await?;
    let parts = Parts::open(config, Schema::Require).await?;
    ensure_first_admin(&parts).await?;
    let search = open_search(&parts)?;
    let deps = deps(&parts, search.clone(), parts.config.render_concurrency)?;
    let state = state(&parts, search).await?;
    rebuild_empty_index(&deps, &parts).await?;
    let workers = workers(&deps, &parts.config, &[work::REINDEX.queue], None);
    tracing::info!(address = %parts.config.listen, "serving");
    let api = bindery_api::serve(listener, state, shutdown.clone().wait());
    let (served, worked) = tokio::join!(api, workers.run(shutdown.wait()));
    served?;
    Ok(worked?)
}
