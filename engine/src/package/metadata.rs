//! Metadata of both package versions, refinements included.

use std::collections::HashMap;

use super::xml::{Document, collapse};
use crate::{Contributor, Limits, Metadata};

/// The `meta` elements, by property and by the element they refine.
struct Metas<'d> {
    document: &'d Document,
    /// (refined id or empty, property) → values in order.
    values: HashMap<(&'d str, &'d str), Vec<u32>>,
}

impl<'d> Metas<'d> {
    fn read(document: &'d Document, metadata: u32) -> Self {
        let mut values: HashMap<_, Vec<u32>> = HashMap::new();
        for at in document.descendants(metadata, "meta") {
            let property = document
                .attribute(at, "property")
                .or_else(|| document.attribute(at, "name"));
            let refines = document.attribute(at, "refines").unwrap_or_default().trim();
            let id = refines.rsplit('#').next().unwrap_or_default();
            values
                .entry((id, property.unwrap_or_default().trim()))
                .or_default()
                .push(at);
        }
        Self { document, values }
    }

    fn all(&self, id: &str, property: &str) -> Vec<String> {
        let nodes = self
            .values
            .get(&(id, property))
            .map(Vec::as_slice)
            .unwrap_or_default();
        nodes
            .iter()
            .map(|&at| self.value(at))
            .filter(|value| !value.is_empty())
            .collect()
    }

    fn first(&self, id: &str, property: &str) -> Option<String> {
        self.all(id, property).into_iter().next()
    }

    /// OPF 3 has the value as text, OPF 2 in `content`.
    fn value(&self, at: u32) -> String {
        let text = self.document.content(at);
        if text.is_empty() {
            tidy(self.document.attribute(at, "content").unwrap_or_default())
        } else {
            text
        }
    }

    /// A refinement of the element `at`, by its id.
    fn refined(&self, at: u32, property: &str) -> Option<String> {
        self.document
            .attribute(at, "id")
            .and_then(|id| self.first(id, property))
    }
}

/// Reads everything [`Metadata`] holds but direction and layout.
pub(crate) fn read(document: &Document, package: u32, metadata: u32, limits: &Limits) -> Metadata {
    let metas = Metas::read(document, metadata);
    let chars = limits.metadata_chars as usize;
    let cap = limits.metadata_values as usize;
    let texts = |name: &str| -> Vec<String> {
        let all = document
            .descendants(metadata, name)
            .map(|at| clip(document.content(at), chars));
        all.filter(|text| !text.is_empty()).take(cap).collect()
    };
    let many =
        |property: &str| -> Vec<String> { metas.all("", property).into_iter().take(cap).collect() };
    let mut out = Metadata {
        languages: texts("language"),
        subjects: texts("subject"),
        publisher: texts("publisher").into_iter().next(),
        rights: texts("rights").into_iter().next(),
        description: texts("description")
            .into_iter()
            .next()
            .map(|text| plain(&text))
            .filter(|t| !t.is_empty()),
        modified: metas.first("", "dcterms:modified"),
        accessibility_features: many("schema:accessibilityFeature"),
        accessibility_hazards: many("schema:accessibilityHazard"),
        access_modes: many("schema:accessMode"),
        access_modes_sufficient: many("schema:accessModeSufficient"),
        accessibility_summary: metas.first("", "schema:accessibilitySummary"),
        conforms_to: many("dcterms:conformsTo"),
        ..Metadata::default()
    };
    out.language = out.languages.first().cloned();
    titles(&metas, metadata, chars, &mut out);
    people(&metas, metadata, cap, &mut out);
    identifiers(&metas, package, metadata, cap, &mut out);
    dates(&metas, metadata, &mut out);
    series(&metas, &mut out);
    out
}

/// The main title is the one refined as such, else the first (EPUB 3.3 § 5.5.3.1.2).
fn titles(metas: &Metas<'_>, metadata: u32, chars: usize, out: &mut Metadata) {
    let document = metas.document;
    let titles: Vec<u32> = document
        .descendants(metadata, "title")
        .filter(|&at| !document.content(at).is_empty())
        .collect();
    let kind = |at: u32| metas.refined(at, "title-type");
    let main = titles
        .iter()
        .find(|&&at| kind(at).as_deref() == Some("main"))
        .or_else(|| titles.first());
    if let Some(&main) = main {
        out.title = clip(document.content(main), chars);
        out.sort_title = metas
            .refined(main, "file-as")
            .or_else(|| metas.first("", "calibre:title_sort"));
    }
    let subtitle = titles
        .iter()
        .find(|&&at| kind(at).as_deref() == Some("subtitle"));
    out.subtitle = subtitle.map(|&at| clip(document.content(at), chars));
}

