//! Pass 1: every item of the spine is measured. What that writes is kept while there is room.

use std::cell::RefCell;
use std::collections::HashMap;

use rayon::prelude::*;

use super::index::{Index, ItemIndex, Shape};
use super::kept::{Kept, Shelf};
use super::{LARGE, size};
use crate::book::{Book, Kind, MOST_WAITING, Resolver, sniff_image, warning};
use crate::source::decode;
use crate::xhtml::{self, Found, Outcome, Splitting, StyleSource};
use crate::{Error, Options, Warning};

/// Scans the whole spine: small items in parallel, large ones one by one.
pub(crate) fn scan_all(
    book: &Book<'_>,
    options: &Options,
    room: usize,
    warnings: &mut Vec<Warning>,
) -> Result<(Index, Shelf), Error> {
    let (items, places) = distinct(book);
    let mut firsts = vec![None; items.len()];
    for (place, &item) in places.iter().enumerate() {
        firsts[item].get_or_insert(place);
    }
    let repaired = within(book, &items, options.limits.repaired_book_bytes);
    let job = |number: usize, keep: bool| Scan {
        book,
        options,
        number,
        repair: number < repaired,
        place: firsts[number],
        keep: keep && room > 0,
    };
    let mut scanned: Vec<Option<Scanned>> = items
        .par_iter()
        .enumerate()
        .map(|(k, &item)| (book.size(item) <= LARGE).then(|| job(k, true).run(item)))
        .collect();
    for (k, slot) in scanned.iter_mut().enumerate() {
        if slot.is_none() {
            *slot = Some(job(k, false).run(items[k]));
        }
    }
    let mut indexed = Vec::with_capacity(scanned.len());
    let mut shelf = Vec::with_capacity(scanned.len());
    let mut ids = 0u64;
    for Scanned {
        index: mut item,
        said,
        kept,
    } in scanned.into_iter().flatten()
    {
        ids += item.ids.len() as u64;
        if ids > options.limits.ids {
            item.ids.clear();
            warnings.push(warning(
                "ids_forgotten",
                "too many ids: links lead to the chapter only",
                Some(&item.path),
            ));
        }
        warnings.extend(said);
        indexed.push(item);
        shelf.push(kept);
    }
    let index = Index::new(book.format, options, indexed, &places)?;
    let shelf = Shelf::new(shelf, &places, room);
    Ok((index, shelf))
}

/// How many of `items` lie wholly within the first `most` bytes of the book.
fn within(book: &Book<'_>, items: &[usize], most: u64) -> usize {
    let mut end = 0u64;
    items
        .iter()
        .take_while(|&&item| {
            end = end.saturating_add(book.size(item));
            end <= most
        })
        .count()
}

/// One item to be measured.
#[derive(Clone, Copy)]
struct Scan<'s> {
    book: &'s Book<'s>,
    options: &'s Options,
    /// Its number among the spine's items.
    number: usize,
    /// Whether broken markup is worth repairing.
    repair: bool,
    /// The first place that shows it.
    place: Option<usize>,
    /// Whether to keep what is written.
    keep: bool,
}

/// What was found.
struct Scanned {
    index: ItemIndex,
    said: Vec<Warning>,
    kept: Option<Kept>,
}

/// The spine's items, each once, and for every place which of them it shows.
pub(super) fn distinct(book: &Book<'_>) -> (Vec<usize>, Vec<usize>) {
    let mut items = Vec::new();
    let mut known: HashMap<usize, usize> = HashMap::new();
    let places = book
        .package
        .spine
        .iter()
        .map(|place| {
            *known.entry(place.item).or_insert_with(|| {
                items.push(place.item);
                items.len() - 1
            })
        })
        .collect();
    (items, places)
}

/// The item that is shown for `item`: itself, or the first fallback that can be.
///
/// Scripts are never run here, so an item that says it needs them (`scripted`) gives way to its
/// fallback where it has one (EPUB Reading Systems 3.3, section 6.2).
pub(super) fn shown(book: &Book<'_>, item: usize) -> usize {
    let can = |i: &usize| {
        matches!(
            book.atlas.kinds[*i],
            Kind::Chapter | Kind::Svg | Kind::Image
        ) && book.file(*i).is_some()
    };
    let chain: Vec<usize> = book
        .package
        .fallbacks(item)
        .into_iter()
        .filter(can)
        .collect();
    let still = |i: &&usize| !book.package.items[**i].has("scripted");
    *chain
        .iter()
        .find(still)
        .or_else(|| chain.first())
        .unwrap_or(&item)
}

