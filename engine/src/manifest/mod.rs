//! The Readium Web Publication Manifest and the list of positions.
//! Sources: readium.org/webpub-manifest (with its EPUB profile and Synchronized Narration
//! module), readium.org/architecture (locators, positions).

mod contents;
mod metadata;
mod people;
mod positions;

use serde_json::{Map, Value, json};

use crate::book::{Book, Kind};
use crate::cover::Size;
use crate::package::Href;
use crate::slices::{Index, ItemIndex, Shape};
use contents::{entries, headings, starts};

pub(crate) use metadata::of_metadata;
pub(crate) use positions::positions;

/// The manifest. All links are relative to it.
pub(crate) fn manifest(book: &Book<'_>, index: &Index, cover: &[Size]) -> Value {
    let mut toc = entries(book, index, &book.contents.toc);
    if toc.is_empty() {
        toc = headings(index);
    }
    let pages = entries(book, index, &book.contents.pages);
    let mut out = json!({
        "@context": "https://readium.org/webpub-manifest/context.jsonld",
        "metadata": metadata::metadata(book, index),
        "links": links(book),
        "readingOrder": reading_order(book, index),
        "resources": resources(book, cover),
        "toc": toc,
        "landmarks": entries(book, index, &book.contents.landmarks),
        // Readium's first name for the list, and the one it has now.
        "page-list": pages,
        "pageList": pages,
    });
    for (kind, list) in &book.contents.lists {
        out[*kind] = entries(book, index, list).into();
    }
    if !book.contents.second.is_empty() {
        out["ncx"] = entries(book, index, &book.contents.second).into();
    }
    out
}

/// The manifest itself, the positions, and records about the book on the web or in it.
fn links(book: &Book<'_>) -> Vec<Value> {
    let mut out = vec![
        json!({ "rel": "self", "href": "manifest.json", "type": "application/webpub+json" }),
        json!({ "rel": "http://readium.org/position-list", "href": "positions.json",
                "type": "application/vnd.readium.position-list+json" }),
    ];
    for record in &book.package.metadata.links {
        let href = match book.href(&book.package.path, &record.href) {
            Href::Web(url) if url.starts_with("http") => url,
            Href::Local { path, .. } => {
                let item = book.item_at(&path);
                match item.and_then(|item| book.atlas.resources[item].as_ref()) {
                    Some(resource) => format!("resources/{}", resource.name),
                    None => continue,
                }
            }
            _ => continue,
        };
        if record.rel.is_empty() || record.refines.is_some() {
            continue;
        }
        let mut link = json!({ "href": href, "rel": record.rel });
        if let Some(media_type) = &record.media_type {
            link["type"] = json!(media_type);
        }
        if !record.properties.is_empty() {
            link["properties"] = json!({ "contains": record.properties });
        }
        out.push(link);
    }
    out
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
                link.insert("alternate".into(), json!([overlay]));
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
    let mut properties = match metadata::presentation(&spine.page.rendition) {
        Value::Object(map) => map,
        _ => Map::new(),
    };
    for (name, value) in [("page", spine.page.page), ("alignX", spine.page.align_x)] {
        if let Some(value) = value {
            properties.insert(name.into(), value.into());
        }
    }
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

/// The media overlay of the chapter that the slice is cut from. It is for all its slices.
fn overlay(book: &Book<'_>, item: &ItemIndex) -> Option<Value> {
    let overlay = book.package.items[item.item].overlay?;
    let resource = book.atlas.resources[overlay]
        .as_ref()
        .filter(|_| book.atlas.kinds[overlay] == Kind::Overlay)?;
    let mut link = json!({ "href": format!("resources/{}", resource.name),
                           "type": resource.media_type });
    if let Some(duration) = book.package.overlays.durations.get(&overlay) {
        link["duration"] = json!(duration);
    }
    Some(link)
}

fn own_title(item: &ItemIndex) -> Option<String> {
    [&item.heading, &item.title]
        .into_iter()
        .find(|title| !title.is_empty())
        .cloned()
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
