//! RFC 9457 problems: the only form in which this service refuses.

mod catch;
mod kind;
mod map;
mod refused;

use std::fmt;

use poem::{
    error::ResponseError,
    http::{HeaderName, HeaderValue, StatusCode, header},
};
use poem_openapi::Object;

pub(crate) use catch::Context;
pub use catch::catch;
pub use kind::Kind;
pub use refused::{
    Answer, Changed, Checking, Conflicts, Hidden, Limited, Refused, Registering, SignedIn,
    Statuses, Ticketed, WithBody,
};

/// Media type of every refusal.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// One wrong field of a request.
#[derive(Debug, Clone, PartialEq, Eq, Object)]
pub struct FieldError {
    /// Name of the field, as in the request; empty for the body as a whole.
    pub field: String,
    /// What is wrong with it, for people.
    pub message: String,
}

/// Problem details (RFC 9457).
#[derive(Debug, Clone, Object)]
#[oai(rename = "Problem", rename_all = "camelCase")]
pub struct Document {
    /// URI of the problem type, `urn:bindery:problem:{code}`.
    #[oai(rename = "type")]
    pub kind: String,
    /// Short text, the same for every occurrence of this type.
    pub title: String,
    /// The HTTP status, once more.
    pub status: u16,
    /// What happened this time.
    #[oai(skip_serializing_if_is_none)]
    pub detail: Option<String>,
    /// Path of the request.
    pub instance: String,
    /// Stable code to switch on, e.g. `registration_closed`.
    pub code: String,
    /// The fields at fault, where the request had some.
    #[oai(skip_serializing_if_is_empty, default)]
    pub errors: Vec<FieldError>,
    /// Quote this when you report the problem; the logs carry it too.
    pub trace_id: String,
}

/// A refusal on its way to the client. `catch` adds the request's path and trace id.
#[derive(Debug, Clone)]
pub struct Problem {
    kind: Kind,
    detail: Option<String>,
    errors: Vec<FieldError>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl Problem {
    /// A problem without further words.
    pub fn new(kind: Kind) -> Self {
        Self {
            kind,
            detail: None,
            errors: Vec::new(),
            headers: Vec::new(),
        }
    }

    /// Says what happened this time. Never put internals, paths or addresses here.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// Names a field at fault.
    #[must_use]
    pub fn field(mut self, field: impl Into<String>, message: impl Into<String>) -> Self {
        self.errors.push(FieldError {
            field: field.into(),
            message: message.into(),
        });
        self
    }

    /// Adds a response header, e.g. `Retry-After`.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: impl TryInto<HeaderValue>) -> Self {
        if let Ok(value) = value.try_into() {
            self.headers.push((name, value));
        }
        self
    }

    /// 404: nothing there, or nothing the caller may know of.
    pub fn not_found() -> Self {
        Self::new(Kind::NotFound)
    }

    /// 422 for one field.
    pub fn invalid(field: &str, message: impl Into<String>) -> Self {
        Self::new(Kind::Invalid).field(field, message)
    }

    /// 429 with the seconds to wait.
    pub fn too_many(retry_after: u64) -> Self {
        Self::new(Kind::TooManyRequests)
            .detail(format!("Try again in {retry_after} seconds."))
            .header(header::RETRY_AFTER, retry_after.to_string())
    }

    /// 500. Logs `error` here, once; the client gets the trace id only.
    pub fn internal(error: impl fmt::Display) -> Self {
        tracing::error!(%error, "request failed");
        Self::new(Kind::Internal)
    }

    /// 503. Logs `error` here, once.
    pub fn unavailable(error: impl fmt::Display) -> Self {
        tracing::warn!(%error, "a part the service needs is away");
        Self::new(Kind::Unavailable).header(header::RETRY_AFTER, "5")
    }

    /// What went wrong.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The document to send for a request to `instance` under `trace_id`.
    pub fn document(&self, instance: &str, trace_id: &str) -> Document {
        Document {
            kind: format!("urn:bindery:problem:{}", self.kind.code()),
            title: self.kind.title().to_owned(),
            status: self.kind.status().as_u16(),
            detail: self.detail.clone(),
            instance: instance.to_owned(),
            code: self.kind.code().to_owned(),
            errors: self.errors.clone(),
            trace_id: trace_id.to_owned(),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.code())
    }
}

impl std::error::Error for Problem {}

impl ResponseError for Problem {
    fn status(&self) -> StatusCode {
        self.kind.status()
    }
}
