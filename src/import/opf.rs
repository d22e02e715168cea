//! calibre's `metadata.opf`: what a calibre library knows of a book beside the book's own file.
//! (OPF 2.0 with calibre's `meta` names; <https://manual.calibre-ebook.com/>.)

use bindery_library::catalogue::BookDraft;
use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};

/// More than any real metadata.opf (they hold a few KiB); a larger file is not read.
pub const MAX_BYTES: u64 = 4 << 20;

/// Reads the metadata. A damaged file gives what was read before the damage.
pub fn read(xml: &str) -> BookDraft {
    let mut draft = BookDraft::default();
    let mut reader = Reader::from_str(xml);
    let mut field: Option<Field> = None;
    let mut text = String::new();
    loop {
        match reader.read_event() {
            Ok(Event::Start(e)) => {
                field = Field::of(&e);
                text.clear();
                read_meta(&e, &mut draft);
            }
            Ok(Event::Empty(e)) => read_meta(&e, &mut draft),
            Ok(Event::Text(t)) => text.push_str(&t.decode().unwrap_or_default()),
            Ok(Event::CData(t)) => text.push_str(&t.decode().unwrap_or_default()),
            Ok(Event::GeneralRef(r)) => push_reference(&r, &mut text),
            Ok(Event::End(_)) => {
                if let Some(f) = field.take() {
                    f.store(text.trim(), &mut draft);
                }
            }
            Ok(Event::Eof) | Err(_) => return draft,
            Ok(_) => {}
        }
    }
}

fn push_reference(r: &quick_xml::events::BytesRef, text: &mut String) {
    match (r.resolve_char_ref(), r.decode().as_deref()) {
        (Ok(Some(c)), _) => text.push(c),
        (_, Ok(name)) => {
            text.push_str(quick_xml::escape::resolve_predefined_entity(name).unwrap_or_default())
        }
        _ => {}
    }
}

/// The elements we take text from.
enum Field {
    Title,
    Author,
    Language,
    Publisher,
    Date,
    Subject,
    Description,
    Isbn,
}

impl Field {
    fn of(e: &BytesStart) -> Option<Field> {
        let scheme = attribute(e, "scheme").unwrap_or_default();
        Some(match e.local_name().as_ref() {
            b"title" => Field::Title,
            b"creator" => Field::Author,
            b"language" => Field::Language,
            b"publisher" => Field::Publisher,
            b"date" => Field::Date,
            b"subject" => Field::Subject,
            b"description" => Field::Description,
            b"identifier" if scheme.eq_ignore_ascii_case("isbn") => Field::Isbn,
            _ => return None,
        })
    }

    fn store(self, text: &str, draft: &mut BookDraft) {
        if text.is_empty() {
            return;
        }
        let value = text.to_owned();
        match self {
            Field::Title => draft.title = Some(value),
            Field::Author => draft.authors.get_or_insert_default().push(value),
            Field::Language => draft.language = Some(value),
            Field::Publisher => draft.publisher = Some(value),
            // calibre writes 0101-01-01 where it knows no date.
            Field::Date if !text.starts_with("0101-") => {
                draft.published = text.get(..10).map(String::from)
            }
            Field::Date => {}
            Field::Subject => draft.tags.get_or_insert_default().push(value),
            Field::Description => draft.description = Some(plain(text)),
            Field::Isbn => draft.isbn = Some(value),
        }
    }
}

/// `<meta name="calibre:series" content="…"/>` and its index.
fn read_meta(e: &BytesStart, draft: &mut BookDraft) {
    if e.local_name().as_ref() != b"meta" {
        return;
    }
    let (Some(name), Some(content)) = (attribute(e, "name"), attribute(e, "content")) else {
        return;
    };
    match name.as_str() {
        "calibre:series" if !content.is_empty() => draft.series = Some(content),
        "calibre:series_index" => {
            draft.series_index = content.parse().ok().filter(|n: &f64| n.is_finite())
        }
        _ => {}
    }
}

/// The attribute with this local name (`opf:scheme` is `scheme`).
fn attribute(e: &BytesStart, name: &str) -> Option<String> {
    let found = e
        .attributes()
        .with_checks(false)
        .flatten()
        .find(|a| a.key.local_name().as_ref() == name.as_bytes())?;
    Some(found.unescape_value().ok()?.into_owned())
}

/// calibre keeps comments as HTML; the catalogue keeps plain text.
fn plain(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut inside = false;
    for c in html.chars() {
        match c {
            '<' => inside = true,
            '>' if inside => {
                inside = false;
                out.push(' ');
            }
            c if !inside => out.push(c),
            _ => {}
        }
    }
    let named = out
        .replace("&nbsp;", " ")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"");
    named
        .replace("&#39;", "'")
        .replace("&amp;", "&")
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPF: &str = r#"<?xml version='1.0' encoding='utf-8'?>
<package xmlns="http://www.idpf.org/2007/opf" version="2.0"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:opf="http://www.idpf.org/2007/opf">
<dc:identifier opf:scheme="calibre" id="calibre_id">7</dc:identifier>
<dc:identifier opf:scheme="ISBN">9780141439600</dc:identifier>
<dc:title>A Tale &amp; Two Cities</dc:title>
<dc:creator opf:role="aut">Charles Dickens</dc:creator><dc:creator opf:role="aut">Another</dc:creator>
<dc:date>1859-04-30T00:00:00+00:00</dc:date>
<dc:description>&lt;p&gt;It was the &lt;b&gt;best&lt;/b&gt; of times &amp;amp; so on.&lt;/p&gt;</dc:description>
<dc:language>eng</dc:language><dc:subject>Fiction</dc:subject><dc:subject>History</dc:subject>
<meta name="calibre:series" content="Classics"/><meta name="calibre:series_index" content="3.5"/>
</metadata></package>"#;

    #[test]
    fn what_calibre_knows_of_a_book_is_read() {
        let d = read(OPF);
        assert_eq!(d.title.as_deref(), Some("A Tale & Two Cities"));
        assert_eq!(
            d.authors.as_deref(),
            Some(&["Charles Dickens".to_owned(), "Another".to_owned()][..])
        );
        assert_eq!(d.isbn.as_deref(), Some("9780141439600"));
        assert_eq!(d.published.as_deref(), Some("1859-04-30"));
        assert_eq!(
            d.description.as_deref(),
            Some("It was the best of times & so on.")
        );
        assert_eq!(d.tags.map(|t| t.len()), Some(2));
        assert_eq!(
            (d.series.as_deref(), d.series_index),
            (Some("Classics"), Some(3.5))
        );
    }

    #[test]
    fn an_unknown_date_and_a_damaged_file_cost_only_themselves() {
        assert_eq!(
            read("<dc:date>0101-01-01T00:00:00</dc:date>").published,
            None
        );
        assert_eq!(
            read("<a><title>Kept</title><b <<").title.as_deref(),
            Some("Kept")
        );
    }
}
