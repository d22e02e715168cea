//! The stream of one listener.

use std::time::Duration;

use bindery_library::people::User;
use futures::{StreamExt as _, stream::BoxStream};
use poem::web::sse::Event;
use poem_openapi::{
    payload::EventStream,
    types::{Any, ToJSON as _},
};

use super::{LiveEvent, filter::Filter};
use crate::{problem::Problem, state::State};

/// How often a comment is sent, so that proxies keep the connection and dead ones are noticed.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// A stream lives this long; then the client comes back, with a fresh token.
const LONGEST: Duration = Duration::from_secs(15 * 60);

/// Follows the bus for `user` until the service drains.
pub async fn follow(
    state: &State,
    user: User,
) -> Result<EventStream<BoxStream<'static, LiveEvent>>, Problem> {
    let place = state
        .streams
        .take(&user.id)
        .ok_or_else(|| Problem::unavailable("too many event streams are open"))?;
    let hints = state.pipeline.bus().subscribe();
    let filter = Filter::new(state.clone(), &user);
    let over = {
        let drained = state.drained();
        async move {
            tokio::select! {
                () = drained => {}
                () = tokio::time::sleep(LONGEST) => {}
            }
        }
    };
    let events = futures::stream::unfold((hints, filter, place), |mut parts| async move {
        loop {
            let hint = parts.0.next().await?;
            if parts.1.passes(&hint).await {
                let event = LiveEvent {
                    event: hint.topic,
                    data: Any(hint.data),
                };
                return Some((event, parts));
            }
        }
    });
    let events = events.take_until(Box::pin(over)).boxed();
    Ok(EventStream::new(events)
        .keep_alive(HEARTBEAT)
        .to_event(|event| Event::message(event.data.to_json_string()).event_type(event.event)))
}
