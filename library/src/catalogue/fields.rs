//! The editable fields of a book: cleaned, then written.

use bindery_pipeline::Tx;

use super::names::{name_key, sort_key};
use super::{BookDraft, BookEdit, FoundMetadata, normalise_isbn};
use crate::sql::Statement;
use crate::{Error, now_ms};

/// Most characters of a title, a series or a publisher.
pub(super) const LONGEST_TITLE: usize = 500;
/// Most characters of one author, genre or tag.
const LONGEST_NAME: usize = 200;
/// Most authors, genres or tags.
const MOST_NAMES: usize = 100;
/// Most characters of a description.
const LONGEST_DESCRIPTION: usize = 20_000;

/// What to do with a value that is not right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Manner {
    /// A person sent it: say what is wrong.
    Strict,
    /// A book's file says it: keep what can be kept.
    Lenient,
}

impl BookDraft {
    /// The draft as an edit: what is absent or empty is left for the file to fill.
    pub(super) fn into_edit(self) -> BookEdit {
        let list = |names: Option<Vec<String>>| names.filter(|names| !names.is_empty());
        let text = |value: Option<String>| value.filter(|v| !v.trim().is_empty()).map(Some);
        BookEdit {
            title: self.title.filter(|title| !title.trim().is_empty()),
            authors: list(self.authors),
            genres: list(self.genres),
            tags: list(self.tags),
            language: text(self.language),
            description: text(self.description),
            isbn: text(self.isbn),
            publisher: text(self.publisher),
            published: text(self.published),
            series: text(self.series),
            series_index: self.series_index.map(Some),
            status: None,
        }
    }
}

/// Checks what a person sent.
pub(super) fn clean_edit(edit: BookEdit) -> Result<BookEdit, Error> {
    clean(edit, Manner::Strict)
}

/// What a file says, as an edit of everything a person has not set (`set_fields`).
pub(super) fn found_edit(found: &FoundMetadata, set_fields: &str) -> Result<BookEdit, Error> {
    let open = |field: &str| !set_fields.split(',').any(|set| set == field);
    let list =
        |field, names: &Vec<String>| (open(field) && !names.is_empty()).then(|| names.clone());
    let text = |field, value: &Option<String>| value.clone().filter(|_| open(field)).map(Some);
    let edit = BookEdit {
        title: found
            .title
            .clone()
            .filter(|title| open("title") && !title.trim().is_empty()),
        authors: list("authors", &found.authors),
        genres: None,
        tags: list("tags", &found.subjects),
        language: text("language", &found.language),
        description: text("description", &found.description),
        isbn: text("isbn", &found.isbn),
        publisher: text("publisher", &found.publisher),
        published: text("published", &found.published),
        series: text("series", &found.series),
        series_index: found.series_index.filter(|_| open("seriesIndex")).map(Some),
        status: None,
    };
    clean(edit, Manner::Lenient)
}

/// The names of the fields an edit sets.
pub(super) fn touched(edit: &BookEdit) -> Vec<&'static str> {
    let all = [
        ("title", edit.title.is_some()),
        ("authors", edit.authors.is_some()),
        ("genres", edit.genres.is_some()),
        ("tags", edit.tags.is_some()),
        ("language", edit.language.is_some()),
        ("description", edit.description.is_some()),
        ("isbn", edit.isbn.is_some()),
        ("publisher", edit.publisher.is_some()),
        ("published", edit.published.is_some()),
        ("series", edit.series.is_some()),
        ("seriesIndex", edit.series_index.is_some()),
    ];
    all.into_iter()
        .filter(|(_, set)| *set)
        .map(|(name, _)| name)
        .collect()
}

/// The union of what was set before and what an edit sets, as the column holds it.
pub(super) fn join_fields(before: &str, edit: &BookEdit) -> String {
    let mut names: Vec<&str> = before.split(',').filter(|name| !name.is_empty()).collect();
    for name in touched(edit) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names.join(",")
}

