//! The NCX of EPUB 2 (DAISY Z39.86-2005 § 8).

use super::href::Href;
use super::toc::{Entry, Flat};
use super::xml::Document;
use crate::Limits;

/// The `navPoint`s with their depth.
pub(super) fn points(path: &str, document: &Document, root: &str, limits: &Limits) -> Vec<Flat> {
    let Some(map) = document.find("navMap") else {
        return Vec::new();
    };
    let mut open: Vec<u32> = Vec::new();
    let mut flat = Vec::new();
    for point in document
        .descendants(map, "navPoint")
        .take(limits.toc_entries as usize)
    {
        while open
            .last()
            .is_some_and(|&outer| !document.contains(outer, point))
        {
            open.pop();
        }
        flat.push(Flat {
            depth: open.len(),
            entry: entry(path, document, point, root),
        });
        open.push(point);
    }
    flat
}

/// The `pageTarget`s, all of depth 0.
pub(super) fn pages(path: &str, document: &Document, root: &str, limits: &Limits) -> Vec<Flat> {
    let Some(list) = document.find("pageList") else {
        return Vec::new();
    };
    document
        .descendants(list, "pageTarget")
        .take(limits.toc_entries as usize)
        .map(|target| Flat {
            depth: 0,
            entry: entry(path, document, target, root),
        })
        .collect()
}

fn entry(path: &str, document: &Document, at: u32, root: &str) -> Entry {
    let title = document
        .child(at, "navLabel")
        .map(|label| document.content(label))
        .unwrap_or_default();
    let source = document
        .child(at, "content")
        .and_then(|content| document.attribute(content, "src"));
    Entry {
        title,
        target: source.map(|source| Href::parse(path, root, source)),
        kind: None,
        children: Vec::new(),
    }
}
