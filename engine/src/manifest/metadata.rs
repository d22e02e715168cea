//! The manifest's `metadata`, in the words of readium.org/webpub-manifest
//! (`metadata.schema.json` and its EPUB extension).

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::people;
use crate::book::Book;
use crate::package::{Rendition, TocEntry};
use crate::slices::Index;
use crate::{Direction, Metadata};

/// Metadata of the book; what it does not say is absent.
pub(super) fn metadata(book: &Book<'_>, index: &Index) -> Value {
    let mut out = of_metadata(&book.package.metadata, &book.package.rendition);
    let mut set = |name: &str, value: Value| {
        if !is_empty(&value) {
            out.insert(name.into(), value);
        }
    };
    let overlays = &book.package.overlays;
    set(
        "mediaOverlay",
        object([
            ("activeClass", json!(overlays.active_class)),
            ("playbackActiveClass", json!(overlays.playback_active_class)),
        ]),
    );
    set(
        "duration",
        json!(overlays.duration.filter(|seconds| *seconds > 0.0)),
    );
    set("numberOfPages", pages(book));
    set("slices", index.slices.into());
    set("offsetDefinition", index.offsets.into());
    Value::Object(out)
}

/// What any format's metadata comes to.
pub(crate) fn of_metadata(metadata: &Metadata, rendition: &Rendition) -> Map<String, Value> {
    let mut out = Map::new();
    let mut set = |name: &str, value: Value| {
        if !is_empty(&value) {
            out.insert(name.into(), value);
        }
    };
    set("@type", "http://schema.org/Book".into());
    set(
        "conformsTo",
        "https://readium.org/webpub-manifest/profiles/epub".into(),
    );
    set("title", title(metadata));
    set("subtitle", subtitle(metadata));
    set("sortAs", json!(metadata.sort_title));
    let (identifier, others) = identifiers(metadata);
    set("identifier", identifier);
    set("altIdentifier", others.into());
    for (role, people) in people::by_role(metadata) {
        set(role, people.into());
    }
    set("language", json!(metadata.languages));
    set("published", json!(metadata.published));
    set("modified", json!(metadata.modified));
    set("description", json!(metadata.description));
    set("subject", json!(metadata.subjects));
    set("rights", json!(metadata.rights));
    set("source", json!(metadata.source));
    set("belongsTo", people::belongs_to(metadata));
    set("readingProgression", direction(metadata.direction));
    set("textDirection", direction(metadata.text_direction));
    set("textLanguage", json!(metadata.text_language));
    set("presentation", presentation(rendition));
    set("layout", json!(layout(rendition)));
    set("accessibility", accessibility(metadata));
    out
}

fn is_empty(value: &Value) -> bool {
    value.is_null()
        || value.as_array().is_some_and(Vec::is_empty)
        || value.as_object().is_some_and(Map::is_empty)
}

/// An object of what is not empty.
fn object<const N: usize>(fields: [(&str, Value); N]) -> Value {
    fields
        .into_iter()
        .filter(|(_, value)| !is_empty(value))
        .map(|(name, value)| (name.to_owned(), value))
        .collect::<Map<_, _>>()
        .into()
}

/// A text, or where it has other scripts a map of language tags.
pub(super) fn localised(
    text: &str,
    language: Option<&str>,
    alternates: &BTreeMap<String, String>,
    metadata: &Metadata,
) -> Value {
    if alternates.is_empty() {
        return text.into();
    }
    let mut map: Map<String, Value> = alternates
        .iter()
        .map(|(tag, text)| (tag.clone(), text.clone().into()))
        .collect();
    let own = language
        .or(metadata.language.as_deref())
        .filter(|tag| !alternates.contains_key(*tag))
        .unwrap_or("und");
    map.insert(own.into(), text.into());
    map.into()
}

fn title(metadata: &Metadata) -> Value {
    if metadata.title.is_empty() {
        return "–".into();
    }
    let known = metadata.titles.iter();
    match known.clone().find(|title| title.text == metadata.title) {
        Some(title) => localised(
            &title.text,
            title.language.as_deref(),
            &title.alternates,
            metadata,
        ),
        None => metadata.title.clone().into(),
    }
}

