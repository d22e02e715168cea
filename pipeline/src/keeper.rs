//! The keeper: makes future jobs due, tops up permits, returns the jobs of dead workers, prunes the
//! history, sets the gauges.
//!
//! Every process with workers has one. With a shared carrier of permits only the one that holds the
//! `keeper` lease does the shared work; more of them at once would do no harm, only double work.

use std::time::{Duration, Instant};

use sqlx::Row;

use crate::{
    Dialect, Error, Pipeline, jobs,
    permits::CAP,
    queue::{self, COLUMNS, Held, job_of},
};

/// Keeps the ledger going; see the module. [`Workers`](crate::Workers) runs one along.
pub struct Keeper {
    pipeline: Pipeline,
    id: String,
    leads: bool,
    /// Not before this the reaper may take anything back.
    reap_from: Instant,
    last_good: Instant,
    due: Due,
}

/// When each chore is due next.
struct Due {
    lead: Instant,
    names: Instant,
    reap: Instant,
    gauges: Instant,
    prune: Instant,
    sweep: Instant,
}

const NAMES_EVERY: Duration = Duration::from_secs(2);
const PRUNE_EVERY: Duration = Duration::from_secs(60);
const SWEEP_EVERY: Duration = Duration::from_secs(5);
const PRUNE_AT_ONCE: i64 = 500;
const REAP_AT_ONCE: i64 = 100;

impl Keeper {
    /// A keeper for this pipeline.
    pub fn new(pipeline: Pipeline) -> Self {
        let now = Instant::now();
        // A server database may have been away, with every lease run out, and this process may have
        // started because of it: the living get one lease of time to renew. A file is never away.
        let grace = match pipeline.db().dialect() {
            Dialect::Sqlite => Duration::ZERO,
            Dialect::Postgres => pipeline.timing().lease,
        };
        Self {
            id: uuid::Uuid::now_v7().to_string(),
            leads: false,
            reap_from: now + grace,
            last_good: now,
            due: Due {
                lead: now,
                names: now,
                reap: now,
                gauges: now,
                prune: now,
                sweep: now,
            },
            pipeline,
        }
    }

    /// Keeps until `shutdown` resolves. Errors are logged and waited out.
    pub async fn run(mut self, shutdown: impl Future<Output = ()> + Send) {
        tokio::pin!(shutdown);
        let mut clock = tokio::time::interval(self.pipeline.timing().top_up);
        clock.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut queues = Vec::new();
        let mut failing = false;
        loop {
            tokio::select! {
                () = &mut shutdown => return,
                _ = clock.tick() => {}
            }
            let lease = self.pipeline.timing().lease;
            match self.round(&mut queues).await {
                Ok(()) => {
                    failing = false;
                    if self.last_good.elapsed() > lease / 2 {
                        self.wait_a_lease();
                    }
                    self.last_good = Instant::now();
                }
                Err(error) => {
                    if !failing {
                        tracing::warn!(%error, "the keeper cannot do its work");
                    }
                    failing = true;
                    if matches!(error, Error::Database(_)) {
                        self.wait_a_lease();
                    }
                }
            }
        }
    }

    /// After an outage every lease has run out, though the workers live: they get time to renew.
    fn wait_a_lease(&mut self) {
        self.reap_from = Instant::now() + self.pipeline.timing().lease;
    }

    async fn round(&mut self, queues: &mut Vec<String>) -> Result<(), Error> {
        let timing = self.pipeline.timing().clone();
        if passed(
            &mut self.due.lead,
            if self.leads {
                timing.lead / 4
            } else {
                timing.lead / 2
            },
        ) {
            self.leads = false;
            self.leads = self.lead().await?;
        }
        if passed(&mut self.due.names, NAMES_EVERY) || queues.is_empty() {
            *queues = names(&self.pipeline).await?;
        }
        if passed(&mut self.due.gauges, timing.gauges) {
            gauges(&self.pipeline).await?;
        }
        if self.leads {
            for queue in queue::make_due(self.pipeline.db()).await? {
                self.pipeline.permits().wake(&queue, 1);
            }
            if Instant::now() >= self.reap_from && passed(&mut self.due.reap, timing.reap) {
                reap(&self.pipeline).await?;
            }
            if passed(&mut self.due.prune, PRUNE_EVERY) {
                prune(&self.pipeline).await?;
            }
        }
        if self.leads || !self.pipeline.permits().shared() {
            self.top_up(queues).await?;
        }
        Ok(())
    }

