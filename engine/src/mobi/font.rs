//! FONT records: a font, packed by zlib and masked.
//! Source: facts of KindleUnpack (header of 24 bytes; flags 1 = zlib, 2 = masked).

use libdeflater::Decompressor;

use super::bytes::{u32_at, usize_at};
use crate::zip::EntryError;

/// The mask covers this many bytes.
const MASKED: usize = 1040;

/// The size the font has when it is unpacked.
pub(super) fn size(record: &[u8]) -> u64 {
    u32_at(record, 4).map_or(0, u64::from)
}

/// The font, at most `cap` bytes.
pub(super) fn read(record: &[u8], cap: u64) -> Result<Vec<u8>, EntryError> {
    let field = |at| usize_at(record, at).ok_or(EntryError::OutOfRange);
    let (full, flags, start) = (field(4)?, field(8)?, field(12)?);
    let (key_len, key_at) = (field(16)?, field(20)?);
    if full as u64 > cap {
        return Err(EntryError::TooLarge);
    }
    let mut data = record.get(start..).ok_or(EntryError::OutOfRange)?.to_vec();
    if flags & 2 != 0 {
        let end = key_at.checked_add(key_len).ok_or(EntryError::OutOfRange)?;
        let key = record.get(key_at..end).ok_or(EntryError::OutOfRange)?;
        for (byte, mask) in data.iter_mut().take(MASKED).zip(key.iter().cycle()) {
            *byte ^= mask;
        }
    }
    if flags & 1 == 0 {
        return Ok(data);
    }
    // A packed font cannot be a thousandth of its size.
    if full / 1100 > data.len() {
        return Err(EntryError::Inflate);
    }
    let mut out = vec![0; full];
    let size = Decompressor::new()
        .zlib_decompress(&data, &mut out)
        .map_err(|_| EntryError::Inflate)?;
    out.truncate(size);
    Ok(out)
}
