//! The crate `epub` agrees on spine, resources and, in books with an NCX, on the table of
//! contents (it reads no navigation documents).

#[path = "../../../engine/tests/support/compare.rs"]
mod compare;

use std::collections::HashSet;
use std::io::Cursor;
use std::path::{Component, Path};

use compare::{Reading, words};
use epub::doc::{EpubDoc, NavPoint};

/// Differences that were looked at, and why each stands.
const KNOWN: &[(&str, &str, &str)] = &[
    (
        "EpubReader-test-0efc17.epub",
        "opens",
        "no chapter in spine or manifest",
    ),
    (
        "EpubReader-test-442b83.epub",
        "opens",
        "no chapter in spine or manifest",
    ),
    (
        "EpubReader-test.epub",
        "opens",
        "no chapter in spine or manifest",
    ),
    (
        "EpubReader-test-3e2221.epub",
        "spine",
        "the spine is empty; our order is the manifest's",
    ),
    (
        "EpubReader-test-c73afd.epub",
        "spine",
        "the spine is empty; our order is the manifest's",
    ),
    (
        "EpubReader-test-d736fa.epub",
        "spine",
        "the spine is empty; our order is the manifest's",
    ),
    (
        "EpubReader-test-89aa6a.epub",
        "toc",
        "they sort by playOrder, we keep the file's order",
    ),
    (
        "EpubReader-test-c00b97.epub",
        "toc",
        "they sort by playOrder, we keep the file's order",
    ),
    (
        "stump-book.epub",
        "toc",
        "they sort by playOrder, we keep the file's order",
    ),
    (
        "calibre-deu.epub",
        "files",
        "they do not follow `..` out of the package's folder",
    ),
    (
        "calibre-fra.epub",
        "files",
        "they do not follow `..` out of the package's folder",
    ),
    (
        "w3c-ocf-url_link-leaking-relative.epub",
        "files",
        "they do not follow `..` out of the package's folder",
    ),
    (
        "w3c-ocf-url_link-relative.epub",
        "files",
        "they do not follow `..` out of the package's folder",
    ),
    (
        "deb-debmake-doc-debmake-doc.ja.epub",
        "files",
        "we find what the manifest misplaces",
    ),
    (
        "deb-debmake-doc-debmake-doc.zh-cn.epub",
        "files",
        "we find what the manifest misplaces",
    ),
    (
        "deb-debmake-doc-debmake-doc.zh-tw.epub",
        "files",
        "we find what the manifest misplaces",
    ),
    (
        "w3c-lay-pp-spine-overrides_image-only-reflow.epub",
        "files",
        "we find what the manifest misplaces",
    ),
    (
        "w3c-lay-pp-spine-overrides_image-spine-reflow.epub",
        "files",
        "we find what the manifest misplaces",
    ),
    (
        "w3c-lay-pp-spine-overrides_image-spine-reflow.epub",
        "spine",
        "we find what the manifest misplaces",
    ),
    (
        "deb-live-manual-epub-live-manual.de.epub",
        "spine",
        "a manifest item's fragment names no other file",
    ),
    (
        "deb-live-manual-epub-live-manual.de.epub",
        "toc",
        "they keep part of a label with markup in it",
    ),
    (
        "deb-live-manual-epub-live-manual.en.epub",
        "spine",
        "a manifest item's fragment names no other file",
    ),
    (
        "deb-live-manual-epub-live-manual.en.epub",
        "toc",
        "they keep part of a label with markup in it",
    ),
    (
        "deb-live-manual-epub-live-manual.it.epub",
        "spine",
        "a manifest item's fragment names no other file",
    ),
    (
        "deb-live-manual-epub-live-manual.it.epub",
        "toc",
        "they keep part of a label with markup in it",
    ),
    (
        "deb-live-manual-epub-live-manual.pl.epub",
        "spine",
        "a manifest item's fragment names no other file",
    ),
    (
        "deb-live-manual-epub-live-manual.pl.epub",
        "toc",
        "they keep part of a label with markup in it",
    ),
    (
        "deb-live-manual-epub-live-manual.pt_BR.epub",
        "spine",
        "a manifest item's fragment names no other file",
    ),
    (
        "deb-live-manual-epub-live-manual.pt_BR.epub",
        "toc",
        "they keep part of a label with markup in it",
    ),
    (
        "deb-live-manual-epub-live-manual.ro.epub",
        "spine",
        "a manifest item's fragment names no other file",
    ),
    (
        "deb-live-manual-epub-live-manual.ro.epub",
        "toc",
        "they keep part of a label with markup in it",
    ),
    (
        "epubcheck-epub2-opf-package-id-spaces-valid.epub",
        "spine",
        "they do not trim ids",
    ),
    (
        "epubcheck-epub3-ocf-container-filename-character-composition-valid.epub",
        "spine",
        "our names are composed (NFC)",
    ),
    (
        "epubcheck-epub3-ocf-obfuscation-duplicate-valid.epub",
        "files",
        "they leave fonts masked",
    ),
    (
        "idpf-wasteland-otf-obf.epub",
        "files",
        "they leave fonts masked",
    ),
    (
        "w3c-ocf-font_obfuscation.epub",
        "files",
        "they leave fonts masked",
    ),
    (
        "w3c-ocf-font_obfuscation_bis.epub",
        "files",
        "they leave fonts masked",
    ),
    (
        "epubcheck-epub3-xml-external-identifier-allowed-valid.epub",
        "spine",
        "what cannot be shown gives way to its fallback",
    ),
    (
        "w3c-pub-foreign_json-spine.epub",
        "spine",
        "what cannot be shown gives way to its fallback",
    ),
    (
        "w3c-pub-foreign_xml-suffix-spine.epub",
        "spine",
        "what cannot be shown gives way to its fallback",
    ),
    (
        "w3c-scr-support-fallback.epub",
        "spine",
        "what needs scripts gives way to its fallback",
    ),
];

