//! The Readium Web Publication Manifest and the list of positions.
//! Sources: readium.org/webpub-manifest, readium.org/architecture (locators, positions).

mod metadata;
mod positions;

use serde_json::{Map, Value, json};

use crate::book::Targets;
use crate::book::{Book, Kind};
use crate::cover::Size;
use crate::package::{Href, TocEntry};
use crate::slices::{Index, ItemIndex, Shape};
use crate::zip::percent_decode;

pub(crate) use positions::positions;

/// The manifest. All links are relative to it.
pub(crate) fn manifest(book: &Book<'_>, index: &Index, cover: &[Size]) -> Value {
    let mut toc = entries(book, index, &book.contents.toc);
    if toc.is_empty() {
        toc = headings(index);
    }
    json!({
        "@context": "https://readium.org/webpub-manifest/context.jsonld",
        "metadata": metadata::metadata(book, index),
        "links": [
            { "rel": "self", "href": "manifest.json", "type": "application/webpub+json" },
            { "rel": "http://readium.org/position-list", "href": "positions.json",
              "type": "application/vnd.readium.position-list+json" },
        ],
        "readingOrder": reading_order(book, index),
        "resources": resources(book, cover),
        "toc": toc,
        "landmarks": entries(book, index, &book.contents.landmarks),
        "page-list": entries(book, index, &book.contents.pages),
    })
}

fn reading_order(book: &Book<'_>, index: &Index) -> Vec<Value> {
    let starts = starts(book, index);
    (0..index.slices)
        .filter_map(|n| {
            let (place, part) = index.locate(n)?;
            let item = &index.items[index.spine[place].0];
            let mut link = Map::new();
            link.insert("href".into(), format!("slices/{n}.html").into());
            link.insert("type".into(), "text/html".into());
            let title = starts
                .get(&n)
                .cloned()
                .or_else(|| (part == 0).then(|| own_title(item)).flatten());
            if let Some(title) = title {
                link.insert("title".into(), title.into());
            }
            if let Some(overlay) = overlay(book, item) {
                link.insert(
                    "alternate".into(),
                    json!([{ "href": overlay, "type": "application/vnd.syncnarr+json" }]),
                );
            }
            link.insert(
                "properties".into(),
                properties(book, index, place, part, item),
            );
            Some(Value::Object(link))
        })
        .collect()
}

/// Where the slice comes from, for locators, and how its page is laid out.
fn properties(book: &Book<'_>, index: &Index, place: usize, part: u32, item: &ItemIndex) -> Value {
    let spine = &book.package.spine[place];
    let mut properties = serde_json::to_value(&spine.page)
        .ok()
        .and_then(|v| v.as_object().cloned())
        .unwrap_or_default();
    let (start, end) = index.bounds(place, part);
    properties.insert("source".into(), item.path.clone().into());
    properties.insert("start".into(), start.into());
    properties.insert("end".into(), end.into());
    if !spine.linear {
        properties.insert("linear".into(), false.into());
    }
    if let (Some((width, height)), 0) = (item.viewport, part) {
        properties.insert(
            "viewport".into(),
            json!({ "width": width, "height": height }),
        );
    }
    let damage = match item.shape {
        Shape::Repaired => Some("repaired"),
        Shape::TextOnly => Some("text-only"),
        Shape::Nothing => Some("missing"),
        Shape::Markup | Shape::Svg | Shape::Image => None,
    };
    if let Some(damage) = damage {
        properties.insert("damage".into(), damage.into());
    }
    Value::Object(properties)
}

fn overlay(book: &Book<'_>, item: &ItemIndex) -> Option<String> {
    let overlay = book.package.items[item.item].overlay?;
    let resource = book.atlas.resources[overlay]
        .as_ref()
        .filter(|_| book.atlas.kinds[overlay] == Kind::Overlay)?;
    Some(format!("resources/{}", resource.name))
}

fn own_title(item: &ItemIndex) -> Option<String> {
    [&item.heading, &item.title]
        .into_iter()
        .find(|title| !title.is_empty())
        .cloned()
}

/// Titles that the table of contents gives to the beginnings of slices.
fn starts(book: &Book<'_>, index: &Index) -> std::collections::HashMap<u32, String> {
    let mut titles = std::collections::HashMap::new();
    let mut ahead: Vec<&TocEntry> = book.contents.toc.iter().rev().collect();
    while let Some(entry) = ahead.pop() {
        if let (
            Some(Href::Local {
                path,
                fragment: None,
            }),
            false,
        ) = (&entry.target, entry.title.is_empty())
            && let Some(place) = place_of(book, path)
        {
            titles
                .entry(index.slice(place, None))
                .or_insert_with(|| entry.title.clone());
        }
        ahead.extend(entry.children.iter().rev());
    }
    titles
}

/// The place that a line of a table of contents leads to. Some converters write
/// the wrong folder: then the one file of that name is meant.
fn place_of(book: &Book<'_>, path: &str) -> Option<usize> {
    if let Some(item) = book.item_at(path) {
        return book.atlas.first_place[item];
    }
    book.by_file_name
        .get(path.rsplit('/').next()?)
        .copied()
        .flatten()
}

/// Lines of a table of contents; nesting was capped when they were read.
fn entries(book: &Book<'_>, index: &Index, list: &[TocEntry]) -> Vec<Value> {
    let mut out = Vec::new();
    for entry in list {
        let children = entries(book, index, &entry.children);
        let href = entry
            .target
            .as_ref()
            .and_then(|target| link(book, index, target));
        if href.is_none() && children.is_empty() {
            continue;
        }
        let mut line = Map::new();
        line.insert("href".into(), href.unwrap_or_else(|| "#".into()).into());
        line.insert("title".into(), entry.title.clone().into());
        if let Some(kind) = &entry.kind {
            line.insert("rel".into(), kind.clone().into());
        }
        if !children.is_empty() {
            line.insert("children".into(), children.into());
        }
        out.push(Value::Object(line));
    }
    out
}

fn link(book: &Book<'_>, index: &Index, target: &Href) -> Option<String> {
    let Href::Local { path, fragment } = target else {
        return None;
    };
    let place = place_of(book, path)?;
    let fragment = fragment
        .as_deref()
        .filter(|f| !f.is_empty() && !f.starts_with("epubcfi("));
    let slice = index.slice(place, fragment.map(percent_decode).as_deref());
    Some(format!(
        "slices/{slice}.html{}",
        fragment.map(|f| format!("#{f}")).unwrap_or_default()
    ))
}

/// For books without any table of contents: the headings of their files.
fn headings(index: &Index) -> Vec<Value> {
    let mut out = Vec::new();
    for (item, first) in &index.spine {
        if let Some(title) = own_title(&index.items[*item]) {
            out.push(json!({ "href": format!("slices/{first}.html"), "title": title }));
        }
    }
    out
}

fn resources(book: &Book<'_>, cover: &[Size]) -> Vec<Value> {
    let mut out: Vec<Value> = cover
        .iter()
        .map(|size| {
            json!({ "href": format!("cover/{}.{}", size.name, size.extension), "type": size.media_type,
                    "rel": "cover", "width": size.width, "height": size.height })
        })
        .collect();
    for resource in book.atlas.resources.iter().flatten() {
        out.push(
            json!({ "href": format!("resources/{}", resource.name), "type": resource.media_type }),
        );
    }
    out
}
