//! An opened EPUB: archive, package, contents, and where everything goes.

mod atlas;
mod media;
mod resolver;

use std::borrow::Cow;
use std::collections::HashMap;

use crate::package::{self, Contents, Href, Obfuscation, Package};
use crate::source::decode;
use crate::zip::{Archive, EntryError};
use crate::{Error, Limits, Warning, xhtml};

pub(crate) use atlas::Atlas;
pub(crate) use media::{Kind, sniff_image, sniffed};
pub(crate) use resolver::{Resolver, Targets};

/// Everything known before a chapter is read.
pub(crate) struct Book<'a> {
    pub archive: Archive<'a>,
    pub package: Package,
    pub contents: Contents,
    pub atlas: Atlas,
    /// File name without folder → its place in the spine, `None` when several share it.
    pub by_file_name: HashMap<String, Option<usize>>,
    masks: HashMap<String, Obfuscation>,
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
    /// Opens the archive and reads the package.
    ///
    /// # Errors
    /// Everything that makes a book unreadable as a whole.
    pub fn open(
        bytes: &'a [u8],
        limits: &Limits,
        warnings: &mut Vec<Warning>,
    ) -> Result<Self, Error> {
        let archive = Archive::open(bytes, limits)?;
        let location = package::find_package(&archive, limits)?;
        if location.searched {
            warnings.push(warning(
                "container_missing",
                "META-INF/container.xml is missing or useless",
                None,
            ));
        } else if !location.root.is_empty() {
            warnings.push(warning(
                "nested_root",
                "the book lies in a folder of its archive",
                Some(&location.root),
            ));
        }
        let masks = package::read_encryption(&archive, &location.root, limits)?;
        let text = match archive.read(&location.package, limits.package_bytes) {
            Ok(bytes) => decode(&bytes).into_owned(),
            Err(EntryError::Encrypted) => return Err(Error::DrmProtected("zip encryption")),
            Err(EntryError::TooLarge) => {
                let found = archive
                    .find(&location.package)
                    .map_or(0, |i| archive.entries()[i].size);
                return Err(Error::LimitExceeded {
                    name: "package_bytes",
                    found,
                    limit: limits.package_bytes,
                });
            }
            Err(error) => {
                return Err(Error::CorruptArchive(format!(
                    "the package document is unreadable: {error}"
                )));
            }
        };
        let package = Package::parse(&text, &location.package, &location.root, limits)?;
        for id in package.dangling.iter().take(8) {
            warnings.push(warning(
                "spine_dangling",
                format!("the spine names an unknown item: {id}"),
                None,
            ));
        }
        let atlas = Atlas::new(&package, &archive);
        let by_file_name = file_names(&package);
        let mut book = Self {
            archive,
            package,
            contents: Contents::default(),
            atlas,
            by_file_name,
            masks,
            limits: limits.clone(),
        };
        book.check_spine()?;
        book.read_contents(warnings);
        Ok(book)
    }

    /// The spine's sizes against `spine_bytes`, and that anything of it exists.
    fn check_spine(&self) -> Result<(), Error> {
        let size = |item: usize| self.entry(item).map(|i| self.archive.entries()[i].size);
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

    fn read_contents(&mut self, warnings: &mut Vec<Warning>) {
        let mut read = |item: Option<usize>| -> Option<(String, String)> {
            let path = &self.package.items[item?].path;
            match self.archive.read(path, self.limits.package_bytes) {
                Ok(bytes) => Some((path.clone(), decode(&bytes).into_owned())),
                Err(error) => {
                    warnings.push(warning(
                        "contents_unreadable",
                        format!("a table of contents is lost: {error}"),
                        Some(path),
                    ));
                    None
                }
            }
        };
        let mut nav = read(self.package.nav);
        let ncx = read(self.package.ncx);
        if let Some((_, text)) = &mut nav {
            // A broken navigation document is repaired like a broken chapter.
            if package::Document::parse(text).damaged {
                *text = xhtml::repair(text, &self.limits).xml;
            }
        }
        self.contents = package::read_contents(
            nav.as_ref()
                .map(|(path, text)| (path.as_str(), text.as_str())),
            ncx.as_ref()
                .map(|(path, text)| (path.as_str(), text.as_str())),
            (&self.package.path, &self.package.guide),
            &self.package.root,
            &self.limits,
        );
    }

    /// The archive entry of a manifest item.
    pub fn entry(&self, item: usize) -> Option<usize> {
        self.archive.find(&self.package.items[item].path)
    }

    /// The bytes of a manifest item, font masks undone.
    pub fn read(&self, item: usize, cap: u64) -> Result<Cow<'a, [u8]>, EntryError> {
        let path = &self.package.items[item].path;
        let bytes = self.archive.read(path, cap)?;
        let Some(mask) = self.masks.get(path) else {
            return Ok(bytes);
        };
        let mut clear = bytes.into_owned();
        mask.undo(&mut clear, &self.package.metadata.identifiers);
        Ok(Cow::Owned(clear))
    }

    /// The manifest item a path leads to.
    pub fn item_at(&self, path: &str) -> Option<usize> {
        self.package.item_at(path).or_else(|| {
            // The archive ignores case and composition where the manifest did not.
            let name = &self.archive.entries()[self.archive.find(path)?].name;
            self.package.item_at(name)
        })
    }

    /// Reads a reference written in the file at `base`.
    pub fn href(&self, base: &str, raw: &str) -> Href {
        Href::parse(base, &self.package.root, raw)
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
