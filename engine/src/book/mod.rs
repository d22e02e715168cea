//! An opened book: files, package, contents, and where everything goes.

mod atlas;
mod data_url;
mod epub;
mod files;
mod media;
mod resolver;

use std::borrow::Cow;
use std::collections::HashMap;

use crate::package::{Contents, Href, Package};
use crate::zip::{EntryError, percent_decode};
use crate::{Error, Format, Limits, Warning, mobi};

pub(crate) use atlas::Atlas;
pub(crate) use files::{Files, Publication};
pub(crate) use media::{Kind, sniff_image, sniffed};
pub(crate) use resolver::{MOST_WAITING, Resolver, Targets, Waiting};

/// Everything known before a chapter is read.
pub(crate) struct Book<'a> {
    pub format: Format,
    pub files: Box<dyn Files + 'a>,
    pub package: Package,
    pub contents: Contents,
    pub atlas: Atlas,
    /// File name without folder → its place in the spine, `None` when several share it.
    pub by_file_name: HashMap<String, Option<usize>>,
    pub limits: Limits,
}

/// A warning about `item`.
pub(crate) fn warning(code: &str, message: impl Into<String>, item: Option<&str>) -> Warning {
    Warning {
        code: code.into(),
        message: message.into(),
        item: item.map(Into::into),
    }
}

impl<'a> Book<'a> {
    /// Opens the container and reads what the book says about itself.
    ///
    /// # Errors
    /// Everything that makes a book unreadable as a whole.
    pub fn open(
        format: Format,
        bytes: &'a [u8],
        limits: &Limits,
        warnings: &mut Vec<Warning>,
    ) -> Result<Self, Error> {
        let Publication {
            package,
            contents,
            files,
        } = match format {
            Format::Mobi => mobi::open(bytes, limits, warnings)?,
            _ => epub::open(bytes, limits, warnings)?,
        };
        let atlas = Atlas::new(&package, &*files);
        let by_file_name = file_names(&package);
        let book = Self {
            format,
            files,
            package,
            contents,
            atlas,
            by_file_name,
            limits: limits.clone(),
        };
        book.check_spine()?;
        Ok(book)
    }

    /// The spine's sizes against `spine_bytes`, and that anything of it exists.
    fn check_spine(&self) -> Result<(), Error> {
        let size = |item: usize| self.file(item).map(|i| self.files.size(i));
        let sizes: Vec<u64> = self
            .package
            .spine
            .iter()
            .filter_map(|place| size(place.item))
            .collect();
        if sizes.is_empty() {
            return Err(Error::EmptySpine);
        }
        let found = sizes
            .iter()
            .fold(0u64, |sum, size| sum.saturating_add(*size));
        if found > self.limits.spine_bytes {
            return Err(Error::LimitExceeded {
                name: "spine_bytes",
                found,
                limit: self.limits.spine_bytes,
            });
        }
        Ok(())
    }

    /// The file of a manifest item, if there is one.
    pub fn file(&self, item: usize) -> Option<usize> {
        self.files.find(&self.package.items[item].path)
    }

    /// Bytes of a manifest item; 0 when it has no file.
    pub fn size(&self, item: usize) -> u64 {
        self.file(item).map_or(0, |i| self.files.size(i))
    }

    /// The bytes of a manifest item.
    pub fn read(&self, item: usize, cap: u64) -> Result<Cow<'_, [u8]>, EntryError> {
        self.files.read(&self.package.items[item].path, cap)
    }

    /// The manifest item a path leads to.
    pub fn item_at(&self, path: &str) -> Option<usize> {
        self.package.item_at(path).or_else(|| {
            // An archive ignores case and composition where the manifest did not.
            self.package
                .item_at(self.files.name(self.files.find(path)?))
        })
    }

    /// The place that a CFI into the package document leads to.
    pub fn cfi_place(&self, path: &str, fragment: Option<&str>) -> Option<usize> {
        (path == self.package.path)
            .then(|| self.package.place_of_cfi(&percent_decode(fragment?)))
            .flatten()
    }

    /// Reads a reference written in the file at `base`.
    pub fn href(&self, base: &str, raw: &str) -> Href {
        match self.files.link(raw) {
            Some(path) => Href::parse(base, &self.package.root, &path),
            None => Href::parse(base, &self.package.root, raw),
        }
    }
}

/// The spine's files by name, for references that have the folder wrong: the one
/// nearest to the root, unless several are equally near.
fn file_names(package: &Package) -> HashMap<String, Option<usize>> {
    let mut nearest: HashMap<&str, (usize, Option<usize>)> = HashMap::new();
    for (place, entry) in package.spine.iter().enumerate() {
        let path = package.items[entry.item].path.as_str();
        let name = path.rsplit('/').next().unwrap_or(path);
        let depth = path.matches('/').count();
        let known = nearest.entry(name).or_insert((depth, Some(place)));
        let same = known
            .1
            .is_some_and(|known| package.spine[known].item == entry.item);
        if depth < known.0 {
            *known = (depth, Some(place));
        } else if depth == known.0 && !same {
            known.1 = None;
        }
    }
    nearest
        .into_iter()
        .map(|(name, (_, place))| (name.to_owned(), place))
        .collect()
}
