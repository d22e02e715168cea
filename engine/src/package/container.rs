//! Finding the package document.

use super::folder;
use super::xml::Document;
use crate::source::decode;
use crate::zip::{Archive, normalise, percent_decode};
use crate::{Error, Limits};

const CONTAINER: &str = "META-INF/container.xml";
const OPF_TYPE: &str = "application/oebps-package+xml";
/// More renditions than any book has.
const ROOTFILES: usize = 16;

/// Where the packages are.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Location {
    /// Paths of the package documents that exist, the default rendition's first
    /// (EPUB Multiple-Rendition Publications 1.1 § 2).
    pub packages: Vec<String>,
    /// Folder that holds `META-INF`; empty for a proper book.
    pub root: String,
    /// The container was missing or useless and the package was found by search.
    pub searched: bool,
}

/// Finds the package documents: by the container, by a container some folders down,
/// or the one `.opf` nearest to the root.
///
/// # Errors
/// `MissingPackage`, or `NotAnEpub` for an archive that is clearly something else.
pub(crate) fn find_packages(archive: &Archive<'_>, limits: &Limits) -> Result<Location, Error> {
    let mut containers: Vec<&str> = archive
        .entries()
        .iter()
        .map(|entry| entry.name.as_str())
        .filter(|name| is_container(name))
        .collect();
    containers.sort_by_key(|name| (name.matches('/').count(), *name));
    for name in containers {
        let root = name[..name.len() - CONTAINER.len()].trim_end_matches('/');
        let Ok(bytes) = archive.read(name, limits.package_bytes) else {
            continue;
        };
        let packages = named_packages(archive, root, &decode(&bytes));
        if !packages.is_empty() {
            return Ok(Location {
                packages,
                root: root.into(),
                searched: false,
            });
        }
    }
    search(archive, &[]).ok_or_else(|| refusal(archive))
}

fn is_container(name: &str) -> bool {
    let at = name.len().checked_sub(CONTAINER.len());
    at.and_then(|at| Some((name.get(..at)?, name.get(at..)?)))
        .is_some_and(|(folder, tail)| {
            tail.eq_ignore_ascii_case(CONTAINER) && (folder.is_empty() || folder.ends_with('/'))
        })
}

/// The rootfiles that exist and claim to be packages by type, else by name.
fn named_packages(archive: &Archive<'_>, root: &str, text: &str) -> Vec<String> {
    let document = Document::parse(text);
    let typed = |at: u32| document.attribute(at, "media-type").map(str::trim) == Some(OPF_TYPE);
    let mut files: Vec<u32> = document.descendants(0, "rootfile").collect();
    files.sort_by_key(|&at| !typed(at));
    let mut packages = Vec::new();
    for at in files.into_iter().take(ROOTFILES) {
        let Some(written) = document.attribute(at, "full-path").map(str::trim) else {
            continue;
        };
        if !typed(at) && !is_opf(written) {
            continue;
        }
        let found = [percent_decode(written), written.to_owned()]
            .iter()
            .flat_map(|path| [normalise(&format!("{root}/{path}")), normalise(path)])
            .find_map(|path| archive.find(&path))
            .map(|i| archive.entries()[i].name.clone());
        packages.extend(found.filter(|path| !packages.contains(path)));
    }
    packages
}

fn is_opf(name: &str) -> bool {
    name.to_ascii_lowercase().ends_with(".opf")
}

/// The `.opf` files but for the `known` ones, nearest to the root first.
pub(crate) fn search(archive: &Archive<'_>, known: &[String]) -> Option<Location> {
    let mut packages: Vec<String> = archive
        .entries()
        .iter()
        .map(|entry| &entry.name)
        .filter(|name| is_opf(name) && !name.contains("__MACOSX/") && !known.contains(name))
        .cloned()
        .collect();
    packages.sort_by_cached_key(|name| (name.matches('/').count(), name.clone()));
    packages.dedup();
    packages.truncate(ROOTFILES);
    Some(Location {
        root: folder(packages.first()?).into(),
        packages,
        searched: true,
    })
}

/// What to say about an archive without a package.
fn refusal(archive: &Archive<'_>) -> Error {
    let has = |name: &str| archive.find(name).is_some();
    let ends = |kinds: &[&str]| {
        archive.entries().iter().any(|entry| {
            let name = entry.name.to_ascii_lowercase();
            kinds.iter().any(|kind| name.ends_with(kind))
        })
    };
    if has(CONTAINER) || is_marked(archive) {
        return Error::MissingPackage("no container.xml and no .opf file".into());
    }
    Error::NotAnEpub(match () {
        () if has("word/document.xml") => "a Word document",
        () if has("content.xml") && has("META-INF/manifest.xml") => "an OpenDocument file",
        () if ends(&[".html", ".xhtml", ".htm"]) => "an archive of web pages",
        () if ends(&[".jpg", ".jpeg", ".png", ".webp", ".gif"]) => "a comic book archive (CBZ)",
        () => "a zip archive of something else",
    })
}

/// Whether the archive says of itself that it is an EPUB.
fn is_marked(archive: &Archive<'_>) -> bool {
    archive
        .read("mimetype", 1024)
        .is_ok_and(|bytes| String::from_utf8_lossy(&bytes).contains("application/epub+zip"))
}