/// Writes a cleaned edit: columns, child rows, sort key, version and time. `before` is the title
/// and the language that stand now: both decide the sort key.
pub(super) async fn write(
    tx: &mut Tx,
    book_id: &str,
    edit: &BookEdit,
    before: (&str, Option<&str>),
) -> Result<(), Error> {
    let title = edit.title.as_deref().unwrap_or(before.0);
    let language = edit.language.as_ref().map_or(before.1, Option::as_deref);
    let mut update = Statement::new("UPDATE books SET version = version + 1, updated_at = ");
    update.bind(now_ms())?;
    update.push(", title = ").bind(title.to_owned())?;
    update
        .push(", sort_key = ")
        .bind(sort_key(title, language))?;
    let columns = [
        (", language = ", &edit.language),
        (", description = ", &edit.description),
        (", isbn = ", &edit.isbn),
        (", publisher = ", &edit.publisher),
        (", published = ", &edit.published),
        (", series = ", &edit.series),
    ];
    for (column, value) in columns {
        if let Some(value) = value {
            update.push(column).bind(value.clone())?;
        }
    }
    if let Some(index) = edit.series_index {
        update.push(", series_index = ").bind(index)?;
    }
    update.push(" WHERE id = ").bind(book_id.to_owned())?;
    update.query().execute(&mut **tx).await?;
    for (table, names) in [
        (&AUTHORS, &edit.authors),
        (&GENRES, &edit.genres),
        (&TAGS, &edit.tags),
    ] {
        if let Some(names) = names {
            write_names(tx, table, book_id, names).await?;
        }
    }
    Ok(())
}

/// The statements for one table of names.
struct NameTable {
    delete: &'static str,
    insert: &'static str,
}

const AUTHORS: NameTable = NameTable {
    delete: "DELETE FROM book_authors WHERE book_id = $1",
    insert: "INSERT INTO book_authors (book_id, position, name, name_key) VALUES ",
};
const GENRES: NameTable = NameTable {
    delete: "DELETE FROM book_genres WHERE book_id = $1",
    insert: "INSERT INTO book_genres (book_id, position, name, name_key) VALUES ",
};
const TAGS: NameTable = NameTable {
    delete: "DELETE FROM book_tags WHERE book_id = $1",
    insert: "INSERT INTO book_tags (book_id, position, name, name_key) VALUES ",
};

async fn write_names(
    tx: &mut Tx,
    table: &NameTable,
    book_id: &str,
    names: &[String],
) -> Result<(), Error> {
    sqlx::query(table.delete)
        .bind(book_id.to_owned())
        .execute(&mut **tx)
        .await?;
    if names.is_empty() {
        return Ok(());
    }
    let mut insert = Statement::new(table.insert);
    for (position, name) in (0_i64..).zip(names) {
        insert.push(if position == 0 { "(" } else { ", (" });
        insert.bind(book_id.to_owned())?.push(", ").bind(position)?;
        insert
            .push(", ")
            .bind(name.clone())?
            .push(", ")
            .bind(name_key(name))?
            .push(")");
    }
    insert.query().execute(&mut **tx).await?;
    Ok(())
}

fn clean(edit: BookEdit, manner: Manner) -> Result<BookEdit, Error> {
    let line = |field, value, max| clean_optional(field, value, max, manner);
    let title = edit
        .title
        .map(|t| clean_text("title", &t, LONGEST_TITLE, manner))
        .transpose()?;
    if title.as_deref() == Some("") && manner == Manner::Strict {
        return Err(Error::invalid("title", "must not be empty"));
    }
    Ok(BookEdit {
        title: title.filter(|title| !title.is_empty()),
        authors: clean_names("authors", edit.authors, manner)?,
        genres: clean_names("genres", edit.genres, manner)?,
        tags: clean_names("tags", edit.tags, manner)?,
        language: judged(
            edit.language,
            "language",
            "is not a BCP 47 tag",
            manner,
            language_tag,
        )?,
        description: edit
            .description
            .map(|text| clean_description(text, manner))
            .transpose()?,
        isbn: judged(
            edit.isbn,
            "isbn",
            "is not a valid ISBN",
            manner,
            normalise_isbn,
        )?,
        publisher: line("publisher", edit.publisher, LONGEST_TITLE)?,
        published: line("published", edit.published, 64)?,
        series: line("series", edit.series, LONGEST_TITLE)?,
        series_index: match edit.series_index {
            Some(Some(index)) if !index.is_finite() => {
                return Err(Error::invalid("seriesIndex", "must be a finite number"));
            }
            other => other,
        },
        status: edit.status,
    })
}

