//! `PUT /uploads/{id}`: the bytes of an announced file, straight to storage.

use std::{io, time::Duration};

use bindery_library::{
    catalogue, now_ms,
    storage::{self, Expected, Key, tickets::UploadTicket},
};
use bytes::Bytes;
use futures::{Stream, StreamExt as _};
use poem::{Body, Request, http::header};
use tokio::time::timeout;

use crate::{
    problem::{Kind, Problem},
    state::State,
};

/// Stores the body if it is exactly what the ticket allows. Nothing of it is kept in memory, and
/// nothing becomes visible unless size and checksum are right.
pub async fn put(
    state: &State,
    request: &Request,
    id: &str,
    ticket: &str,
    body: Body,
) -> Result<(), Problem> {
    let ticket = state.tickets.verify(ticket, now_ms())?;
    if ticket.id != id {
        return Err(Problem::new(Kind::InvalidTicket).detail("The ticket is for another upload."));
    }
    check_head(request, &ticket)?;
    check_open(state, id).await?;
    let stream = steady(body, state.config.limits.upload_pause).boxed();
    let expected = Expected {
        size: ticket.size,
        sha256: ticket.sha256,
    };
    let stored = state
        .storage
        .put_announced(&Key::upload(id), &ticket.content_type, stream, &expected)
        .await;
    match stored {
        Ok(_) => Ok(()),
        // It cannot have come through a proxy that ends bodies early: Content-Length was right.
        Err(storage::Error::Source(error)) => {
            tracing::debug!(%error, upload.id = %id, "upload broke off");
            Err(Problem::new(Kind::Malformed).detail("The file did not come completely."))
        }
        Err(error) => Err(error.into()),
    }
}

/// The body's bytes; an error when none come for as long as `pause`.
fn steady(body: Body, pause: Duration) -> impl Stream<Item = io::Result<Bytes>> + Send {
    futures::stream::unfold(body.into_bytes_stream(), move |mut parts| async move {
        let part = match timeout(pause, parts.next()).await {
            Ok(part) => part?.map_err(io::Error::other),
            Err(_) => Err(io::ErrorKind::TimedOut.into()),
        };
        Some((part, parts))
    })
}

/// Refuses by the headers alone, before a byte of the body is read.
fn check_head(request: &Request, ticket: &UploadTicket) -> Result<(), Problem> {
    let length = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .ok_or_else(|| Problem::new(Kind::LengthRequired))?;
    let length: Option<u64> = length.to_str().ok().and_then(|text| text.parse().ok());
    match length {
        Some(length) if length == ticket.size => {}
        Some(length) if length > ticket.size => return Err(Problem::new(Kind::TooLarge)),
        _ => {
            let text = format!("{} bytes were announced.", ticket.size);
            return Err(Problem::new(Kind::UploadMismatch).detail(text));
        }
    }
    if request.content_type() != Some(ticket.content_type.as_str()) {
        let text = format!("{} was announced.", ticket.content_type);
        return Err(Problem::new(Kind::UnsupportedMediaType).detail(text));
    }
    Ok(())
}

/// A finished upload takes no more bytes.
async fn check_open(state: &State, id: &str) -> Result<(), Problem> {
    let mut db = state.read().await?;
    match catalogue::get_upload(&mut db, id).await {
        Ok(upload) if upload.claimed => {
            Err(Problem::new(Kind::Conflict).detail("The upload is already finished."))
        }
        Ok(_) => Ok(()),
        Err(bindery_library::Error::NotFound(_)) => Err(Problem::new(Kind::InvalidTicket)),
        Err(error) => Err(error.into()),
    }
}
