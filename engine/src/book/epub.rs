//! The EPUB side of [`Publication`]: a zip archive with a package document.

use std::borrow::Cow;

use super::files::{Files, Publication};
use super::warning;
use crate::package::{self, Contents, Package, Protection};
use crate::source::decode;
use crate::zip::{Archive, EntryError, normalise};
use crate::{Error, Limits, Warning, xhtml};

/// The entries of the archive, font masks undone.
struct Entries<'a> {
    archive: Archive<'a>,
    protection: Protection,
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
        let entry = self.archive.find(path).ok_or(EntryError::Missing)?;
        if self.protection.locks(entry) {
            return Err(EntryError::Encrypted);
        }
        let bytes = self.archive.read_entry(entry, cap)?;
        let Some(mask) = self.protection.mask(entry) else {
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
    if archive.recovered {
        warnings.push(warning(
            "archive_recovered",
            "the archive's directory is lost; its files were found without it",
            None,
        ));
    }
    let mut package = choose_package(&archive, limits, warnings)?;
    let protection = Protection::read(&archive, &package.root, limits)?;
    protection.check(&archive, &package)?;
    find_moved(&archive, &mut package, warnings);
    for id in package.dangling.iter().take(8) {
        warnings.push(warning(
            "spine_dangling",
            format!("the spine names an unknown item: {id}"),
            None,
        ));
    }
    if package.parts > 0 {
        warnings.push(warning(
            "spine_parts",
            format!(
                "{} places of the spine name parts of the file before them, which is shown once",
                package.parts
            ),
            None,
        ));
    }
    if package.spine_made_up {
        warnings.push(warning(
            "spine_missing",
            "the book says no order; its chapters come as they are listed",
            None,
        ));
    }
    read_display_options(&archive, &mut package, limits);
    let contents = read_contents(&archive, &package, limits, warnings);
    let identifiers = package.metadata.identifiers.clone();
    Ok(Publication {
        package,
        contents,
        files: Box::new(Entries {
            archive,
            protection,
            identifiers,
        }),
    })
}

/// Files in other folders than the manifest says.
fn find_moved(archive: &Archive<'_>, package: &mut Package, warnings: &mut Vec<Warning>) {
    let names = archive.entries().iter().map(|entry| entry.name.as_str());
    let moved = package.find_moved(names, |path| archive.find(path).is_some());
    for path in moved.iter().take(8) {
        warnings.push(warning(
            "item_moved",
            "a file lies in another folder than the manifest says",
            Some(path),
        ));
    }
}

/// The first package that can be read; what was passed over is a warning.
fn choose_package(
    archive: &Archive<'_>,
    limits: &Limits,
    warnings: &mut Vec<Warning>,
) -> Result<Package, Error> {
    let mut location = package::find_packages(archive, limits)?;
    let mut failed = None;
    loop {
        for (i, path) in location.packages.iter().enumerate() {
            let read = read_package(archive, path, limits)
                .and_then(|text| Package::parse(&text, path, &location.root, limits));
            match read {
                Ok(package) => {
                    warn_of_place(&location, i, warnings);
                    return Ok(package);
                }
                Err(error @ Error::LimitExceeded { .. }) => return Err(error),
                Err(error) => failed = failed.or(Some(error)),
            }
        }
        // What the container names is of no use: there may be another.
        location = match package::search(archive, &location.packages) {
            Some(other) if !location.searched => other,
            _ => return Err(failed.unwrap_or(Error::EmptySpine)),
        };
    }
}

/// Says where the package was found, and which other renditions the book has.
fn warn_of_place(location: &package::Location, chosen: usize, warnings: &mut Vec<Warning>) {
    let path = &location.packages[chosen];
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
    for other in location.packages.iter().filter(|other| *other != path) {
        warnings.push(warning(
            "other_rendition",
            "the book has another rendition, which is not shown",
            Some(other),
        ));
    }
}

/// Apple's and Kobo's files of the same form, older than `rendition:layout`.
fn read_display_options(archive: &Archive<'_>, package: &mut Package, limits: &Limits) {
    for vendor in ["apple.ibooks", "kobobooks"] {
        let name = format!("{}/META-INF/com.{vendor}.display-options.xml", package.root);
        if let Ok(bytes) = archive.read(&normalise(&name), limits.package_bytes) {
            package.rendition.add_display_options(&decode(&bytes));
        }
    }
    package.metadata.fixed_layout = package.rendition.is_fixed();
}

/// The text of the package document.
fn read_package(archive: &Archive<'_>, path: &str, limits: &Limits) -> Result<String, Error> {
    match archive.read(path, limits.package_bytes) {
        Ok(bytes) => Ok(decode(&bytes).into_owned()),
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
