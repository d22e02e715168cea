//! Finding the package document.

use super::folder;
use super::xml::Document;
use crate::source::decode;
use crate::zip::{Archive, EntryError, normalise, percent_decode};
use crate::{Error, Limits};

const CONTAINER: &str = "META-INF/container.xml";
const OPF_TYPE: &str = "application/oebps-package+xml";

/// Where the package is.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Location {
    /// Path of the package document.
    pub package: String,
    /// Folder that holds `META-INF`; empty for a proper book.
    pub root: String,
    /// The container was missing or useless and the package was found by search.
    pub searched: bool,
}

/// Finds the package document: by the container, by a container one folder down,
/// or the one `.opf` nearest to the root.
///
/// # Errors
/// `MissingPackage`, or `DrmProtected` when the container is encrypted.
pub(crate) fn find_package(archive: &Archive<'_>, limits: &Limits) -> Result<Location, Error> {
    let mut containers: Vec<&str> = archive
        .entries()
        .iter()
        .map(|entry| entry.name.as_str())
        .filter(|name| {
            name.to_ascii_lowercase()
                .ends_with(&CONTAINER.to_ascii_lowercase())
        })
        .collect();
    containers.sort_by_key(|name| (name.matches('/').count(), *name));
    for name in containers {
        let root = name[..name.len() - CONTAINER.len()].trim_end_matches('/');
        match archive.read(name, limits.package_bytes) {
            Ok(bytes) => {
                if let Some(package) = named_package(archive, root, &decode(&bytes)) {
                    return Ok(Location {
                        package,
                        root: root.into(),
                        searched: false,
                    });
                }
            }
            Err(EntryError::Encrypted) => return Err(Error::DrmProtected("zip encryption")),
            Err(_) => {}
        }
    }
    search(archive).ok_or_else(|| Error::MissingPackage("no container.xml and no .opf file".into()))
}

/// The first rootfile that exists; the declared type is preferred, not required.
fn named_package(archive: &Archive<'_>, root: &str, text: &str) -> Option<String> {
    let document = Document::parse(text);
    let mut files: Vec<u32> = document.descendants(0, "rootfile").collect();
    files.sort_by_key(|&at| document.attribute(at, "media-type") != Some(OPF_TYPE));
    files.iter().find_map(|&at| {
        let written = document.attribute(at, "full-path")?;
        [percent_decode(written), written.to_owned()]
            .iter()
            .flat_map(|path| [normalise(&format!("{root}/{path}")), normalise(path)])
            .find_map(|path| archive.find(&path))
            .map(|i| archive.entries()[i].name.clone())
    })
}

fn search(archive: &Archive<'_>) -> Option<Location> {
    let name = archive
        .entries()
        .iter()
        .map(|entry| entry.name.as_str())
        .filter(|name| name.to_ascii_lowercase().ends_with(".opf") && !name.contains("__MACOSX/"))
        .min_by_key(|name| (name.matches('/').count(), *name))?;
    let root = folder(name);
    Some(Location {
        package: name.into(),
        root: root.into(),
        searched: true,
    })
}
