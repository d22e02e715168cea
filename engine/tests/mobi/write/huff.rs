//! HUFF/CDIC packing: a Huffman code over the words of a text. Frequent pairs of words
//! become phrases that are packed themselves, as real dictionaries have them.

use std::collections::{BTreeMap, BinaryHeap};

/// Words that stand for nothing, so that the longest code is longer than the padding.
const UNUSED: usize = 300;
/// Phrases of one `CDIC` record: 2 to the power of this.
const BITS: u32 = 6;

/// A dictionary, and the codes of its phrases.
pub struct Encoder {
    /// Phrases: bytes, or the two phrases it is made of.
    phrases: Vec<Phrase>,
    /// Of each phrase: code and its bits.
    codes: Vec<(u32, u32)>,
    /// For every length: the lowest code, and the number from which codes count down.
    ranges: [(u32, u32); 33],
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Phrase {
    Plain(Vec<u8>),
    Pair(Vec<u8>, Vec<u8>),
}

impl Phrase {
    fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Plain(bytes) => bytes.clone(),
            Self::Pair(a, b) => [&a[..], b].concat(),
        }
    }
}

/// Words with the blank behind them; longer ones are cut.
fn words(text: &[u8]) -> Vec<Vec<u8>> {
    let pieces = text.split_inclusive(|b| matches!(b, b' ' | b'>' | b'<'));
    pieces
        .flat_map(|piece| piece.chunks(40))
        .map(<[u8]>::to_vec)
        .collect()
}

impl Encoder {
    pub fn new(text: &[u8]) -> Self {
        let words = words(text);
        let mut counts: BTreeMap<Phrase, usize> = BTreeMap::new();
        for word in &words {
            *counts.entry(Phrase::Plain(word.clone())).or_default() += 1;
        }
        let mut pairs: BTreeMap<(&[u8], &[u8]), usize> = BTreeMap::new();
        for pair in words.windows(2) {
            *pairs.entry((&pair[0], &pair[1])).or_default() += 1;
        }
        for ((a, b), count) in pairs.into_iter().filter(|(_, count)| *count > 1) {
            counts.insert(Phrase::Pair(a.to_vec(), b.to_vec()), count);
        }
        // Single bytes, for pieces that records cut elsewhere.
        for byte in text.iter().copied() {
            counts.entry(Phrase::Plain(vec![byte])).or_insert(1);
        }
        for n in 0..UNUSED {
            counts.insert(Phrase::Plain(format!("unused {n}").into_bytes()), 1);
        }
        let mut list: Vec<(Phrase, u32)> = lengths(counts.into_iter().collect());
        list.sort_by(|a, b| (a.1, &a.0).cmp(&(b.1, &b.0)));
        let (codes, ranges) = assign(&list);
        let phrases = list.into_iter().map(|(phrase, _)| phrase).collect();
        Self {
            phrases,
            codes,
            ranges,
        }
    }

    /// Packs one record: the longest phrase first.
    pub fn pack(&self, text: &[u8]) -> Vec<u8> {
        let mut by_bytes: BTreeMap<Vec<u8>, usize> = BTreeMap::new();
        for (i, phrase) in self.phrases.iter().enumerate() {
            by_bytes.insert(phrase.bytes(), i);
        }
        let longest = by_bytes.keys().map(Vec::len).max().unwrap_or(1);
        let mut bits = Bits::default();
        let mut rest = text;
        while !rest.is_empty() {
            let fits = |len: usize| by_bytes.get(&rest[..len]).map(|&i| (len, i));
            let (len, i) = (1..=longest.min(rest.len())).rev().find_map(fits).unwrap();
            bits.push(self.codes[i]);
            rest = &rest[len..];
        }
        bits.bytes()
    }

    /// The `HUFF` record and the `CDIC` records.
    pub fn records(&self) -> Vec<Vec<u8>> {
        let mut huff = b"HUFF".to_vec();
        for number in [24u32, 24, 24 + 1024, 0, 0] {
            huff.extend(number.to_be_bytes());
        }
        for byte in 0..256u32 {
            let window = byte << 24;
            let length = (1..=32).find(|&bits| {
                let lowest = self.ranges[bits as usize].0;
                window | 0x00FF_FFFF >= lowest.checked_shl(32 - bits).unwrap_or(0)
                    && self.codes.iter().any(|&(_, has)| has == bits)
            });
            let length = length.unwrap_or(32);
            let whole = length <= 8;
            let top = if whole {
                self.ranges[length as usize].1
            } else {
                0
            };
            huff.extend((top << 8 | u32::from(whole) << 7 | length).to_be_bytes());
        }
        for bits in 1..=32usize {
            let (lowest, top) = self.ranges[bits];
            huff.extend(lowest.to_be_bytes());
            huff.extend(top.to_be_bytes());
        }
        let mut records = vec![huff];
        for part in self.phrases.chunks(1 << BITS) {
            let entries: Vec<(Vec<u8>, bool)> =
                part.iter().map(|phrase| self.entry(phrase)).collect();
            records.push(cdic(self.phrases.len(), BITS, &entries));
        }
        records
    }

