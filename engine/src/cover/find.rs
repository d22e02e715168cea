//! Candidates for the cover, best first.

use crate::book::{Book, Kind};
use crate::slices::{Index, Shape};
use crate::source::decode;
use crate::xhtml;

/// What the package names; then the picture of the first page; each once.
pub(super) fn candidates(book: &Book<'_>, index: &Index) -> Vec<usize> {
    let mut found: Vec<usize> = Vec::new();
    let mut add = |items: Vec<usize>| {
        for item in items {
            if !found.contains(&item) {
                found.push(item);
            }
        }
    };
    for &item in &book.package.covers {
        match book.atlas.kinds[item] {
            Kind::Image => add(vec![item]),
            // A guide names the cover's page, not its picture.
            Kind::Chapter | Kind::Svg => add(pictures(book, item)),
            _ => {}
        }
    }
    if let Some(&(first, _)) = index.spine.first() {
        let item = &index.items[first];
        match item.shape {
            Shape::Image => add(vec![item.item]),
            Shape::Nothing => {}
            // A page of text that happens to hold an ornament is not a cover.
            _ if item.chars < 8192 => add(pictures(book, item.item)),
            _ => {}
        }
    }
    found
}

/// The pictures a page shows, largest file first (a page has one, or a cover and ornaments).
fn pictures(book: &Book<'_>, item: usize) -> Vec<usize> {
    let path = &book.package.items[item].path;
    let Ok(bytes) = book.read(
        item,
        book.limits.package_bytes.min(book.limits.chapter_bytes),
    ) else {
        return Vec::new();
    };
    let text = decode(&bytes);
    let resolver = crate::book::Resolver::new(book, path, "");
    let document = xhtml::Document {
        xml: &text,
        origins: None,
        has_tree: true,
        depth: book.limits.depth as usize,
    };
    let run = |document: &xhtml::Document<'_>| {
        xhtml::run(
            document,
            &resolver,
            xhtml::Splitting::Follow(&[]),
            false,
            &mut |_| {},
        )
        .is_ok()
    };
    if !run(&document) {
        let repaired = xhtml::repair(&text, &book.limits);
        run(&xhtml::Document {
            xml: &repaired.xml,
            ..document
        });
    }
    let mut used: Vec<usize> = resolver
        .used
        .into_inner()
        .into_iter()
        .filter(|&i| book.atlas.kinds[i] == Kind::Image)
        .collect();
    used.sort_by_key(|&i| (std::cmp::Reverse(book.size(i)), i));
    used
}
