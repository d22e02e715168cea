//! Pass 1: every item of the spine is measured; nothing is kept of its output.

use std::collections::HashMap;

use rayon::prelude::*;

use super::index::{Index, ItemIndex, Shape};
use super::{LARGE, size};
use crate::book::{Book, Kind, Resolver, sniff_image, warning};
use crate::source::decode;
use crate::xhtml::{self, Found, Outcome, Splitting, StyleSource};
use crate::{Error, Options, Warning};

/// Scans the whole spine: small items in parallel, large ones one by one.
pub(crate) fn scan_all(
    book: &Book<'_>,
    options: &Options,
    warnings: &mut Vec<Warning>,
) -> Result<Index, Error> {
    let (items, places) = distinct(book);
    let size = |item: usize| book.size(item);
    let mut scanned: Vec<Option<(ItemIndex, Vec<Warning>)>> = items
        .par_iter()
        .enumerate()
        .map(|(k, &item)| (size(item) <= LARGE).then(|| scan(book, options, k, item)))
        .collect();
    for (k, slot) in scanned.iter_mut().enumerate() {
        if slot.is_none() {
            *slot = Some(scan(book, options, k, items[k]));
        }
    }
    let mut indexed = Vec::with_capacity(scanned.len());
    let mut ids = 0u64;
    for (mut item, said) in scanned.into_iter().flatten() {
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
    }
    Index::new(book.format, options, indexed, &places)
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

fn scan(
    book: &Book<'_>,
    options: &Options,
    number: usize,
    item: usize,
) -> (ItemIndex, Vec<Warning>) {
    let item = shown(book, item);
    let path = book.package.items[item].path.clone();
    let mut out = ItemIndex {
        item,
        path: path.clone(),
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
    };
    let kind = book.atlas.kinds[item];
    if kind == Kind::Image {
        out.shape = Shape::Image;
        let bytes = book.read(item, options.limits.chapter_bytes).ok();
        out.viewport = bytes.and_then(|bytes| size::of_image(&bytes));
        return (out, Vec::new());
    }
    let mut said = Vec::new();
    if kind == Kind::Other {
        said.push(warning(
            "spine_unknown",
            "this kind of file cannot be shown",
            Some(&path),
        ));
        return (out, said);
    }
    match book.read(item, options.limits.chapter_bytes) {
        Ok(bytes) if sniff_image(&bytes).is_some() => out.shape = Shape::Nothing,
        Ok(bytes) => measure(
            book,
            options,
            number,
            &decode(&bytes),
            kind,
            &mut out,
            &mut said,
        ),
        Err(error) => said.push(warning(
            "chapter_lost",
            format!("a chapter is lost: {error}"),
            Some(&path),
        )),
    }
    (out, said)
}

/// Runs the pass over a chapter's text to find its places.
fn measure(
    book: &Book<'_>,
    options: &Options,
    number: usize,
    text: &str,
    kind: Kind,
    out: &mut ItemIndex,
    said: &mut Vec<Warning>,
) {
    out.chars = text.chars().count() as u64;
    let resolver = Resolver {
        place: book.atlas.first_place[out.item].or(Some(0)),
        ..Resolver::new(book, &out.path, "../resources/")
    };
    let depth = options.limits.depth as usize;
    let run = |xml: &str| {
        let splitting = Splitting::Find {
            soft: options.slice_soft.max(64),
            hard: options.slice_hard.max(256),
            found: Vec::new(),
        };
        let document = xhtml::Document {
            xml,
            origins: None,
            has_tree: true,
            depth,
        };
        xhtml::run(&document, &resolver, splitting, false, &mut |_| {})
    };
    let (shape, outcome) = match run(text) {
        Ok(outcome) => (
            if kind == Kind::Svg {
                Shape::Svg
            } else {
                Shape::Markup
            },
            Ok(outcome),
        ),
        Err(_) => {
            let repaired = xhtml::repair(text, &options.limits);
            let shape = if repaired.text_only {
                Shape::TextOnly
            } else {
                Shape::Repaired
            };
            let splitting = Splitting::Find {
                soft: options.slice_soft.max(64),
                hard: options.slice_hard.max(256),
                found: Vec::new(),
            };
            let document = xhtml::Document {
                xml: &repaired.xml,
                origins: Some(&repaired.origins),
                has_tree: !repaired.text_only,
                depth,
            };
            (
                shape,
                xhtml::run(&document, &resolver, splitting, false, &mut |_| {}),
            )
        }
    };
    let path = Some(out.path.as_str());
    match (shape, &outcome) {
        (_, Err(_)) => said.push(warning("chapter_lost", "a chapter is beyond repair", path)),
        (Shape::Repaired, _) => said.push(warning(
            "chapter_repaired",
            "the markup was broken and has been repaired",
            path,
        )),
        (Shape::TextOnly, _) => said.push(warning(
            "chapter_text_only",
            "the markup was beyond repair; the text is kept",
            path,
        )),
        _ => {}
    }
    let Ok(Outcome { found, splits }) = outcome else {
        return;
    };
    if found.flattened {
        said.push(warning(
            "chapter_flattened",
            "elements nested too deep were flattened",
            path,
        ));
    }
    out.shape = shape;
    out.splits = splits;
    out.styles = style_files(&resolver, number, &found);
    keep(found, out);
    if shape == Shape::Svg {
        out.viewport = out.viewport.or_else(|| size::of_svg(text));
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
