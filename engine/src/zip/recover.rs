//! An archive whose directory is lost: its entries by their local headers
//! (PKWARE APPNOTE 6.3.9, § 4.3.7 and § 4.3.9).
//!
//! Only for files whose directory cannot be used at all. Where both exist, the
//! directory alone counts: two truths about one archive are how bombs are hidden.

use super::directory::{check_count, widen};
use super::inflate::{LOCAL, LOCAL_LEN};
use super::numbers::{u16_at, u32_at};
use super::{Entry, Trouble, name};
use crate::Limits;

const DESCRIPTOR: &[u8; 4] = b"PK\x07\x08";
const DESCRIPTOR_LEN: usize = 16;
/// Sizes stand behind the data.
const STREAMED: u16 = 1 << 3;

/// Every entry whose local header can be read, in the file's order.
pub(super) fn read(book: &[u8], limits: &Limits) -> Result<Vec<Entry>, Trouble> {
    let mut entries = Vec::new();
    let mut at = 0;
    while let Some(found) = memchr::memmem::find(&book[at..], LOCAL) {
        let header = at + found;
        let Some((entry, next)) = read_local(book, header) else {
            at = header + LOCAL.len();
            continue;
        };
        at = next.min(book.len());
        if !entry.name.is_empty() {
            entries.push(entry);
            check_count(entries.len() as u64, limits)?;
        }
    }
    Ok(entries)
}

/// The entry at `header`, and where its data ends.
fn read_local(book: &[u8], header: usize) -> Option<(Entry, usize)> {
    let flags = u16_at(book, header + 6)?;
    let method = u16_at(book, header + 8)?;
    let mut crc = u32_at(book, header + 14)?;
    let mut packed = u64::from(u32_at(book, header + 18)?);
    let mut size = u64::from(u32_at(book, header + 22)?);
    let name_at = header + LOCAL_LEN;
    let extra_at = name_at + usize::from(u16_at(book, header + 26)?);
    let data = extra_at + usize::from(u16_at(book, header + 28)?);
    let raw_name = book.get(name_at..extra_at)?;
    let extra = book.get(extra_at..data)?;
    widen(extra, &mut size, &mut packed, &mut 0)?;
    if flags & STREAMED != 0 && packed == 0 {
        let at = find_descriptor(book, data)?;
        crc = u32_at(book, at + 4)?;
        packed = u64::from(u32_at(book, at + 8)?);
        size = u64::from(u32_at(book, at + 12)?);
    }
    let end = data.checked_add(usize::try_from(packed).ok()?)?;
    let (name, other_name) = name::from_raw(raw_name, flags, extra);
    let entry = Entry {
        name,
        other_name,
        header: header as u64,
        packed,
        size,
        method,
        flags,
        crc,
    };
    Some((entry, end))
}

/// The data descriptor that agrees with the place it stands at. The search ends
/// where the next entry begins, so that the whole stays linear.
fn find_descriptor(book: &[u8], data: usize) -> Option<usize> {
    let rest = book.get(data..)?;
    let until = memchr::memmem::find(rest, LOCAL).unwrap_or(rest.len());
    memchr::memmem::find_iter(&rest[..until], DESCRIPTOR)
        .map(|found| data + found)
        .take_while(|at| at + DESCRIPTOR_LEN <= book.len())
        .find(|&at| u32_at(book, at + 8).is_some_and(|packed| packed as usize == at - data))
}
