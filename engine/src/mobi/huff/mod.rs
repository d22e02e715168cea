//! HUFF/CDIC compression: a prefix code over a dictionary of phrases, which are
//! themselves packed by the same code.
//! Source: facts of KindleUnpack and of the MobileRead wiki ("MOBI", Huffdic).
//!
//! All phrases are unpacked once when the dictionary is read, so a hostile one
//! cannot make the same work be done again and again.

mod codes;

use self::codes::Codes;
use super::bytes::{u16_at, u32_at, usize_at};
use crate::Limits;

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

    /// Unpacks one record of text behind what is in `out`; `None` when it is damaged or
    /// longer than `cap`.
    pub fn unpack(&self, packed: &[u8], cap: usize, out: &mut Vec<u8>) -> Option<()> {
        let most = out.len().saturating_add(cap);
        self.codes.decode(packed, |number| {
            let State::Done(from, to) = *self.phrases.get(number)? else {
                return None;
            };
            let phrase = self.store.get(from as usize..to as usize)?;
            (out.len() + phrase.len() <= most).then_some(())?;
            out.extend_from_slice(phrase);
            Some(())
        })
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
    let mut claimed = 0;
    for i in 0..here {
        let at = 16 + usize::from(u16_at(cdic, 16 + 2 * i)?);
        let len = u16_at(cdic, at)?;
        let end = at + 2 + usize::from(len & 0x7FFF);
        // Phrases hardly overlap; those that do would be unpacked again and again.
        claimed += end - at;
        (claimed <= 2 * cdic.len()).then_some(())?;
        raw.push(Phrase {
            bytes: cdic.get(at + 2..end)?,
            plain: len & 0x8000 != 0,
        });
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
        codes.decode(bytes, |number| {
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
mod tests;
