//! Finding and reading the central directory, zip64 included.

use super::{Entry, name};
use crate::{Error, Limits};

const END: &[u8; 4] = b"PK\x05\x06";
const END_LEN: usize = 22;
const END64: &[u8; 4] = b"PK\x06\x06";
const END64_LOCATOR: &[u8; 4] = b"PK\x06\x07";
const END64_LOCATOR_LEN: usize = 20;
const HEADER: &[u8; 4] = b"PK\x01\x02";
const HEADER_LEN: usize = 46;
/// Smallest local header; what an entry occupies besides its data.
const LOCAL_LEN: u64 = 30;
const ZIP64_EXTRA: u16 = 0x0001;
/// Below this the ratio is not asked: small books of repetitive text compress far.
const RATIO_ABOVE: u64 = 64 << 20;

pub(super) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(
        bytes.get(at..at.checked_add(2)?)?.try_into().ok()?,
    ))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(
        bytes.get(at..at.checked_add(4)?)?.try_into().ok()?,
    ))
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(
        bytes.get(at..at.checked_add(8)?)?.try_into().ok()?,
    ))
}

fn corrupt(what: &str) -> Error {
    Error::CorruptArchive(what.into())
}

/// Where the directory lies. `shift` is what the file has in front of the archive.
struct End {
    count: u64,
    start: u64,
    shift: u64,
}

/// Reads every entry of the directory. Directories (`name/`) are left out.
pub(super) fn read(book: &[u8], limits: &Limits) -> Result<Vec<Entry>, Error> {
    let end = find_end(book)?;
    if end.count > limits.entries {
        return Err(Error::LimitExceeded {
            name: "entries",
            found: end.count,
            limit: limits.entries,
        });
    }
    let mut at = usize::try_from(end.start).map_err(|_| corrupt("directory out of range"))?;
    let mut entries = Vec::with_capacity(end.count as usize);
    for _ in 0..end.count {
        let (entry, next) =
            read_header(book, at, end.shift).ok_or_else(|| corrupt("bad directory entry"))?;
        at = next;
        if !entry.name.is_empty() {
            entries.push(entry);
        }
    }
    Ok(entries)
}

fn find_end(book: &[u8]) -> Result<End, Error> {
    if book.len() < END_LEN {
        return Err(Error::NotAZip("too short"));
    }
    // The record ends the file but for a comment of at most 65,535 bytes.
    let from = book.len().saturating_sub(END_LEN + usize::from(u16::MAX));
    let at = memchr::memmem::rfind_iter(&book[from..], END)
        .map(|i| from + i)
        .find(|&at| {
            u16_at(book, at + 20)
                .is_some_and(|comment| at + END_LEN + usize::from(comment) <= book.len())
        })
        .ok_or(Error::NotAZip("no end of central directory"))?;
    let bad = || corrupt("bad end of central directory");
    let disk = u16_at(book, at + 4).ok_or_else(bad)?;
    let start_disk = u16_at(book, at + 6).ok_or_else(bad)?;
    let here = u16_at(book, at + 8).ok_or_else(bad)?;
    let count = u16_at(book, at + 10).ok_or_else(bad)?;
    let size = u32_at(book, at + 12).ok_or_else(bad)?;
    let start = u32_at(book, at + 16).ok_or_else(bad)?;
    if (count == u16::MAX || size == u32::MAX || start == u32::MAX || disk == u16::MAX)
        && let Some(end) = find_end64(book, at)?
    {
        return Ok(end);
    }
    if disk != 0 || start_disk != 0 || here != count {
        return Err(corrupt("archives of several disks cannot be read"));
    }
    place(
        book,
        at as u64,
        u64::from(count),
        u64::from(size),
        u64::from(start),
    )
}

/// The zip64 record, when its locator precedes the end record at `end`.
fn find_end64(book: &[u8], end: usize) -> Result<Option<End>, Error> {
    let bad = || corrupt("bad zip64 record");
    let Some(locator) = end.checked_sub(END64_LOCATOR_LEN) else {
        return Ok(None);
    };
    if !book[locator..].starts_with(END64_LOCATOR) {
        return Ok(None);
    }
    if u32_at(book, locator + 4) != Some(0)
        || u32_at(book, locator + 16).is_none_or(|disks| disks > 1)
    {
        return Err(corrupt("archives of several disks cannot be read"));
    }
    let declared = u64_at(book, locator + 8).ok_or_else(bad)?;
    // The declared place is wrong by whatever stands in front of the archive.
    let at = usize::try_from(declared)
        .ok()
        .filter(|&at| book.get(at..).is_some_and(|rest| rest.starts_with(END64)))
        .or_else(|| memchr::memmem::rfind(&book[..locator], END64))
        .ok_or_else(bad)?;
    let count = u64_at(book, at + 32).ok_or_else(bad)?;
    let size = u64_at(book, at + 40).ok_or_else(bad)?;
    let start = u64_at(book, at + 48).ok_or_else(bad)?;
    if u64_at(book, at + 24) != Some(count) {
        return Err(corrupt("archives of several disks cannot be read"));
    }
    place(book, at as u64, count, size, start).map(Some)
}

