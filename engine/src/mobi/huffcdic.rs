//! HUFF/CDIC compression: a prefix code over a dictionary of phrases, which are
//! themselves packed by the same code.
//! Source: facts of KindleUnpack and of the MobileRead wiki ("MOBI", Huffdic).
//!
//! All phrases are unpacked once when the dictionary is read, so a hostile one
//! cannot make the same work be done again and again.

use super::bytes::{u16_at, u32_at, usize_at};
use crate::Limits;

/// What a code of eight bits says.
#[derive(Debug, Clone, Copy, Default)]
struct Short {
    /// Bits of the code, or the fewest it can have.
    bits: u32,
    /// The code is no longer than eight bits.
    whole: bool,
    /// The greatest code of that length, aligned to the left.
    greatest: u32,
}

/// The codes.
#[derive(Debug)]
struct Codes {
    short: Vec<Short>,
    /// For every length: the least and the greatest code, aligned to the left.
    long: [(u32, u32); 33],
}

/// Aligns the end of a code's range to the left: all bits behind it are ones.
fn greatest(code: u32, bits: u32) -> u32 {
    let end = (u64::from(code) + 1) << (32 - bits);
    end.wrapping_sub(1) as u32
}

impl Codes {
    /// Reads a `HUFF` record.
    fn read(huff: &[u8]) -> Option<Self> {
        if huff.get(..4)? != b"HUFF" {
            return None;
        }
        let (first, second) = (usize_at(huff, 8)?, usize_at(huff, 12)?);
        let mut short = Vec::with_capacity(256);
        for i in 0..256 {
            let value = u32_at(huff, first.checked_add(4 * i)?)?;
            let bits = value & 0x1F;
            let whole = value & 0x80 != 0;
            if bits == 0 || bits <= 8 && !whole {
                // Unused; a text which uses it is damaged.
                short.push(Short::default());
            } else {
                short.push(Short {
                    bits,
                    whole,
                    greatest: greatest(value >> 8, bits),
                });
            }
        }
        let mut long = [(0, 0); 33];
        for (bits, slot) in (1u32..).zip(&mut long[1..]) {
            let at = second.checked_add(8 * (bits as usize - 1))?;
            let least = u64::from(u32_at(huff, at)?) << (32 - bits);
            *slot = (least as u32, greatest(u32_at(huff, at + 4)?, bits));
        }
        Some(Self { short, long })
    }

    /// The number of the phrase at the head of `window`, and the bits of its code.
    fn next(&self, window: u32) -> Option<(u32, u32)> {
        let Short {
            mut bits,
            whole,
            mut greatest,
        } = self.short[(window >> 24) as usize];
        if bits == 0 {
            return None;
        }
        if !whole {
            while window < self.long.get(bits as usize)?.0 {
                bits += 1;
            }
            greatest = self.long.get(bits as usize)?.1;
        }
        let number = greatest.wrapping_sub(window);
        Some((
            if bits == 32 {
                number
            } else {
                number >> (32 - bits)
            },
            bits,
        ))
    }
}

/// A phrase before it is unpacked.
#[derive(Debug, Clone, Copy)]
struct Phrase<'a> {
    bytes: &'a [u8],
    /// It stands as it is.
    plain: bool,
}

/// Where a phrase is in the work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    Open,
    /// From and to in the store.
    Done(u32, u32),
    Bad,
}

/// The dictionary, unpacked.
#[derive(Debug)]
pub(super) struct Dictionary {
    codes: Codes,
    phrases: Vec<State>,
    store: Vec<u8>,
}

impl Dictionary {
    /// Reads a `HUFF` record and the `CDIC` records behind it.
    ///
    /// Phrases that refer to themselves, nest deeper than `huff_depth` or grow past
    /// `huff_bytes` are marked; a text that uses them is damaged. `None` when the
    /// records are no dictionary at all.
    pub fn read(huff: &[u8], cdics: &[&[u8]], limits: &Limits) -> Option<Self> {
        let codes = Codes::read(huff)?;
        let mut raw = Vec::new();
        for cdic in cdics {
            read_phrases(cdic, &mut raw)?;
        }
        let mut work = Work {
            codes: &codes,
            raw: &raw,
            states: vec![State::New; raw.len()],
            store: Vec::new(),
            depth: limits.huff_depth as usize,
            cap: (limits.huff_bytes as usize).min(u32::MAX as usize),
        };
        for i in 0..raw.len() {
            work.phrase(i, 0);
        }
        let (phrases, store) = (work.states, work.store);
        Some(Self {
            codes,
            phrases,
            store,
        })
    }