fn subtitle(metadata: &Metadata) -> Value {
    let is_subtitle = |kind: &Option<String>| kind.as_deref() == Some("subtitle");
    match metadata
        .titles
        .iter()
        .find(|title| is_subtitle(&title.kind))
    {
        Some(title) => localised(
            &title.text,
            title.language.as_deref(),
            &title.alternates,
            metadata,
        ),
        None => json!(metadata.subtitle),
    }
}

/// The unique identifier as a URI if it can be one, and all others.
fn identifiers(metadata: &Metadata) -> (Value, Vec<Value>) {
    let mut known = metadata.named_identifiers.iter();
    let Some(first) = known.next() else {
        let mut plain = metadata.identifiers.iter().map(|value| json!(value));
        return (plain.next().unwrap_or_default(), plain.collect());
    };
    let others = known.map(|other| match &other.uri {
        Some(uri) => json!(uri),
        None => object([
            ("value", json!(other.value)),
            ("scheme", json!(other.scheme)),
        ]),
    });
    (
        json!(first.uri.as_ref().unwrap_or(&first.value)),
        others.collect(),
    )
}

fn direction(direction: Direction) -> Value {
    match direction {
        Direction::Auto => Value::Null,
        Direction::Ltr => "ltr".into(),
        Direction::Rtl => "rtl".into(),
    }
}

/// `fixed` or `reflowable`, if the book says so.
pub(super) fn layout(rendition: &Rendition) -> Option<&'static str> {
    rendition.layout.map(|layout| match layout {
        "pre-paginated" => "fixed",
        other => other,
    })
}

/// Hints of layout; `overflow` and `continuous` are Readium's words for `rendition:flow`.
pub(super) fn presentation(rendition: &Rendition) -> Value {
    let (overflow, continuous) = match rendition.flow {
        Some("scrolled-continuous") => (Some("scrolled"), Some(true)),
        Some("scrolled-doc") => (Some("scrolled"), Some(false)),
        other => (other, None),
    };
    object([
        ("layout", json!(layout(rendition))),
        ("orientation", json!(rendition.orientation)),
        ("spread", json!(rendition.spread)),
        ("overflow", json!(overflow)),
        ("continuous", json!(continuous)),
        ("flow", json!(rendition.flow)),
    ])
}

/// Accessibility after the profile of EPUB Accessibility 1.1 (`a11y.schema.json`).
fn accessibility(metadata: &Metadata) -> Value {
    // A set of modes is written as one value with commas.
    let sufficient: Vec<Value> = metadata
        .access_modes_sufficient
        .iter()
        .map(|set| {
            let modes: Vec<&str> = set
                .split(',')
                .map(str::trim)
                .filter(|mode| !mode.is_empty())
                .collect();
            match modes[..] {
                [one] => one.into(),
                _ => json!(modes),
            }
        })
        .collect();
    object([
        ("conformsTo", json!(metadata.conforms_to)),
        (
            "certification",
            object([
                ("certifiedBy", json!(metadata.certified_by)),
                ("credential", json!(metadata.certifier_credential)),
                ("report", json!(metadata.certifier_report)),
            ]),
        ),
        ("exemption", json!(metadata.accessibility_exemptions)),
        ("summary", json!(metadata.accessibility_summary)),
        ("accessMode", json!(metadata.access_modes)),
        ("accessModeSufficient", sufficient.into()),
        ("feature", json!(metadata.accessibility_features)),
        ("hazard", json!(metadata.accessibility_hazards)),
    ])
}

/// Pages of the printed edition: as declared, else as many as are listed.
fn pages(book: &Book<'_>) -> Value {
    fn count(list: &[TocEntry]) -> usize {
        list.iter().map(|entry| 1 + count(&entry.children)).sum()
    }
    match (book.package.metadata.pages, count(&book.contents.pages)) {
        (Some(pages), _) if pages > 0 => pages.into(),
        (_, 0) => Value::Null,
        (_, listed) => listed.into(),
    }
}
