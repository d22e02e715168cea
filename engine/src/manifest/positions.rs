//! Positions: one for every 1,024 characters of an item's source.
//!
//! They are counted on the source, so cutting a book otherwise moves none of them.

use std::io::Write;

use crate::slices::Index;

/// Characters of source between two positions.
const EVERY: u64 = 1024;

/// The position list as JSON. Written piece by piece: long books have tens of thousands.
pub(crate) fn positions(index: &Index) -> Vec<u8> {
    let count = |item: usize| index.items[item].chars.div_ceil(EVERY).max(1);
    let total: u64 = index.spine.iter().map(|(item, _)| count(*item)).sum();
    let mut out = Vec::with_capacity(128 * total as usize + 64);
    // Writing to a `Vec` cannot fail.
    let _ = write!(out, "{{\"total\":{total},\"positions\":[");
    let mut position = 0;
    for (place, (item, first)) in index.spine.iter().enumerate() {
        let splits = &index.items[*item].splits;
        for k in 0..count(*item) {
            let offset = k * EVERY;
            let part = splits.partition_point(|split| split.offset <= offset) as u32;
            let (start, end) = index.bounds(place, part);
            let within = (offset - start) as f64 / (end - start).max(1) as f64;
            let whole = position as f64 / total as f64;
            position += 1;
            let comma = if position > 1 { "," } else { "" };
            let _ = write!(
                out,
                "{comma}{{\"href\":\"slices/{}.html\",\"type\":\"text/html\",\"locations\":{{\"progression\":{},\
                 \"position\":{position},\"totalProgression\":{}}}}}",
                first + part,
                round(within),
                round(whole),
            );
        }
    }
    out.extend_from_slice(b"]}");
    out
}

/// Six digits are finer than a character in any book.
fn round(fraction: f64) -> f64 {
    (fraction * 1e6).round() / 1e6
}
