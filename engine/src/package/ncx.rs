//! The NCX of EPUB 2 (DAISY Z39.86-2005 § 8).

use super::href::Href;
use super::toc::{Contents, Entry, Flat, OTHER_LISTS, nest};
use super::xml::Document;
use crate::Limits;

/// More lists than any book has.
const LISTS: usize = 32;

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
    document.find("pageList").map_or_else(Vec::new, |list| {
        targets(path, document, list, "pageTarget", root, limits)
    })
}

/// The `navList`s: of illustrations, tables, notes. Their class, id or heading says what
/// they list; the format has no fixed names for it.
pub(super) fn lists(
    path: &str,
    document: &Document,
    root: &str,
    limits: &Limits,
    contents: &mut Contents,
) {
    for list in document.descendants(0, "navList").take(LISTS) {
        let label = label(document, list);
        let named = ["class", "id"].map(|name| document.attribute(list, name).unwrap_or_default());
        let kind = named
            .iter()
            .copied()
            .chain([label.as_str()])
            .find_map(kind_of_list)
            .unwrap_or(OTHER_LISTS);
        let lines = targets(path, document, list, "navTarget", root, limits);
        contents.add_list(kind, label, nest(lines, limits));
    }
}

fn kind_of_list(word: &str) -> Option<&'static str> {
    let word = word.to_ascii_lowercase();
    let says = |words: &[&str]| words.iter().any(|known| word.contains(known));
    match word.as_str() {
        "loi" | "lof" => Some("loi"),
        "lot" => Some("lot"),
        "loa" => Some("loa"),
        "lov" => Some("lov"),
        _ if says(&["illustration", "figure", "abbildung"]) => Some("loi"),
        _ if says(&["table", "tabelle"]) => Some("lot"),
        _ => None,
    }
}

fn targets(
    path: &str,
    document: &Document,
    list: u32,
    name: &str,
    root: &str,
    limits: &Limits,
) -> Vec<Flat> {
    document
        .descendants(list, name)
        .take(limits.toc_entries as usize)
        .map(|target| Flat {
            depth: 0,
            entry: entry(path, document, target, root),
        })
        .collect()
}

/// The text of a `navLabel`; of several (one for each language) the first.
fn label(document: &Document, at: u32) -> String {
    document
        .child(at, "navLabel")
        .map(|label| document.content(label))
        .unwrap_or_default()
}

fn entry(path: &str, document: &Document, at: u32, root: &str) -> Entry {
    let mut title = label(document, at);
    if title.is_empty() {
        // A page may have its number only as a value.
        title = document.attribute(at, "value").unwrap_or_default().into();
    }
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
