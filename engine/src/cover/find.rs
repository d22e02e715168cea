//! Candidates for the cover, best first.

use crate::book::{Book, Kind};
use crate::slices::{Index, Shape};
use crate::source::decode;
use crate::xhtml;

/// Something that may be the cover.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Candidate {
    /// A picture that the package names, directly or through a page.
    Named(usize),
    /// A drawing without a picture in it, named or the first page itself.
    Drawing(usize),
    /// A picture of the first page, which may be a mere ornament.
    Shown(usize),
}

impl Candidate {
    pub fn item(self) -> usize {
        match self {
            Self::Named(item) | Self::Drawing(item) | Self::Shown(item) => item,
        }
    }
}

/// Characters of a first page that may still be a cover; a page of text that happens to hold an
/// ornament is none.
const PAGE_CHARS: u64 = 8192;
/// A page shows a drawing, the drawing shows a picture: not deeper.
const NESTING: u32 = 2;

/// The pictures that the package names, up to the first thing that is a page or a drawing.
pub(super) fn named(book: &Book<'_>) -> Vec<Candidate> {
    let is_picture = |item: &&usize| matches!(book.atlas.kinds[**item], Kind::Image | Kind::Other);
    let pictures = book.package.covers.iter().take_while(is_picture);
    once(pictures.map(|&item| Candidate::Named(item)).collect())
}

/// What the package names, beginning with [`named`]; then the pictures of the first page; each
/// once.
pub(super) fn candidates(book: &Book<'_>, index: &Index) -> Vec<Candidate> {
    let mut found: Vec<Candidate> = Vec::new();
    for &item in &book.package.covers {
        match book.atlas.kinds[item] {
            Kind::Image => found.push(Candidate::Named(item)),
            // A guide names the cover's page, not its picture.
            Kind::Chapter => found.extend(within(book, item, Candidate::Named)),
            Kind::Svg => found.extend(drawing(book, item, Candidate::Named)),
            // Called something else; the bytes decide.
            Kind::Other => found.push(Candidate::Named(item)),
            _ => {}
        }
    }
    if let Some(&(first, _)) = index.spine.first() {
        let item = &index.items[first];
        match item.shape {
            Shape::Image => found.push(Candidate::Named(item.item)),
            Shape::Svg => found.extend(drawing(book, item.item, Candidate::Shown)),
            Shape::Nothing => {}
            _ if item.chars < PAGE_CHARS => found.extend(within(book, item.item, Candidate::Shown)),
            _ => {}
        }
    }
    once(found)
}

fn once(mut candidates: Vec<Candidate>) -> Vec<Candidate> {
    let mut seen = Vec::new();
    candidates.retain(|candidate| {
        let new = !seen.contains(&candidate.item());
        seen.push(candidate.item());
        new
    });
    candidates
}

/// The pictures in a drawing (often it only wraps one), or the drawing itself.
fn drawing(book: &Book<'_>, item: usize, kind: fn(usize) -> Candidate) -> Vec<Candidate> {
    let inside = within(book, item, kind);
    if inside.is_empty() {
        vec![Candidate::Drawing(item)]
    } else {
        inside
    }
}

fn within(book: &Book<'_>, item: usize, kind: fn(usize) -> Candidate) -> Vec<Candidate> {
    let mut pictures = pictures(book, item, NESTING);
    pictures.sort_by_key(|&i| (std::cmp::Reverse(book.size(i)), i));
    pictures.into_iter().map(kind).collect()
}

/// The pictures a page shows. The largest file comes first: a page has one, or a cover and
/// ornaments.
fn pictures(book: &Book<'_>, item: usize, nesting: u32) -> Vec<usize> {
    let path = &book.package.items[item].path;
    let most = book.limits.package_bytes.min(book.limits.chapter_bytes);
    let Ok(bytes) = book.read(item, most) else {
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
        let whole = xhtml::Splitting::Follow(&[]);
        xhtml::run(document, &resolver, whole, false, &mut |_| {}).is_ok()
    };
    if !run(&document) {
        let repaired = xhtml::repair(&text, &book.limits);
        run(&xhtml::Document {
            xml: &repaired.xml,
            ..document
        });
    }
    let mut found = Vec::new();
    for used in resolver.used.into_inner() {
        match book.atlas.kinds[used] {
            Kind::Image => found.push(used),
            Kind::Svg if nesting > 1 && used != item => {
                found.extend(pictures(book, used, nesting - 1));
            }
            _ => {}
        }
    }
    found
}