fn people(metas: &Metas<'_>, metadata: u32, cap: usize, out: &mut Metadata) {
    let document = metas.document;
    for (element, is_creator) in [("creator", true), ("contributor", false)] {
        for at in document.descendants(metadata, element).take(cap) {
            let name = document.content(at);
            if name.is_empty() {
                continue;
            }
            let id = document.attribute(at, "id").unwrap_or_default();
            let mut roles = if id.is_empty() {
                Vec::new()
            } else {
                metas.all(id, "role")
            };
            roles.extend(
                document
                    .attribute(at, "opf:role")
                    .map(tidy)
                    .filter(|role| !role.is_empty()),
            );
            let author = is_creator && (roles.is_empty() || roles.iter().any(|role| role == "aut"));
            if author {
                out.authors.push(name);
            } else {
                let sort_as = document
                    .attribute(at, "opf:file-as")
                    .map(tidy)
                    .or_else(|| metas.refined(at, "file-as"));
                out.contributors.push(Contributor {
                    name,
                    roles,
                    sort_as,
                });
            }
        }
    }
}

fn identifiers(metas: &Metas<'_>, package: u32, metadata: u32, cap: usize, out: &mut Metadata) {
    let document = metas.document;
    let unique = document
        .attribute(package, "unique-identifier")
        .map(str::trim);
    let mut found: Vec<(bool, String)> = Vec::new();
    for at in document.descendants(metadata, "identifier").take(cap) {
        let text = document.content(at);
        if text.is_empty() {
            continue;
        }
        if out.isbn.is_none() {
            out.isbn = isbn(&text);
        }
        let first = unique.is_some() && document.attribute(at, "id").map(str::trim) == unique;
        found.push((!first, text));
    }
    found.sort_by_key(|(other, _)| *other);
    out.identifiers = found.into_iter().map(|(_, text)| text).collect();
    if out.isbn.is_none() {
        let sources = document.descendants(metadata, "source");
        out.isbn = sources.filter_map(|at| isbn(&document.content(at))).next();
    }
}

fn dates(metas: &Metas<'_>, metadata: u32, out: &mut Metadata) {
    let document = metas.document;
    let dates: Vec<u32> = document.descendants(metadata, "date").collect();
    let event = |at: u32| document.attribute(at, "opf:event").unwrap_or_default();
    let published = dates
        .iter()
        .find(|&&at| event(at) == "publication")
        .or_else(|| dates.iter().find(|&&at| event(at).is_empty()));
    out.published = published
        .map(|&at| document.content(at))
        .filter(|text| !text.is_empty());
    if out.modified.is_none() {
        out.modified = dates
            .iter()
            .find(|&&at| event(at) == "modification")
            .map(|&at| document.content(at));
    }
}

/// `belongs-to-collection` of type series, else calibre's own names.
fn series(metas: &Metas<'_>, out: &mut Metadata) {
    let document = metas.document;
    let collections = metas
        .values
        .get(&("", "belongs-to-collection"))
        .map(Vec::as_slice)
        .unwrap_or_default();
    let kind = |at: u32| metas.refined(at, "collection-type");
    let series = collections
        .iter()
        .find(|&&at| kind(at).as_deref() == Some("series"))
        .or_else(|| collections.iter().find(|&&at| kind(at).is_none()));
    let number = |text: Option<String>| {
        text.and_then(|text| text.parse::<f64>().ok())
            .filter(|n| n.is_finite())
    };
    if let Some(&at) = series {
        out.series = Some(document.content(at)).filter(|name| !name.is_empty());
        out.series_index = number(metas.refined(at, "group-position"));
    } else {
        out.series = metas.first("", "calibre:series");
        out.series_index = number(metas.first("", "calibre:series_index"));
    }
}

fn tidy(text: &str) -> String {
    let mut out = String::new();
    collapse(text, &mut out);
    out.truncate(out.trim_end().len());
    out
}

fn clip(mut text: String, chars: usize) -> String {
    if let Some((at, _)) = text.char_indices().nth(chars) {
        text.truncate(at);
    }
    text
}

/// Descriptions are often HTML in disguise: tags out, references read.
pub(crate) fn plain(text: &str) -> String {
    if !text.contains('<') {
        return tidy(&crate::source::unescape(text));
    }
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        let tag = &rest[at..];
        let is_tag =
            tag[1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '!');
        match tag.find('>').filter(|_| is_tag) {
            Some(end) => {
                out.push(' ');
                rest = &tag[end + 1..];
            }
            None => {
                out.push('<');
                rest = &tag[1..];
            }
        }
    }
    out.push_str(rest);
    tidy(&crate::source::unescape(&out))
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