impl Scan<'_> {
    fn run(self, item: usize) -> Scanned {
        let book = self.book;
        let item = shown(book, item);
        let mut out = Scanned {
            index: empty(book, item),
            said: Vec::new(),
            kept: None,
        };
        let mut say = |code, message: String| {
            let path = Some(book.package.items[item].path.as_str());
            out.said.push(warning(code, message, path));
        };
        match book.atlas.kinds[item] {
            Kind::Image => {
                out.index.shape = Shape::Image;
                let bytes = book.read(item, self.options.limits.chapter_bytes).ok();
                out.index.viewport = bytes.and_then(|bytes| size::of_image(&bytes));
            }
            Kind::Other => say("spine_unknown", "this kind of file cannot be shown".into()),
            kind => match book.read(item, self.options.limits.chapter_bytes) {
                Ok(bytes) if sniff_image(&bytes).is_some() => {}
                Ok(bytes) => self.measure(&decode(&bytes), kind, &mut out),
                Err(error) => say("chapter_lost", format!("a chapter is lost: {error}")),
            },
        }
        out
    }

    /// Runs the pass over a chapter's text to find its places.
    fn measure(self, text: &str, kind: Kind, out: &mut Scanned) {
        out.index.chars = text.chars().count() as u64;
        let path = self.book.package.items[out.index.item].path.as_str();
        let whole = xhtml::Document {
            xml: text,
            origins: None,
            has_tree: true,
            depth: self.options.limits.depth as usize,
        };
        let (shape, passed) = match self.pass(path, whole) {
            Some(passed) if kind == Kind::Svg => (Shape::Svg, Some(passed)),
            Some(passed) => (Shape::Markup, Some(passed)),
            None => {
                let repaired = if self.repair {
                    xhtml::repair(text, &self.options.limits)
                } else {
                    xhtml::strip(text)
                };
                let shape = if repaired.text_only {
                    Shape::TextOnly
                } else {
                    Shape::Repaired
                };
                let repaired = xhtml::Document {
                    xml: &repaired.xml,
                    origins: Some(&repaired.origins),
                    has_tree: !repaired.text_only,
                    depth: self.options.limits.depth as usize,
                };
                (shape, self.pass(path, repaired))
            }
        };
        let mut say = |code, message| out.said.push(warning(code, message, Some(path)));
        match (shape, &passed) {
            (_, None) => say("chapter_lost", "a chapter is beyond repair"),
            (Shape::Repaired, _) => say(
                "chapter_repaired",
                "the markup was broken and has been repaired",
            ),
            (Shape::TextOnly, _) => say(
                "chapter_text_only",
                "the markup was beyond repair; the text is kept",
            ),
            _ => {}
        }
        let Some(passed) = passed else { return };
        if passed.outcome.found.flattened {
            say(
                "chapter_flattened",
                "elements nested too deep were flattened",
            );
        }
        out.index.shape = shape;
        out.index.splits = passed.outcome.splits;
        out.index.styles = passed.files;
        out.kept = passed.kept;
        keep(passed.outcome.found, &mut out.index);
        if shape == Shape::Svg {
            out.index.viewport = out.index.viewport.or_else(|| size::of_svg(text));
        }
    }

    /// One pass over well-formed text.
    fn pass(self, path: &str, document: xhtml::Document<'_>) -> Option<Passed> {
        let resolver = Resolver {
            place: self.place,
            waiting: self.keep.then(Default::default),
            ..Resolver::new(self.book, path, "../resources/")
        };
        let splitting = Splitting::Find {
            soft: self.options.slice_soft.max(64),
            hard: self.options.slice_hard.max(256),
            found: Vec::new(),
        };
        let mut bodies = Vec::new();
        let mut on_body = |body| {
            if self.keep {
                bodies.push(body);
            }
        };
        let outcome = xhtml::run(&document, &resolver, splitting, self.keep, &mut on_body).ok()?;
        let files = style_files(&resolver, self.number, &outcome.found);
        let links = resolver.waiting.map(RefCell::into_inner);
        let kept = links
            .filter(|links| links.len() < MOST_WAITING)
            .map(|links| Kept {
                bodies,
                links,
                used: resolver.used.into_inner(),
                styles: outcome.found.styles.clone(),
            });
        Some(Passed {
            outcome,
            files,
            kept,
        })
    }
}

/// The end of a pass, and what the chapter's stylesheets are called.
struct Passed {
    outcome: Outcome,
    files: Vec<(String, String)>,
    kept: Option<Kept>,
}

/// An item of which nothing is known yet.
fn empty(book: &Book<'_>, item: usize) -> ItemIndex {
    ItemIndex {
        item,
        path: book.package.items[item].path.clone(),
        shape: Shape::Nothing,
        chars: 0,
        splits: Vec::new(),
        ids: Default::default(),
        title: String::new(),
        heading: String::new(),
        html: String::new(),
        body: String::new(),
        viewport: None,
        styles: Vec::new(),
    }
}

fn keep(found: Found, out: &mut ItemIndex) {
    for (id, part, offset) in found.ids {
        out.ids.entry(id).or_insert((part, offset));
    }
    out.title = found.title.trim().to_owned();
    out.heading = found.heading.trim().to_owned();
    out.html = found.html;
    out.body = found.body;
    out.viewport = found.viewport;
}

/// The files that a chapter's stylesheets come to lie in, in the cascade's order.
fn style_files(resolver: &Resolver<'_>, number: usize, found: &Found) -> Vec<(String, String)> {
    let mut files = Vec::new();
    for (k, style) in found.styles.iter().enumerate() {
        let file = match &style.source {
            StyleSource::Href(href) => resolver
                .sheet(href)
                .and_then(|item| resolver.book.atlas.resources[item].as_ref())
                .map(|resource| resource.name.clone()),
            StyleSource::Rules(rules) if rules.trim().is_empty() => None,
            StyleSource::Rules(_) => Some(style_name(number, k)),
        };
        if let Some(file) = file {
            files.push((file, style.media.clone()));
        }
    }
    files
}

/// The file for the `k`-th style of item `number`.
pub(super) fn style_name(number: usize, k: usize) -> String {
    format!("s{number}-{k}.css")
}
