//! The process's lease, and whether it really holds what the ledger says.
//!
//! A panic, a dropped handler or the lost answer to a claim would leave a row `running` for as long as
//! the process lives; a job taken away would be worked on twice. So both lists are compared at each
//! renewal, and what differs twice in a row is put right.

use std::{collections::HashSet, sync::Arc, time::Duration};

use sqlx::Row;

use super::site::Site;
use crate::{
    Error, jobs,
    queue::{self, Held},
};

pub(crate) struct Lease {
    site: Arc<Site>,
    queues: String,
    /// Running according to the ledger, but not held here, at the last look.
    orphans: HashSet<(String, i64)>,
    /// Held here, but not running according to the ledger, at the last look.
    strays: HashSet<(String, i64)>,
}

impl Lease {
    pub(crate) fn new(site: Arc<Site>, queues: &[String]) -> Self {
        Self {
            site,
            queues: queues.join(","),
            orphans: HashSet::new(),
            strays: HashSet::new(),
        }
    }

    /// Makes the process known. Before this nothing may be claimed: the reaper would take it back.
    pub(crate) async fn begin(&self) -> Result<(), Error> {
        self.renew().await
    }

    /// Renews and reconciles until dropped.
    pub(crate) async fn keep(mut self) {
        let every = self.site.pipeline.timing().renew;
        loop {
            tokio::time::sleep(every).await;
            let beat = async {
                self.renew().await?;
                self.reconcile().await
            };
            // An answer that does not come must not keep us from asking again.
            match tokio::time::timeout(every.max(Duration::from_secs(1)), beat).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => tracing::warn!(%error, "cannot renew the worker's lease"),
                Err(_) => tracing::warn!("the database is too slow to renew the worker's lease"),
            }
        }
    }

    async fn renew(&self) -> Result<(), Error> {
        let db = self.site.pipeline.db();
        let lease = self.site.pipeline.timing().lease;
        sqlx::query(db.dialect().sql(
            "INSERT INTO workers (id, queues, started_at, beat_at, expires_at) \
             VALUES ($1, $2, {now}, {now}, {now} + $3) \
             ON CONFLICT (id) DO UPDATE SET beat_at = excluded.beat_at, expires_at = excluded.expires_at",
        ))
        .bind(self.site.id.as_str())
        .bind(self.queues.as_str())
        .bind(i64::try_from(lease.as_millis()).unwrap_or(i64::MAX / 4))
        .execute(db.lease())
        .await?;
        Ok(())
    }

    async fn reconcile(&mut self) -> Result<(), Error> {
        let held: HashSet<_> = self.site.holdings().into_iter().collect();
        let rows = sqlx::query(
            "SELECT id, fence, cancel_requested FROM jobs WHERE state = 'running' AND worker = $1",
        )
        .bind(self.site.id.as_str())
        .fetch_all(self.site.pipeline.db().lease())
        .await?;
        let mut running = HashSet::new();
        for row in &rows {
            let id: String = row.try_get("id")?;
            if row.try_get::<i64, _>("cancel_requested")? != 0 {
                self.site.cancel(&id);
            }
            running.insert((id, row.try_get("fence")?));
        }
        let orphans: HashSet<_> = running.difference(&held).cloned().collect();
        let strays: HashSet<_> = held.difference(&running).cloned().collect();
        for stray in strays.intersection(&self.strays) {
            tracing::warn!(job.id = %stray.0, "the job went to another worker; its handler stops");
            self.site.lose(stray);
        }
        for orphan in orphans.intersection(&self.orphans) {
            give_up(&self.site, orphan).await?;
        }
        (self.orphans, self.strays) = (orphans, strays);
        Ok(())
    }

    /// The last act of a process: what it still holds goes back uncounted, and its row goes.
    pub(crate) async fn end(site: &Site) -> Result<(), Error> {
        let rows = sqlx::query("SELECT id FROM jobs WHERE state = 'running' AND worker = $1")
            .bind(site.id.as_str())
            .fetch_all(site.pipeline.db().lease())
            .await?;
        for row in rows {
            let mut tx = site.pipeline.begin().await?;
            let job = jobs::get(&mut tx, &row.try_get::<String, _>("id")?).await?;
            if let Some(held) = Held::of(&job) {
                queue::release(&mut tx, &job, &held, "drained", Duration::ZERO).await?;
            }
            tx.commit().await?;
        }
        sqlx::query("DELETE FROM workers WHERE id = $1")
            .bind(site.id.as_str())
            .execute(site.pipeline.db().lease())
            .await?;
        Ok(())
    }
}

async fn give_up(site: &Site, (id, fence): &(String, i64)) -> Result<(), Error> {
    let mut tx = site.pipeline.begin().await?;
    let job = match jobs::get(&mut tx, id).await {
        Ok(job) => job,
        Err(Error::NotFound(_)) => return Ok(()),
        Err(error) => return Err(error),
    };
    let held = Held {
        id: id.clone(),
        worker: site.id.clone(),
        fence: *fence,
    };
    let state = queue::fail(&mut tx, &job, &held, "the handler was lost", Duration::ZERO).await?;
    tx.commit().await?;
    tracing::warn!(job.id = %id, ?state, "a running job that nobody here works on was given up");
    Ok(())
}
