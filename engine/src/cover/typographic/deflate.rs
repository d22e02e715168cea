//! DEFLATE (RFC 1951) for drawn pictures.
//!
//! A general packer hashes and searches the last 32 KiB. A drawn picture repeats itself only at
//! distances that are known beforehand, so those alone are tried: that is several times faster and
//! packs about as well.

use super::huffman::{Code, codes};

/// How far back DEFLATE can refer.
const WINDOW: usize = 32 * 1024;
/// The longest match.
const LONGEST: usize = 258;
/// A copy so long is taken without looking for a longer one.
const GOOD: usize = 48;
/// Order in which lengths of the codes for lengths are sent.
const ORDER: [usize; 19] = [
    16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15,
];
/// The symbol that ends a block.
const END: usize = 256;

/// Packs `data` as one block onto the end of `out`. Copies are looked for at `distances` only, of
/// equally long ones the first wins; those that reach out of the window are ignored.
pub(super) fn deflate(data: &[u8], distances: &[usize], out: &mut Vec<u8>) {
    let distances: Vec<usize> = distances
        .iter()
        .copied()
        .filter(|distance| (1..=WINDOW).contains(distance))
        .collect();
    let tokens = tokens(data, &distances);
    let mut counts = ([0; 286], [0; 30]);
    for token in &tokens {
        match *token {
            Token::Byte(byte) => counts.0[usize::from(byte)] += 1,
            Token::Copy(length, which) => {
                counts.0[length_symbol(length).0] += 1;
                counts.1[distance_symbol(distances[usize::from(which)]).0] += 1;
            }
        }
    }
    counts.0[END] = 1;
    let (literals, far) = (codes(&counts.0, 15), codes(&counts.1, 15));
    let mut bits = Bits::new(out);
    bits.put(0b101, 3); // the last block, with its own codes
    tables(&mut bits, &literals, &far);
    let far: Vec<(u64, u32)> = distances
        .iter()
        .map(|&distance| {
            let (symbol, extra, count) = distance_symbol(distance);
            far[symbol].with(extra, count)
        })
        .collect();
    for token in &tokens {
        match *token {
            Token::Byte(byte) => {
                let code = literals[usize::from(byte)];
                bits.put(u64::from(code.bits), u32::from(code.length));
            }
            Token::Copy(length, which) => {
                let (symbol, extra, count) = length_symbol(length);
                let (value, used) = literals[symbol].with(extra, count);
                let (distance, more) = far[usize::from(which)];
                bits.put(value | distance << used, used + more);
            }
        }
    }
    let end = literals[END];
    bits.put(u64::from(end.bits), u32::from(end.length));
    bits.finish();
}

#[derive(Debug, Clone, Copy)]
enum Token {
    Byte(u8),
    /// A length, and the number of a distance.
    Copy(u16, u8),
}

fn tokens(data: &[u8], distances: &[usize]) -> Vec<Token> {
    let mut tokens = Vec::with_capacity(data.len() / 24);
    let mut at = 0;
    while let Some(next) = first(data, at) {
        let (mut best, mut which) = (0, 0);
        for (i, &distance) in distances.iter().enumerate() {
            if distance > at || first(data, at - distance) != Some(next) {
                continue;
            }
            let same = same(&data[at - distance..], &data[at..]);
            if same > best {
                (best, which) = (same, i);
                if best >= GOOD {
                    break;
                }
            }
        }
        if best == 0 {
            tokens.push(Token::Byte(data[at]));
            at += 1;
        } else {
            tokens.push(Token::Copy(best as u16, which as u8));
            at += best;
        }
    }
    tokens.extend(data[at..].iter().map(|&byte| Token::Byte(byte)));
    tokens
}

/// The next four bytes: what is shorter is not worth a copy.
fn first(data: &[u8], at: usize) -> Option<u32> {
    let four = data[at..].first_chunk()?;
    Some(u32::from_le_bytes(*four))
}

/// How many bytes are equal, up to the longest match.
fn same(before: &[u8], here: &[u8]) -> usize {
    let here = &here[..here.len().min(LONGEST)];
    let before = &before[..here.len()];
    let mut from = 0;
    for (a, b) in here
        .as_chunks::<32>()
        .0
        .iter()
        .zip(before.as_chunks::<32>().0)
    {
        if a != b {
            break;
        }
        from += 32;
    }
    let (words, rest) = here[from..].as_chunks::<8>();
    let (others, other_rest) = before[from..].as_chunks::<8>();
    for (a, b) in words.iter().zip(others) {
        let differ = u64::from_le_bytes(*a) ^ u64::from_le_bytes(*b);
        if differ != 0 {
            return from + differ.trailing_zeros() as usize / 8;
        }
        from += 8;
    }
    from + rest
        .iter()
        .zip(other_rest)
        .take_while(|(a, b)| a == b)
        .count()
}

/// Symbol, extra bits and their number for a length (section 3.2.5).
fn length_symbol(length: u16) -> (usize, u32, u32) {
    if usize::from(length) == LONGEST {
        return (285, 0, 0);
    }
    let rest = u32::from(length) - 3;
    let extra = (rest | 7).ilog2() - 2;
    let symbol = 257 + 4 * extra + (rest >> extra);
    (symbol as usize, rest & ((1 << extra) - 1), extra)
}

