//! Taking the best due job of a queue.

use crate::{Db, Dialect, Error, Job};

use super::row::{COLUMNS, job_of};

/// The attempt is counted before the work, so that a job that kills its worker runs out of attempts.
const SET: &str = "UPDATE jobs SET state = 'running', attempt = attempt + 1, fence = fence + 1, worker = $1, \
     started_at = {now}, progress = NULL, \
     live_key = CASE WHEN dedup_until = 'start' THEN NULL ELSE live_key END ";

const BEST: &str = "SELECT id FROM jobs WHERE queue = $2 AND state = 'queued' AND due = 1 \
     AND NOT EXISTS (SELECT 1 FROM queues WHERE name = $2 AND paused = 1) \
     ORDER BY priority, run_at, id LIMIT 1";

/// Claims the best due job of `queue` for `worker`, if there is one and the queue is not paused.
pub(crate) async fn claim(db: &Db, queue: &str, worker: &str) -> Result<Option<Job>, Error> {
    let text = match db.dialect() {
        Dialect::Sqlite => format!("{SET} WHERE id IN ({BEST}) RETURNING {COLUMNS}"),
        // Not `IN (…)`: a plan may run that subquery again and claim more than was asked for.
        Dialect::Postgres => format!(
            "{SET} WHERE id = ANY(ARRAY({BEST} FOR UPDATE OF jobs SKIP LOCKED)) RETURNING {COLUMNS}"
        ),
    };
    let row = sqlx::query(db.dialect().expand(&text))
        .bind(worker)
        .bind(queue)
        .fetch_optional(db.claims())
        .await?;
    row.as_ref().map(job_of).transpose()
}
