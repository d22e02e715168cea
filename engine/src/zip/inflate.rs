//! One entry's bytes, inflated into a buffer of exactly the declared size.

use std::borrow::Cow;
use std::cell::RefCell;

use libdeflater::Decompressor;

use super::numbers::u16_at;
use super::{Entry, EntryError};

pub(super) const LOCAL: &[u8; 4] = b"PK\x03\x04";
pub(super) const LOCAL_LEN: usize = 30;
const STORED: u16 = 0;
const DEFLATED: u16 = 8;
/// Deflate cannot do better than this; a larger claim is a lie and gets no buffer.
const DEFLATE_MAX_RATIO: u64 = 1032;

thread_local! {
    static DECOMPRESSOR: RefCell<Decompressor> = RefCell::new(Decompressor::new());
}

/// Reads and verifies `entry`; `cap` bounds the uncompressed size.
pub(super) fn read<'a>(
    book: &'a [u8],
    entry: &Entry,
    cap: u64,
) -> Result<Cow<'a, [u8]>, EntryError> {
    if entry.size > cap {
        return Err(EntryError::TooLarge);
    }
    let packed = data(book, entry).ok_or(EntryError::OutOfRange)?;
    let bytes = match entry.method {
        STORED if entry.size == entry.packed => Cow::Borrowed(packed),
        STORED => return Err(EntryError::Inflate),
        DEFLATED => Cow::Owned(inflate(packed, entry.size)?),
        _ => return Err(EntryError::Method),
    };
    if libdeflater::crc32(&bytes) == entry.crc {
        Ok(bytes)
    } else {
        Err(EntryError::Checksum)
    }
}

/// The packed bytes: the local header says only where they begin.
fn data<'a>(book: &'a [u8], entry: &Entry) -> Option<&'a [u8]> {
    let header = usize::try_from(entry.header).ok()?;
    if !book.get(header..)?.starts_with(LOCAL) {
        return None;
    }
    let name = usize::from(u16_at(book, header + 26)?);
    let extra = usize::from(u16_at(book, header + 28)?);
    let start = header.checked_add(LOCAL_LEN + name + extra)?;
    let end = start.checked_add(usize::try_from(entry.packed).ok()?)?;
    book.get(start..end)
}

fn inflate(packed: &[u8], size: u64) -> Result<Vec<u8>, EntryError> {
    if size
        > (packed.len() as u64)
            .saturating_mul(DEFLATE_MAX_RATIO)
            .saturating_add(64)
    {
        return Err(EntryError::Inflate);
    }
    let mut bytes = vec![0; usize::try_from(size).map_err(|_| EntryError::TooLarge)?];
    let written = DECOMPRESSOR
        .with_borrow_mut(|inflater| inflater.deflate_decompress(packed, &mut bytes))
        .map_err(|_| EntryError::Inflate)?;
    if written == bytes.len() {
        Ok(bytes)
    } else {
        Err(EntryError::Inflate)
    }
}
