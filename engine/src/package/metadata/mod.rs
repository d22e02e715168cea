//! Metadata of both package versions, refinements included (EPUB 3.3 § 5.5 and annex D,
//! OPF 2.0.1 § 2.2).

mod accessibility;
mod collections;
mod direction;
mod identifiers;
mod metas;
mod people;
mod titles;

use super::prefixes::Prefixes;
use super::xml::{Document, collapse};
use crate::{Direction, Limits, LinkedRecord, Metadata};
use metas::Metas;

pub(crate) use identifiers::{isbn, uri as identifier_uri};

/// Reads everything [`Metadata`] holds but page progression and layout.
pub(crate) fn read(
    document: &Document,
    package: u32,
    metadata: u32,
    prefixes: &Prefixes,
    limits: &Limits,
) -> Metadata {
    let mut metas = Metas::read(document, metadata, prefixes);
    let chars = limits.metadata_chars as usize;
    let cap = limits.metadata_values as usize;
    let texts = |name: &str| -> Vec<String> {
        let all = document
            .descendants(metadata, name)
            .map(|at| clip(document.content(at), chars));
        all.filter(|text| !text.is_empty()).take(cap).collect()
    };
    let first = |name: &str| texts(name).into_iter().next();
    let mut out = Metadata {
        // `en_US` is how some systems write it; BCP 47 has hyphens.
        languages: texts("language")
            .into_iter()
            .map(|tag| tag.replace('_', "-"))
            .collect(),
        subjects: texts("subject"),
        publisher: first("publisher"),
        rights: first("rights"),
        source: first("source").or_else(|| metas.first("dcterms:source")),
        description: first("description")
            .map(|text| plain(&text))
            .filter(|text| !text.is_empty()),
        text_direction: match document.attribute(package, "dir").map(str::trim) {
            Some("rtl") => Direction::Rtl,
            Some("ltr") => Direction::Ltr,
            _ => Direction::Auto,
        },
        pages: metas
            .first("schema:numberOfPages")
            .and_then(|text| text.parse().ok()),
        links: links(document, metadata, prefixes, cap),
        ..Metadata::default()
    };
    out.language = out.languages.first().cloned();
    metas.language = [metadata, package]
        .iter()
        .find_map(|&at| document.attribute(at, "xml:lang").map(tidy))
        .filter(|tag| !tag.is_empty());
    out.text_language = metas.language.clone();
    titles::read(&metas, metadata, (chars, cap), &mut out);
    people::read(&metas, metadata, cap, &mut out);
    identifiers::read(&metas, package, metadata, cap, &mut out);
    dates(&metas, metadata, &mut out);
    collections::read(&metas, cap, &mut out);
    accessibility::read(&metas, metadata, prefixes, cap, &mut out);
    out
}

/// `link` elements (EPUB 3.3 § 5.5.7): records about the book, here or elsewhere.
fn links(document: &Document, metadata: u32, prefixes: &Prefixes, cap: usize) -> Vec<LinkedRecord> {
    let words = |at: u32, name: &str| -> Vec<String> {
        let written = document.attribute(at, name).unwrap_or_default();
        written
            .split_ascii_whitespace()
            .map(|word| prefixes.resolve(word).into_owned())
            .collect()
    };
    document
        .descendants(metadata, "link")
        .take(cap)
        .filter_map(|at| {
            Some(LinkedRecord {
                href: document.attribute(at, "href").map(tidy)?,
                rel: words(at, "rel"),
                media_type: document.attribute(at, "media-type").map(tidy),
                properties: words(at, "properties"),
                refines: document.attribute(at, "refines").map(tidy),
            })
        })
        .collect()
}

/// Publication and last change, by their names in either version.
fn dates(metas: &Metas<'_>, metadata: u32, out: &mut Metadata) {
    let document = metas.document;
    let dates: Vec<u32> = document
        .descendants(metadata, "date")
        .filter(|&at| !document.content(at).is_empty())
        .collect();
    let with = |event: &str| {
        dates
            .iter()
            .find(|&&at| document.attribute(at, "opf:event").unwrap_or_default() == event)
            .map(|&at| document.content(at))
    };
    out.published = with("publication")
        .or_else(|| with(""))
        .or_else(|| metas.first("dcterms:issued"))
        .or_else(|| with("original-publication"));
    out.modified = metas
        .first("dcterms:modified")
        .or_else(|| with("modification"));
}

pub(super) fn tidy(text: &str) -> String {
    let mut out = String::new();
    collapse(text, &mut out);
    out.truncate(out.trim_end().len());
    out
}

pub(super) fn clip(mut text: String, chars: usize) -> String {
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
