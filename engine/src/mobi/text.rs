//! From text records to the book's raw markup.
//! Source: MobileRead wiki, "MOBI" (trailing entries by extra data flags).

use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;

use super::header::{Compression, Header};
use super::huff::Dictionary;
use super::palmdb::PalmDb;
use super::palmdoc;
use crate::{Error, Limits};

/// Records that are unpacked into one piece.
const BATCH: usize = 64;
/// Most `CDIC` records; real books have a dozen.
const MOST_CDICS: usize = 1024;

/// The unpacked text, and how many of its records were lost.
pub(super) struct Raw {
    pub bytes: Vec<u8>,
    pub lost: usize,
}

/// Unpacks all text records of the book whose header is record `start`.
///
/// # Errors
/// `LimitExceeded` for `text_bytes`; `CorruptArchive` when the dictionary is
/// unreadable or no record could be unpacked.
pub(super) fn read(
    db: &PalmDb<'_>,
    start: usize,
    header: &Header,
    limits: &Limits,
) -> Result<Raw, Error> {
    let dictionary = match header.compression {
        Compression::Huff => Some(dictionary(db, start, header, limits)?),
        _ => None,
    };
    let work = Work {
        db,
        start,
        header,
        dictionary,
        cap: limits.text_record_bytes as usize,
        most: limits.text_bytes,
        total: AtomicU64::new(0),
    };
    let count = count(db, start, header);
    let firsts: Vec<usize> = (1..=count).step_by(BATCH).collect();
    let unpack = |first: &usize| work.batch(*first..(first + BATCH).min(count + 1));
    let batches: Vec<Raw> = firsts.par_iter().map(unpack).collect();
    let found = work.total.into_inner();
    if found > limits.text_bytes {
        return Err(Error::LimitExceeded {
            name: "text_bytes",
            found,
            limit: limits.text_bytes,
        });
    }
    let mut raw = Raw {
        bytes: Vec::with_capacity(batches.iter().map(|batch| batch.bytes.len()).sum()),
        lost: header.text_records - count,
    };
    for batch in batches {
        raw.bytes.extend_from_slice(&batch.bytes);
        raw.lost += batch.lost;
    }
    if raw.bytes.is_empty() && raw.lost > 0 {
        return Err(Error::CorruptArchive("its text cannot be unpacked".into()));
    }
    Ok(raw)
}

/// Unpacking, as the threads share it.
struct Work<'w, 'a> {
    db: &'w PalmDb<'a>,
    start: usize,
    header: &'w Header,
    dictionary: Option<Dictionary>,
    /// Bytes of one record and of all together.
    cap: usize,
    most: u64,
    total: AtomicU64,
}

impl Work<'_, '_> {
    /// Unpacks records in their order; none any more once there is too much of them.
    fn batch(&self, records: std::ops::Range<usize>) -> Raw {
        let mut raw = Raw {
            bytes: Vec::new(),
            lost: 0,
        };
        let mut scratch = Vec::new();
        for i in records {
            if self.total.load(Ordering::Relaxed) > self.most {
                break;
            }
            let before = raw.bytes.len();
            let whole = self.record(i, &mut scratch, &mut raw.bytes).is_some();
            // What is lost has been unpacked too.
            let more = (raw.bytes.len() - before) as u64;
            self.total.fetch_add(more, Ordering::Relaxed);
            if !whole {
                raw.bytes.truncate(before);
                raw.lost += 1;
            }
        }
        raw
    }

    fn record(&self, i: usize, scratch: &mut Vec<u8>, out: &mut Vec<u8>) -> Option<()> {
        let record = self.db.record(self.start.checked_add(i)?);
        let packed = strip(record, self.header.extra_flags)?;
        match (&self.header.compression, &self.dictionary) {
            (Compression::None, _) => {
                (packed.len() <= self.cap).then(|| out.extend_from_slice(packed))
            }
            (Compression::PalmDoc, _) => palmdoc::unpack(packed, self.cap, scratch, out),
            (Compression::Huff, Some(dictionary)) => dictionary.unpack(packed, self.cap, out),
            (Compression::Huff, None) => None,
        }
    }
}

/// Text records there can be: a header that claims too many is bounded by its resources.
fn count(db: &PalmDb<'_>, start: usize, header: &Header) -> usize {
    let there = db.len().saturating_sub(start + 1);
    let declared = header.text_records;
    match header.first_image {
        Some(first) if declared > there => there.min(first.saturating_sub(1)),
        _ => declared.min(there),
    }
}

fn dictionary(
    db: &PalmDb<'_>,
    start: usize,
    header: &Header,
    limits: &Limits,
) -> Result<Dictionary, Error> {
    let (first, count) = header.huff.unwrap_or((0, 0));
    let first = start.saturating_add(first);
    let cdics: Vec<&[u8]> = (1..count.min(MOST_CDICS))
        .map(|i| db.record(first.saturating_add(i)))
        .collect();
    Dictionary::read(db.record(first), &cdics, limits)
        .ok_or_else(|| Error::CorruptArchive("its dictionary is unreadable".into()))
}

/// The record without what stands behind its text; `None` when that cannot be told.
fn strip(record: &[u8], flags: u16) -> Option<&[u8]> {
    let mut text = record;
    for _ in 0..(flags >> 1).count_ones() {
        let size = backward(text);
        text = text.get(..text.len().checked_sub(size)?)?;
    }
    if flags & 1 != 0 {
        // The rest of a character that the next record repeats.
        let over = usize::from(text.last()? & 3) + 1;
        text = text.get(..text.len().checked_sub(over)?)?;
    }
    Some(text)
}

/// The size at the end of a record: seven bits a byte, the first byte marked.
fn backward(bytes: &[u8]) -> usize {
    let mut size = 0usize;
    for byte in &bytes[bytes.len().saturating_sub(4)..] {
        if byte & 0x80 != 0 {
            size = 0;
        }
        size = size << 7 | usize::from(byte & 0x7F);
    }
    size
}

#[cfg(test)]
mod tests {
    use super::strip;

    #[test]
    fn trailing_entries_are_cut() {
        assert_eq!(strip(b"text", 0), Some(&b"text"[..]));
        assert_eq!(strip(b"text\xAA\x82", 0b10), Some(&b"text"[..]));
        // Two entries, then the overlap of a character of two more bytes.
        assert_eq!(strip(b"te\xA9\xA9\x02\x81zz\x83", 0b111), Some(&b"te"[..]));
        assert_eq!(strip(b"a\xFF", 0b10), None);
        assert_eq!(strip(b"", 1), None);
    }
}
