//! Identifiers: what names the book elsewhere.

use super::metas::Metas;
use crate::package::xml::Document;
use crate::{Identifier, Metadata};

/// All identifiers, the unique one first, and the ISBN among them.
pub(super) fn read(metas: &Metas<'_>, package: u32, metadata: u32, cap: usize, out: &mut Metadata) {
    let document = metas.document;
    let unique = unique(document, package, metadata);
    let mut found: Vec<(bool, Identifier)> = document
        .descendants(metadata, "identifier")
        .take(cap)
        .map(|at| {
            let value = document.content(at);
            let scheme = scheme(metas, at);
            let uri = uri(&value, scheme.as_deref());
            (Some(at) != unique, Identifier { value, scheme, uri })
        })
        .filter(|(_, identifier)| !identifier.value.is_empty())
        .collect();
    found.sort_by_key(|(other, _)| *other);
    let all: Vec<Identifier> = found
        .into_iter()
        .map(|(_, identifier)| identifier)
        .collect();
    let isbn_of = |identifier: &Identifier| {
        let uri = identifier.uri.as_deref()?;
        uri.strip_prefix("urn:isbn:").and_then(isbn)
    };
    let sources = document.descendants(metadata, "source");
    out.isbn = all
        .iter()
        .find_map(isbn_of)
        .or_else(|| sources.filter_map(|at| isbn(&document.content(at))).next());
    out.identifiers = all.iter().map(|known| known.value.clone()).collect();
    out.named_identifiers = all;
}

/// The element that `unique-identifier` names.
fn unique(document: &Document, package: u32, metadata: u32) -> Option<u32> {
    let id = document.attribute(package, "unique-identifier")?.trim();
    document
        .descendants(metadata, "identifier")
        .find(|&at| document.attribute(at, "id").map(str::trim) == Some(id))
}

/// `opf:scheme` of version 2, `identifier-type` of version 3 (ONIX code list 5 read).
fn scheme(metas: &Metas<'_>, at: u32) -> Option<String> {
    let written = metas.document.attribute(at, "opf:scheme").map(super::tidy);
    let refined = metas.refined(at, "identifier-type").map(|kind| {
        match kind.as_str() {
            "02" | "15" => "ISBN",
            "06" => "DOI",
            "22" => "URN",
            other => other,
        }
        .to_owned()
    });
    written.or(refined).filter(|scheme| !scheme.is_empty())
}

/// The identifier as a URI, where there is a registered form for it.
pub(crate) fn uri(value: &str, scheme: Option<&str>) -> Option<String> {
    let is = |name: &str| scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case(name));
    let lower = value.to_ascii_lowercase();
    // Ten digits alone can be anything; thirteen that begin with 978 are an ISBN.
    let says_isbn = is("ISBN") || is("ISBN-13") || is("ISBN-10") || lower.contains("isbn");
    if let Some(isbn) = isbn(value)
        && (says_isbn || isbn.len() == 13 || isbn.ends_with('X'))
    {
        return Some(format!("urn:isbn:{isbn}"));
    }
    let bare = lower.strip_prefix("urn:").unwrap_or(&lower);
    let bare = bare.strip_prefix("uuid:").unwrap_or(bare);
    if is_uuid(bare) {
        return Some(format!("urn:uuid:{bare}"));
    }
    let doi = [
        "doi:",
        "https://doi.org/",
        "http://doi.org/",
        "http://dx.doi.org/",
        "urn:doi:",
    ]
    .iter()
    .find_map(|prefix| lower.starts_with(prefix).then(|| &value[prefix.len()..]))
    .unwrap_or(value)
    .trim();
    if doi.starts_with("10.") && doi.contains('/') && !doi.contains(char::is_whitespace) {
        return Some(format!("https://doi.org/{doi}"));
    }
    let absolute = ["urn:", "http://", "https://", "tag:", "info:"];
    (absolute.iter().any(|start| lower.starts_with(start)) && !value.contains(char::is_whitespace))
        .then(|| value.to_owned())
}

fn is_uuid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
        && groups
            .iter()
            .all(|group| group.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// The ISBN in an identifier, if its checksum holds (ISO 2108).
pub(crate) fn isbn(text: &str) -> Option<String> {
    let text = text.trim();
    let lower = text.to_ascii_lowercase();
    let body = match lower.rfind("isbn") {
        Some(at) => &text[at + 4..],
        None => text,
    };
    let digits: String = body
        .trim_start_matches([':', ' '])
        .chars()
        .filter(|c| !matches!(c, '-' | ' ' | '\u{2010}'..='\u{2015}'))
        .collect::<String>()
        .to_ascii_uppercase();
    let value = |c: char| if c == 'X' { Some(10) } else { c.to_digit(10) };
    let numbers: Vec<u32> = digits.chars().map(value).collect::<Option<_>>()?;
    let sum = |weights: &dyn Fn(usize) -> u32| -> u32 {
        numbers
            .iter()
            .enumerate()
            .map(|(i, n)| n * weights(i))
            .sum()
    };
    let valid = match numbers.len() {
        10 => !digits[..9].contains('X') && sum(&|i| 10 - i as u32) % 11 == 0,
        13 => {
            !digits.contains('X')
                && (digits.starts_with("978") || digits.starts_with("979"))
                && sum(&|i| if i % 2 == 0 { 1 } else { 3 }) % 10 == 0
        }
        _ => false,
    };
    valid.then_some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_become_uris_where_there_is_a_form() {
        let some = |text: &str| Some(text.to_owned());
        for (value, scheme, expected) in [
            ("978-3-16-148410-0", None, some("urn:isbn:9783161484100")),
            ("0306406152", Some("isbn"), some("urn:isbn:0306406152")),
            ("0306406152", None, None),
            (
                "6BA7B810-9DAD-11D1-80B4-00C04FD430C8",
                None,
                some("urn:uuid:6ba7b810-9dad-11d1-80b4-00c04fd430c8"),
            ),
            (
                "urn:uuid:6ba7b810-9dad-11d1-80b4-00c04fd430c8",
                Some("uuid"),
                some("urn:uuid:6ba7b810-9dad-11d1-80b4-00c04fd430c8"),
            ),
            ("doi:10.1000/Ab1", None, some("https://doi.org/10.1000/Ab1")),
            (
                "10.1000/182",
                Some("DOI"),
                some("https://doi.org/10.1000/182"),
            ),
            ("http://example.org/b", None, some("http://example.org/b")),
            (
                "urn:isbn:9783161484101",
                None,
                some("urn:isbn:9783161484101"),
            ),
            ("B00X", Some("ASIN"), None),
            ("", None, None),
        ] {
            assert_eq!(uri(value, scheme), expected, "{value}");
        }
    }
}
