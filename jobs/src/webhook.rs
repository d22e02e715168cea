//! Delivers one event to the configured endpoint.

use std::sync::Arc;

use bindery_library::{Error, events, work};
use bindery_pipeline::{Ctx, Done, JobError, JobResult};

use crate::Deps;
use crate::outcome::{OrRetry, from_port};

/// Posts the event's envelope. The `webhook-id` is the event's id on every attempt, so that the
/// receiver can drop a second delivery. An event that is gone, or an endpoint that is no longer
/// configured, is a quiet success.
///
/// # Errors
/// As the port says: a refusal ends the job, everything else is retried.
pub async fn run(ctx: Ctx, deps: Arc<Deps>) -> JobResult {
    let work::Webhook { event_id } = ctx.payload()?;
    let Some(webhooks) = &deps.webhooks else {
        return Ok(Done);
    };
    let event = {
        let mut conn = deps.pipeline.db().read().await.or_retry("database")?;
        match events::get(&mut conn, &event_id).await {
            Err(Error::NotFound(_)) => return Ok(Done),
            other => other.or_retry("reading the event")?,
        }
    };
    let body = serde_json::to_vec(&event).map_err(|e| JobError::Abort(e.to_string()))?;
    webhooks
        .deliver(&event.event_id, &body)
        .await
        .map_err(from_port)?;
    Ok(Done)
}
