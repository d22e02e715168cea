//! The crate `epub` agrees on spine, resources and, in books with an NCX, on the table of
//! contents (it reads no navigation documents).

#[path = "../../../engine/tests/support/compare.rs"]
mod compare;

use std::io::Cursor;
use std::path::{Component, Path};

use compare::{Reading, words};
use epub::doc::{EpubDoc, NavPoint};

/// Differences that were looked at, and why each stands.
const KNOWN: &[(&str, &str, &str)] = &[];

fn read(bytes: &[u8]) -> Option<Reading> {
    let mut book = EpubDoc::from_reader(Cursor::new(bytes)).ok()?;
    let mut out = Reading::default();
    for place in &book.spine {
        if let Some(item) = book.resources.get(&place.idref) {
            out.spine.push(plain(&item.path));
        }
    }
    let mut titles = Vec::new();
    flatten(&book.toc, &mut titles);
    out.toc = (!titles.is_empty()).then_some(titles);
    let items: Vec<(String, String)> = book
        .resources
        .iter()
        .map(|(id, item)| (id.clone(), item.mime.clone()))
        .collect();
    for (id, mime) in items {
        if let (Some(kind), Some((bytes, _))) = (compare::kind(&mime), book.get_resource(&id)) {
            out.files.entry(kind).or_default().push(bytes);
        }
    }
    out.files.values_mut().for_each(|list| list.sort());
    Some(out)
}

/// The path from the archive's root, `..` resolved.
fn plain(path: &Path) -> String {
    let mut parts: Vec<String> = Vec::new();
    for part in path.components() {
        match part {
            Component::ParentDir => drop(parts.pop()),
            Component::Normal(name) => parts.push(name.to_string_lossy().into_owned()),
            _ => {}
        }
    }
    parts.join("/")
}

fn flatten(list: &[NavPoint], out: &mut Vec<String>) {
    for point in list {
        out.push(words(&point.label));
        flatten(&point.children, out);
    }
}

#[test]
fn spine_resources_and_contents_are_those_that_the_crate_epub_reads() {
    match compare::good_books() {
        Some(books) => compare::judge(&books, KNOWN, true, read),
        None => eprintln!("SKIPPED: the second oracle: there is no corpus"),
    }
}
