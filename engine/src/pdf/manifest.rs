//! The manifest and the positions of a PDF: one slice and one position for each page.

use serde_json::{Map, Value, json};

use super::document::{Document, Entry, Place, Target};
use super::html::{source, viewport};
use crate::cover::Size;
use crate::manifest::of_metadata;
use crate::package::Rendition;

/// Past the last glyph that a page can have.
const END: u32 = 1 << 30;

/// The manifest. All links are relative to it.
pub(super) fn manifest(document: &Document, cover: &[Size]) -> Value {
    let pages = page_list(document);
    json!({
        "@context": "https://readium.org/webpub-manifest/context.jsonld",
        "metadata": metadata(document),
        "links": [
            { "rel": "self", "href": "manifest.json", "type": "application/webpub+json" },
            { "rel": "http://readium.org/position-list", "href": "positions.json",
              "type": "application/vnd.readium.position-list+json" },
        ],
        "readingOrder": reading_order(document),
        "resources": resources(cover),
        "toc": entries(&document.outline),
        "landmarks": [],
        "page-list": pages,
        "pageList": pages,
    })
}

fn metadata(document: &Document) -> Value {
    let rendition = Rendition {
        layout: Some("pre-paginated"),
        ..Rendition::default()
    };
    let mut out = of_metadata(&document.metadata, &rendition);
    out.insert(
        "conformsTo".into(),
        "https://readium.org/webpub-manifest/profiles/pdf".into(),
    );
    let pages = document.sheets.len();
    out.insert("numberOfPages".into(), pages.into());
    out.insert("slices".into(), pages.into());
    out.insert("offsetDefinition".into(), 1.into());
    out.into()
}

fn reading_order(document: &Document) -> Vec<Value> {
    let sheets = document.sheets.iter().enumerate();
    sheets
        .map(|(n, sheet)| {
            let (width, height) = viewport(sheet.width, sheet.height);
            json!({
                "href": format!("slices/{n}.html"),
                "type": "text/html",
                "title": label(document, n),
                "properties": {
                    "layout": "fixed",
                    "source": source(n as u32),
                    "start": 0,
                    "end": END,
                    "viewport": { "width": width, "height": height },
                },
            })
        })
        .collect()
}

fn label(document: &Document, n: usize) -> String {
    let label = document.sheets[n].label.clone();
    label.unwrap_or_else(|| (n + 1).to_string())
}

fn page_list(document: &Document) -> Vec<Value> {
    (0..document.sheets.len())
        .map(|n| json!({ "href": format!("slices/{n}.html"), "title": label(document, n) }))
        .collect()
}

fn entries(list: &[Entry]) -> Vec<Value> {
    let mut out = Vec::new();
    for entry in list {
        let children = entries(&entry.children);
        let href = match &entry.target {
            Some(Target::Place(Place { page, .. })) => Some(format!("slices/{page}.html")),
            Some(Target::Web(_)) | None => None,
        };
        if href.is_none() && children.is_empty() {
            continue;
        }
        let mut line = Map::new();
        line.insert("href".into(), href.unwrap_or_else(|| "#".into()).into());
        line.insert("title".into(), entry.title.clone().into());
        if !children.is_empty() {
            line.insert("children".into(), children.into());
        }
        out.push(line.into());
    }
    out
}

fn resources(cover: &[Size]) -> Vec<Value> {
    cover
        .iter()
        .map(|size| {
            json!({ "href": format!("cover/{}.{}", size.name, size.extension), "type": size.media_type,
                    "rel": "cover", "width": size.width, "height": size.height })
        })
        .collect()
}

/// The position list as JSON.
pub(super) fn positions(pages: u32) -> Vec<u8> {
    let positions: Vec<Value> = (0..pages)
        .map(|n| {
            let whole = (f64::from(n) / f64::from(pages) * 1e6).round() / 1e6;
            json!({ "href": format!("slices/{n}.html"), "type": "text/html",
                    "locations": { "progression": 0.0, "position": n + 1, "totalProgression": whole } })
        })
        .collect();
    let list = json!({ "total": pages, "positions": positions });
    serde_json::to_vec(&list).expect("our own values always serialise")
}
