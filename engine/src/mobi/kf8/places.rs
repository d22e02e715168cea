//! Names for the places that `kindle:pos` references lead to.

use std::collections::{BTreeMap, HashMap};

use super::super::anchors::{self, Anchor};
use super::{Inserts, Part, path};

/// Finds names for all places that are referred to; writes ids where there are none.
pub(super) fn name_places(
    parts: &mut [Part],
    inserts: &Inserts,
    mut wanted: Vec<(usize, usize)>,
    most: u64,
) -> HashMap<(usize, usize), String> {
    wanted.sort_unstable();
    wanted.dedup();
    wanted.truncate(usize::try_from(most).unwrap_or(usize::MAX));
    let mut places = HashMap::with_capacity(wanted.len());
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
