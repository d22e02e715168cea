//! KF8: documents in pieces, flows, references by fragment.
//! Source: MobileRead wiki, "KF8"; facts of KindleUnpack (SKEL and FRAG tags, FDST).

mod assemble;
mod places;

use self::assemble::assemble;
use self::places::name_places;
use super::bytes::usize_at;
use super::contents::{Line, Place};
use super::{Opening, links};
use crate::Error;

#[cfg(test)]
pub(super) use self::assemble::weave;

/// One document, whole. In positions of the text it covers `start..start + text.len()`.
struct Part {
    start: usize,
    text: Vec<u8>,
    /// The number of its skeleton; the text behind the last has none.
    skeleton: Option<usize>,
}

/// Where a fragment is inserted, in positions of the text.
type Inserts = Vec<usize>;

/// Makes the documents, flows and contents of a KF8.
///
/// # Errors
/// `EmptySpine` when there is no document; `LimitExceeded`.
pub(super) fn build(book: &mut Opening<'_, '_>, raw: Vec<u8>) -> Result<(), Error> {
    let flows = flows(book, raw.len());
    let (first, last) = flows.first().copied().unwrap_or((0, raw.len()));
    let text = raw.get(first..last).unwrap_or(&raw);
    let skeletons = book.index(book.header.skeletons);
    let fragments = book.index(book.header.fragments.filter(|_| skeletons.is_some()));
    let (mut parts, inserts) = assemble(book, text, skeletons, fragments);
    let toc = book.read_ncx();
    let guide = book.read_guide();
    let mut wanted = links::places(text);
    let lines = toc.iter().chain(&guide);
    wanted.extend(lines.filter_map(|line| match line.place {
        Place::Fragment(fragment, offset) => Some((fragment, offset)),
        _ => None,
    }));
    let places = name_places(&mut parts, &inserts, wanted, book.limits.ids);
    let skeletons: Vec<Option<usize>> = parts.iter().map(|part| part.skeleton).collect();
    let mut items = Vec::with_capacity(parts.len());
    for (i, part) in parts.into_iter().enumerate() {
        let text = book.header.decoded(part.text);
        items.push(book.document(path(i), "application/xhtml+xml", text)?);
    }
    for (n, &(from, to)) in flows.iter().enumerate().skip(1) {
        add_flow(book, n, raw.get(from..to).unwrap_or_default());
    }
    book.place_all(&items, &skeletons);
    let target = |place: Place| match place {
        Place::Fragment(fragment, offset) => places.get(&(fragment, offset)).cloned(),
        _ => None,
    };
    let known = |line: &Line| target(line.place).is_some();
    book.contents.toc = book.lines(toc, target);
    book.contents.landmarks = book.lines(guide.into_iter().filter(known).collect(), target);
    book.store.places = places;
    Ok(())
}

/// The path of document `i`.
fn path(i: usize) -> String {
    format!("text/part{i:04}.xhtml")
}

/// The ranges of the flows: FDST, a table of ends and beginnings.
fn flows(book: &Opening<'_, '_>, len: usize) -> Vec<(usize, usize)> {
    let at = book.header.flows.and_then(|at| at.checked_add(book.start));
    let record = at.map_or(&[][..], |at| book.db.record(at));
    if !record.starts_with(b"FDST") {
        return vec![(0, len)];
    }
    let count = usize_at(record, 8).unwrap_or(0).min(record.len() / 8);
    let start = usize_at(record, 4).unwrap_or(12);
    let mut flows = Vec::with_capacity(count);
    let mut last = 0;
    for i in 0..count {
        let at = start.saturating_add(8 * i);
        let (Some(from), Some(to)) = (usize_at(record, at), usize_at(record, at + 4)) else {
            break;
        };
        // A text cut short keeps what there is of it; flows never overlap.
        let (from, to) = (from.clamp(last, len.max(last)), to.min(len));
        flows.push((from, to.max(from)));
        last = to.max(from);
    }
    flows
}

/// A flow is a drawing or a stylesheet.
fn add_flow(book: &mut Opening<'_, '_>, n: usize, bytes: &[u8]) {
    if book.package.items.len() as u64 >= book.limits.manifest_items {
        return;
    }
    let head = &bytes[..bytes.len().min(1024)];
    let (extension, media_type) = if memchr::memmem::find(head, b"<svg").is_some() {
        ("svg", "image/svg+xml")
    } else {
        ("css", "text/css")
    };
    let path = format!("flows/{n:04}.{extension}");
    let text = book.header.decode(bytes).into_owned().into_bytes();
    book.store.flows.insert(n, format!("/{path}"));
    book.store.made(&mut book.package, path, media_type, text);
}
