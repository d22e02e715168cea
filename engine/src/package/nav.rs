//! The navigation document (EPUB 3.3 § 7).

use super::href::Href;
use super::toc::{Contents, Entry, Flat, OTHER_LISTS, nest};
use super::xml::Document;
use crate::Limits;

/// Reads every `nav`. Whether one is hidden does not matter: that is about the page.
pub(super) fn read(
    path: &str,
    document: &Document,
    root: &str,
    limits: &Limits,
    contents: &mut Contents,
) {
    let mut untyped = None;
    let mut seen = [false; 3];
    for nav in document.descendants(0, "nav") {
        let kinds = kinds(document, nav);
        let has = |kind: &str| kinds.iter().any(|known| known == kind);
        let entries = || nest(lines(path, document, nav, root, limits), limits);
        let (list, seen) = if has("toc") || has("doc-toc") {
            (&mut contents.toc, &mut seen[0])
        } else if has("landmarks") {
            (&mut contents.landmarks, &mut seen[1])
        } else if has("page-list") || has("doc-pagelist") {
            (&mut contents.pages, &mut seen[2])
        } else if kinds.is_empty() {
            untyped = untyped.or(Some(nav));
            continue;
        } else {
            let known = ["loi", "lot", "loa", "lov"]
                .into_iter()
                .find(|kind| has(kind));
            contents.add_list(
                known.unwrap_or(OTHER_LISTS),
                heading(document, nav),
                entries(),
            );
            continue;
        };
        if !std::mem::replace(seen, true) {
            *list = entries();
        }
    }
    if contents.toc.is_empty()
        && let Some(nav) = untyped
    {
        contents.toc = nest(lines(path, document, nav, root, limits), limits);
    }
}

/// What a `nav` is: `epub:type`, under whatever prefix, and the role of DPUB-ARIA.
fn kinds(document: &Document, nav: u32) -> Vec<String> {
    ["epub:type", "role"]
        .iter()
        .filter_map(|name| document.attribute(nav, name))
        .flat_map(str::split_ascii_whitespace)
        .filter(|kind| !matches!(*kind, "navigation" | "list"))
        .map(str::to_ascii_lowercase)
        .collect()
}

/// The heading in front of the list.
fn heading(document: &Document, nav: u32) -> String {
    document
        .children(nav)
        .find(|&at| !matches!(document.name(at), "ol" | "ul"))
        .map(|at| document.content(at))
        .unwrap_or_default()
}

/// Every `li` below `nav`, with how many `li` it stands in.
fn lines(path: &str, document: &Document, nav: u32, root: &str, limits: &Limits) -> Vec<Flat> {
    let mut flat = Vec::new();
    let mut open: Vec<u32> = Vec::new();
    for li in document
        .descendants(nav, "li")
        .take(limits.toc_entries as usize)
    {
        while open
            .last()
            .is_some_and(|&outer| !document.contains(outer, li))
        {
            open.pop();
        }
        let label = document
            .children(li)
            .find(|&at| !matches!(document.name(at), "ol" | "ul"));
        if let Some(label) = label {
            flat.push(Flat {
                depth: open.len(),
                entry: entry(path, document, label, root),
            });
        }
        open.push(li);
    }
    flat
}

/// A line from its label: a link, or a heading in a `span`.
fn entry(path: &str, document: &Document, label: u32, root: &str) -> Entry {
    // The link may be wrapped: `<p><a href="…">`.
    let link = match document.name(label) {
        "a" => Some(label),
        _ => document.near(label, "a"),
    };
    let mut title = document.content(label);
    if title.is_empty() {
        // Pictures say it in `alt`, which is content; everything else in these.
        let at = link.unwrap_or(label);
        let named = ["title", "aria-label"];
        title = named
            .iter()
            .find_map(|name| document.attribute(at, name))
            .unwrap_or_default()
            .trim()
            .into();
    }
    let href = link.and_then(|at| document.attribute(at, "href"));
    Entry {
        title,
        target: href.map(|href| Href::parse(path, root, href)),
        kind: link
            .and_then(|at| document.attribute(at, "epub:type"))
            .filter(|kind| !kind.contains('/'))
            .map(Into::into),
        children: Vec::new(),
    }
}
