//! KF8: documents in pieces, flows, references by fragment.
//! Source: MobileRead wiki, "KF8"; facts of KindleUnpack (SKEL and FRAG tags, FDST).

use std::collections::{BTreeMap, HashMap};

use super::Opening;
use super::anchors::{self, Anchor};
use super::bytes::usize_at;
use super::contents::{Line, Place};
use super::indx::Index;
use super::links;
use crate::Error;
use crate::book::warning;

/// One document, whole. In positions of the text it covers `start..start + text.len()`.
struct Part {
    start: usize,
    text: Vec<u8>,
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
    wanted.extend(
        toc.iter()
            .chain(&guide)
            .filter_map(|line| match line.place {
                Place::Fragment(fragment, offset) => Some((fragment, offset)),
                _ => None,
            }),
    );
    let places = name_places(&mut parts, &inserts, wanted);
    for (i, part) in parts.into_iter().enumerate() {
        let text = match String::from_utf8(part.text) {
            Ok(text) if !book.header.western => text,
            Ok(text) => book.header.decode(text.as_bytes()).into_owned(),
            Err(error) => book.header.decode(error.as_bytes()).into_owned(),
        };
        book.chapter(path(i), "application/xhtml+xml", text.into_bytes())?;
    }
    for (n, &(from, to)) in flows.iter().enumerate().skip(1) {
        add_flow(book, n, raw.get(from..to).unwrap_or_default());
    }
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

/// Puts the fragments into their skeletons. A book without skeletons is one document.
fn assemble(
    book: &mut Opening<'_, '_>,
    text: &[u8],
    skeletons: Option<Index>,
    fragments: Option<Index>,
) -> (Vec<Part>, Inserts) {
    let fragments = fragments.unwrap_or_default();
    let insert = |entry: &super::indx::Entry| {
        let digits = std::str::from_utf8(&entry.label).unwrap_or_default();
        digits.trim().parse::<usize>().unwrap_or(0)
    };
    let inserts: Inserts = fragments.entries.iter().map(insert).collect();
    let skeletons = skeletons.unwrap_or_default();
    let mut parts: Vec<Part> = Vec::new();
    let (mut next, mut last, mut damaged) = (0usize, 0usize, false);
    for skeleton in &skeletons.entries {
        let count = skeleton.value(1, 0).unwrap_or(0);
        let (Some(from), Some(len)) = (skeleton.value(6, 0), skeleton.value(6, 1)) else {
            damaged = true;
            continue;
        };
        // Skeletons follow each other; what overlaps would be shown twice.
        let (from, to) = (from.max(last), from.saturating_add(len).min(text.len()));
        let Some(frame) = text.get(from..to) else {
            damaged = true;
            continue;
        };
        let mut pieces = Vec::new();
        let mut base = to;
        let here = next..next.saturating_add(count).min(inserts.len());
        next = here.end;
        for i in here {
            let len = fragments.entries[i].value(6, 1).unwrap_or(0);
            let end = base.saturating_add(len).min(text.len());
            pieces.push((inserts[i], &text[base.min(end)..end]));
            base = end;
        }
        let (made, in_order) = weave(frame, from, &pieces);
        damaged |= !in_order;
        parts.push(Part {
            start: from,
            text: made,
        });
        last = base;
    }
    if last < text.len() && !text[last..].trim_ascii().is_empty() {
        damaged |= !parts.is_empty();
        parts.push(Part {
            start: last,
            text: text[last..].to_vec(),
        });
    }
    if damaged {
        let message = "some pieces of the text stand in the wrong place";
        book.warnings.push(warning("text_misplaced", message, None));
    }
    (parts, inserts)
}

/// Inserts pieces into a frame that begins at position `start`. Each goes behind the
/// one before; `false` when one asked for another place.
pub(super) fn weave(frame: &[u8], start: usize, pieces: &[(usize, &[u8])]) -> (Vec<u8>, bool) {
    let total: usize = pieces.iter().map(|(_, piece)| piece.len()).sum();
    let mut out = Vec::with_capacity(frame.len() + total);
    let (mut used, mut in_order) = (0, true);
    for (at, piece) in pieces {
        // Where the piece goes in what has been woven so far.
        let ahead = at.checked_sub(start + out.len());
        let copy = ahead.unwrap_or(0).min(frame.len() - used);
        in_order &= ahead == Some(copy);
        out.extend_from_slice(&frame[used..used + copy]);
        used += copy;
        out.extend_from_slice(piece);
    }
    out.extend_from_slice(&frame[used..]);
    (out, in_order)
}

/// Finds names for all places that are referred to; writes ids where there are none.
fn name_places(
    parts: &mut [Part],
    inserts: &Inserts,
    wanted: Vec<(usize, usize)>,
) -> HashMap<(usize, usize), String> {
    let mut places = HashMap::new();
    let mut firsts = vec![usize::MAX; parts.len()];
    let part_of = |parts: &[Part], at: usize| {
        parts
            .partition_point(|part| part.start <= at)
            .checked_sub(1)
    };
    for &at in inserts {
        if let Some(part) = part_of(parts, at) {
            firsts[part] = firsts[part].min(at);
        }
    }
    // Per part: byte → id to be written there.
    let mut written: Vec<BTreeMap<usize, String>> = vec![BTreeMap::new(); parts.len()];
    for (fragment, offset) in wanted {
        let Some(at) = inserts.get(fragment).and_then(|at| at.checked_add(offset)) else {
            continue;
        };
        let Some(i) = part_of(parts, at) else {
            continue;
        };
        let part = &parts[i];
        let anchor = match at {
            // The beginning of a document needs no name.
            _ if at == firsts[i] => Anchor::Document,
            _ => anchors::find(&part.text, at - part.start),
        };
        let fragment_name = match anchor {
            Anchor::Document => String::new(),
            Anchor::Id(id) => format!("#{id}"),
            Anchor::New(byte) => {
                let id = format!("pos-{}", part.start + byte);
                let name = format!("#{id}");
                written[i].insert(byte, id);
                name
            }
        };
        places.insert((fragment, offset), format!("/{}{fragment_name}", path(i)));
    }
    for (part, ids) in parts.iter_mut().zip(written) {
        let mut out = Vec::with_capacity(part.text.len() + 32 * ids.len());
        let mut from = 0;
        for (byte, id) in ids {
            out.extend_from_slice(&part.text[from..byte]);
            out.extend_from_slice(format!(" id=\"{id}\"").as_bytes());
            from = byte;
        }
        out.extend_from_slice(&part.text[from..]);
        part.text = out;
    }
    places
}
