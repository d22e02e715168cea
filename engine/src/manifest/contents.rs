//! Tables of contents as links to slices.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use crate::book::{Book, Targets};
use crate::package::{Href, TocEntry};
use crate::slices::Index;
use crate::zip::percent_decode;

/// Titles that the table of contents gives to the beginnings of slices.
pub(super) fn starts(book: &Book<'_>, index: &Index) -> HashMap<u32, String> {
    let mut titles = HashMap::new();
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
pub(super) fn entries(book: &Book<'_>, index: &Index, list: &[TocEntry]) -> Vec<Value> {
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
    let place = book
        .cfi_place(path, fragment.as_deref())
        .or_else(|| place_of(book, path))?;
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
pub(super) fn headings(index: &Index) -> Vec<Value> {
    let mut out = Vec::new();
    for (item, first) in &index.spine {
        if let Some(title) = super::own_title(&index.items[*item]) {
            out.push(json!({ "href": format!("slices/{first}.html"), "title": title }));
        }
    }
    out
}
