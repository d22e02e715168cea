//! PalmDOC packing: every code is used where it fits.

/// Packs one record.
pub fn pack(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut at = 0;
    while at < text.len() {
        if let Some((distance, len)) = earlier(text, at) {
            let pair = 0x8000 | distance << 3 | (len - 3);
            out.extend((pair as u16).to_be_bytes());
            at += len;
            continue;
        }
        match (text[at], text.get(at + 1)) {
            (b' ', Some(&next @ 0x40..=0x7F)) => {
                out.push(next | 0x80);
                at += 2;
            }
            (byte @ (0 | 0x09..=0x7F), _) => {
                out.push(byte);
                at += 1;
            }
            _ => {
                let odd = |b: &&u8| matches!(**b, 1..=8 | 0x80..);
                let len = text[at..].iter().take(8).take_while(odd).count();
                out.push(len as u8);
                out.extend(&text[at..at + len]);
                at += len;
            }
        }
    }
    out
}

/// Distance and length of the longest earlier occurrence of what stands at `at`.
fn earlier(text: &[u8], at: usize) -> Option<(usize, usize)> {
    let common = |distance: usize| {
        let pairs = text[at..].iter().take(10).zip(&text[at - distance..]);
        pairs.take_while(|(a, b)| a == b).count()
    };
    let best = (1..=at.min(2047)).max_by_key(|&distance| common(distance))?;
    (common(best) >= 3).then(|| (best, common(best)))
}
