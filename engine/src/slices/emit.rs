//! Pass 2: one item's slices, from the index.

use std::collections::BTreeSet;

use super::index::{Index, ItemIndex, Shape};
use super::kept::{self, Kept};
use super::{page, scan};
use crate::book::{Book, Resolver};
use crate::css::Rewriter;
use crate::locators::{SliceText, TextBlock};
use crate::source::decode;
use crate::xhtml::{self, Body, Splitting, StyleRef, StyleSource};

/// A finished slice.
pub(crate) struct Emitted {
    /// Its number in the book.
    pub n: u32,
    pub html: String,
    /// The JSON of `text/{n}.json`.
    pub text: Vec<u8>,
}

/// Emits the slices of `place`, in order, from what pass 1 kept of it if it did.
/// `on_style` is given the rules written in the chapter itself, as file name and sheet.
/// Returns the resources referred to.
pub(crate) fn emit(
    book: &Book<'_>,
    index: &Index,
    place: usize,
    kept: Option<Kept>,
    on_slice: &mut dyn FnMut(Emitted),
    on_style: &mut dyn FnMut(String, String),
) -> Vec<usize> {
    let (number, first) = index.spine[place];
    let item = &index.items[number];
    let resolver = Resolver {
        place: Some(place),
        targets: Some(index),
        ..Resolver::new(book, &item.path, "../resources/")
    };
    if let Some(kept) = kept {
        return filled(book, index, place, kept, on_slice, on_style);
    }
    let mut part = 0;
    let mut finish = |body: Body| {
        let (start, _) = index.bounds(place, part);
        let write = |out: &mut String| out.push_str(&body.html);
        let n = first + part;
        on_slice(finished(book, item, place, n, start, write, body.text));
        part += 1;
    };
    match item.shape {
        Shape::Image => {
            let html = match &book.atlas.resources[item.item] {
                Some(resource) => page::image(&format!("../resources/{}", resource.name), ""),
                None => page::notice("missing"),
            };
            resolver.used.borrow_mut().insert(item.item);
            finish(Body {
                html,
                text: Vec::new(),
            });
        }
        Shape::Nothing => finish(Body {
            html: page::notice("missing"),
            text: Vec::new(),
        }),
        _ => markup(book, item, number, &resolver, &mut finish, on_style),
    }
    resolver.used.into_inner().into_iter().collect()
}

fn markup(
    book: &Book<'_>,
    item: &ItemIndex,
    number: usize,
    resolver: &Resolver<'_>,
    finish: &mut dyn FnMut(Body),
    on_style: &mut dyn FnMut(String, String),
) {
    let Ok(bytes) = book.read(item.item, book.limits.chapter_bytes) else {
        // The scan has read it, so this cannot be; a notice keeps the numbering.
        (0..=item.splits.len()).for_each(|_| {
            finish(Body {
                html: page::notice("missing"),
                text: Vec::new(),
            })
        });
        return;
    };
    let text = decode(&bytes);
    let repaired;
    let (xml, origins) = if matches!(item.shape, Shape::Repaired | Shape::TextOnly) {
        repaired = match item.shape {
            Shape::Repaired => xhtml::repair(&text, &book.limits),
            _ => xhtml::strip(&text),
        };
        (repaired.xml.as_str(), Some(repaired.origins.as_slice()))
    } else {
        (&*text, None)
    };
    let document = xhtml::Document {
        xml,
        origins,
        has_tree: item.shape != Shape::TextOnly,
        depth: book.limits.depth as usize,
    };
    let outcome = xhtml::run(
        &document,
        resolver,
        Splitting::Follow(&item.splits),
        true,
        finish,
    );
    let Ok(outcome) = outcome else { return };
    let used = own_styles(book, item, number, &outcome.found.styles, on_style);
    resolver.used.borrow_mut().extend(used);
}

/// The slices of a place whose bodies were kept. Returns the resources referred to.
fn filled(
    book: &Book<'_>,
    index: &Index,
    place: usize,
    kept: Kept,
    on_slice: &mut dyn FnMut(Emitted),
    on_style: &mut dyn FnMut(String, String),
) -> Vec<usize> {
    let (number, first) = index.spine[place];
    let item = &index.items[number];
    for (part, body) in (0..).zip(kept.bodies) {
        let (start, _) = index.bounds(place, part);
        let fill = |out: &mut String| kept::fill(&body.html, &kept.links, index, place, out);
        let n = first + part;
        on_slice(finished(book, item, place, n, start, fill, body.text));
    }
    let mut used = kept.used;
    used.extend(own_styles(book, item, number, &kept.styles, on_style));
    used.into_iter().collect()
}

/// Gives the rules written in a chapter to `on_style`, rewritten. Returns the resources they show.
fn own_styles(
    book: &Book<'_>,
    item: &ItemIndex,
    number: usize,
    found: &[StyleRef],
    on_style: &mut dyn FnMut(String, String),
) -> BTreeSet<usize> {
    let styles = Resolver::new(book, &item.path, "");
    for (k, style) in found.iter().enumerate() {
        let name = scan::style_name(number, k);
        if let (StyleSource::Rules(rules), true) = (
            &style.source,
            item.styles.iter().any(|(file, _)| *file == name),
        ) {
            let rewriter = Rewriter {
                references: &styles,
                depth: book.limits.css_depth as usize,
                most: book.limits.css_bytes as usize,
            };
            on_style(name, rewriter.sheet(rules));
        }
    }
    styles.used.into_inner()
}

fn finished(
    book: &Book<'_>,
    item: &ItemIndex,
    place: usize,
    n: u32,
    start: u64,
    write: impl FnOnce(&mut String),
    text: Vec<TextBlock>,
) -> Emitted {
    let page = &book.package.spine[place].page;
    let fixed = page
        .rendition
        .layout
        .map_or(book.package.rendition.is_fixed(), |layout| {
            layout == "pre-paginated"
        });
    let mut html = page::head(&book.package, item, fixed, start);
    write(&mut html);
    html.push_str(page::FOOT);
    let text = json(&SliceText {
        item: item.path.clone(),
        cfi: book.package.spine[place].step.clone(),
        blocks: text,
    });
    Emitted { n, html, text }
}

fn json(text: &SliceText) -> Vec<u8> {
    let blocks = text.blocks.iter();
    let mut out = Vec::with_capacity(blocks.map(|block| block.t.len() + 64).sum());
    // Our own types always serialise, and memory always takes them.
    let _ = serde_json::to_writer(&mut out, text);
    out
}
