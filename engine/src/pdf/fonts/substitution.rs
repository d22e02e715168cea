//! `GSUB`: characters that a PDF shows with one glyph ("ffi") become that glyph.
//!
//! Under `ccmp`, which shapers always apply; `liga` is off as soon as letters are spaced.

use std::collections::BTreeMap;

use super::Entry;
use super::tables::Writer;

/// Glyphs that follow the first one, and what all become.
type Ligature = (Vec<u16>, u16);

/// The table, if any entry needs it.
pub(super) fn table(entries: &[Entry<'_>]) -> Option<Vec<u8>> {
    let glyph = |c: char| {
        let at = entries.iter().position(|entry| entry.char == Some(c))?;
        Some(at as u16 + 1)
    };
    let mut sets: BTreeMap<u16, Vec<Ligature>> = BTreeMap::new();
    for (n, entry) in entries.iter().enumerate() {
        let Some(sequence) = entry.sequence else {
            continue;
        };
        let parts: Vec<u16> = sequence.chars().filter_map(glyph).collect();
        if parts.len() != sequence.chars().count() {
            continue;
        }
        let (first, rest) = parts.split_first()?;
        let set = sets.entry(*first).or_default();
        set.push((rest.to_vec(), n as u16 + 1));
    }
    if sets.is_empty() {
        return None;
    }
    for set in sets.values_mut() {
        // The first that fits is taken, so the longest comes first.
        set.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then(a.cmp(b)));
    }
    Some(header(&lookup(&sets)))
}

/// Version, one script with one feature, one lookup.
fn header(lookup: &[u8]) -> Vec<u8> {
    let mut out = Writer::default();
    out.u32(0x1_0000).u16(10).u16(30).u16(44);
    // Script list: DFLT, its default language with feature 0.
    out.u16(1).bytes(b"DFLT").u16(8);
    out.u16(4).u16(0).u16(0).u16(0xFFFF).u16(1).u16(0);
    // Feature list: ccmp with lookup 0.
    out.u16(1).bytes(b"ccmp").u16(8).u16(0).u16(1).u16(0);
    // Lookup list.
    out.u16(1).u16(4).bytes(lookup);
    out.0
}

/// A lookup of type 4 with one subtable of format 1.
fn lookup(sets: &BTreeMap<u16, Vec<Ligature>>) -> Vec<u8> {
    let count = sets.len() as u16;
    let mut bodies = Vec::new();
    for set in sets.values() {
        let mut out = Writer::default();
        out.u16(set.len() as u16);
        let mut at = 2 + 2 * set.len() as u16;
        for (rest, _) in set {
            out.u16(at);
            at += 4 + 2 * rest.len() as u16;
        }
        for (rest, becomes) in set {
            out.u16(*becomes).u16(rest.len() as u16 + 1);
            for part in rest {
                out.u16(*part);
            }
        }
        bodies.push(out.0);
    }
    let mut out = Writer::default();
    out.u16(4).u16(0).u16(1).u16(8);
    let coverage = 6 + 2 * count;
    out.u16(1).u16(coverage).u16(count);
    let mut at = coverage + 4 + 2 * count;
    for body in &bodies {
        out.u16(at);
        at = at.saturating_add(body.len() as u16);
    }
    out.u16(1).u16(count);
    for first in sets.keys() {
        out.u16(*first);
    }
    for body in bodies {
        out.bytes(&body);
    }
    out.0
}
