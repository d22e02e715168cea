//! `GET /events`: what happens, while it happens.

mod filter;
pub(crate) mod places;
mod stream;

use futures::stream::BoxStream;
use poem::web::Data;
use poem_openapi::{Object, OpenApi, payload::EventStream, types::Any};
use serde_json::Value;

use crate::{
    actor::Member,
    problem::{Answer, SignedIn},
    service::Tag,
    state::State,
};

/// Something that happened. On the wire `event` is the event's name and `data` its JSON.
#[derive(Debug, Clone, Object)]
pub struct LiveEvent {
    /// `job` (admins only), `book` or `rendition`.
    pub event: String,
    /// `job`: `{id,queue,kind,state,bookId,progress}`; `book`: `{bookId,…}`; `rendition`:
    /// `{bookId,renditionId,state,slices}`.
    pub data: Any<Value>,
}

/// Operations of this folder.
pub struct EventsApi;

#[OpenApi(tag = "Tag::Events")]
impl EventsApi {
    /// Follow what happens
    ///
    /// Server-sent events. They are hints: some may be lost, so read the state again after a
    /// reconnection. A comment is sent every 15 seconds to keep the connection open.
    #[oai(path = "/events", method = "get", operation_id = "follow_events")]
    async fn follow_events(
        &self,
        state: Data<&State>,
        member: Member,
    ) -> Answer<EventStream<BoxStream<'static, LiveEvent>>, SignedIn> {
        Ok(stream::follow(state.0, member.0).await?)
    }
}
