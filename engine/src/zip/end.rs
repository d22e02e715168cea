//! The record that ends an archive and says where its directory lies, zip64 included
//! (PKWARE APPNOTE 6.3.9, § 4.3.14–4.3.16).

use super::directory::{HEADER, HEADER_LEN};
use super::numbers::{u16_at, u32_at, u64_at};
use super::{Trouble, unusable};
use crate::Error;

const END: &[u8; 4] = b"PK\x05\x06";
const END_LEN: usize = 22;
const END64: &[u8; 4] = b"PK\x06\x06";
const END64_LOCATOR: &[u8; 4] = b"PK\x06\x07";
const END64_LOCATOR_LEN: usize = 20;

/// Where the directory lies. `shift` is what the file has in front of the archive.
pub(super) struct End {
    /// Entries as declared. Writers that know no zip64 count modulo 65,536.
    pub count: u64,
    pub start: u64,
    /// One past the last byte a header may begin at.
    pub stop: u64,
    pub shift: u64,
}

/// Several disks are no damage: the rest of the book is elsewhere (EPUB 3.3 § 4.2.2).
fn several_disks() -> Trouble {
    Trouble::Final(Error::CorruptArchive(
        "archives of several disks cannot be read".into(),
    ))
}

/// Finds the end record and what it points at.
pub(super) fn find(book: &[u8]) -> Result<End, Trouble> {
    if book.len() < END_LEN {
        return Err(Trouble::Unusable(Error::NotAZip("too short")));
    }
    // The record ends the file but for a comment of at most 65,535 bytes, and rubbish behind it.
    let from = book
        .len()
        .saturating_sub(END_LEN + 2 * usize::from(u16::MAX));
    let at = memchr::memmem::rfind_iter(&book[from..], END)
        .map(|i| from + i)
        .find(|&at| {
            u16_at(book, at + 20)
                .is_some_and(|comment| at + END_LEN + usize::from(comment) <= book.len())
        })
        .ok_or(Trouble::Unusable(Error::NotAZip(
            "no end of central directory",
        )))?;
    let bad = || unusable("bad end of central directory");
    let disk = u16_at(book, at + 4).ok_or_else(bad)?;
    let start_disk = u16_at(book, at + 6).ok_or_else(bad)?;
    let here = u16_at(book, at + 8).ok_or_else(bad)?;
    let count = u16_at(book, at + 10).ok_or_else(bad)?;
    let size = u32_at(book, at + 12).ok_or_else(bad)?;
    let start = u32_at(book, at + 16).ok_or_else(bad)?;
    if (count == u16::MAX || size == u32::MAX || start == u32::MAX || disk == u16::MAX)
        && let Some(end) = find_wide(book, at)?
    {
        return Ok(end);
    }
    if disk != 0 || start_disk != 0 || here != count {
        return Err(several_disks());
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
fn find_wide(book: &[u8], end: usize) -> Result<Option<End>, Trouble> {
    let bad = || unusable("bad zip64 record");
    let Some(locator) = end.checked_sub(END64_LOCATOR_LEN) else {
        return Ok(None);
    };
    if !book[locator..].starts_with(END64_LOCATOR) {
        return Ok(None);
    }
    if u32_at(book, locator + 4) != Some(0)
        || u32_at(book, locator + 16).is_none_or(|disks| disks > 1)
    {
        return Err(several_disks());
    }
    let declared = u64_at(book, locator + 8).ok_or_else(bad)?;
    // The declared place is wrong by whatever stands in front of the archive.
    let at = usize::try_from(declared)
        .ok()
        .filter(|&at| at < locator && book[at..].starts_with(END64))
        .or_else(|| memchr::memmem::rfind(&book[..locator], END64))
        .ok_or_else(bad)?;
    let count = u64_at(book, at + 32).ok_or_else(bad)?;
    let size = u64_at(book, at + 40).ok_or_else(bad)?;
    let start = u64_at(book, at + 48).ok_or_else(bad)?;
    if u64_at(book, at + 24) != Some(count) {
        return Err(several_disks());
    }
    place(book, at as u64, count, size, start).map(Some)
}

/// Checks the directory's place against the record that ends it at `end`.
fn place(book: &[u8], end: u64, count: u64, size: u64, start: u64) -> Result<End, Trouble> {
    let outside = || unusable("directory out of range");
    let real = end.checked_sub(size).ok_or_else(outside)?;
    let shift = real.checked_sub(start).ok_or_else(outside)?;
    let header_at = |at: u64| {
        usize::try_from(at)
            .ok()
            .and_then(|at| book.get(at..))
            .is_some_and(|rest| rest.starts_with(HEADER))
    };
    // Some writers leave a gap between directory and end record: trust the declared place then.
    if count > 0 && !header_at(real) && header_at(start) {
        return Ok(End {
            count,
            start,
            stop: end,
            shift: 0,
        });
    }
    if count > size / HEADER_LEN as u64 {
        return Err(unusable("directory shorter than its count"));
    }
    Ok(End {
        count,
        start: real,
        stop: end,
        shift,
    })
}
