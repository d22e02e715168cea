//! Versions as ETags (RFC 9110, 8.8.3 and 13.1).

use bindery_library::catalogue::Book;
use poem_openapi::payload::Json;

use super::{BookAnswer, BookSaved};
use crate::problem::{Kind, Problem};

/// The ETag of a book.
pub fn etag(book: &Book) -> String {
    format!("\"{}\"", book.version)
}

/// The book, or 304 when the client has it.
pub fn answer(book: Book, if_none_match: Option<&str>) -> BookAnswer {
    let etag = etag(&book);
    if if_none_match.is_some_and(|known| matches(known, &etag)) {
        return BookAnswer::NotModified(etag);
    }
    BookAnswer::Found(Json(book.into()), etag)
}

/// The changed book.
pub fn saved(book: Book) -> BookSaved {
    let etag = etag(&book);
    BookSaved::Saved(Json(book.into()), etag)
}

/// Whether the list of `If-None-Match` holds `etag`, by weak comparison.
pub fn matches(list: &str, etag: &str) -> bool {
    list.split(',')
        .map(str::trim)
        .any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == etag)
}

/// The version that `If-Match` names. Exactly one, and not `*`: an edit must say what it edits.
pub fn expected(if_match: Option<&str>) -> Result<i64, Problem> {
    let Some(text) = if_match else {
        return Err(Problem::new(Kind::PreconditionRequired)
            .detail("Send If-Match with the ETag of the version you edited."));
    };
    let version = text
        .trim()
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .and_then(|version| version.parse().ok());
    // Any other ETag is a valid one of something else: it cannot match.
    version.ok_or_else(|| Problem::new(Kind::VersionMismatch))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn etags_are_compared_as_the_rfc_says() {
        assert!(matches("\"3\"", "\"3\""));
        assert!(matches("\"1\", W/\"3\"", "\"3\""));
        assert!(matches("*", "\"3\""));
        assert!(!matches("\"33\"", "\"3\""));
        assert!(!matches("3", "\"3\""));
    }

    #[test]
    fn an_edit_names_one_version() {
        assert_eq!(expected(Some("\"7\"")).ok(), Some(7));
        let kind = |header| expected(header).expect_err("refused").kind();
        assert_eq!(kind(None), Kind::PreconditionRequired);
        for header in ["*", "W/\"7\"", "7", "\"x\"", ""] {
            assert_eq!(kind(Some(header)), Kind::VersionMismatch);
        }
    }
}
