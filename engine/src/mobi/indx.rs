//! Index records: `INDX` with `TAGX` and `CNCX`. One reader for skeletons,
//! fragments, tables of contents and guides.
//! Source: MobileRead wiki, "MOBI" (INDX records); facts of KindleUnpack.

use std::collections::HashMap;

use super::bytes::{u16_at, u32_at, usize_at, variable};
use super::palmdb::PalmDb;
use crate::Limits;

/// One line of `TAGX`.
#[derive(Debug, Clone, Copy)]
struct Tag {
    tag: u8,
    /// Values of one occurrence.
    values: usize,
    mask: u8,
    /// The next control byte begins behind this.
    end: bool,
}

/// One entry of an index.
#[derive(Debug, Clone, Default)]
pub(super) struct Entry {
    pub label: Vec<u8>,
    values: Vec<(u8, Vec<u32>)>,
}

impl Entry {
    /// Value `i` of `tag`.
    pub fn value(&self, tag: u8, i: usize) -> Option<usize> {
        let (_, values) = self.values.iter().find(|(known, _)| *known == tag)?;
        values.get(i).map(|&value| value as usize)
    }
}

/// An index, read.
#[derive(Debug, Default)]
pub(super) struct Index {
    pub entries: Vec<Entry>,
    /// Texts by their place.
    texts: HashMap<u32, Vec<u8>>,
    /// Something of it could not be read.
    pub damaged: bool,
}

/// Values that one entry may have of a tag: none of the four kinds needs more.
const MOST_VALUES: usize = 64;

impl Index {
    /// Reads the index whose first record is `first`; at most `index_entries` entries
    /// and `index_bytes` of texts. `None` when there is no index there.
    pub fn read(db: &PalmDb<'_>, first: usize, limits: &Limits) -> Option<Self> {
        let main = db.record(first);
        if main.get(..4)? != b"INDX" {
            return None;
        }
        let (header, records) = (usize_at(main, 4)?, usize_at(main, 24)?);
        let texts = usize_at(main, 52).unwrap_or(0);
        let (tags, control) = read_tags(main.get(header..)?)?;
        let mut index = Self::default();
        for i in 1..=records.min(db.len()) {
            let record = db.record(first.checked_add(i)?);
            if index.read_entries(record, &tags, control, limits).is_none() {
                index.damaged = true;
            }
        }
        let mut left = limits.index_bytes as usize;
        for i in 0..texts.min(db.len()) {
            let at = first.checked_add(records)?.checked_add(1 + i)?;
            index.read_texts(db.record(at), (i as u32) << 16, &mut left);
        }
        Some(index)
    }

    fn read_entries(
        &mut self,
        record: &[u8],
        tags: &[Tag],
        control: usize,
        limits: &Limits,
    ) -> Option<()> {
        if record.get(..4)? != b"INDX" {
            return None;
        }
        let (table, count) = (usize_at(record, 20)?, usize_at(record, 24)?);
        if record.get(table..table.checked_add(4)?)? != b"IDXT" {
            return None;
        }
        for i in 0..count {
            if self.entries.len() as u64 >= limits.index_entries {
                return None;
            }
            let from = usize::from(u16_at(record, table + 4 + 2 * i)?);
            let entry = read_entry(record.get(from..table)?, tags, control)?;
            self.entries.push(entry);
        }
        Some(())
    }

    /// Reads a `CNCX` record: texts with their lengths before them.
    fn read_texts(&mut self, record: &[u8], base: u32, left: &mut usize) {
        let mut at = 0;
        while let Some((len, size)) = record.get(at..).and_then(variable) {
            let len = len as usize;
            let Some(text) = record.get(at + size..at + size + len) else {
                return;
            };
            if len > *left {
                self.damaged = true;
                return;
            }
            if len > 0 {
                self.texts.insert(base + at as u32, text.to_vec());
                *left -= len;
            }
            at += size + len;
        }
    }

    /// The text at a place.
    pub fn text(&self, at: usize) -> Option<&[u8]> {
        self.texts.get(&u32::try_from(at).ok()?).map(Vec::as_slice)
    }
}

/// The lines of a `TAGX` section and its number of control bytes.
fn read_tags(section: &[u8]) -> Option<(Vec<Tag>, usize)> {
    if section.get(..4)? != b"TAGX" {
        return None;
    }
    let (len, control) = (usize_at(section, 4)?, u32_at(section, 8)? as usize);
    let tags = section.get(12..len)?.chunks_exact(4).map(|line| Tag {
        tag: line[0],
        values: usize::from(line[1]),
        mask: line[2],
        end: line[3] & 1 != 0,
    });
    (control <= 16).then(|| (tags.collect(), control))
}

/// Reads one entry: a label, control bytes, then values.
fn read_entry(bytes: &[u8], tags: &[Tag], control: usize) -> Option<Entry> {
    let len = usize::from(*bytes.first()?);
    let label = bytes.get(1..1 + len)?.to_vec();
    let controls = bytes.get(1 + len..1 + len + control)?;
    let mut rest = bytes.get(1 + len + control..)?;
    let mut which = 0;
    // (tag, values of one occurrence, occurrences, bytes of values)
    let mut plan: Vec<(u8, usize, usize, Option<usize>)> = Vec::new();
    for tag in tags {
        if tag.end {
            which += 1;
            continue;
        }
        let found = controls.get(which).copied().unwrap_or(0) & tag.mask;
        if found == 0 {
            continue;
        }
        if found == tag.mask && tag.mask.count_ones() > 1 {
            let (size, used) = variable(rest)?;
            rest = rest.get(used..)?;
            plan.push((tag.tag, tag.values, 0, Some(size as usize)));
        } else {
            let times = usize::from(found >> tag.mask.trailing_zeros());
            plan.push((tag.tag, tag.values, times, None));
        }
    }
    let mut values = Vec::with_capacity(plan.len());
    for (tag, each, times, size) in plan {
        values.push((tag, read_values(&mut rest, each * times, size)?));
    }
    Some(Entry { label, values })
}

/// Reads `count` values, or those in `size` bytes.
fn read_values(rest: &mut &[u8], count: usize, size: Option<usize>) -> Option<Vec<u32>> {
    let mut values = Vec::new();
    let mut take = |from: &mut &[u8]| -> Option<()> {
        let (value, used) = variable(from)?;
        *from = from.get(used..)?;
        if values.len() < MOST_VALUES {
            values.push(value);
        }
        Some(())
    };
    match size {
        Some(size) => {
            let mut part = rest.get(..size)?;
            *rest = rest.get(size..)?;
            while !part.is_empty() {
                take(&mut part)?;
            }
        }
        None => (0..count).try_for_each(|_| take(rest))?,
    }
    Some(values)
}