fn read(bytes: &[u8]) -> Option<Reading> {
    let mut book = EpubDoc::from_reader(Cursor::new(bytes)).ok()?;
    let mut out = Reading::default();
    for place in &book.spine {
        if let Some(item) = book.resources.get(&place.idref) {
            out.spine.push(plain(&item.path));
        }
    }
    let paths: HashSet<String> = book
        .resources
        .values()
        .map(|item| plain(&item.path))
        .collect();
    let (mut all, mut leading) = (Vec::new(), Vec::new());
    flatten(&book.toc, &paths, &mut all, &mut leading);
    out.toc = (!leading.is_empty()).then_some(all);
    out.leading = Some(leading);
    let items: Vec<(String, String)> = book
        .resources
        .iter()
        .map(|(id, item)| (id.clone(), item.mime.clone()))
        .collect();
    for (id, mime) in items {
        if let (Some(kind), Some((bytes, _))) = (compare::kind(&mime), book.get_resource(&id)) {
            out.files.entry(kind).or_default().push(bytes);
        }
    }
    out.files.values_mut().for_each(|list| list.sort());
    Some(out)
}

/// The path from the archive's root, `..` resolved.
fn plain(path: &Path) -> String {
    let mut parts: Vec<String> = Vec::new();
    for part in path.components() {
        match part {
            Component::ParentDir => drop(parts.pop()),
            Component::Normal(name) => parts.push(name.to_string_lossy().into_owned()),
            _ => {}
        }
    }
    parts.join("/")
}

/// All lines, and those that lead to a file of the book with the headings above them.
fn flatten(
    list: &[NavPoint],
    paths: &HashSet<String>,
    all: &mut Vec<String>,
    leading: &mut Vec<String>,
) -> bool {
    let mut any = false;
    for point in list {
        let target = point.content.to_string_lossy();
        let file = target.split('#').next().unwrap_or_default();
        let (at, mut leads) = (leading.len(), paths.contains(&plain(Path::new(file))));
        all.push(words(&point.label));
        leading.push(words(&point.label));
        leads |= flatten(&point.children, paths, all, leading);
        if !leads {
            leading.truncate(at);
        }
        any |= leads;
    }
    any
}

#[test]
fn spine_resources_and_contents_are_those_that_the_crate_epub_reads() {
    match compare::good_books() {
        Some(books) => compare::judge(&books, KNOWN, true, read),
        // Nothing else is in this package: to pass without a corpus would be to say nothing.
        None => panic!("there is no corpus to compare: name its folder in BINDERY_CORPUS"),
    }
}
