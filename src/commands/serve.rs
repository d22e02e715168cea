//! `bindery serve`: everything in one process.

use anyhow::Result;
use bindery_library::{
    catalogue::{self, ListQuery},
    people::Role,
    policy::Actor,
    work,
};
use indicatif::ProgressBar;

use super::import::import_all;
use crate::{
    cli::ServeArgs,
    compose::{
        Parts, Schema, Shutdown, deps, ensure_first_admin, first_admin, listen, open_search,
        rebuild_empty_index, state, sweep_now_and_then, workers,
    },
    config::Config,
    import,
};

/// The handbook, as `docs/build.rs` made it.
static HANDBOOK: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/handbook.epub"));

/// Runs until told to stop.
pub async fn serve(config: Config, args: ServeArgs) -> Result<()> {
    let shutdown = Shutdown::listen()?;
    let listener = listen(&config).await?;
    let parts = Parts::open(config, Schema::Migrate).await?;
    ensure_first_admin(&parts).await?;
    let search = open_search(&parts)?;
    let deps = deps(&parts, search.clone(), parts.config.render_concurrency)?;
    let state = state(&parts, search).await?;
    let workers = workers(&deps, &parts.config, &work::QUEUES, None);
    greet(&parts);
    tokio::spawn(sweep_now_and_then(deps.clone(), shutdown.clone()));
    tokio::spawn(async move {
        if let Err(error) = fill(&parts, &deps, &args).await {
            tracing::error!("{error:#}");
        }
    });
    let api = bindery_api::serve(listener, state, shutdown.clone().wait());
    // The API ends first: until then its requests may still enqueue.
    let (served, worked) = tokio::join!(api, workers.run(shutdown.wait()));
    served?;
    Ok(worked?)
}

/// The sample book of a first start, the books of `--import`, a lost search index.
async fn fill(parts: &Parts, deps: &bindery_jobs::Deps, args: &ServeArgs) -> Result<()> {
    if parts.config.sample_books && is_empty(parts).await? {
        let actor = Actor::new(&first_admin(parts).await?.id, [Role::Admin]);
        import::add_bytes(parts, &actor, "bindery-handbook.epub", HANDBOOK).await?;
        tracing::info!("the handbook is in the library");
    }
    rebuild_empty_index(deps, parts).await?;
    if !args.import.is_empty() {
        let tally = import_all(parts, &args.import, &ProgressBar::hidden()).await?;
        tracing::info!(
            added = tally.added,
            already_there = tally.already_there,
            "imported"
        );
        for (path, reason) in &tally.failed {
            tracing::error!("{} was not imported: {reason}", path.display());
        }
    }
    Ok(())
}

/// True when nobody ever added a book. (A deleted handbook does not come back while others are there.)
async fn is_empty(parts: &Parts) -> Result<bool> {
    let actor = Actor::new(&first_admin(parts).await?.id, [Role::Admin]);
    let mut conn = parts.pipeline.db().read().await?;
    let query = ListQuery {
        limit: 1,
        ..ListQuery::default()
    };
    Ok(catalogue::list_books(&mut conn, &actor, &query)
        .await?
        .items
        .is_empty())
}

#[expect(
    clippy::print_stdout,
    reason = "the address is the command's answer to its user"
)]
fn greet(parts: &Parts) {
    println!("Bindery is at {}", parts.config.public_url);
}
