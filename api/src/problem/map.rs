//! The one place where errors of other layers become problems.
//!
//! The layers below mark their errors `non_exhaustive`, so the compiler asks for a last arm. It
//! answers 500 and logs: an error nobody thought of here is a fault of ours.

use bindery_library::{
    self as library,
    ports::PortError,
    storage::{self, tickets::TicketError},
};
use bindery_pipeline as pipeline;
use poem::error::{MethodNotAllowedError, NotFoundError, ParseQueryError, ReadBodyError};
use poem_openapi::error::{
    AuthorizationError, ContentTypeError, ParseParamError, ParsePathError, ParseRequestPayloadError,
};

use super::{Kind, Problem};

impl From<ReadBodyError> for Problem {
    fn from(error: ReadBodyError) -> Self {
        match error {
            ReadBodyError::PayloadTooLarge => Problem::new(Kind::TooLarge),
            ReadBodyError::Utf8(_) => {
                Problem::new(Kind::Malformed).detail("The body is not valid UTF-8.")
            }
            ReadBodyError::Io(_) => {
                Problem::new(Kind::Malformed).detail("The body ended before it was complete.")
            }
            ReadBodyError::BodyHasBeenTaken => Problem::internal("a body was read twice"),
        }
    }
}

impl From<library::Error> for Problem {
    fn from(error: library::Error) -> Self {
        use library::Error;
        match error {
            Error::NotFound(_) => Problem::not_found(),
            Error::Forbidden(refusal) => {
                Problem::new(Kind::Forbidden).detail(format!("Not allowed: {}.", refusal.wanted))
            }
            Error::VersionConflict { expected, current } => {
                let text = format!("Version {expected} was edited, the current one is {current}.");
                Problem::new(Kind::VersionMismatch).detail(text)
            }
            Error::EmailTaken => Problem::new(Kind::EmailTaken),
            Error::Invalid {
                field: "cursor", ..
            } => Problem::new(Kind::InvalidCursor),
            Error::Invalid { field, message } => Problem::invalid(field, message),
            Error::TooManyUploads => Problem::new(Kind::TooManyRequests)
                .detail("Finish or wait for the uploads that were announced before."),
            Error::UploadGone => {
                Problem::new(Kind::Conflict).detail("The upload has expired or was already used.")
            }
            Error::UploadMismatch(text) => Problem::new(Kind::UploadMismatch).detail(text),
            Error::NoFile => Problem::new(Kind::Conflict).detail("The book has no file yet."),
            Error::Storage(error) => error.into(),
            Error::Pipeline(error) => error.into(),
            Error::Database(error) => from_database(error),
            error @ (Error::Corrupt(_) | Error::Password(_)) => Problem::internal(error),
            error => Problem::internal(error),
        }
    }
}

impl From<pipeline::Error> for Problem {
    fn from(error: pipeline::Error) -> Self {
        use pipeline::Error;
        match error {
            Error::NotFound(_) => Problem::not_found(),
            Error::WrongState(state) => {
                Problem::new(Kind::Conflict).detail(format!("The job is {}.", state.as_str()))
            }
            Error::KeyLives(id) => {
                Problem::new(Kind::Conflict).detail(format!("Job {id} already does the same work."))
            }
            Error::BadCursor => Problem::new(Kind::InvalidCursor),
            Error::Database(error) => from_database(error),
            Error::Redis(error) => Problem::unavailable(error),
            error @ (Error::Migrate(_)
            | Error::Config(_)
            | Error::Stale
            | Error::Payload(_)
            | Error::Workers(_)) => Problem::internal(error),
            error => Problem::internal(error),
        }
    }
}

/// A database that is away or busy may come back; anything else is a fault of ours.
fn from_database(error: sqlx::Error) -> Problem {
    match error {
        error @ (sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed) => Problem::unavailable(error),
        error => Problem::internal(error),
    }
}