/// Checks the directory's place against the record that ends it at `end`.
fn place(book: &[u8], end: u64, count: u64, size: u64, start: u64) -> Result<End, Error> {
    let real = end
        .checked_sub(size)
        .ok_or_else(|| corrupt("directory out of range"))?;
    let (start, shift) = match real.checked_sub(start) {
        Some(shift) => (real, shift),
        None => return Err(corrupt("directory out of range")),
    };
    // Some writers leave a gap between directory and end record: trust the declared place then.
    let header_at = |at: u64| {
        usize::try_from(at)
            .ok()
            .and_then(|at| book.get(at..))
            .is_some_and(|rest| rest.starts_with(HEADER))
    };
    if count > 0 && !header_at(start) && header_at(start - shift) {
        return Ok(End {
            count,
            start: start - shift,
            shift: 0,
        });
    }
    if count > size / HEADER_LEN as u64 {
        return Err(corrupt("directory shorter than its count"));
    }
    Ok(End {
        count,
        start,
        shift,
    })
}

/// One directory header at `at`, and where the next begins.
fn read_header(book: &[u8], at: usize, shift: u64) -> Option<(Entry, usize)> {
    if !book.get(at..)?.starts_with(HEADER) {
        return None;
    }
    let name_len = usize::from(u16_at(book, at + 28)?);
    let extra_len = usize::from(u16_at(book, at + 30)?);
    let comment_len = usize::from(u16_at(book, at + 32)?);
    let name_at = at + HEADER_LEN;
    let extra_at = name_at + name_len;
    let raw_name = book.get(name_at..extra_at)?;
    let extra = book.get(extra_at..extra_at + extra_len)?;
    let mut packed = u64::from(u32_at(book, at + 20)?);
    let mut size = u64::from(u32_at(book, at + 24)?);
    let mut header = u64::from(u32_at(book, at + 42)?);
    widen(extra, &mut size, &mut packed, &mut header)?;
    let flags = u16_at(book, at + 8)?;
    let (name, other_name) = name::from_raw(raw_name);
    let entry = Entry {
        name,
        other_name,
        header: header.checked_add(shift)?,
        packed,
        size,
        method: u16_at(book, at + 10)?,
        flags,
        crc: u32_at(book, at + 16)?,
    };
    Some((entry, extra_at + extra_len + comment_len))
}

/// Replaces the values that the zip64 extra field carries, in its fixed order.
fn widen(extra: &[u8], size: &mut u64, packed: &mut u64, header: &mut u64) -> Option<()> {
    let mut at = 0;
    while at + 4 <= extra.len() {
        let (id, len) = (u16_at(extra, at)?, usize::from(u16_at(extra, at + 2)?));
        let Some(field) = extra.get(at + 4..at + 4 + len) else {
            return Some(());
        };
        if id == ZIP64_EXTRA {
            let mut next = 0;
            for value in [size, packed, header] {
                if *value == u64::from(u32::MAX) {
                    *value = u64_at(field, next)?;
                    next += 8;
                }
            }
            return Some(());
        }
        at += 4 + len;
    }
    Some(())
}

/// Marks the entries whose bytes another entry also claims (the "better zip bomb").
pub(super) fn overlaps(entries: &[Entry]) -> Vec<bool> {
    let mut order: Vec<usize> = (0..entries.len()).collect();
    order.sort_by_key(|&i| (entries[i].header, i));
    let mut marked = vec![false; entries.len()];
    let (mut reach, mut holder) = (0, None);
    for i in order {
        let entry = &entries[i];
        let end = entry
            .header
            .saturating_add(LOCAL_LEN)
            .saturating_add(entry.packed);
        if entry.header < reach {
            marked[i] = true;
            if let Some(holder) = holder {
                marked[holder] = true;
            }
        }
        if end > reach {
            (reach, holder) = (end, Some(i));
        }
    }
    marked
}

/// The whole archive against `total_bytes` and `ratio`, and bombs of overlapping entries.
pub(super) fn check_totals(
    entries: &[Entry],
    overlapping: &[bool],
    file: u64,
    limits: &Limits,
) -> Result<(), Error> {
    let total = entries
        .iter()
        .fold(0u64, |sum, entry| sum.saturating_add(entry.size));
    if total > limits.total_bytes {
        return Err(Error::LimitExceeded {
            name: "total_bytes",
            found: total,
            limit: limits.total_bytes,
        });
    }
    let ratio = total / file.max(1);
    if total > RATIO_ABOVE && ratio > limits.ratio {
        return Err(Error::LimitExceeded {
            name: "ratio",
            found: ratio,
            limit: limits.ratio,
        });
    }
    let shared = overlapping.iter().filter(|&&marked| marked).count();
    if shared > 0 && shared * 2 > entries.len() {
        return Err(corrupt("most entries overlap each other"));
    }
    Ok(())
}
