//! Index records: `INDX` with `TAGX` and `CNCX`. One reader for skeletons,
//! fragments, tables of contents, guides and dictionaries.
//! Source: MobileRead wiki, "MOBI" (INDX records); facts of KindleUnpack (ORDT tables
//! at byte 164 of the first record).

mod shape;

use std::borrow::Cow;

use self::shape::{MOST_TAGS, Shape};
use super::bytes::{u16_at, usize_at, variable};
use super::header::Header;
use super::palmdb::PalmDb;
use crate::Limits;

/// Where one entry's parts lie in the index's pools.
#[derive(Debug, Clone, Copy)]
struct Entry {
    label: (u32, u32),
    runs: (u32, u32),
}

/// An index, read.
#[derive(Debug, Default)]
pub(super) struct Index<'a> {
    entries: Vec<Entry>,
    labels: Vec<u8>,
    /// For each tag of an entry: tag, first and last of its numbers.
    runs: Vec<(u8, u32, u32)>,
    numbers: Vec<u32>,
    /// The `CNCX` records.
    texts: Vec<&'a [u8]>,
    /// Bytes of labels and texts that may still be taken.
    left: usize,
    /// Labels are UTF-8, whatever the book is.
    lettered: bool,
    /// Something of it could not be read.
    pub damaged: bool,
}

/// Values that one entry may have of a tag. The longest lists are those of a
/// dictionary's inflections.
const MOST_VALUES: usize = 512;
/// `CNCX` records; a place of a text has 16 bits for the record.
const MOST_TEXTS: usize = 0xFFFF;

impl<'a> Index<'a> {
    /// Reads the index whose first record is `first`; at most `index_entries` entries
    /// and `index_bytes` of labels and texts. `None` when there is no index there.
    pub fn read(db: &PalmDb<'a>, first: usize, limits: &Limits) -> Option<Self> {
        let main = db.record(first);
        if main.get(..4)? != b"INDX" {
            return None;
        }
        let (header, records) = (usize_at(main, 4)?, usize_at(main, 24)?);
        let texts = usize_at(main, 52).unwrap_or(0);
        let shape = Shape::read(main, header)?;
        let mut index = Self {
            left: limits.index_bytes as usize,
            lettered: shape.letters.is_some(),
            ..Self::default()
        };
        for i in 1..=records.min(db.len()) {
            let record = db.record(first.checked_add(i)?);
            if index.read_entries(record, &shape, limits).is_none() {
                index.damaged = true;
            }
        }
        let from = first.checked_add(records)?.checked_add(1)?;
        let texts = texts.min(MOST_TEXTS).min(db.len());
        index.texts = (0..texts).map(|i| db.record(from + i)).collect();
        Some(index)
    }

    fn read_entries(&mut self, record: &[u8], shape: &Shape, limits: &Limits) -> Option<()> {
        if record.get(..4)? != b"INDX" {
            return None;
        }
        let (table, count) = (usize_at(record, 20)?, usize_at(record, 24)?);
        if record.get(table..table.checked_add(4)?)? != b"IDXT" {
            return None;
        }
        let place = |i: usize| u16_at(record, table + 4 + 2 * i).map(usize::from);
        for i in 0..count {
            if self.entries.len() as u64 >= limits.index_entries {
                return None;
            }
            let from = place(i)?;
            // An entry ends where the next begins, so no byte is read twice.
            let to = if i + 1 < count { place(i + 1)? } else { table };
            self.read_entry(record.get(from..to)?, shape)?;
        }
        Some(())
    }

