//! Events: what happened, written in the transaction in which it happened, and the one table of
//! who wants to know.

use bindery_pipeline::{Hint, NewJob, Tx};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sqlx::{AnyConnection, Row};

use crate::{Error, Settings, new_id, now_ms, work};

/// The version of the envelope.
pub const ENVELOPE_VERSION: &str = "1";
/// What stands in `source`.
pub const SOURCE: &str = "bindery";

/// What kinds of things happen. The text is the `eventType` outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum EventType {
    /// Somebody signed up or was added.
    #[serde(rename = "user.registered")]
    UserRegistered,
    /// A book's first file was finalised.
    #[serde(rename = "book.created")]
    BookCreated,
    /// Metadata or file of a book changed.
    #[serde(rename = "book.updated")]
    BookUpdated,
    /// A book moved in the workflow.
    #[serde(rename = "book.stateChanged")]
    BookStateChanged,
    /// A book was deleted.
    #[serde(rename = "book.deleted")]
    BookDeleted,
    /// A book's rendition became ready.
    #[serde(rename = "rendition.ready")]
    RenditionReady,
    /// A book's file cannot be rendered.
    #[serde(rename = "rendition.failed")]
    RenditionFailed,
}

impl EventType {
    /// All types.
    pub const ALL: [Self; 7] = [
        Self::UserRegistered,
        Self::BookCreated,
        Self::BookUpdated,
        Self::BookStateChanged,
        Self::BookDeleted,
        Self::RenditionReady,
        Self::RenditionFailed,
    ];

    /// The text in the table and outside.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::UserRegistered => "user.registered",
            Self::BookCreated => "book.created",
            Self::BookUpdated => "book.updated",
            Self::BookStateChanged => "book.stateChanged",
            Self::BookDeleted => "book.deleted",
            Self::RenditionReady => "rendition.ready",
            Self::RenditionFailed => "rendition.failed",
        }
    }

    fn parse(text: &str) -> Result<Self, Error> {
        let found = Self::ALL.into_iter().find(|event| event.as_str() == text);
        found.ok_or_else(|| Error::Corrupt(format!("event type {text:?}")))
    }
}

/// One event in its envelope.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    /// UUIDv7.
    pub event_id: String,
    /// What happened.
    pub event_type: EventType,
    /// [`SOURCE`].
    pub source: String,
    /// Milliseconds UTC.
    pub timestamp: i64,
    /// [`ENVELOPE_VERSION`].
    pub version: String,
    /// Ids and states, never people's data.
    pub data: EventData,
    /// Who and why.
    pub metadata: Metadata,
}

/// What an event is about.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct EventData {
    /// The book.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub book_id: Option<String>,
    /// The rendition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rendition_id: Option<String>,
    /// Renditions the book no longer refers to.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub superseded: Vec<String>,
    /// The book's owner, or the account a `user.` event is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// The state after it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// The state before it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous_state: Option<String>,
    /// A stable error code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
}

/// Who caused an event, and in what course.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Metadata {
    /// The same for everything one request led to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub correlation_id: Option<String>,
    /// The event that led to this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub causation_id: Option<String>,
    /// Who acted; absent when it was a job.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// W3C trace id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trace_id: Option<String>,
}

impl Metadata {
    /// Metadata that names only the acting user.
    #[must_use]
    pub fn by(user_id: &str) -> Self {
        Self {
            user_id: Some(user_id.to_owned()),
            ..Self::default()
        }
    }
}

/// Somebody who wants to know: for each event the jobs to enqueue.
type Subscriber = fn(&Event, &Settings) -> Vec<NewJob>;

/// Who wants to know what. A new subscriber is one entry here.
static SUBSCRIBERS: &[(&str, &[EventType], Subscriber)] = &[
    (
        "search",
        &[
            EventType::BookCreated,
            EventType::BookUpdated,
            EventType::BookStateChanged,
            EventType::BookDeleted,
            EventType::RenditionReady,
        ],
        search,
    ),
    (
        "invalidate",
        &[
            EventType::BookUpdated,
            EventType::BookDeleted,
            EventType::RenditionReady,
        ],
        invalidate,
    ),
    (
        "notify",
        &[EventType::RenditionReady, EventType::RenditionFailed],
        notify,
    ),
    ("webhook", &EventType::ALL, webhook),
];

fn search(event: &Event, _: &Settings) -> Vec<NewJob> {
    event
        .data
        .book_id
        .iter()
        .map(|id| work::reindex(id))
        .collect()
}

fn invalidate(event: &Event, settings: &Settings) -> Vec<NewJob> {
    let gone = event.data.superseded.iter();
    gone.map(|id| work::invalidate(id, settings.retire_after))
        .collect()
}

fn notify(event: &Event, _: &Settings) -> Vec<NewJob> {
    let owner = event.data.user_id.iter();
    owner
        .map(|id| work::email(&event.event_id, id, event.data.book_id.as_deref()))
        .collect()
}

fn webhook(event: &Event, settings: &Settings) -> Vec<NewJob> {
    if !settings.webhooks {
        return Vec::new();
    }
    vec![work::webhook(
        &event.event_id,
        event.data.book_id.as_deref(),
    )]
}

