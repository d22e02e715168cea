//! Who had a part in the book, by Readium's roles, and what the book is a part of.

use serde_json::{Map, Value, json};

use super::metadata::localised;
use crate::{Collection, Contributor, Metadata};

/// MARC relator code → property of the manifest (readium.org/webpub-manifest, roles).
const ROLES: &[(&str, &str)] = &[
    ("trl", "translator"),
    ("edt", "editor"),
    ("art", "artist"),
    ("ill", "illustrator"),
    ("clr", "colorist"),
    ("nrt", "narrator"),
    ("pbl", "publisher"),
];

/// Everybody, by property. Who has several roles stands in several places; roles without a
/// property of their own are kept as codes under `contributor`.
pub(super) fn by_role(metadata: &Metadata) -> Vec<(&'static str, Vec<Value>)> {
    let authors = if metadata.creators.is_empty() {
        metadata.authors.iter().map(|name| json!(name)).collect()
    } else {
        let all = metadata.creators.iter();
        all.map(|author| person(author, &[], metadata)).collect()
    };
    let mut lists = vec![("author", authors)];
    lists.extend(ROLES.iter().map(|(_, property)| (*property, Vec::new())));
    let mut put = |property: &str, value: Value| {
        let list = lists.iter_mut().find(|(known, _)| *known == property);
        if let Some((_, list)) = list.filter(|(_, list)| !list.contains(&value)) {
            list.push(value);
        }
    };
    if let Some(publisher) = &metadata.publisher {
        put("publisher", json!(publisher));
    }
    let mut others = Vec::new();
    let also = metadata.creators.iter().filter(|one| one.roles.len() > 1);
    for one in metadata.contributors.iter().chain(also) {
        let (known, rest): (Vec<&String>, Vec<&String>) = one
            .roles
            .iter()
            .filter(|role| *role != "aut" || !metadata.creators.contains(one))
            .partition(|role| ROLES.iter().any(|(code, _)| code == role));
        for (_, property) in ROLES
            .iter()
            .filter(|(code, _)| known.iter().any(|role| role == code))
        {
            put(property, person(one, &[], metadata));
        }
        if !rest.is_empty() || one.roles.is_empty() {
            others.push(person(one, &rest, metadata));
        }
    }
    lists.push(("contributor", others));
    lists
}

/// A name, or an object where more is known.
fn person(one: &Contributor, roles: &[&String], metadata: &Metadata) -> Value {
    let name = localised(
        &one.name,
        one.language.as_deref(),
        &one.alternates,
        metadata,
    );
    if roles.is_empty() && one.sort_as.is_none() && name.is_string() {
        return name;
    }
    let mut out = Map::new();
    out.insert("name".into(), name);
    if let Some(sort_as) = &one.sort_as {
        out.insert("sortAs".into(), sort_as.clone().into());
    }
    if !roles.is_empty() {
        out.insert("role".into(), json!(roles));
    }
    out.into()
}

/// Series and other collections.
pub(super) fn belongs_to(metadata: &Metadata) -> Value {
    let mut out = Map::new();
    let is_series = |one: &&Collection| {
        one.kind.as_deref() == Some("series") || metadata.series.as_ref() == Some(&one.name)
    };
    let (mut series, sets): (Vec<&Collection>, Vec<&Collection>) =
        metadata.collections.iter().partition(is_series);
    // The one the book is filed under comes first.
    series.sort_by_key(|one| metadata.series.as_ref() != Some(&one.name));
    let mut listed: Vec<Value> = series.into_iter().map(collection).collect();
    if let (true, Some(name)) = (listed.is_empty(), &metadata.series) {
        listed.push(collection(&Collection {
            name: name.clone(),
            position: metadata.series_index,
            ..Collection::default()
        }));
    }
    for (property, list) in [
        ("series", listed),
        ("collection", sets.into_iter().map(collection).collect()),
    ] {
        if !list.is_empty() {
            out.insert(property.into(), list.into());
        }
    }
    out.into()
}

fn collection(one: &Collection) -> Value {
    let mut out = json!({ "name": one.name });
    if let Some(position) = one.position {
        out["position"] = json!(position);
    }
    for (name, value) in [
        ("identifier", &one.identifier),
        ("sortAs", &one.sort_as),
        ("within", &one.within),
    ] {
        if let Some(value) = value {
            out[name] = json!(value);
        }
    }
    out
}
