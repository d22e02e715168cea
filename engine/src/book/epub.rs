//! The EPUB side of [`Publication`]: a zip archive with a package document.

use std::borrow::Cow;
use std::collections::HashMap;

use super::files::{Files, Publication};
use super::warning;
use crate::package::{self, Contents, Obfuscation, Package};
use crate::source::decode;
use crate::zip::{Archive, EntryError};
use crate::{Error, Limits, Warning, xhtml};

/// The entries of the archive, font masks undone.
struct Entries<'a> {
    archive: Archive<'a>,
    masks: HashMap<String, Obfuscation>,
    /// The book's identifiers, which are the keys of the masks.
    identifiers: Vec<String>,
}

impl Files for Entries<'_> {
    fn find(&self, path: &str) -> Option<usize> {
        self.archive.find(path)
    }

    fn name(&self, i: usize) -> &str {
        &self.archive.entries()[i].name
    }

    fn size(&self, i: usize) -> u64 {
        self.archive.entries()[i].size
    }

    fn read(&self, path: &str, cap: u64) -> Result<Cow<'_, [u8]>, EntryError> {
        let bytes = self.archive.read(path, cap)?;
        let Some(mask) = self.masks.get(path) else {
            return Ok(bytes);
        };
        let mut clear = bytes.into_owned();
        mask.undo(&mut clear, &self.identifiers);
        Ok(Cow::Owned(clear))
    }
}

/// Opens the archive and reads the package and the tables of contents.
///
/// # Errors
/// Everything that makes a book unreadable as a whole.
pub(super) fn open<'a>(
    bytes: &'a [u8],
    limits: &Limits,
    warnings: &mut Vec<Warning>,
) -> Result<Publication<'a>, Error> {
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
    let text = read_package(&archive, &location.package, limits)?;
    let mut package = Package::parse(&text, &location.package, &location.root, limits)?;
    let names = archive.entries().iter().map(|entry| entry.name.as_str());
    let moved = package.find_moved(names, |path| archive.find(path).is_some());
    for path in moved.iter().take(8) {
        warnings.push(warning(
            "item_moved",
            "a file lies in another folder than the manifest says",
            Some(path),
        ));
    }
    for id in package.dangling.iter().take(8) {
        warnings.push(warning(
            "spine_dangling",
            format!("the spine names an unknown item: {id}"),
            None,
        ));
    }
    let contents = read_contents(&archive, &package, limits, warnings);
    let identifiers = package.metadata.identifiers.clone();
    Ok(Publication {
        package,
        contents,
        files: Box::new(Entries {
            archive,
            masks,
            identifiers,
        }),
    })
}

/// The text of the package document.
fn read_package(archive: &Archive<'_>, path: &str, limits: &Limits) -> Result<String, Error> {
    match archive.read(path, limits.package_bytes) {
        Ok(bytes) => Ok(decode(&bytes).into_owned()),
        Err(EntryError::Encrypted) => Err(Error::DrmProtected("zip encryption")),
        Err(EntryError::TooLarge) => {
            let found = archive.find(path).map_or(0, |i| archive.entries()[i].size);
            Err(Error::LimitExceeded {
                name: "package_bytes",
                found,
                limit: limits.package_bytes,
            })
        }
        Err(error) => Err(Error::CorruptArchive(format!(
            "the package document is unreadable: {error}"
        ))),
    }
}

/// The tables of contents; what cannot be read costs a warning.
fn read_contents(
    archive: &Archive<'_>,
    package: &Package,
    limits: &Limits,
    warnings: &mut Vec<Warning>,
) -> Contents {
    let mut read = |item: Option<usize>| -> Option<(String, String)> {
        let path = &package.items[item?].path;
        match archive.read(path, limits.package_bytes) {
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
    let mut nav = read(package.nav);
    let ncx = read(package.ncx);
    if let Some((_, text)) = &mut nav {
        // A broken navigation document is repaired like a broken chapter.
        if package::Document::parse(text).damaged {
            *text = xhtml::repair(text, limits).xml;
        }
    }
    package::read_contents(
        nav.as_ref()
            .map(|(path, text)| (path.as_str(), text.as_str())),
        ncx.as_ref()
            .map(|(path, text)| (path.as_str(), text.as_str())),
        (&package.path, &package.guide),
        &package.root,
        limits,
    )
}
