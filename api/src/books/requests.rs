//! What clients say about books.

use bindery_library::catalogue::{BookDraft, BookEdit};
use poem_openapi::{
    Object,
    types::{Example, MaybeUndefined},
};

use super::types::BookStatus;

/// What is said about a book when its upload is finished. What is absent is taken from the file.
#[derive(Debug, Clone, Default, Object)]
#[oai(rename_all = "camelCase", example)]
pub struct FinaliseRequest {
    /// Title.
    #[oai(validator(min_length = 1, max_length = 1000))]
    pub title: Option<String>,
    /// Authors in order.
    #[oai(validator(max_items = 100))]
    pub authors: Option<Vec<String>>,
    /// Genres in order.
    #[oai(validator(max_items = 100))]
    pub genres: Option<Vec<String>>,
    /// Tags in order.
    #[oai(validator(max_items = 200))]
    pub tags: Option<Vec<String>>,
    /// BCP 47.
    #[oai(validator(max_length = 35))]
    pub language: Option<String>,
    /// Plain text.
    #[oai(validator(max_length = 50000))]
    pub description: Option<String>,
    /// ISBN-10 or -13, with or without hyphens.
    #[oai(validator(max_length = 20))]
    pub isbn: Option<String>,
    /// Publisher.
    #[oai(validator(max_length = 500))]
    pub publisher: Option<String>,
    /// Year or ISO date.
    #[oai(validator(max_length = 40))]
    pub published: Option<String>,
    /// Name of the series.
    #[oai(validator(max_length = 500))]
    pub series: Option<String>,
    /// Position in the series.
    pub series_index: Option<f64>,
    /// `draft` when absent; `published` needs the right to publish.
    pub status: Option<BookStatus>,
}

impl Example for FinaliseRequest {
    fn example() -> Self {
        Self {
            title: Some("The Time Machine".to_owned()),
            authors: Some(vec!["H. G. Wells".to_owned()]),
            genres: Some(vec!["Science fiction".to_owned()]),
            status: Some(BookStatus::Published),
            ..Self::default()
        }
    }
}

impl From<FinaliseRequest> for BookDraft {
    fn from(request: FinaliseRequest) -> Self {
        Self {
            title: request.title,
            authors: request.authors,
            genres: request.genres,
            tags: request.tags,
            language: request.language,
            description: request.description,
            isbn: request.isbn,
            publisher: request.publisher,
            published: request.published,
            series: request.series,
            series_index: request.series_index,
            status: request.status.map(Into::into),
        }
    }
}

/// An edit. Absent fields stay as they are; null clears those that may be empty.
#[derive(Debug, Clone, Default, Object)]
#[oai(rename_all = "camelCase", example)]
pub struct EditRequest {
    /// Title.
    #[oai(validator(min_length = 1, max_length = 1000))]
    pub title: Option<String>,
    /// Replaces all authors.
    #[oai(validator(max_items = 100))]
    pub authors: Option<Vec<String>>,
    /// Replaces all genres.
    #[oai(validator(max_items = 100))]
    pub genres: Option<Vec<String>>,
    /// Replaces all tags.
    #[oai(validator(max_items = 200))]
    pub tags: Option<Vec<String>>,
    /// BCP 47.
    #[oai(validator(max_length = 35))]
    pub language: MaybeUndefined<String>,
    /// Plain text.
    #[oai(validator(max_length = 50000))]
    pub description: MaybeUndefined<String>,
    /// ISBN-10 or -13.
    #[oai(validator(max_length = 20))]
    pub isbn: MaybeUndefined<String>,
    /// Publisher.
    #[oai(validator(max_length = 500))]
    pub publisher: MaybeUndefined<String>,
    /// Year or ISO date.
    #[oai(validator(max_length = 40))]
    pub published: MaybeUndefined<String>,
    /// Name of the series.
    #[oai(validator(max_length = 500))]
    pub series: MaybeUndefined<String>,
    /// Position in the series.
    pub series_index: MaybeUndefined<f64>,
    /// A move in the publishing workflow.
    pub status: Option<BookStatus>,
}

impl Example for EditRequest {
    fn example() -> Self {
        Self {
            title: Some("The Time Machine: An Invention".to_owned()),
            tags: Some(vec!["classic".to_owned(), "novella".to_owned()]),
            ..Self::default()
        }
    }
}

fn change<T>(value: MaybeUndefined<T>) -> Option<Option<T>> {
    match value {
        MaybeUndefined::Undefined => None,
        MaybeUndefined::Null => Some(None),
        MaybeUndefined::Value(value) => Some(Some(value)),
    }
}

impl From<EditRequest> for BookEdit {
    fn from(request: EditRequest) -> Self {
        Self {
            title: request.title,
            authors: request.authors,
            genres: request.genres,
            tags: request.tags,
            language: change(request.language),
            description: change(request.description),
            isbn: change(request.isbn),
            publisher: change(request.publisher),
            published: change(request.published),
            series: change(request.series),
            series_index: change(request.series_index),
            status: request.status.map(Into::into),
        }
    }
}