/// The same for a distance.
fn distance_symbol(distance: usize) -> (usize, u32, u32) {
    let rest = distance as u32 - 1;
    let extra = (rest | 3).ilog2() - 1;
    let symbol = 2 * extra + (rest >> extra);
    (symbol as usize, rest & ((1 << extra) - 1), extra)
}

impl Code {
    /// The code with extra bits behind it, and how many bits that are.
    fn with(self, extra: u32, count: u32) -> (u64, u32) {
        let length = u32::from(self.length);
        (
            u64::from(self.bits) | u64::from(extra) << length,
            length + count,
        )
    }
}

/// Sends the lengths of all codes, themselves coded (section 3.2.7).
fn tables(bits: &mut Bits<'_>, literals: &[Code], far: &[Code]) {
    let used = |codes: &[Code], least: usize| {
        let last = codes.iter().rposition(|code| code.length > 0);
        last.map_or(least, |last| least.max(last + 1))
    };
    let (near, distant) = (used(literals, 257), used(far, 1));
    let all: Vec<u8> = literals[..near]
        .iter()
        .chain(&far[..distant])
        .map(|code| code.length)
        .collect();
    // (symbol, extra bits, their number)
    let mut sent: Vec<(usize, u32, u32)> = Vec::new();
    for run in all.chunk_by(|a, b| a == b) {
        let (length, mut left) = (usize::from(run[0]), run.len() as u32);
        if length > 0 {
            sent.push((length, 0, 0));
            left -= 1;
        }
        while left >= 3 {
            let (symbol, count, most, extra) = match (length, left) {
                (0, 11..) => (18, 11, 138, 7),
                (0, _) => (17, 3, 10, 3),
                _ => (16, 3, 6, 2),
            };
            sent.push((symbol, left.min(most) - count, extra));
            left -= left.min(most);
        }
        sent.extend((0..left).map(|_| (length, 0, 0)));
    }
    let mut counts = [0; 19];
    for &(symbol, ..) in &sent {
        counts[symbol] += 1;
    }
    let codes = codes(&counts, 7);
    let last = ORDER.iter().rposition(|&symbol| codes[symbol].length > 0);
    let lengths = last.map_or(4, |last| 4.max(last + 1));
    bits.put((near - 257) as u64, 5);
    bits.put((distant - 1) as u64, 5);
    bits.put((lengths - 4) as u64, 4);
    for &symbol in &ORDER[..lengths] {
        bits.put(u64::from(codes[symbol].length), 3);
    }
    for (symbol, extra, count) in sent {
        let (value, used) = codes[symbol].with(extra, count);
        bits.put(value, used);
    }
}

/// Bits, the lowest first.
struct Bits<'o> {
    out: &'o mut Vec<u8>,
    held: u64,
    count: u32,
}

impl<'o> Bits<'o> {
    fn new(out: &'o mut Vec<u8>) -> Self {
        Self {
            out,
            held: 0,
            count: 0,
        }
    }

    /// At most 48 bits: the longest match at the longest distance.
    fn put(&mut self, bits: u64, count: u32) {
        self.held |= bits << self.count;
        self.count += count;
        if self.count >= 16 {
            let whole = (self.count / 8) as usize;
            self.out
                .extend_from_slice(&self.held.to_le_bytes()[..whole]);
            self.held = self.held.unbounded_shr(whole as u32 * 8);
            self.count %= 8;
        }
    }

    fn finish(self) {
        let left = self.count.div_ceil(8) as usize;
        self.out.extend_from_slice(&self.held.to_le_bytes()[..left]);
    }
}

#[cfg(test)]
mod tests {
    use libdeflater::Decompressor;

    use super::*;

    fn packed(data: &[u8], distances: &[usize]) -> usize {
        let mut out = Vec::new();
        deflate(data, distances, &mut out);
        let mut back = vec![0; data.len()];
        let length = Decompressor::new().deflate_decompress(&out, &mut back);
        assert_eq!(length, Ok(data.len()));
        assert!(back == data, "{} bytes at {distances:?}", data.len());
        out.len()
    }

    fn noise(length: usize) -> Vec<u8> {
        let mut seed = 1u32;
        let next = |_| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 24) as u8
        };
        (0..length).map(next).collect()
    }

    #[test]
    fn what_was_packed_unpacks() {
        packed(b"", &[1]);
        packed(b"a", &[]);
        packed(b"aaaaa", &[1]);
        assert!(packed(&[7; 100_000], &[1]) < 200);
        packed(&noise(5000), &[1, 9, 640]);
        // Every byte, each as often as it is large: codes of all lengths.
        let steep: Vec<u8> = (0..=255u8)
            .flat_map(|byte| vec![byte; 1 << (byte / 16)])
            .collect();
        packed(&steep, &[]);
        // Reaching out of the window is ignored.
        packed(&noise(100).repeat(700), &[0, 32_700, 32_800, 1 << 40]);
    }

    #[test]
    fn a_copy_of_any_length_comes_from_any_distance() {
        let noise = noise(WINDOW);
        for distance in [4, 5, 8, 9, 24, 25, 192, 193, 6144, 24_577, WINDOW] {
            let mut data = noise[..distance].to_vec();
            for length in 4..=LONGEST {
                for _ in 0..length {
                    data.push(data[data.len() - distance]);
                }
                // Ends the copy.
                data.push(!data[data.len() - distance]);
            }
            let literals = packed(&data, &[]);
            assert!(packed(&data, &[distance]) < literals, "{distance}");
        }
    }
}
