//! The Palm database around the book: a list of records.
//! Source: MobileRead wiki, "PDB" (format of the header and the record list).

use super::bytes::{u16_at, usize_at};
use crate::{Error, Limits};

/// Where the number of records stands; the list follows it.
const COUNT: usize = 76;
const LIST: usize = 78;

/// The records of a database, borrowed from the book.
#[derive(Debug)]
pub(super) struct PalmDb<'a> {
    book: &'a [u8],
    /// Where each record begins, and where the last ends.
    edges: Vec<usize>,
    /// Records that begin behind the end of the file.
    pub lost: usize,
}

impl<'a> PalmDb<'a> {
    /// Reads the list of records. A file cut short keeps the records it has.
    ///
    /// # Errors
    /// `CorruptArchive` when the list is cut or its places do not grow;
    /// `LimitExceeded` for `entries`.
    pub fn open(book: &'a [u8], limits: &Limits) -> Result<Self, Error> {
        let corrupt = |what: &str| Error::CorruptArchive(what.into());
        let count = u16_at(book, COUNT).ok_or_else(|| corrupt("the header is cut short"))? as usize;
        if count as u64 > limits.entries {
            return Err(Error::LimitExceeded {
                name: "entries",
                found: count as u64,
                limit: limits.entries,
            });
        }
        let mut edges = Vec::with_capacity(count + 1);
        let (mut last, mut lost) = (LIST + 8 * count, 0);
        for i in 0..count {
            let at = usize_at(book, LIST + 8 * i)
                .ok_or_else(|| corrupt("the list of records is cut short"))?;
            if at < last {
                return Err(corrupt("its records overlap"));
            }
            last = at;
            lost += usize::from(at >= book.len());
            edges.push(at.min(book.len()));
        }
        if count == 0 || lost == count {
            return Err(corrupt("it holds no records"));
        }
        edges.push(book.len());
        Ok(Self { book, edges, lost })
    }

    /// How many records there are.
    pub fn len(&self) -> usize {
        self.edges.len() - 1
    }

    /// Record `i`; empty past the end.
    pub fn record(&self, i: usize) -> &'a [u8] {
        match (self.edges.get(i), self.edges.get(i.saturating_add(1))) {
            (Some(&from), Some(&to)) => self.book.get(from..to).unwrap_or_default(),
            _ => &[],
        }
    }
}
