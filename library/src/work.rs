//! Every kind of job: its queue, its payload, its dedup key, priority and attempts.
//!
//! Payloads hold ids only; new fields get a default, so that jobs written by an older version still
//! run. A root test proves that every entry of [`KINDS`] has a handler.

use std::time::Duration;

use bindery_pipeline::{Dedup, NewJob, Priority};
use serde::{Deserialize, Serialize};

/// The five queues, in the order of the dashboards.
pub const QUEUES: [&str; 5] = ["render", "reindex", "invalidate", "email", "webhook"];

/// What all jobs of a kind have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind {
    /// Where it runs.
    pub queue: &'static str,
    /// What it is called in the ledger.
    pub name: &'static str,
    /// After so many attempts it is dead.
    pub max_attempts: u32,
}

/// Renders one file. Few attempts: what kills a worker twice will kill it again.
pub const RENDER: Kind = Kind {
    queue: "render",
    name: "render",
    max_attempts: 3,
};
/// Makes the sizes of a book's own cover. In the queue of renders: it starts a child as they do.
pub const COVER: Kind = Kind {
    queue: "render",
    name: "cover",
    max_attempts: 3,
};
/// Brings one book's search document up to date.
pub const REINDEX: Kind = Kind {
    queue: "reindex",
    name: "reindex",
    max_attempts: 10,
};
/// Removes a rendition no book refers to.
pub const INVALIDATE: Kind = Kind {
    queue: "invalidate",
    name: "invalidate",
    max_attempts: 20,
};
/// Sends one message.
pub const EMAIL: Kind = Kind {
    queue: "email",
    name: "email",
    max_attempts: 12,
};
/// Delivers one event to the configured endpoint.
pub const WEBHOOK: Kind = Kind {
    queue: "webhook",
    name: "webhook",
    max_attempts: 15,
};

/// Every kind there is.
pub const KINDS: [Kind; 6] = [RENDER, COVER, REINDEX, INVALIDATE, EMAIL, WEBHOOK];

/// Payload of [`RENDER`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Render {
    /// The rendition to make; its row names the original.
    pub rendition_id: String,
}

/// Payload of [`COVER`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Cover {
    /// The book; its row says which cover it wants and has, and all other files are removed.
    pub book_id: String,
}

/// Payload of [`REINDEX`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Reindex {
    /// The book; when its row is gone, its document is removed.
    pub book_id: String,
}

/// Payload of [`INVALIDATE`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Invalidate {
    /// The rendition; the job checks again that no book refers to it.
    pub rendition_id: String,
}

/// Payload of [`EMAIL`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Email {
    /// The event the message is about; its type chooses the text.
    pub event_id: String,
    /// To whom.
    pub user_id: String,
}

impl Email {
    /// The stable key of the message, for its Message-ID.
    #[must_use]
    pub fn key(&self) -> String {
        format!("{}.{}", self.event_id, self.user_id)
    }
}

/// Payload of [`WEBHOOK`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Webhook {
    /// The event to deliver; also the stable `webhook-id`.
    pub event_id: String,
}

/// Asks for a rendition. Many readers and uploads make one job: it is deduplicated until done, and
/// a more urgent request lifts the job that is already there.
#[must_use]
pub fn render(rendition_id: &str, book_id: Option<&str>, priority: Priority) -> NewJob {
    let payload = Render {
        rendition_id: rendition_id.to_owned(),
    };
    let key = Dedup::UntilDone(format!("render:{rendition_id}"));
    let job = new_job(RENDER, &payload, key).priority(priority);
    with_book(job, book_id)
}

/// Asks for a book's own cover to be brought in line with its row. Deduplicated until start, so that
/// a picture given during a run causes another run.
#[must_use]
pub fn cover(book_id: &str) -> NewJob {
    let payload = Cover {
        book_id: book_id.to_owned(),
    };
    let key = Dedup::UntilStart(format!("cover:{book_id}"));
    with_book(new_job(COVER, &payload, key), Some(book_id))
}

/// Asks for a book's search document to be brought up to date. Deduplicated until start, so that an
/// edit during a run causes another run.
#[must_use]
pub fn reindex(book_id: &str) -> NewJob {
    let payload = Reindex {
        book_id: book_id.to_owned(),
    };
    let key = Dedup::UntilStart(format!("reindex:{book_id}"));
    with_book(new_job(REINDEX, &payload, key), Some(book_id))
}

/// Asks for a rendition's files to be removed after `delay`, if no book refers to it then.
#[must_use]
pub fn invalidate(rendition_id: &str, delay: Duration) -> NewJob {
    let payload = Invalidate {
        rendition_id: rendition_id.to_owned(),
    };
    let key = Dedup::UntilStart(format!("invalidate:{rendition_id}"));
    new_job(INVALIDATE, &payload, key).delay(delay)
}

/// Asks for a message about an event.
#[must_use]
pub fn email(event_id: &str, user_id: &str, book_id: Option<&str>) -> NewJob {
    let payload = Email {
        event_id: event_id.to_owned(),
        user_id: user_id.to_owned(),
    };
    let key = Dedup::UntilDone(format!("email:{}", payload.key()));
    with_book(new_job(EMAIL, &payload, key), book_id)
}

/// Asks for an event to be delivered.
#[must_use]
pub fn webhook(event_id: &str, book_id: Option<&str>) -> NewJob {
    let payload = Webhook {
        event_id: event_id.to_owned(),
    };
    let key = Dedup::UntilDone(format!("webhook:{event_id}"));
    with_book(new_job(WEBHOOK, &payload, key), book_id)
}

fn new_job<P: Serialize>(kind: Kind, payload: &P, dedup: Dedup) -> NewJob {
    let payload = serde_json::to_value(payload).expect("payloads are plain structs of strings");
    NewJob::new(kind.queue, kind.name, payload)
        .dedup(dedup)
        .max_attempts(kind.max_attempts)
}

fn with_book(job: NewJob, book_id: Option<&str>) -> NewJob {
    match book_id {
        Some(id) => job.book_id(id),
        None => job,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_queue_and_every_queue_a_kind_of_its_name() {
        for kind in KINDS {
            assert!(QUEUES.contains(&kind.queue), "{kind:?}");
            assert!(kind.max_attempts > 0);
        }
        for queue in QUEUES {
            assert!(KINDS.iter().any(|k| k.name == queue && k.queue == queue));
        }
    }

    #[test]
    fn payloads_hold_ids_in_camel_case() {
        let job = serde_json::to_value(Email {
            event_id: "e".into(),
            user_id: "u".into(),
        });
        assert_eq!(
            job.unwrap(),
            serde_json::json!({"eventId": "e", "userId": "u"})
        );
    }
}
