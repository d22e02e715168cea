//! Another reader of EPUBs, `rbook`, agrees on spine, resources and table of contents.

mod support;

use support::compare::{self, Reading, words};

/// Differences that were looked at, and why each stands.
const KNOWN: &[(&str, &str, &str)] = &[
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
        "deb-live-manual-epub-live-manual.de.epub",
        "spine",
        "a chapter listed by its sections is shown once",
    ),
    (
        "deb-live-manual-epub-live-manual.en.epub",
        "spine",
        "a chapter listed by its sections is shown once",
    ),
    (
        "deb-live-manual-epub-live-manual.it.epub",
        "spine",
        "a chapter listed by its sections is shown once",
    ),
    (
        "deb-live-manual-epub-live-manual.pl.epub",
        "spine",
        "a chapter listed by its sections is shown once",
    ),
    (
        "deb-live-manual-epub-live-manual.pt_BR.epub",
        "spine",
        "a chapter listed by its sections is shown once",
    ),
    (
        "deb-live-manual-epub-live-manual.ro.epub",
        "spine",
        "a chapter listed by its sections is shown once",
    ),
    (
        "w3c-scr-support-fallback.epub",
        "spine",
        "what needs scripts gives way to its fallback",
    ),
    // Theirs: an empty spine; ours: nothing to read.
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
        "EpubReader-test-c00b97.epub",
        "toc",
        "of two labels in one line we take the first, they the last",
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
        "a foreign item: we name the fallback that is shown",
    ),
    (
        "w3c-pub-foreign_json-spine.epub",
        "spine",
        "a foreign item: we name the fallback that is shown",
    ),
    (
        "w3c-pub-foreign_xml-suffix-spine.epub",
        "spine",
        "a foreign item: we name the fallback that is shown",
    ),
    (
        "w3c-lay-pp-spine-overrides_image-spine-reflow.epub",
        "spine",
        "the picture is not in the archive: its fallback is shown",
    ),
    (
        "w3c-lay-pp-spine-overrides_image-spine-reflow.epub",
        "toc",
        "as above",
    ),
    ("w3c-nav-non-text_img.epub", "toc", "they do not read `alt`"),
    (
        "w3c-nav-non-text_img_title.epub",
        "toc",
        "they do not read `alt` and `title`",
    ),
];

/// Our own book, so that something is compared where there is no corpus.
fn own() -> (String, Vec<u8>) {
    let nav = "<html xmlns=\"http://www.w3.org/1999/xhtml\" xmlns:epub=\"http://www.idpf.org/2007/ops\"><head><title>t</title></head><body><nav epub:type=\"toc\"><ol><li><a href=\"a.xhtml\">A</a></li><li><a href=\"b.xhtml\">B</a></li></ol></nav></body></html>";
    let book = support::Epub::new()
        .item("nav.xhtml", "application/xhtml+xml", "nav", nav)
        .item("p.png", "image/png", "", support::PNG)
        .chapter("a.xhtml", "<p>a</p>")
        .chapter("b.xhtml", "<p>b</p>")
        .build();
    ("own".to_owned(), book)
}

fn read(bytes: &[u8]) -> Option<Reading> {
    let book = rbook::Epub::read(std::io::Cursor::new(bytes.to_vec())).ok()?;
    let path = |entry: &rbook::epub::manifest::EpubManifestEntry<'_>| {
        let href = entry.href();
        href.path().decode().trim_start_matches('/').to_owned()
    };
    let mut out = Reading {
        spine: book
            .spine()
            .iter()
            .filter_map(|entry| entry.manifest_entry())
            .map(|entry| path(&entry))
            .collect(),
        ..Reading::default()
    };
    let (mut titles, mut all) = (Vec::new(), Vec::new());
    if let Some(root) = book.toc().contents() {
        all.extend(root.flatten().map(|entry| words(entry.label())));
        for entry in root.iter() {
            lines(&entry, &mut titles);
        }
    }
    // Where nothing leads anywhere we make a table from headings.
    out.toc = (!all.is_empty() && !titles.is_empty()).then_some(all);
    out.leading = Some(titles);
    for entry in book.manifest().iter() {
        if let (Some(kind), Ok(bytes)) = (compare::kind(entry.media_type()), entry.read_bytes()) {
            out.files.entry(kind).or_default().push(bytes);
        }
    }
    out.files.values_mut().for_each(|list| list.sort());
    Some(out)
}

/// The lines that lead to a file of the book, and the headings above such lines.
fn lines(entry: &rbook::epub::toc::EpubTocEntry<'_>, out: &mut Vec<String>) -> bool {
    let (at, mut leads) = (out.len(), entry.manifest_entry().is_some());
    out.push(words(entry.label()));
    for child in entry.iter() {
        leads |= lines(&child, out);
    }
    if !leads {
        out.truncate(at);
    }
    leads
}

#[test]
fn spine_resources_and_contents_are_those_that_rbook_reads() {
    let mut books = vec![own()];
    match compare::good_books() {
        Some(corpus) => books.extend(corpus),
        None => eprintln!("SKIPPED: engine oracle on the corpus: there is none"),
    }
    compare::judge(&books, KNOWN, false, read);
}
