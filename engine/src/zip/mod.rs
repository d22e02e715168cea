//! The container of an EPUB: a zip archive read through its central directory, or,
//! where that is lost, entry by entry.
//!
//! The index borrows the book's bytes; entries inflate independently, from any
//! thread, without a lock. Local headers are used for one thing: to find where
//! an entry's data begins. Sources: PKWARE APPNOTE 6.3.9; EPUB 3.3 § 4.2 (OCF ZIP).

mod cp437;
mod directory;
mod end;
mod inflate;
mod name;
mod numbers;
mod recover;
mod totals;

use std::borrow::Cow;
use std::collections::HashMap;

use crate::{Error, Limits};

pub(crate) use name::{normalise, percent_decode};

/// One entry of the central directory.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    /// Normalised name.
    pub name: String,
    /// What else the name may be, when its encoding is not known.
    pub other_name: Option<String>,
    /// Offset of the local header in the file.
    pub header: u64,
    /// Compressed bytes.
    pub packed: u64,
    /// Uncompressed bytes, as declared.
    pub size: u64,
    /// Compression method: 0 stored, 8 deflate, anything else cannot be read.
    pub method: u16,
    /// General purpose flags.
    pub flags: u16,
    /// CRC-32 of the uncompressed bytes.
    pub crc: u32,
}

/// Why one entry could not be read. It costs that entry only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum EntryError {
    #[error("it is not in the archive")]
    Missing,
    #[error("it is encrypted")]
    Encrypted,
    #[error("its compression method is unknown")]
    Method,
    #[error("it is larger than allowed")]
    TooLarge,
    #[error("its data lies outside the file")]
    OutOfRange,
    #[error("it shares bytes with another entry")]
    Overlaps,
    #[error("its compressed data is damaged or its size is wrong")]
    Inflate,
    #[error("its checksum is wrong")]
    Checksum,
}

/// An opened archive.
pub(crate) struct Archive<'a> {
    book: &'a [u8],
    entries: Vec<Entry>,
    by_name: HashMap<String, usize>,
    /// Folded name → the first entry so named.
    by_folded: HashMap<String, usize>,
    overlapping: Vec<bool>,
    /// The directory was lost; the entries were found by their own headers.
    pub recovered: bool,
}

/// Why a directory could not be read.
#[derive(Debug)]
enum Trouble {
    /// It is damaged, and the entries may be found without it.
    Unusable(Error),
    /// Looking further would not help, or would be unwise.
    Final(Error),
}

/// Whether the bytes end as an archive with entries does, whatever they begin with.
pub(crate) fn is_archive(bytes: &[u8]) -> bool {
    end::find(bytes).is_ok_and(|end| {
        let start = usize::try_from(end.start).ok();
        start
            .and_then(|start| bytes.get(start..))
            .is_some_and(|rest| rest.starts_with(directory::HEADER))
    })
}

fn unusable(what: &str) -> Trouble {
    Trouble::Unusable(Error::CorruptArchive(what.into()))
}

impl<'a> Archive<'a> {
    /// Reads the central directory; without one, the local headers.
    ///
    /// # Errors
    /// `NotAZip`, `CorruptArchive` for a directory that cannot be trusted and for what
    /// EPUB forbids, `DrmProtected` for encrypted entries, and `LimitExceeded` for
    /// `entries`, `total_bytes` and `ratio`.
    pub fn open(book: &'a [u8], limits: &Limits) -> Result<Self, Error> {
        let (entries, recovered) = match directory::read(book, limits) {
            Ok(entries) => (entries, false),
            Err(Trouble::Final(error)) => return Err(error),
            Err(Trouble::Unusable(error)) => match recover::read(book, limits) {
                Err(Trouble::Final(error) | Trouble::Unusable(error)) => return Err(error),
                Ok(entries) if entries.is_empty() => return Err(error),
                Ok(entries) => (entries, true),
            },
        };
        totals::check_features(&entries)?;
        let overlapping = totals::overlaps(&entries);
        totals::check_totals(&entries, &overlapping, book.len() as u64, limits)?;
        let mut by_name = HashMap::with_capacity(entries.len());
        let mut by_folded = HashMap::with_capacity(entries.len());
        for (i, entry) in entries.iter().enumerate() {
            by_name.entry(entry.name.clone()).or_insert(i);
            by_folded.entry(entry.name.to_lowercase()).or_insert(i);
        }
        // Some writers put the encoded form of a path into the directory.
        for (i, entry) in entries.iter().enumerate() {
            if entry.name.contains('%') {
                let decoded = normalise(&percent_decode(&entry.name));
                by_folded.entry(decoded.to_lowercase()).or_insert(i);
            }
            if let Some(other) = &entry.other_name {
                by_folded.entry(other.to_lowercase()).or_insert(i);
            }
        }
        Ok(Self {
            book,
            entries,
            by_name,
            by_folded,
            overlapping,
            recovered,
        })
    }

    /// All entries in the directory's order.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Finds an entry by normalised name; case is ignored when no exact name fits.
    pub fn find(&self, name: &str) -> Option<usize> {
        self.by_name
            .get(name)
            .or_else(|| self.by_folded.get(&name.to_lowercase()))
            .copied()
    }

    /// Reads an entry by name, at most `cap` bytes long. Stored entries are borrowed.
    pub fn read(&self, name: &str, cap: u64) -> Result<Cow<'a, [u8]>, EntryError> {
        self.read_entry(self.find(name).ok_or(EntryError::Missing)?, cap)
    }

    /// Reads an entry by its place in [`Archive::entries`].
    pub fn read_entry(&self, i: usize, cap: u64) -> Result<Cow<'a, [u8]>, EntryError> {
        if self.overlapping[i] {
            return Err(EntryError::Overlaps);
        }
        inflate::read(self.book, &self.entries[i], cap)
    }
}

#[cfg(test)]
mod tests;
