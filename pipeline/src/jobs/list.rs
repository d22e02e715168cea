//! Listing jobs over live rows and history, newest first, by keyset.

use sqlx::{AnyConnection, AssertSqlSafe};

use crate::{
    Error, Job, Page, State,
    queue::{COLUMNS, job_of},
};

/// Which jobs; every field that is set must match.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Exactly this queue.
    pub queue: Option<String>,
    /// Exactly this state.
    pub state: Option<State>,
    /// Exactly this kind.
    pub kind: Option<String>,
    /// About this book.
    pub book_id: Option<String>,
}

/// The most items of a page.
const MOST: usize = 100;

/// A page of jobs, newest first. `limit` is taken as at least 1 and at most 100; `cursor` is a former
/// page's `next`.
///
/// # Errors
/// [`Error::BadCursor`], [`Error::Database`].
pub async fn list(
    conn: &mut AnyConnection,
    filter: &Filter,
    cursor: Option<&str>,
    limit: usize,
) -> Result<Page<Job>, Error> {
    let limit = limit.clamp(1, MOST);
    let (clause, values) = conditions(filter, cursor)?;
    let half = |table: &str, finished: &str| {
        format!(
            "SELECT * FROM (SELECT {COLUMNS}, {finished} AS finished_at FROM {table} {clause} \
             ORDER BY id DESC LIMIT {}) {table}_page",
            limit + 1
        )
    };
    let live = half("jobs", "CAST(NULL AS BIGINT)");
    let ended = half("job_history", "finished_at");
    let text = match filter.state {
        Some(state) if state.is_final() => format!("{ended} ORDER BY id DESC"),
        Some(_) => format!("{live} ORDER BY id DESC"),
        None => format!(
            "{live} UNION ALL {ended} ORDER BY id DESC LIMIT {}",
            limit + 1
        ),
    };
    // Only constants and numbers are in the text; every outside value is bound.
    let mut query = sqlx::query(AssertSqlSafe(text));
    for value in &values {
        query = query.bind(*value);
    }
    let rows = query.fetch_all(conn).await?;
    let jobs = rows.iter().map(job_of).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::from_overlong(jobs, limit, |job| job.id.clone()))
}

/// One job, live or ended.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Database`].
pub async fn get(conn: &mut AnyConnection, id: &str) -> Result<Job, Error> {
    let text = format!(
        "SELECT {COLUMNS}, CAST(NULL AS BIGINT) AS finished_at FROM jobs WHERE id = $1 \
         UNION ALL SELECT {COLUMNS}, finished_at FROM job_history WHERE id = $1"
    );
    let row = sqlx::query(AssertSqlSafe(text))
        .bind(id)
        .fetch_optional(conn)
        .await?;
    job_of(&row.ok_or_else(|| Error::NotFound(id.to_owned()))?)
}

fn conditions<'a>(
    filter: &'a Filter,
    cursor: Option<&'a str>,
) -> Result<(String, Vec<&'a str>), Error> {
    let mut clauses = Vec::new();
    let mut values: Vec<&str> = Vec::new();
    let equal = [
        ("queue", filter.queue.as_deref()),
        ("kind", filter.kind.as_deref()),
        ("book_id", filter.book_id.as_deref()),
    ];
    for (column, value) in equal {
        if let Some(value) = value {
            values.push(value);
            clauses.push(format!("{column} = ${}", values.len()));
        }
    }
    if let Some(cursor) = cursor {
        values.push(
            uuid::Uuid::parse_str(cursor)
                .map(|_| cursor)
                .map_err(|_| Error::BadCursor)?,
        );
        clauses.push(format!("id < ${}", values.len()));
    }
    if let Some(state) = filter.state {
        // Written in, so that the partial indexes on a state can be used.
        clauses.push(format!("state = '{}'", state.as_str()));
    }
    let clause = if clauses.is_empty() {
        String::new()
    } else {
        format!("WHERE {}", clauses.join(" AND "))
    };
    Ok((clause, values))
}