    /// Unpacks one record of text; `None` when it is damaged or longer than `cap`.
    pub fn unpack(&self, packed: &[u8], cap: usize) -> Option<Vec<u8>> {
        let mut out = Vec::with_capacity((packed.len() * 3).min(cap));
        decode(&self.codes, packed, |number| {
            let State::Done(from, to) = *self.phrases.get(number)? else {
                return None;
            };
            out.extend_from_slice(self.store.get(from as usize..to as usize)?);
            (out.len() <= cap).then_some(())
        })?;
        Some(out)
    }
}

/// Adds the phrases of a `CDIC` record.
fn read_phrases<'a>(cdic: &'a [u8], raw: &mut Vec<Phrase<'a>>) -> Option<()> {
    if cdic.get(..4)? != b"CDIC" {
        return None;
    }
    let (total, bits) = (usize_at(cdic, 8)?, u32_at(cdic, 12)?);
    let here = 1usize
        .checked_shl(bits.min(24))?
        .min(total.saturating_sub(raw.len()));
    for i in 0..here {
        let at = 16 + usize::from(u16_at(cdic, 16 + 2 * i)?);
        let len = u16_at(cdic, at)?;
        let end = at + 2 + usize::from(len & 0x7FFF);
        raw.push(Phrase {
            bytes: cdic.get(at + 2..end)?,
            plain: len & 0x8000 != 0,
        });
    }
    Some(())
}

/// Calls `phrase` for every code in `packed`.
fn decode(codes: &Codes, packed: &[u8], mut phrase: impl FnMut(usize) -> Option<()>) -> Option<()> {
    let mut left = packed.len() as u64 * 8;
    let (mut at, mut window, mut held) = (0usize, 0u64, 0u32);
    while left > 0 {
        while held <= 56 {
            let byte = packed.get(at).copied().unwrap_or(0);
            window |= u64::from(byte) << (56 - held);
            at += 1;
            held += 8;
        }
        let (number, bits) = codes.next((window >> 32) as u32)?;
        // What is left over at the end of a record is padding.
        if u64::from(bits) > left {
            break;
        }
        left -= u64::from(bits);
        window <<= bits;
        held -= bits;
        phrase(number as usize)?;
    }
    Some(())
}

/// Unpacking the dictionary itself.
struct Work<'a> {
    codes: &'a Codes,
    raw: &'a [Phrase<'a>],
    states: Vec<State>,
    store: Vec<u8>,
    depth: usize,
    cap: usize,
}

impl Work<'_> {
    /// Unpacks phrase `i` if that has not been done. `None` when it cannot be.
    fn phrase(&mut self, i: usize, depth: usize) -> Option<(u32, u32)> {
        match *self.states.get(i)? {
            State::Done(from, to) => return Some((from, to)),
            State::Open | State::Bad => return None,
            State::New => {}
        }
        self.states[i] = State::Open;
        let made = self.make(i, depth);
        self.states[i] = made.map_or(State::Bad, |(from, to)| State::Done(from, to));
        made
    }

    fn make(&mut self, i: usize, depth: usize) -> Option<(u32, u32)> {
        let Phrase { bytes, plain } = self.raw[i];
        if plain {
            return self.keep(bytes);
        }
        if depth >= self.depth {
            return None;
        }
        let (codes, cap) = (self.codes, self.cap);
        let mut text: Vec<u8> = Vec::new();
        decode(codes, bytes, |number| {
            let (from, to) = self.phrase(number, depth + 1)?;
            text.extend_from_slice(self.store.get(from as usize..to as usize)?);
            (text.len() <= cap).then_some(())
        })?;
        self.keep(&text)
    }

    fn keep(&mut self, text: &[u8]) -> Option<(u32, u32)> {
        let from = self.store.len();
        if from + text.len() > self.cap {
            return None;
        }
        self.store.extend_from_slice(text);
        Some((from as u32, self.store.len() as u32))
    }
}

#[cfg(test)]
#[path = "huff_tests.rs"]
mod tests;
