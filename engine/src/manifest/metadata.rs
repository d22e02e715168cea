//! The manifest's `metadata`.

use serde_json::{Map, Value, json};

use crate::Direction;
use crate::book::Book;
use crate::slices::Index;

/// Metadata in Readium's words; what the book does not say is absent.
pub(super) fn metadata(book: &Book<'_>, index: &Index) -> Value {
    let metadata = &book.package.metadata;
    let mut out = Map::new();
    let mut set = |name: &str, value: Value| {
        let empty = value.is_null()
            || value.as_array().is_some_and(Vec::is_empty)
            || value.as_object().is_some_and(Map::is_empty);
        if !empty {
            out.insert(name.into(), value);
        }
    };
    set("@type", "http://schema.org/Book".into());
    set(
        "conformsTo",
        "https://readium.org/webpub-manifest/profiles/epub".into(),
    );
    set(
        "title",
        if metadata.title.is_empty() {
            "–".into()
        } else {
            metadata.title.clone().into()
        },
    );
    set("subtitle", json!(metadata.subtitle));
    set("sortAs", json!(metadata.sort_title));
    set("identifier", json!(metadata.identifiers.first()));
    set("author", json!(metadata.authors));
    set("contributor", json!(contributors(book)));
    set("language", json!(metadata.languages));
    set("publisher", json!(metadata.publisher));
    set("published", json!(metadata.published));
    set("modified", json!(metadata.modified));
    set("description", json!(metadata.description));
    set("subject", json!(metadata.subjects));
    if let Some(name) = &metadata.series {
        let mut series = json!({ "name": name });
        if let Some(position) = metadata.series_index {
            series["position"] = json!(position);
        }
        set("belongsTo", json!({ "series": [series] }));
    }
    set(
        "readingProgression",
        match metadata.direction {
            Direction::Auto => Value::Null,
            Direction::Ltr => "ltr".into(),
            Direction::Rtl => "rtl".into(),
        },
    );
    set("presentation", json!(book.package.rendition));
    set("accessibility", accessibility(book));
    set("slices", index.slices.into());
    set("offsetDefinition", index.offsets.into());
    Value::Object(out)
}

fn contributors(book: &Book<'_>) -> Vec<Value> {
    let all = book.package.metadata.contributors.iter();
    all.map(|person| {
        let mut out = json!({ "name": person.name });
        if !person.roles.is_empty() {
            out["role"] = json!(person.roles);
        }
        if let Some(sort_as) = &person.sort_as {
            out["sortAs"] = json!(sort_as);
        }
        out
    })
    .collect()
}

fn accessibility(book: &Book<'_>) -> Value {
    let metadata = &book.package.metadata;
    let mut out = Map::new();
    for (name, values) in [
        ("feature", &metadata.accessibility_features),
        ("hazard", &metadata.accessibility_hazards),
        ("accessMode", &metadata.access_modes),
        ("accessModeSufficient", &metadata.access_modes_sufficient),
        ("conformsTo", &metadata.conforms_to),
    ] {
        if !values.is_empty() {
            out.insert(name.into(), json!(values));
        }
    }
    if let Some(summary) = &metadata.accessibility_summary {
        out.insert("summary".into(), summary.clone().into());
    }
    if out.is_empty() {
        Value::Null
    } else {
        Value::Object(out)
    }
}