/// The jobs an event causes, in the order of the table.
#[must_use]
pub fn reactions(event: &Event, settings: &Settings) -> Vec<NewJob> {
    let wants = |types: &[EventType]| types.contains(&event.event_type);
    SUBSCRIBERS
        .iter()
        .filter(|(_, types, _)| wants(types))
        .flat_map(|(_, _, subscriber)| subscriber(event, settings))
        .collect()
}

/// Writes an event and enqueues what its subscribers want, in the caller's transaction.
///
/// # Errors
/// [`Error::Database`] and [`Error::Pipeline`].
pub async fn record(
    tx: &mut Tx,
    settings: &Settings,
    event_type: EventType,
    data: EventData,
    metadata: Metadata,
) -> Result<Event, Error> {
    let event = Event {
        event_id: new_id(),
        event_type,
        source: SOURCE.to_owned(),
        timestamp: now_ms(),
        version: ENVELOPE_VERSION.to_owned(),
        data,
        metadata,
    };
    sqlx::query(
        "INSERT INTO events (id, event_type, source, created_at, version, book_id, data, metadata) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(event.event_id.clone())
    .bind(event_type.as_str())
    .bind(event.source.clone())
    .bind(event.timestamp)
    .bind(event.version.clone())
    .bind(event.data.book_id.clone())
    .bind(json!(event.data).to_string())
    .bind(json!(event.metadata).to_string())
    .execute(&mut **tx)
    .await?;
    for job in reactions(&event, settings) {
        tx.enqueue(job).await?;
    }
    Ok(event)
}

/// Reads one event.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Corrupt`], [`Error::Database`].
pub async fn get(conn: &mut AnyConnection, id: &str) -> Result<Event, Error> {
    let row = sqlx::query(
        "SELECT id, event_type, source, created_at, version, data, metadata \
         FROM events WHERE id = $1",
    )
    .bind(id)
    .fetch_optional(conn)
    .await?
    .ok_or(Error::NotFound("event"))?;
    let read = |text: String| -> Result<Value, Error> {
        serde_json::from_str(&text).map_err(|e| Error::Corrupt(format!("event: {e}")))
    };
    let corrupt = |e: serde_json::Error| Error::Corrupt(format!("event: {e}"));
    Ok(Event {
        event_id: row.try_get(0)?,
        event_type: EventType::parse(row.try_get(1)?)?,
        source: row.try_get(2)?,
        timestamp: row.try_get(3)?,
        version: row.try_get(4)?,
        data: serde_json::from_value(read(row.try_get(5)?)?).map_err(corrupt)?,
        metadata: serde_json::from_value(read(row.try_get(6)?)?).map_err(corrupt)?,
    })
}

/// A hint that a book changed, for live views.
pub(crate) fn book_hint(tx: &mut Tx, book_id: &str, what: EventType) {
    let data = json!({"bookId": book_id, "event": what.as_str()});
    tx.announce(Hint {
        topic: "book".to_owned(),
        data,
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::RenderPlan;

    fn event(event_type: EventType) -> Event {
        Event {
            event_id: "e".into(),
            event_type,
            source: SOURCE.into(),
            timestamp: 0,
            version: ENVELOPE_VERSION.into(),
            data: EventData {
                book_id: Some("b".into()),
                user_id: Some("u".into()),
                superseded: vec!["old".into()],
                ..EventData::default()
            },
            metadata: Metadata::default(),
        }
    }

    fn jobs(event_type: EventType, webhooks: bool) -> usize {
        let settings = Settings {
            webhooks,
            ..Settings::new(RenderPlan::default())
        };
        reactions(&event(event_type), &settings).len()
    }

    #[test]
    fn subscribers_get_their_jobs() {
        use EventType::*;
        let table: &[(EventType, &[&str])] = &[
            (UserRegistered, &["webhook"]),
            (BookCreated, &["search", "webhook"]),
            (BookUpdated, &["search", "invalidate", "webhook"]),
            (BookStateChanged, &["search", "webhook"]),
            (BookDeleted, &["search", "invalidate", "webhook"]),
            (
                RenditionReady,
                &["search", "invalidate", "notify", "webhook"],
            ),
            (RenditionFailed, &["notify", "webhook"]),
        ];
        for (event_type, expected) in table {
            let wants = SUBSCRIBERS
                .iter()
                .filter(|(_, types, _)| types.contains(event_type));
            let names: Vec<&str> = wants.map(|(name, _, _)| *name).collect();
            assert_eq!(&names, expected, "{event_type:?}");
            assert_eq!(jobs(*event_type, true), expected.len(), "{event_type:?}");
        }
    }

    #[test]
    fn without_an_endpoint_there_are_no_webhook_jobs() {
        assert_eq!(jobs(EventType::UserRegistered, false), 0);
        assert_eq!(jobs(EventType::RenditionReady, false), 3);
    }

    #[test]
    fn the_envelope_is_camel_case_and_drops_what_is_absent() {
        let mut value = serde_json::to_value(event(EventType::BookStateChanged)).unwrap();
        assert_eq!(value["eventType"], "book.stateChanged");
        assert_eq!(value["data"].as_object().unwrap().len(), 3);
        assert_eq!(value["metadata"], json!({}));
        value["data"]["somethingNew"] = json!(1);
        assert!(
            serde_json::from_value::<Event>(value).is_ok(),
            "unknown fields are ignored"
        );
    }
}
