//! Huffman codes of limited length (RFC 1951, section 3.2.2).

/// Bits of a symbol, as they are sent, and how many.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Code {
    pub bits: u16,
    pub length: u8,
}

/// Codes for symbols that occur so often; none is longer than `limit`, and one that does not occur
/// has none. `limit` must leave room for all symbols at equal length.
pub(super) fn codes(counts: &[u32], limit: u8) -> Vec<Code> {
    let lengths = lengths(counts, limit);
    let mut next = [0u16; 16];
    let mut code = 0;
    for (length, first) in next.iter_mut().enumerate().skip(1) {
        *first = code;
        let with = lengths.iter().filter(|&&l| usize::from(l) == length);
        code = (code + with.count() as u16) << 1;
    }
    let code = |&length: &u8| {
        if length == 0 {
            return Code::default();
        }
        let code = next[usize::from(length)];
        next[usize::from(length)] += 1;
        Code {
            bits: code.reverse_bits() >> (16 - length),
            length,
        }
    };
    lengths.iter().map(code).collect()
}

fn lengths(counts: &[u32], limit: u8) -> Vec<u8> {
    let mut lengths = vec![0; counts.len()];
    let mut leaves: Vec<(u32, usize)> = counts.iter().copied().zip(0..).collect();
    leaves.retain(|&(count, _)| count > 0);
    leaves.sort_unstable();
    if let [(_, only)] = leaves[..] {
        lengths[only] = 1;
        return lengths;
    }
    let mut weights: Vec<u32> = leaves.iter().map(|&(count, _)| count).collect();
    loop {
        let depths = depths(&weights);
        if depths.iter().all(|depth| *depth <= limit) {
            for (&(_, symbol), depth) in leaves.iter().zip(depths) {
                lengths[symbol] = depth;
            }
            return lengths;
        }
        // More even weights give a flatter tree.
        for weight in &mut weights {
            *weight = weight.div_ceil(2);
        }
    }
}

/// Depths of the leaves of a Huffman tree; `weights` ascend.
fn depths(weights: &[u32]) -> Vec<u8> {
    let leaves = weights.len();
    let mut nodes = weights.to_vec();
    let mut parents = vec![0; (2 * leaves).saturating_sub(1)];
    // Both the leaves and the nodes made so far ascend: the two lightest stand at their heads.
    let (mut leaf, mut inner) = (0, leaves);
    for made in leaves..parents.len() {
        let mut weight = 0;
        for _ in 0..2 {
            let light = if leaf < leaves && (inner >= made || nodes[leaf] <= nodes[inner]) {
                &mut leaf
            } else {
                &mut inner
            };
            weight += nodes[*light];
            parents[*light] = made;
            *light += 1;
        }
        nodes.push(weight);
    }
    let mut depths = vec![0u8; parents.len()];
    for node in (0..parents.len().saturating_sub(1)).rev() {
        depths[node] = depths[parents[node]].saturating_add(1);
    }
    depths.truncate(leaves);
    depths
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frequent_symbols_have_short_codes_and_all_codes_fill_the_tree() {
        // Fibonacci's numbers make the deepest tree.
        let mut counts = vec![0, 1, 1];
        while counts.len() < 30 {
            counts.push(counts[counts.len() - 1] + counts[counts.len() - 2]);
        }
        for limit in [15, 9, 5] {
            let codes = codes(&counts, limit);
            assert_eq!(codes[0], Code::default());
            let lengths = codes[1..].iter().map(|code| code.length);
            assert!(lengths.clone().all(|l| (1..=limit).contains(&l)));
            assert!(lengths.clone().is_sorted_by(|a, b| a >= b), "{limit}");
            // Kraft's sum.
            assert_eq!(lengths.map(|l| 1 << (15 - l)).sum::<u32>(), 1 << 15);
        }
    }

    #[test]
    fn one_symbol_has_one_bit_and_none_have_none() {
        let lengths = |counts: &[u32]| -> Vec<u8> {
            let codes = codes(counts, 15);
            codes.iter().map(|code| code.length).collect()
        };
        assert_eq!(lengths(&[0, 7, 0]), [0, 1, 0]);
        assert_eq!(lengths(&[0, 0]), [0, 0]);
        assert_eq!(lengths(&[3, 9]), [1, 1]);
    }

    #[test]
    fn codes_are_those_of_the_standard() {
        // RFC 1951's example: lengths 3, 3, 3, 3, 3, 2, 4, 4 give 010 … 110, 00, 1110, 1111.
        let codes = codes(&[4, 4, 4, 4, 4, 9, 2, 2], 15);
        let sent = |code: &Code| format!("{:0w$b}", code.bits, w = usize::from(code.length));
        let read: Vec<String> = codes
            .iter()
            .map(|c| sent(c).chars().rev().collect())
            .collect();
        assert_eq!(
            read,
            ["010", "011", "100", "101", "110", "00", "1110", "1111"]
        );
    }
}