/// Characters that show a text in another order than it is written, in the lines around it as well:
/// with them a title can look like another (UAX #9, 2.1 to 2.4). Marks like U+200F stay.
pub(super) fn turns_text(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// One line: white space collapsed, control characters gone, not too long.
fn clean_text(
    field: &'static str,
    text: &str,
    max: usize,
    manner: Manner,
) -> Result<String, Error> {
    let spaced: String = text
        .chars()
        .filter(|c| !turns_text(*c))
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    let line = spaced.split_whitespace().collect::<Vec<_>>().join(" ");
    shorten(field, line, max, manner)
}

fn shorten(field: &'static str, text: String, max: usize, manner: Manner) -> Result<String, Error> {
    match (text.chars().count() > max, manner) {
        (false, _) => Ok(text),
        (true, Manner::Lenient) => Ok(text.chars().take(max).collect()),
        (true, Manner::Strict) => Err(Error::invalid(field, format!("at most {max} characters"))),
    }
}

/// `Some(None)` clears; an empty text clears too.
fn clean_optional(
    field: &'static str,
    value: Option<Option<String>>,
    max: usize,
    manner: Manner,
) -> Result<Option<Option<String>>, Error> {
    let Some(Some(text)) = value else {
        return Ok(value);
    };
    let text = clean_text(field, &text, max, manner)?;
    Ok(Some(Some(text).filter(|text| !text.is_empty())))
}

fn clean_description(text: Option<String>, manner: Manner) -> Result<Option<String>, Error> {
    let Some(text) = text else { return Ok(None) };
    // Line breaks are part of a description.
    let kept: String = text
        .chars()
        .filter(|c| *c == '\n' || !c.is_control())
        .collect();
    let text = shorten(
        "description",
        kept.trim().to_owned(),
        LONGEST_DESCRIPTION,
        manner,
    )?;
    Ok(Some(text).filter(|text| !text.is_empty()))
}

fn clean_names(
    field: &'static str,
    names: Option<Vec<String>>,
    manner: Manner,
) -> Result<Option<Vec<String>>, Error> {
    let Some(names) = names else { return Ok(None) };
    if names.len() > MOST_NAMES && manner == Manner::Strict {
        return Err(Error::invalid(
            field,
            format!("at most {MOST_NAMES} entries"),
        ));
    }
    let (mut kept, mut keys) = (Vec::new(), Vec::new());
    for name in names.iter().take(MOST_NAMES) {
        let name = clean_text(field, name, LONGEST_NAME, manner)?;
        let key = name_key(&name);
        if !name.is_empty() && !keys.contains(&key) {
            kept.push(name);
            keys.push(key);
        }
    }
    Ok(Some(kept))
}

/// A value that is either right in some form or wrong: a person is told, a file's is ignored.
fn judged(
    value: Option<Option<String>>,
    field: &'static str,
    complaint: &str,
    manner: Manner,
    judge: fn(&str) -> Option<String>,
) -> Result<Option<Option<String>>, Error> {
    let text = match value {
        Some(Some(text)) if !text.trim().is_empty() => text,
        Some(_) => return Ok(Some(None)),
        None => return Ok(None),
    };
    match (judge(text.trim()), manner) {
        (Some(right), _) => Ok(Some(Some(right))),
        (None, Manner::Lenient) => Ok(None),
        (None, Manner::Strict) => Err(Error::invalid(field, format!("{text:?} {complaint}"))),
    }
}

/// The shape of a language tag (RFC 5646, section 2.1), the primary part lower-cased.
fn language_tag(text: &str) -> Option<String> {
    let mut parts = text.split(['-', '_']);
    let primary = parts.next()?.to_ascii_lowercase();
    let letters = primary.bytes().all(|b| b.is_ascii_lowercase());
    if !letters || !(2..=8).contains(&primary.len()) {
        return None;
    }
    let mut tag = primary;
    for part in parts {
        if part.is_empty() || part.len() > 8 || !part.bytes().all(|b| b.is_ascii_alphanumeric()) {
            return None;
        }
        tag.push('-');
        tag.push_str(part);
    }
    Some(tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_person_sends_is_checked() {
        let edit = BookEdit {
            title: Some("  A\tTitle ".into()),
            authors: Some(vec!["Ann".into(), " ann ".into(), "".into(), "Bob".into()]),
            language: Some(Some("EN_gb".into())),
            isbn: Some(Some("0-306-40615-2".into())),
            publisher: Some(Some("   ".into())),
            ..BookEdit::default()
        };
        let clean = clean_edit(edit).unwrap();
        assert_eq!(clean.title.as_deref(), Some("A Title"));
        assert_eq!(clean.authors.unwrap(), ["Ann", "Bob"]);
        assert_eq!(clean.language, Some(Some("en-gb".into())));
        assert_eq!(clean.isbn, Some(Some("9780306406157".into())));
        assert_eq!(clean.publisher, Some(None));
    }

    #[test]
    fn a_title_cannot_turn_the_text_around() {
        let edit = BookEdit {
            title: Some("gnp.\u{202E}epub\u{2066} \u{200F}".into()),
            authors: Some(vec!["\u{202D}Ann\r\nBcc: x@y".into()]),
            ..BookEdit::default()
        };
        let clean = clean_edit(edit).unwrap();
        assert_eq!(clean.title.as_deref(), Some("gnp.epub \u{200F}"));
        assert_eq!(clean.authors.unwrap(), ["Ann Bcc: x@y"]);
    }

    #[test]
    fn wrong_fields_are_named() {
        let wrong = [
            (
                BookEdit {
                    title: Some(" ".into()),
                    ..Default::default()
                },
                "title",
            ),
            (
                BookEdit {
                    title: Some("x".repeat(501)),
                    ..Default::default()
                },
                "title",
            ),
            (
                BookEdit {
                    tags: Some(vec!["x".into(); 101]),
                    ..Default::default()
                },
                "tags",
            ),
            (
                BookEdit {
                    isbn: Some(Some("12".into())),
                    ..Default::default()
                },
                "isbn",
            ),
            (
                BookEdit {
                    language: Some(Some("?".into())),
                    ..Default::default()
                },
                "language",
            ),
            (
                BookEdit {
                    series_index: Some(Some(f64::NAN)),
                    ..Default::default()
                },
                "seriesIndex",
            ),
        ];
        for (edit, name) in wrong {
            match clean_edit(edit) {
                Err(Error::Invalid { field, .. }) => assert_eq!(field, name),
                other => panic!("{name}: {other:?}"),
            }
        }
    }

    #[test]
    fn a_file_fills_only_what_nobody_set_and_its_faults_are_dropped() {
        let found = FoundMetadata {
            title: Some("Found".into()),
            authors: vec!["Ann".into()],
            language: Some("not a tag!".into()),
            isbn: Some("nonsense".into()),
            publisher: Some("p".repeat(900)),
            subjects: vec!["Sea".into()],
            ..FoundMetadata::default()
        };
        let edit = found_edit(&found, "title,tags").unwrap();
        assert_eq!((edit.title, edit.tags), (None, None));
        assert_eq!(edit.authors.unwrap(), ["Ann"]);
        assert_eq!((edit.language, edit.isbn), (None, None));
        assert_eq!(edit.publisher.unwrap().unwrap().len(), LONGEST_TITLE);
    }

    #[test]
    fn set_fields_only_grow() {
        let edit = BookEdit {
            title: Some("T".into()),
            isbn: Some(None),
            ..Default::default()
        };
        assert_eq!(join_fields("", &edit), "title,isbn");
        assert_eq!(join_fields("isbn,tags", &edit), "isbn,tags,title");
    }
}
