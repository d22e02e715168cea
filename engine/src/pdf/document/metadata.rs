//! What a PDF says about itself: the Info dictionary and XMP (ISO 32000-2, 14.3; XMP part 1 and 2).
//!
//! Texts of the Info dictionary win where both speak, because programs that change a title
//! often forget the other; XMP wins for lists (authors, subjects), which the Info dictionary
//! has only as one text, and is the only one to know languages and identifiers.

use hayro_syntax::Pdf;
use hayro_syntax::object::{DateTime, Dict, Name, Stream, String as PdfString};

use super::{guard, text};
use crate::package::{Document as Xml, isbn};
use crate::{Direction, Identifier, Limits, Metadata};

/// Info dictionary, XMP and what the catalogue adds.
pub(super) fn read(pdf: &Pdf, catalog: &Dict<'_>, tagged: bool, limits: &Limits) -> Metadata {
    let info = pdf.metadata();
    let xmp = Xmp::read(catalog, limits);
    let text = |bytes: &Option<Box<[u8]>>| {
        let bytes = bytes.as_deref().unwrap_or_default();
        Some(text::line(bytes, limits.metadata_chars)).filter(|text| !text.is_empty())
    };
    let most = limits.metadata_values as usize;
    let title = text(&info.title).filter(|title| !is_placeholder(title));
    let mut out = Metadata {
        title: title
            .or_else(|| xmp.first("title").filter(|title| !is_placeholder(title)))
            .unwrap_or_default(),
        authors: authors(text(&info.author), xmp.all("creator"), most),
        description: text(&info.subject).or_else(|| xmp.first("description")),
        subjects: subjects(text(&info.keywords), &xmp, most),
        publisher: xmp.first("publisher"),
        published: xmp
            .first("date")
            .or_else(|| info.creation_date.as_ref().map(iso))
            .or_else(|| xmp.first("CreateDate")),
        modified: info
            .modification_date
            .as_ref()
            .map(iso)
            .or_else(|| xmp.first("ModifyDate")),
        rights: xmp.first("rights"),
        source: xmp.first("source"),
        pages: Some(pdf.pages().len() as u32),
        fixed_layout: true,
        direction: direction(catalog),
        ..Metadata::default()
    };
    languages(&mut out, catalog, &xmp, most);
    identifiers(&mut out, &xmp, most);
    if tagged {
        out.accessibility_features.push("taggedPDF".into());
    }
    out
}

/// Titles that programs write when nobody gave one, names of files among them.
fn is_placeholder(title: &str) -> bool {
    const FILES: &[&str] = &[
        "dvi", "tex", "ps", "eps", "pdf", "doc", "docx", "odt", "rtf", "indd", "qxd", "fm", "pmd",
        "ppt", "pptx", "xls", "xlsx", "pub", "ai", "txt", "html",
    ];
    let title = title.trim().to_ascii_lowercase();
    let is_file = title
        .rsplit_once('.')
        .is_some_and(|(_, ending)| FILES.contains(&ending));
    is_file
        || matches!(
            title.as_str(),
            "" | "untitled" | "title" | "unknown" | "no title" | "(untitled)" | "document" | "-"
        )
}

/// XMP's list where it has several, else the one text of the Info dictionary, divided.
fn authors(info: Option<String>, listed: Vec<String>, most: usize) -> Vec<String> {
    let mut names = match (listed.len(), info) {
        (0 | 1, Some(info)) => divide(&info),
        (1, None) => divide(&listed[0]),
        (_, _) => listed,
    };
    names.retain(|name| !name.is_empty());
    names.truncate(most);
    names
}

/// Names in one text. Semicolons always divide; commas, `and` and `&` only where every part
/// has more than one word, for `Carroll, Lewis` is one person.
fn divide(text: &str) -> Vec<String> {
    let trimmed = |parts: Vec<&str>| -> Vec<String> {
        let parts = parts.into_iter().map(|part| part.trim().to_owned());
        parts.filter(|part| !part.is_empty()).collect()
    };
    if text.contains(';') {
        return trimmed(text.split(';').collect());
    }
    let mut parts = vec![text];
    for sign in [" and ", " & ", ", "] {
        parts = parts.iter().flat_map(|part| part.split(sign)).collect();
    }
    let whole = |part: &&str| part.trim().contains(' ');
    if parts.len() > 1 && parts.iter().all(whole) {
        return trimmed(parts);
    }
    trimmed(vec![text])
}

/// Keywords, divided at commas and semicolons; XMP's list where it has more than one.
fn subjects(info: Option<String>, xmp: &Xmp, most: usize) -> Vec<String> {
    let listed = xmp.all("subject");
    let mut subjects: Vec<String> = if listed.len() > 1 {
        listed
    } else {
        let text = info
            .or_else(|| xmp.first("Keywords"))
            .or_else(|| listed.into_iter().next())
            .unwrap_or_default();
        let parts = text.split([',', ';']).map(str::trim);
        parts.map(ToOwned::to_owned).collect()
    };
    let mut seen = std::collections::HashSet::new();
    subjects.retain(|subject| !subject.is_empty() && seen.insert(subject.clone()));
    subjects.truncate(most);
    subjects
}

