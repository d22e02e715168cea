//! What runs beside the workers now and then.

use std::{sync::Arc, time::Duration};

use anyhow::Result;
use bindery_jobs::{Deps, sweep};
use bindery_library::{
    catalogue::{self, ListQuery},
    people::Role,
    policy::Actor,
    work,
};

use super::{Shutdown, first_admin};

/// The first sweep waits until a start has settled.
const FIRST_SWEEP: Duration = Duration::from_secs(300);
const BETWEEN_SWEEPS: Duration = Duration::from_secs(6 * 3600);
const PAGE: u32 = 100;

/// Removes expired uploads, tokens and files that nobody refers to, until told to stop.
pub async fn sweep_now_and_then(deps: Arc<Deps>, shutdown: Shutdown) {
    let sweeping = async {
        tokio::time::sleep(FIRST_SWEEP).await;
        loop {
            match sweep::sweep(&deps).await {
                Ok(swept) => tracing::info!(?swept, "swept"),
                Err(error) => tracing::warn!(%error, "the sweep failed; it is tried again later"),
            }
            tokio::time::sleep(BETWEEN_SWEEPS).await;
        }
    };
    tokio::select! {
        () = sweeping => {}
        () = shutdown.wait() => {}
    }
}

/// Asks for every book's document when the index is empty but the catalogue is not: the folder was
/// lost, or this node is new.
pub async fn rebuild_empty_index(deps: &Deps, parts: &super::Parts) -> Result<()> {
    if deps.search.count().await? > 0 {
        return Ok(());
    }
    let admin = first_admin(parts).await?;
    let actor = Actor::new(&admin.id, [Role::Admin]);
    let mut query = ListQuery {
        limit: PAGE,
        ..ListQuery::default()
    };
    loop {
        let page = {
            let mut conn = deps.pipeline.db().read().await?;
            catalogue::list_books(&mut conn, &actor, &query).await?
        };
        let mut tx = deps.pipeline.begin().await?;
        for book in &page.items {
            tx.enqueue(work::reindex(&book.id)).await?;
        }
        tx.commit().await?;
        query.cursor = page.next;
        if query.cursor.is_none() {
            return Ok(());
        }
    }
}
