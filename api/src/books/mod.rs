//! Books: list, read, upload, edit, replace, delete.

mod change;
mod cover;
mod finalise;
mod list;
mod presign;
mod put;
mod requests;
pub mod types;
pub mod upload_types;
mod versions;

use poem::{Body as Stream, Request, web::Data};
use poem_openapi::{
    ApiResponse, OpenApi,
    param::{Header, Path, Query},
    payload::{Binary, Json},
};

use requests::{EditRequest, FinaliseRequest};
use types::{Book, BookPage, BookStatus, CoverSize, Format, Image, Sort};
use upload_types::{PresignAnswer, PresignRequest, ReplaceRequest};

use crate::{
    actor::{Member, Visitor},
    auth::Done,
    problem::{Answer, Changed, Conflicts, Hidden, Limited, SignedIn, Ticketed, WithBody},
    schema::{Body, Raw},
    service::Tag,
    state::State,
};

pub(crate) use versions::matches as matches_etag;

/// A book with its version.
#[derive(ApiResponse)]
#[expect(
    clippy::large_enum_variant,
    reason = "lives from the handler to its answer"
)]
pub enum BookAnswer {
    /// The book.
    #[oai(status = 200)]
    Found(
        Json<Book>,
        /// The version, quoted: for `If-Match` and `If-None-Match`.
        #[oai(header = "ETag")]
        String,
    ),
    /// The copy named in `If-None-Match` is current.
    #[oai(status = 304)]
    NotModified(
        /// The version, quoted.
        #[oai(header = "ETag")]
        String,
    ),
}

/// A book that was changed.
#[derive(ApiResponse)]
pub enum BookSaved {
    /// The book as it is now.
    #[oai(status = 200)]
    Saved(
        Json<Book>,
        /// The new version, quoted.
        #[oai(header = "ETag")]
        String,
    ),
}

/// A book whose upload is finished.
#[derive(ApiResponse)]
pub enum BookCreated {
    /// The book; asking again gives the same answer.
    #[oai(status = 201)]
    Created(
        Json<Book>,
        /// The version, quoted.
        #[oai(header = "ETag")]
        String,
        /// Address of the book.
        #[oai(header = "Location")]
        String,
    ),
}

/// A file that has arrived.
#[derive(ApiResponse)]
pub enum Stored {
    /// The file is stored; finalise next.
    #[oai(status = 200)]
    Stored,
}

/// Operations of this folder.
pub struct BooksApi;

