//! The headers of the central directory (PKWARE APPNOTE 6.3.9, § 4.3.12).

use super::end::{self, End};
use super::numbers::{u16_at, u32_at, u64_at};
use super::{Entry, Trouble, name, unusable};
use crate::{Error, Limits};

pub(super) const HEADER: &[u8; 4] = b"PK\x01\x02";
pub(super) const HEADER_LEN: usize = 46;
const ZIP64_EXTRA: u16 = 0x0001;

/// Reads every entry of the directory. Directories (`name/`) are left out.
///
/// The number of entries is a hint: what stands in the directory counts.
pub(super) fn read(book: &[u8], limits: &Limits) -> Result<Vec<Entry>, Trouble> {
    let End {
        count,
        start,
        stop,
        shift,
    } = end::find(book)?;
    check_count(count, limits)?;
    let mut at = usize::try_from(start).map_err(|_| unusable("directory out of range"))?;
    let mut entries = Vec::with_capacity(count as usize);
    let mut seen = 0u64;
    while (at as u64) < stop {
        let Some((entry, next)) = read_header(book, at, shift) else {
            break;
        };
        at = next;
        seen += 1;
        check_count(seen, limits)?;
        if !entry.name.is_empty() {
            entries.push(entry);
        }
    }
    if seen < count {
        return Err(unusable("bad directory entry"));
    }
    Ok(entries)
}

pub(super) fn check_count(found: u64, limits: &Limits) -> Result<(), Trouble> {
    if found > limits.entries {
        return Err(Trouble::Final(Error::LimitExceeded {
            name: "entries",
            found,
            limit: limits.entries,
        }));
    }
    Ok(())
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
    let (name, other_name) = name::from_raw(raw_name, flags, extra);
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

/// The field `id` of an extra block.
pub(super) fn extra_field(extra: &[u8], id: u16) -> Option<&[u8]> {
    let mut at = 0;
    while at + 4 <= extra.len() {
        let len = usize::from(u16_at(extra, at + 2)?);
        let field = extra.get(at + 4..at + 4 + len)?;
        if u16_at(extra, at)? == id {
            return Some(field);
        }
        at += 4 + len;
    }
    None
}

/// Replaces the values that the zip64 extra field carries, in its fixed order.
pub(super) fn widen(
    extra: &[u8],
    size: &mut u64,
    packed: &mut u64,
    header: &mut u64,
) -> Option<()> {
    let Some(field) = extra_field(extra, ZIP64_EXTRA) else {
        return Some(());
    };
    let mut next = 0;
    for value in [size, packed, header] {
        if *value == u64::from(u32::MAX) {
            *value = u64_at(field, next)?;
            next += 8;
        }
    }
    Some(())
}
