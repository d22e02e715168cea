//! Reading: sessions with content cookies, slices on demand, progress.

mod progress;
mod session;
mod slices;
pub mod types;

use poem::web::Data;
use poem_openapi::{
    ApiResponse, OpenApi,
    param::Path,
    payload::{Json, Response},
};

use types::{Progress, ProgressRequest, ReadingSession, SliceAnswer, SliceWait};

use crate::{
    actor::Member,
    problem::{Answer, Conflicts, Hidden, SignedIn, WithBody},
    schema::Body,
    service::Tag,
    state::State,
};

/// An opened book.
#[derive(ApiResponse)]
pub enum Opened {
    /// The session; the cookies that come with it open `contentBase`.
    #[oai(status = 201)]
    Created(Json<ReadingSession>),
}

/// A slice, now or soon.
#[derive(ApiResponse)]
pub enum Slice {
    /// The slice is there.
    #[oai(status = 200)]
    There(Json<SliceAnswer>),
    /// The slice is being made before everything else; ask again after `Retry-After` seconds.
    #[oai(status = 202)]
    Soon(
        Json<SliceWait>,
        /// Seconds to wait.
        #[oai(header = "Retry-After")]
        String,
    ),
}

/// Operations of this folder.
pub struct ReadingApi;

#[OpenApi(tag = "Tag::Reading")]
impl ReadingApi {
    /// Open a book
    ///
    /// Checks the right to read and sets the signed cookies `CloudFront-Policy`,
    /// `CloudFront-Signature`, `CloudFront-Key-Pair-Id` and `CloudFront-Hash-Algorithm` for
    /// `contentBase`.
    #[oai(
        path = "/books/:id/reading-sessions",
        method = "post",
        operation_id = "open_reading_session"
    )]
    async fn open_reading_session(
        &self,
        state: Data<&State>,
        member: Member,
        /// The book.
        id: Path<String>,
    ) -> Answer<Response<Opened>, (SignedIn, Hidden, Conflicts)> {
        Ok(session::open(state.0, &member.0, &id.0).await?)
    }

    /// Look at a reading session
    #[oai(
        path = "/reading-sessions/:id",
        method = "get",
        operation_id = "get_reading_session"
    )]
    async fn get_reading_session(
        &self,
        state: Data<&State>,
        member: Member,
        /// The session.
        id: Path<String>,
    ) -> Answer<Json<ReadingSession>, (SignedIn, Hidden)> {
        Ok(Json(session::get(state.0, &member.0, &id.0).await?))
    }

    /// Renew a reading session
    ///
    /// Checks the right to read again and sets fresh cookies. Call it every `renewAfterSeconds`.
    #[oai(
        path = "/reading-sessions/:id/renew",
        method = "post",
        operation_id = "renew_reading_session"
    )]
    async fn renew_reading_session(
        &self,
        state: Data<&State>,
        member: Member,
        /// The session.
        id: Path<String>,
    ) -> Answer<Response<Json<ReadingSession>>, (SignedIn, Hidden)> {
        Ok(session::renew(state.0, &member.0, &id.0).await?)
    }

    /// Ask for a slice
    ///
    /// While a rendition is not ready. 202 means that the slice is being made before everything
    /// else; `GET /events` tells when it is there.
    #[oai(
        path = "/reading-sessions/:id/slices/:n",
        method = "get",
        operation_id = "get_slice"
    )]
    async fn get_slice(
        &self,
        state: Data<&State>,
        member: Member,
        /// The session.
        id: Path<String>,
        /// Index of the slice in reading order, from 0.
        n: Path<u32>,
    ) -> Answer<Slice, (SignedIn, Hidden, Conflicts)> {
        Ok(slices::slice(state.0, &member.0, &id.0, n.0).await?)
    }

    /// Where did I stop
    #[oai(
        path = "/books/:id/progress",
        method = "get",
        operation_id = "get_progress"
    )]
    async fn get_progress(
        &self,
        state: Data<&State>,
        member: Member,
        /// The book.
        id: Path<String>,
    ) -> Answer<Json<Progress>, (SignedIn, Hidden)> {
        Ok(Json(progress::get(state.0, &member.0, &id.0).await?))
    }

    /// Remember where I am
    #[oai(
        path = "/books/:id/progress",
        method = "put",
        operation_id = "save_progress"
    )]
    async fn save_progress(
        &self,
        state: Data<&State>,
        member: Member,
        /// The book.
        id: Path<String>,
        body: Body<ProgressRequest>,
    ) -> Answer<Json<Progress>, (WithBody, SignedIn, Hidden)> {
        Ok(Json(
            progress::save(state.0, &member.0, &id.0, body.0).await?,
        ))
    }
}