#[OpenApi(tag = "Tag::Books")]
impl BooksApi {
    /// List books
    ///
    /// Published books for everybody; with a token also those its owner may see.
    #[oai(path = "/books", method = "get", operation_id = "list_books")]
    #[expect(
        clippy::too_many_arguments,
        reason = "one argument for each query parameter"
    )]
    async fn list_books(
        &self,
        state: Data<&State>,
        visitor: Visitor,
        /// Only books in this state.
        status: Query<Option<BookStatus>>,
        /// Only books by this author.
        #[oai(validator(max_length = 500))]
        author: Query<Option<String>>,
        /// Only books of this genre.
        #[oai(validator(max_length = 500))]
        genre: Query<Option<String>>,
        /// Only books with this tag.
        #[oai(validator(max_length = 500))]
        tag: Query<Option<String>>,
        /// Only books in this language (BCP 47).
        #[oai(validator(max_length = 35))]
        language: Query<Option<String>>,
        /// Only books of this format.
        format: Query<Option<Format>>,
        /// `recent` (newest first, the default) or `title`.
        sort: Query<Option<Sort>>,
        /// `next` of the page before.
        #[oai(validator(max_length = 4096))]
        cursor: Query<Option<String>>,
        /// Entries per page, 1 to 100; 24 when absent.
        limit: Query<Option<u32>>,
    ) -> Answer<Json<BookPage>, SignedIn> {
        let filter = list::Filter {
            status: status.0,
            author: author.0,
            genre: genre.0,
            tag: tag.0,
            language: language.0,
            format: format.0,
        };
        let page = list::list(
            state.0,
            visitor.0.as_ref(),
            filter,
            sort.0,
            cursor.0,
            limit.0,
        );
        Ok(Json(page.await?))
    }

    /// Announce a file
    ///
    /// Makes a book in the state `uploading`, or with `bookId` prepares a new file for a book.
    /// Then `PUT` the file to `uploadUrl` with exactly the `headers` given.
    #[oai(
        path = "/books/presign",
        method = "post",
        operation_id = "presign_upload"
    )]
    async fn presign_upload(
        &self,
        state: Data<&State>,
        request: &Request,
        member: Member,
        body: Body<PresignRequest>,
    ) -> Answer<Json<PresignAnswer>, (WithBody, SignedIn, Hidden, Limited)> {
        Ok(Json(
            presign::presign(state.0, request, &member.0, body.0).await?,
        ))
    }

    /// Send a file
    ///
    /// The address comes from `presign_upload` and carries its own permission. Servers that store
    /// in S3 give an address there instead.
    #[oai(path = "/uploads/:id", method = "put", operation_id = "put_upload")]
    async fn put_upload(
        &self,
        state: Data<&State>,
        request: &Request,
        /// The upload.
        id: Path<String>,
        /// Permission of the address.
        #[oai(validator(max_length = 4096))]
        ticket: Query<String>,
        body: Binary<Stream>,
    ) -> Answer<Stored, (WithBody, Ticketed)> {
        put::put(state.0, request, &id.0, &ticket.0, body.0).await?;
        Ok(Stored::Stored)
    }

    /// Finish an upload
    ///
    /// Checks the stored file against the announcement and takes the book into the catalogue.
    /// What is absent in the body is filled in from the file.
    #[oai(path = "/books/:id", method = "post", operation_id = "finalise_book")]
    async fn finalise_book(
        &self,
        state: Data<&State>,
        member: Member,
        /// `bookId` of the presign answer.
        id: Path<String>,
        body: Body<FinaliseRequest>,
    ) -> Answer<BookCreated, (WithBody, SignedIn, Hidden, Conflicts)> {
        Ok(finalise::finalise(state.0, &member.0, &id.0, body.0).await?)
    }

    /// Get a book
    #[oai(path = "/books/:id", method = "get", operation_id = "get_book")]
    async fn get_book(
        &self,
        state: Data<&State>,
        visitor: Visitor,
        /// The book.
        id: Path<String>,
        /// ETag of the copy the client has.
        #[oai(name = "If-None-Match")]
        if_none_match: Header<Option<String>>,
    ) -> Answer<BookAnswer, (SignedIn, Hidden)> {
        let book = list::load_visible(state.0, visitor.0.as_ref(), &id.0).await?;
        Ok(versions::answer(book, if_none_match.0.as_deref()))
    }

    /// Edit a book
    ///
    /// Needs `If-Match` with the ETag of the version that was edited.
    #[oai(path = "/books/:id", method = "put", operation_id = "edit_book")]
    async fn edit_book(
        &self,
        state: Data<&State>,
        member: Member,
        /// The book.
        id: Path<String>,
        /// ETag of the version that was edited.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<EditRequest>,
    ) -> Answer<BookSaved, (WithBody, SignedIn, Hidden, Changed)> {
        Ok(change::edit(state.0, &member.0, &id.0, if_match.0.as_deref(), body.0).await?)
    }

    /// Delete a book
    #[oai(path = "/books/:id", method = "delete", operation_id = "delete_book")]
    async fn delete_book(
        &self,
        state: Data<&State>,
        member: Member,
        /// The book.
        id: Path<String>,
    ) -> Answer<Done, (SignedIn, Hidden)> {
        change::delete(state.0, &member.0, &id.0).await?;
        Ok(Done::Empty)
    }

    /// Replace a book's file
    ///
    /// After `presign_upload` with `bookId` and the `PUT`. The old content keeps serving until the
    /// new one is ready.
    #[oai(
        path = "/books/:id/file",
        method = "put",
        operation_id = "replace_file"
    )]
    async fn replace_file(
        &self,
        state: Data<&State>,
        member: Member,
        /// The book.
        id: Path<String>,
        body: Body<ReplaceRequest>,
    ) -> Answer<BookSaved, (WithBody, SignedIn, Hidden, Conflicts)> {
        Ok(finalise::replace(state.0, &member.0, &id.0, &body.0.upload_id).await?)
    }

    /// Get a cover
    ///
    /// Public for published books. `coverUrl` and `thumbnailUrl` carry a version, so their answers
    /// may be kept for ever.
    #[oai(
        path = "/books/:id/cover/:size",
        method = "get",
        operation_id = "get_cover"
    )]
    async fn get_cover(
        &self,
        state: Data<&State>,
        request: &Request,
        visitor: Visitor,
        /// The book.
        id: Path<String>,
        /// Size of the picture.
        size: Path<CoverSize>,
        /// Version of the cover; only there to make the address unique.
        #[oai(validator(max_length = 64))]
        v: Query<Option<String>>,
    ) -> Answer<Raw<Image>, (SignedIn, Hidden)> {
        let versioned = v.0.is_some();
        let response = cover::cover(
            state.0,
            request,
            visitor.0.as_ref(),
            &id.0,
            size.0,
            versioned,
        )
        .await?;
        Ok(response.into())
    }
}
