//! The parts of a book that fuzzing reaches better alone: see [`crate::fuzzing`].

use super::huff::Dictionary;
use super::indx::Index;
use super::palmdb::PalmDb;
use super::palmdoc;
use crate::Limits;

/// Splits data into records: a length of two bytes before each but the last.
fn records(data: &[u8], most: usize) -> Vec<&[u8]> {
    let mut records = Vec::new();
    let mut rest = data;
    while records.len() + 1 < most
        && let [high, low, ..] = *rest
    {
        let end = 2 + usize::from(u16::from_be_bytes([high, low]));
        let Some(record) = rest.get(2..end) else {
            break;
        };
        records.push(record);
        rest = &rest[end..];
    }
    records.push(rest);
    records
}

/// A dictionary (`HUFF`, one or two `CDIC`) and a text packed with it.
///
/// # Panics
/// When more is unpacked than the limits allow.
pub fn huff(data: &[u8]) {
    let limits = Limits {
        huff_bytes: 1 << 16,
        ..Limits::default()
    };
    let records = records(data, 4);
    let [huff, cdics @ .., text] = records.as_slice() else {
        return;
    };
    let Some(dictionary) = Dictionary::read(huff, cdics, &limits) else {
        return;
    };
    let cap = 1 << 16;
    let mut out = Vec::new();
    if dictionary.unpack(text, cap, &mut out).is_some() {
        assert!(out.len() <= cap);
    }
}

/// A packed record.
///
/// # Panics
/// When it unpacks to more than the cap, or to something else than a plain reading
/// of the format gives.
pub fn palmdoc(data: &[u8]) {
    let cap = 1 << 14;
    let (mut scratch, mut out) = (Vec::new(), Vec::new());
    let found = palmdoc::unpack(data, cap, &mut scratch, &mut out).map(|()| out);
    assert!(found.as_ref().is_none_or(|text| text.len() <= cap));
    assert_eq!(found, plainly(data, cap));
}

/// PalmDOC byte by byte, as the format is described.
fn plainly(packed: &[u8], cap: usize) -> Option<Vec<u8>> {
    let mut out: Vec<u8> = Vec::new();
    let mut bytes = packed.iter().copied();
    while let Some(byte) = bytes.next() {
        if (1..=8).contains(&byte) {
            for _ in 0..byte {
                out.push(bytes.next()?);
            }
        } else if byte < 0x80 {
            out.push(byte);
        } else if byte >= 0xC0 {
            out.push(b' ');
            out.push(byte - 0x80);
        } else {
            let pair = (u32::from(byte) * 256 + u32::from(bytes.next()?)) % (1 << 14);
            let (distance, length) = ((pair / 8) as usize, pair % 8 + 3);
            for _ in 0..length {
                let from = out.len().checked_sub(distance).filter(|_| distance > 0)?;
                out.push(*out.get(from)?);
            }
        }
        if out.len() > cap {
            return None;
        }
    }
    Some(out)
}

/// The records of an index.
///
/// # Panics
/// When it holds more entries or texts than the limits allow.
pub fn indx(data: &[u8]) {
    let limits = Limits {
        index_entries: 256,
        index_bytes: 1 << 12,
        ..Limits::default()
    };
    let records = records(data, 8);
    let mut book = vec![0; 78];
    book[76..78].copy_from_slice(&(records.len() as u16).to_be_bytes());
    let mut at = 78 + 8 * records.len();
    for record in &records {
        book.extend((at as u32).to_be_bytes());
        book.extend([0; 4]);
        at += record.len();
    }
    records.iter().for_each(|record| book.extend(*record));
    let Ok(db) = PalmDb::open(&book, &limits) else {
        return;
    };
    let Some(mut index) = Index::read(&db, 0, &limits) else {
        return;
    };
    assert!(index.len() as u64 <= limits.index_entries);
    let mut bytes = 0;
    for i in 0..index.len() {
        bytes += index.label(i).len();
        for tag in 0..=8 {
            if let Some(place) = index.value(i, tag, 0) {
                bytes += index.text(place).map_or(0, <[u8]>::len);
            }
        }
    }
    assert!(bytes as u64 <= limits.index_bytes);
}