fn languages(out: &mut Metadata, catalog: &Dict<'_>, xmp: &Xmp, most: usize) {
    let declared = catalog.get::<PdfString<'_>>("Lang");
    let declared = declared.map(|lang| text::line(&lang, 64));
    for language in declared.into_iter().chain(xmp.all("language")).take(most) {
        // BCP 47 in form; underscores are written by some.
        let language = language.replace('_', "-");
        let well_formed = !language.is_empty()
            && language.split('-').all(|part| {
                (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
            });
        if well_formed && language != "x-default" && !out.languages.contains(&language) {
            out.languages.push(language);
        }
    }
    out.language = out.languages.first().cloned();
}

fn identifiers(out: &mut Metadata, xmp: &Xmp, most: usize) {
    let schemes = [
        ("isbn", Some("ISBN")),
        ("eIsbn", Some("ISBN")),
        ("issn", Some("ISSN")),
        ("eIssn", Some("ISSN")),
        ("doi", Some("DOI")),
        ("identifier", None),
    ];
    for (name, scheme) in schemes {
        for value in xmp.all(name) {
            if out.identifiers.contains(&value) || out.identifiers.len() >= most {
                continue;
            }
            let scheme = scheme.map(ToOwned::to_owned);
            let uri = crate::package::identifier_uri(&value, scheme.as_deref());
            out.identifiers.push(value.clone());
            out.named_identifiers
                .push(Identifier { value, scheme, uri });
        }
    }
    out.isbn = out.named_identifiers.iter().find_map(|known| {
        let uri = known.uri.as_deref()?;
        uri.strip_prefix("urn:isbn:").and_then(isbn)
    });
}

fn direction(catalog: &Dict<'_>) -> Direction {
    let preferences = catalog.get::<Dict<'_>>("ViewerPreferences");
    let direction = preferences.and_then(|dict| dict.get::<Name<'_>>("Direction"));
    match direction.as_deref() {
        Some(b"R2L") => Direction::Rtl,
        Some(b"L2R") => Direction::Ltr,
        _ => Direction::Auto,
    }
}

/// ISO 8601.
fn iso(date: &DateTime) -> String {
    let (hours, minutes) = (date.utc_offset_hour, date.utc_offset_minute);
    let zone = if hours == 0 && minutes == 0 {
        "Z".to_owned()
    } else {
        format!("{hours:+03}:{minutes:02}")
    };
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{zone}",
        date.year, date.month, date.day, date.hour, date.minute, date.second
    )
}

/// The XMP packet of the document.
struct Xmp {
    xml: Option<Xml>,
    chars: u64,
    values: usize,
}

impl Xmp {
    fn read(catalog: &Dict<'_>, limits: &Limits) -> Self {
        let packet = catalog
            .get::<Stream<'_>>("Metadata")
            .and_then(|stream| guard::unpack(&stream, limits.package_bytes));
        let xml = packet.map(|bytes| {
            let text = crate::source::decode(&bytes);
            Xml::parse(text.as_ref())
        });
        Self {
            xml,
            chars: limits.metadata_chars,
            values: limits.metadata_values as usize,
        }
    }

    fn first(&self, name: &str) -> Option<String> {
        self.all(name).into_iter().next()
    }

    /// The values of a property: a list's items (of an `Alt` the default one), the element's text,
    /// or an attribute of the description.
    fn all(&self, name: &str) -> Vec<String> {
        let Some(xml) = &self.xml else {
            return Vec::new();
        };
        let mut values = Vec::new();
        for description in xml.descendants(0, "Description") {
            for at in xml.children(description).filter(|&at| xml.name(at) == name) {
                let items: Vec<u32> = xml.descendants(at, "li").collect();
                if xml.descendants(at, "Alt").next().is_some() {
                    let default = items
                        .iter()
                        .find(|&&item| xml.attribute(item, "xml:lang") == Some("x-default"))
                        .or(items.first());
                    values.extend(default.map(|&item| xml.content(item)));
                } else if items.is_empty() {
                    values.push(xml.content(at));
                } else {
                    values.extend(
                        items
                            .iter()
                            .take(self.values)
                            .map(|&item| xml.content(item)),
                    );
                }
            }
            if let Some(value) = xml.attribute(description, name) {
                values.push(value.to_owned());
            }
            if values.len() >= self.values {
                break;
            }
        }
        let tidy = values.iter().map(|value| text::tidy(value, self.chars));
        tidy.filter(|value| !value.is_empty())
            .take(self.values)
            .collect()
    }
}
