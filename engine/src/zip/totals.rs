//! What an archive may ask for as a whole.

use super::Entry;
use crate::{Error, Limits};

/// Smallest local header; what an entry occupies besides its data.
const LOCAL_LEN: u64 = 30;
/// Below this the ratio is not asked: small books of repetitive text compress far.
const RATIO_ABOVE: u64 = 64 << 20;
/// Bits 0, 6 and 13: encrypted, strongly encrypted, directory masked.
const ENCRYPTED: u16 = 1 | 1 << 6 | 1 << 13;

/// Refuses what EPUB forbids in its archives: encryption and other methods than
/// stored and deflated (EPUB 3.3 § 4.2.2).
pub(super) fn check_features(entries: &[Entry]) -> Result<(), Error> {
    if entries.iter().any(|entry| entry.flags & ENCRYPTED != 0) {
        return Err(Error::DrmProtected("zip encryption"));
    }
    match entries.iter().find(|entry| !matches!(entry.method, 0 | 8)) {
        Some(entry) => Err(Error::CorruptArchive(format!(
            "compression method {} cannot be read",
            entry.method
        ))),
        None => Ok(()),
    }
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
        return Err(Error::CorruptArchive(
            "most entries overlap each other".into(),
        ));
    }
    Ok(())
}