    /// Reads one entry: a label, control bytes, then values.
    fn read_entry(&mut self, bytes: &[u8], shape: &Shape) -> Option<()> {
        let len = usize::from(*bytes.first()?);
        let label = bytes.get(1..1 + len)?;
        let controls = bytes.get(1 + len..1 + len + shape.control)?;
        let mut rest = bytes.get(1 + len + shape.control..)?;
        let from = self.labels.len();
        shape.label(label, &mut self.labels);
        self.left = self.left.checked_sub(self.labels.len() - from)?;
        let label = (from as u32, self.labels.len() as u32);
        let mut which = 0;
        // (tag, values that follow, bytes of them)
        let mut plan = [(0u8, 0usize, None); MOST_TAGS];
        let mut planned = 0;
        for tag in &shape.tags {
            if tag.end {
                which += 1;
                continue;
            }
            let found = controls.get(which).copied().unwrap_or(0) & tag.mask;
            if found == 0 {
                continue;
            }
            let slot = plan.get_mut(planned)?;
            planned += 1;
            *slot = if found == tag.mask && tag.mask.count_ones() > 1 {
                let (size, used) = variable(rest)?;
                rest = rest.get(used..)?;
                (tag.tag, 0, Some(size as usize))
            } else {
                let times = usize::from(found >> tag.mask.trailing_zeros());
                (tag.tag, tag.values * times, None)
            };
        }
        let runs = self.runs.len() as u32;
        for &(tag, count, size) in &plan[..planned] {
            let from = self.numbers.len() as u32;
            read_values(&mut rest, count, size, &mut self.numbers)?;
            self.runs.push((tag, from, self.numbers.len() as u32));
        }
        let runs = (runs, self.runs.len() as u32);
        self.entries.push(Entry { label, runs });
        Some(())
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// The label of entry `i` as text.
    pub fn name(&self, i: usize, header: &Header) -> Cow<'_, str> {
        self.decode(self.label(i), header)
    }

    /// Decodes a label, or what has been made of one.
    pub fn decode<'t>(&self, label: &'t [u8], header: &Header) -> Cow<'t, str> {
        if self.lettered {
            String::from_utf8_lossy(label)
        } else {
            header.decode(label)
        }
    }

    /// The label of entry `i`; in UTF-8 where the index has a table of letters.
    pub fn label(&self, i: usize) -> &[u8] {
        let (from, to) = self.entries.get(i).map_or((0, 0), |entry| entry.label);
        self.labels.get(from as usize..to as usize).unwrap_or(&[])
    }

    /// All values that entry `i` has of `tag`.
    pub fn values(&self, i: usize, tag: u8) -> &[u32] {
        let (from, to) = self.entries.get(i).map_or((0, 0), |entry| entry.runs);
        let runs = self.runs.get(from as usize..to as usize).unwrap_or(&[]);
        let run = runs.iter().find(|(known, ..)| *known == tag);
        let (from, to) = run.map_or((0, 0), |&(_, from, to)| (from, to));
        self.numbers.get(from as usize..to as usize).unwrap_or(&[])
    }

    /// Value `k` of `tag` in entry `i`.
    pub fn value(&self, i: usize, tag: u8, k: usize) -> Option<usize> {
        self.values(i, tag).get(k).map(|&value| value as usize)
    }

    /// The text at a place: record in the upper half, byte in the lower. Each costs
    /// its length of what the index may give.
    pub fn text(&mut self, at: usize) -> Option<&'a [u8]> {
        let rest = self.texts.get(at >> 16)?.get(at & 0xFFFF..)?;
        let (len, size) = variable(rest)?;
        let text = rest.get(size..size.checked_add(len as usize)?)?;
        self.spend(text.len()).then_some(text)
    }

    /// `len` bytes at a place of a text without its length before it.
    pub fn bare_text(&mut self, at: usize, len: usize) -> Option<&'a [u8]> {
        let from = at & 0xFFFF;
        let to = from.checked_add(len)?;
        let text = self.texts.get(at >> 16)?.get(from..to)?;
        self.spend(len).then_some(text)
    }

    /// Takes `bytes` of what the index may give; `false` when that is used up.
    pub fn spend(&mut self, bytes: usize) -> bool {
        let left = self.left.checked_sub(bytes);
        self.damaged |= left.is_none();
        self.left = left.unwrap_or(self.left);
        left.is_some()
    }
}

/// Reads `count` values, or those in `size` bytes.
fn read_values(
    rest: &mut &[u8],
    count: usize,
    size: Option<usize>,
    out: &mut Vec<u32>,
) -> Option<()> {
    let first = out.len();
    let mut take = |from: &mut &[u8]| -> Option<()> {
        let (value, used) = variable(from)?;
        *from = from.get(used..)?;
        if out.len() - first < MOST_VALUES {
            out.push(value);
        }
        Some(())
    };
    let Some(size) = size else {
        return (0..count).try_for_each(|_| take(rest));
    };
    let mut part = rest.get(..size)?;
    *rest = rest.get(size..)?;
    while !part.is_empty() {
        take(&mut part)?;
    }
    Some(())
}
