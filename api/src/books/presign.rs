//! `POST /books/presign`.

use bindery_library::{
    catalogue::{self, NewUpload},
    now_ms,
    people::User,
    policy::{self, Action, Actor},
    ports::PutRequest,
};

use poem::{
    Request,
    http::{header, uri::Authority},
};

use super::upload_types::{PresignAnswer, PresignRequest};
use crate::{
    problem::{Kind, Problem},
    schema::{from_millis, millis},
    state::State,
};

/// Announces a file and answers where to put it.
pub async fn presign(
    state: &State,
    head: &Request,
    user: &User,
    request: PresignRequest,
) -> Result<PresignAnswer, Problem> {
    let most = state.config.limits.upload;
    if request.size > most {
        return Err(Problem::new(Kind::TooLarge)
            .detail(format!("A file may have at most {most} bytes."))
            .field("size", format!("must be at most {most}")));
    }
    check_media_type(&request.content_type)?;
    let actor = Actor::from(user);
    if request.book_id.is_none() {
        policy::check(&actor, Action::CreateBook).map_err(bindery_library::Error::from)?;
    }
    let life = state.config.upload_url_life;
    let upload = NewUpload {
        file_name: request.file_name,
        size: request.size,
        content_type: request.content_type,
        sha256: request.sha256,
        book_id: request.book_id,
        expires_at: now_ms().saturating_add(millis(life)),
    };
    let mut tx = state.begin().await?;
    let upload = catalogue::presign(&mut tx, &actor, upload).await?;
    // Not within the transaction: on S3 signing may ask for credentials.
    tx.commit().await?;
    let put = PutRequest {
        upload_id: upload.id.clone(),
        size: upload.size,
        content_type: upload.content_type,
        sha256: upload.sha256,
        lives: life,
    };
    let signed = state.presign.presign(put).await?;
    Ok(PresignAnswer {
        book_id: upload.book_id,
        upload_id: upload.id,
        upload_url: address(state, head, signed.url),
        method: signed.method.to_owned(),
        headers: signed.headers.into_iter().collect(),
        expires_at: from_millis(signed.expires_at),
    })
}

/// Uploads to ourselves get an absolute address if the client came by the public one. Home servers
/// are called by many names: a client that used another one gets a relative address, which leads
/// it back to where it came from.
fn address(state: &State, head: &Request, url: String) -> String {
    let host = head
        .header(header::HOST)
        .or_else(|| head.uri().authority().map(Authority::as_str));
    let origin = state.config.origin();
    let public = origin.split_once("://").map(|(_, host)| host);
    if url.starts_with('/') && host == public {
        return format!("{origin}{url}");
    }
    url
}

/// A media type must be fit for a header; whether the bytes are a book is seen when they are there.
fn check_media_type(text: &str) -> Result<(), Problem> {
    let token = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&b))
    };
    match text.split_once('/') {
        Some((kind, subtype)) if token(kind) && token(subtype) => Ok(()),
        _ => Err(Problem::invalid(
            "contentType",
            "must be a media type such as application/pdf",
        )),
    }
}
