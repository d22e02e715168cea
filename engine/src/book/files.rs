//! Where formats part ways: what a container has to say before the later stages,
//! which are the same for all, take over.

use std::borrow::Cow;

use crate::package::{Contents, Package};
use crate::zip::EntryError;

/// The files of a book, by normalised path. Read from many threads at once.
pub(crate) trait Files: Send + Sync {
    /// The number of the file at `path`; containers may ignore case when no exact name fits.
    fn find(&self, path: &str) -> Option<usize>;

    /// The path that file `i` has in the container.
    fn name(&self, i: usize) -> &str;

    /// Bytes of file `i`, as far as they are known without reading it.
    fn size(&self, i: usize) -> u64;

    /// The bytes of a file, at most `cap`, with whatever obscures them undone.
    fn read(&self, path: &str, cap: u64) -> Result<Cow<'_, [u8]>, EntryError>;

    /// A reference of the format's own kind as one by path from the root; `None` for others.
    fn link(&self, _raw: &str) -> Option<String> {
        None
    }
}

/// An opened book of any format: what it says about itself, and its files.
pub(crate) struct Publication<'a> {
    pub package: Package,
    pub contents: Contents,
    pub files: Box<dyn Files + 'a>,
}
