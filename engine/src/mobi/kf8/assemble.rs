//! Documents from their pieces: fragments go into skeletons.

use super::super::Opening;
use super::super::indx::Index;
use super::{Inserts, Part};
use crate::book::warning;

/// Puts the fragments into their skeletons. A book without skeletons is one document.
pub(super) fn assemble(
    book: &mut Opening<'_, '_>,
    text: &[u8],
    skeletons: Option<Index<'_>>,
    fragments: Option<Index<'_>>,
) -> (Vec<Part>, Inserts) {
    let fragments = fragments.unwrap_or_default();
    let insert = |i: usize| {
        let digits = std::str::from_utf8(fragments.label(i)).unwrap_or_default();
        digits.trim().parse::<usize>().unwrap_or(0)
    };
    let inserts: Inserts = (0..fragments.len()).map(insert).collect();
    let skeletons = skeletons.unwrap_or_default();
    let mut parts: Vec<Part> = Vec::new();
    let (mut next, mut last, mut damaged) = (0usize, 0usize, false);
    for s in 0..skeletons.len() {
        let count = skeletons.value(s, 1, 0).unwrap_or(0);
        let (Some(from), Some(len)) = (skeletons.value(s, 6, 0), skeletons.value(s, 6, 1)) else {
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
            let len = fragments.value(i, 6, 1).unwrap_or(0);
            let end = base.saturating_add(len).min(text.len());
            pieces.push((inserts[i], &text[base.min(end)..end]));
            base = end;
        }
        let (made, in_order) = weave(frame, from, &pieces);
        damaged |= !in_order;
        parts.push(Part {
            start: from,
            text: made,
            skeleton: Some(s),
        });
        last = base;
    }
    if last < text.len() && !text[last..].trim_ascii().is_empty() {
        damaged |= !parts.is_empty();
        parts.push(Part {
            start: last,
            text: text[last..].to_vec(),
            skeleton: None,
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
pub(in super::super) fn weave(
    frame: &[u8],
    start: usize,
    pieces: &[(usize, &[u8])],
) -> (Vec<u8>, bool) {
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