impl From<storage::Error> for Problem {
    fn from(error: storage::Error) -> Self {
        use storage::Error;
        match error {
            Error::NotFound(_) | Error::InvalidKey(_) => Problem::not_found(),
            Error::TooLarge { cap } => {
                Problem::new(Kind::TooLarge).detail(format!("At most {cap} bytes are taken."))
            }
            Error::WrongSize { expected, found } => Problem::new(Kind::UploadMismatch)
                .detail(format!("{expected} bytes were announced, {found} came.")),
            Error::WrongChecksum => {
                Problem::new(Kind::UploadMismatch).detail("The SHA-256 is not the announced one.")
            }
            Error::UnknownFormat => Problem::new(Kind::UnsupportedFormat),
            Error::Changed => {
                Problem::new(Kind::Conflict).detail("The upload was replaced meanwhile.")
            }
            Error::Source(_) => {
                Problem::new(Kind::Malformed).detail("The file did not come completely.")
            }
            error @ (Error::Folder { .. } | Error::Store(_)) => Problem::unavailable(error),
            error @ Error::Url(_) => Problem::internal(error),
            error => Problem::internal(error),
        }
    }
}

impl From<TicketError> for Problem {
    fn from(error: TicketError) -> Self {
        match error {
            TicketError::Expired => {
                Problem::new(Kind::InvalidTicket).detail("The upload URL has expired.")
            }
            TicketError::Invalid => Problem::new(Kind::InvalidTicket),
            error => Problem::internal(error),
        }
    }
}

impl From<PortError> for Problem {
    fn from(error: PortError) -> Self {
        match error {
            error @ (PortError::Temporary(_) | PortError::Later(..)) => Problem::unavailable(error),
            error => Problem::internal(error),
        }
    }
}

/// Turns what the web framework answers by itself into a problem.
pub(super) fn from_framework(error: poem::Error) -> Problem {
    if let Some(problem) = error.downcast_ref::<Problem>() {
        return problem.clone();
    }
    if error.is::<ReadBodyError>() {
        return match error.downcast::<ReadBodyError>() {
            Ok(error) => error.into(),
            Err(error) => Problem::internal(error),
        };
    }
    if let Some(problem) = from_openapi(&error) {
        return problem;
    }
    if error.is::<NotFoundError>() {
        return Problem::not_found();
    }
    if error.is::<MethodNotAllowedError>() {
        return Problem::new(Kind::MethodNotAllowed);
    }
    if error.is::<poem::error::ParsePathError>() || error.is::<ParseQueryError>() {
        return Problem::new(Kind::InvalidParameter);
    }
    from_status(error)
}

/// Parameter and payload errors of poem-openapi. Their texts name only what the client sent.
fn from_openapi(error: &poem::Error) -> Option<Problem> {
    if let Some(error) = error.downcast_ref::<ParseParamError>() {
        return Some(Problem::new(Kind::InvalidParameter).field(error.name, reason(&error.reason)));
    }
    if let Some(error) = error.downcast_ref::<ParsePathError>() {
        return Some(Problem::new(Kind::InvalidParameter).field(error.name, reason(&error.reason)));
    }
    if let Some(error) = error.downcast_ref::<ParseRequestPayloadError>() {
        return Some(Problem::new(Kind::Malformed).detail(reason(&error.reason)));
    }
    if let Some(error) = error.downcast_ref::<ContentTypeError>() {
        return Some(match error {
            ContentTypeError::NotSupported { .. } => Problem::new(Kind::UnsupportedMediaType),
            ContentTypeError::ExpectContentType => {
                Problem::new(Kind::UnsupportedMediaType).detail("Content-Type is missing.")
            }
        });
    }
    error
        .is::<AuthorizationError>()
        .then(|| Problem::new(Kind::Unauthenticated))
}

/// Errors without a type of their own: only their status is kept.
fn from_status(error: poem::Error) -> Problem {
    let status = error.status();
    if status.is_server_error() {
        return Problem::internal(error);
    }
    let kind = Kind::ALL
        .iter()
        .copied()
        .find(|kind| kind.status() == status)
        .unwrap_or(Kind::Malformed);
    Problem::new(kind)
}

/// Bounds a reason, which may quote the client's own input, to something printable.
fn reason(text: &str) -> String {
    const LONGEST: usize = 300;
    text.chars()
        .filter(|c| !c.is_control())
        .take(LONGEST)
        .collect()
}