    fn entry(&self, phrase: &Phrase) -> (Vec<u8>, bool) {
        let Phrase::Pair(a, b) = phrase else {
            return (phrase.bytes(), true);
        };
        let mut bits = Bits::default();
        for word in [a, b] {
            let plain = Phrase::Plain(word.clone());
            let i = self
                .phrases
                .iter()
                .position(|known| *known == plain)
                .unwrap();
            bits.push(self.codes[i]);
        }
        (bits.bytes(), false)
    }
}

/// A `CDIC` record of these phrases, packed or plain.
pub fn cdic(total: usize, bits: u32, entries: &[(Vec<u8>, bool)]) -> Vec<u8> {
    let mut out = b"CDIC".to_vec();
    for number in [16u32, total as u32, bits] {
        out.extend(number.to_be_bytes());
    }
    let mut at = 2 * entries.len();
    for (bytes, _) in entries {
        out.extend((at as u16).to_be_bytes());
        at += 2 + bytes.len();
    }
    for (bytes, plain) in entries {
        out.extend((bytes.len() as u16 | if *plain { 0x8000 } else { 0 }).to_be_bytes());
        out.extend(bytes);
    }
    out
}

/// A `HUFF` record in which phrase `n` of 256 has the code of eight bits `n`.
pub fn flat() -> Vec<u8> {
    let mut huff = b"HUFF".to_vec();
    for number in [24u32, 24, 24 + 1024, 0, 0] {
        huff.extend(number.to_be_bytes());
    }
    // Phrase = greatest − code, so code `c` has to lie `c` below a greatest of its own.
    for code in 0..256u32 {
        huff.extend(((2 * code) << 8 | 0x80 | 8).to_be_bytes());
    }
    huff.extend([0; 256]);
    huff
}

/// The lengths of a Huffman code.
fn lengths(counts: Vec<(Phrase, usize)>) -> Vec<(Phrase, u32)> {
    use std::cmp::Reverse;
    /// A count and the phrases it is the sum of; the smallest comes first.
    type Node = Reverse<(usize, Vec<usize>)>;
    let mut bits = vec![0; counts.len()];
    let mut heap = BinaryHeap::<Node>::new();
    for (i, (_, count)) in counts.iter().enumerate() {
        heap.push(Reverse((*count, vec![i])));
    }
    while let Some(Reverse((a, mut left))) = heap.pop() {
        let Some(Reverse((b, right))) = heap.pop() else {
            break;
        };
        left.extend(right);
        left.iter().for_each(|&i| bits[i] += 1);
        heap.push(Reverse((a + b, left)));
    }
    let with_bits = counts.into_iter().zip(bits);
    with_bits
        .map(|((phrase, _), bits)| (phrase, bits))
        .collect()
}

/// A code and its bits.
type Code = (u32, u32);
/// The lowest and the highest code of each length.
type Ranges = [(u32, u32); 33];

/// Codes by length: the shortest are the greatest, and phrases count down from the top.
fn assign(list: &[(Phrase, u32)]) -> (Vec<Code>, Ranges) {
    let mut ranges = [(0u32, 0u32); 33];
    let mut codes = Vec::new();
    let mut lowest = 1u64;
    let mut first = 0u64;
    for bits in 1..=32u32 {
        let count = list.iter().filter(|(_, has)| *has == bits).count() as u64;
        let highest = 2 * lowest - 1;
        codes.extend((0..count).map(|k| ((highest - k) as u32, bits)));
        lowest = highest + 1 - count;
        ranges[bits as usize] = (lowest as u32, (highest + first) as u32);
        first += count;
        if lowest == 0 {
            break;
        }
    }
    (codes, ranges)
}

/// Bits on their way into bytes.
#[derive(Default)]
struct Bits(Vec<bool>);

impl Bits {
    fn push(&mut self, (code, bits): (u32, u32)) {
        self.0.extend((0..bits).rev().map(|i| code >> i & 1 == 1));
    }

    fn bytes(&self) -> Vec<u8> {
        let byte = |bits: &[bool]| {
            bits.iter()
                .enumerate()
                .fold(0, |n, (i, &bit)| n | u8::from(bit) << (7 - i))
        };
        self.0.chunks(8).map(byte).collect()
    }
}