    async fn top_up(&mut self, queues: &[String]) -> Result<(), Error> {
        let sweep = self.leads && passed(&mut self.due.sweep, SWEEP_EVERY);
        for queue in queues {
            let ready = queue::ready(self.pipeline.db(), queue, CAP).await?;
            if ready > 0 {
                self.pipeline.permits().top_up(queue, ready).await?;
            }
            if sweep {
                self.pipeline.permits().sweep(queue).await?;
            }
        }
        Ok(())
    }

    /// Takes or renews the lease by which one keeper of all leads.
    async fn lead(&self) -> Result<bool, Error> {
        let db = self.pipeline.db();
        let done = sqlx::query(db.dialect().sql(
            "INSERT INTO leases (name, holder, expires_at) VALUES ('keeper', $1, {now} + $2) \
             ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, expires_at = excluded.expires_at \
             WHERE leases.holder = excluded.holder OR leases.expires_at < {now}",
        ))
        .bind(self.id.as_str())
        .bind(i64::try_from(self.pipeline.timing().lead.as_millis()).unwrap_or(i64::MAX))
        .execute(db.claims())
        .await?;
        Ok(done.rows_affected() == 1)
    }
}

/// Whether the time has come; then it comes again after `every`.
fn passed(due: &mut Instant, every: Duration) -> bool {
    let now = Instant::now();
    let passed = now >= *due;
    if passed {
        *due = now + every;
    }
    passed
}

async fn names(pipeline: &Pipeline) -> Result<Vec<String>, Error> {
    let rows = sqlx::query("SELECT name FROM queues ORDER BY name")
        .fetch_all(&mut *pipeline.db().read().await?)
        .await?;
    rows.iter().map(|row| Ok(row.try_get("name")?)).collect()
}

/// Takes the running jobs of workers whose lease has run out.
async fn reap(pipeline: &Pipeline) -> Result<(), Error> {
    let text = format!(
        "SELECT {COLUMNS} FROM jobs WHERE state = 'running' AND NOT EXISTS \
           (SELECT 1 FROM workers WHERE workers.id = jobs.worker AND workers.expires_at > {{asof}}) \
         ORDER BY started_at LIMIT $1"
    );
    let query = sqlx::query(pipeline.db().dialect().expand(&text)).bind(REAP_AT_ONCE);
    let rows = query.fetch_all(&mut *pipeline.db().read().await?).await?;
    for row in &rows {
        let job = job_of(row)?;
        let Some(held) = Held::of(&job) else { continue };
        let mut tx = pipeline.begin().await?;
        let state =
            queue::fail(&mut tx, &job, &held, "its worker was lost", Duration::ZERO).await?;
        tx.commit().await?;
        if let Some(state) = state {
            tracing::warn!(job.id = %job.id, attempt = job.attempt, state = state.as_str(), "worker lost");
            metrics::counter!("bindery_jobs_reaped_total", "queue" => job.queue).increment(1);
        }
    }
    Ok(())
}

/// Removes old history a little at a time, and workers that are long gone.
async fn prune(pipeline: &Pipeline) -> Result<(), Error> {
    let dialect = pipeline.db().dialect();
    let keep = i64::try_from(pipeline.timing().retention.as_millis()).unwrap_or(i64::MAX / 4);
    loop {
        let mut tx = pipeline.begin().await?;
        let done = sqlx::query(dialect.sql(
            "DELETE FROM job_history WHERE id IN (SELECT id FROM job_history \
             WHERE state <> 'dead' AND finished_at < {asof} - $1 ORDER BY finished_at LIMIT $2)",
        ))
        .bind(keep)
        .bind(PRUNE_AT_ONCE)
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        if done.rows_affected() < PRUNE_AT_ONCE as u64 {
            break;
        }
    }
    let mut tx = pipeline.begin().await?;
    sqlx::query(dialect.sql("DELETE FROM workers WHERE expires_at < {asof} - 3600000"))
        .execute(&mut *tx)
        .await?;
    tx.commit().await
}

/// Every keeper sets them, so that any process can be asked; a sum over processes would count twice.
async fn gauges(pipeline: &Pipeline) -> Result<(), Error> {
    for depth in jobs::queues(pipeline.db()).await? {
        let states = [
            ("ready", depth.ready),
            ("scheduled", depth.scheduled),
            ("running", depth.running),
            ("dead", depth.dead),
        ];
        for (state, n) in states {
            metrics::gauge!("bindery_jobs", "queue" => depth.queue.clone(), "state" => state)
                .set(n as f64);
        }
        metrics::gauge!("bindery_jobs_oldest_age_seconds", "queue" => depth.queue.clone())
            .set(depth.oldest_age_s as f64);
        metrics::gauge!("bindery_queue_paused", "queue" => depth.queue)
            .set(f64::from(u8::from(depth.paused)));
    }
    Ok(())
}
