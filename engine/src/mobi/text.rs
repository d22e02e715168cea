//! From text records to the book's raw markup.
//! Source: MobileRead wiki, "MOBI" (trailing entries by extra data flags).

use rayon::prelude::*;

use super::header::{Compression, Header};
use super::huffcdic::Dictionary;
use super::palmdb::PalmDb;
use super::palmdoc;
use crate::{Error, Limits};

/// Records unpacked before their total is looked at.
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
    let cap = limits.text_record_bytes as usize;
    let unpack = |i: usize| -> Option<Vec<u8>> {
        let record = db.record(start.checked_add(i)?);
        let packed = strip(record, header.extra_flags)?;
        match (&header.compression, &dictionary) {
            (Compression::None, _) => (packed.len() <= cap).then(|| packed.to_vec()),
            (Compression::PalmDoc, _) => palmdoc::unpack(packed, cap),
            (Compression::Huff, Some(dictionary)) => dictionary.unpack(packed, cap),
            (Compression::Huff, None) => None,
        }
    };
    let count = count(db, start, header);
    let mut raw = Raw {
        bytes: Vec::with_capacity(
            header
                .text_length
                .min(limits.text_bytes as usize)
                .min(64 << 20),
        ),
        lost: header.text_records - count,
    };
    for from in (1..=count).step_by(BATCH) {
        let to = (from + BATCH).min(count + 1);
        let batch: Vec<Option<Vec<u8>>> = (from..to).into_par_iter().map(unpack).collect();
        for record in batch {
            match record {
                Some(text) => raw.bytes.extend_from_slice(&text),
                None => raw.lost += 1,
            }
        }
        if raw.bytes.len() as u64 > limits.text_bytes {
            return Err(Error::LimitExceeded {
                name: "text_bytes",
                found: raw.bytes.len() as u64,
                limit: limits.text_bytes,
            });
        }
    }
    if raw.bytes.is_empty() && raw.lost > 0 {
        return Err(Error::CorruptArchive("its text cannot be unpacked".into()));
    }
    Ok(raw)
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
