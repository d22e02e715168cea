//! Future jobs whose time has come, and how much there is to do.

use sqlx::Row;

use crate::{Db, Dialect, Error};

const AT_ONCE: i64 = 500;

/// Marks jobs as due whose time has come; gives back their queues, one entry for each job.
pub(crate) async fn make_due(db: &Db) -> Result<Vec<String>, Error> {
    const PICK: &str = "SELECT id FROM jobs WHERE state = 'queued' AND due = 0 AND run_at <= {asof} \
         ORDER BY run_at LIMIT $1";
    let text = match db.dialect() {
        Dialect::Sqlite => format!("UPDATE jobs SET due = 1 WHERE id IN ({PICK}) RETURNING queue"),
        Dialect::Postgres => format!(
            "UPDATE jobs SET due = 1 WHERE id = ANY(ARRAY({PICK} FOR UPDATE SKIP LOCKED)) RETURNING queue"
        ),
    };
    // A look first: on SQLite an UPDATE takes the writer even if it finds nothing.
    let waiting = sqlx::query(db.dialect().sql(
        "SELECT id FROM jobs WHERE state = 'queued' AND due = 0 AND run_at <= {asof} LIMIT 1",
    ));
    if waiting
        .fetch_optional(&mut *db.read().await?)
        .await?
        .is_none()
    {
        return Ok(Vec::new());
    }
    let rows = sqlx::query(db.dialect().expand(&text))
        .bind(AT_ONCE)
        .fetch_all(db.claims())
        .await?;
    rows.iter().map(|row| Ok(row.try_get("queue")?)).collect()
}

/// How many jobs of `queue` could be claimed now, counted up to `cap`.
pub(crate) async fn ready(db: &Db, queue: &str, cap: usize) -> Result<usize, Error> {
    let row = sqlx::query(
        "SELECT count(*) AS n FROM (SELECT 1 FROM jobs WHERE queue = $1 AND state = 'queued' AND due = 1 \
           AND NOT EXISTS (SELECT 1 FROM queues WHERE name = $1 AND paused = 1) LIMIT $2) counted",
    )
    .bind(queue)
    .bind(i64::try_from(cap).unwrap_or(i64::MAX))
    .fetch_one(&mut *db.read().await?)
    .await?;
    Ok(usize::try_from(row.try_get::<i64, _>("n")?).unwrap_or(0))
}
