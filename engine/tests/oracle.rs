//! Another reader of EPUBs, `rbook`, agrees on spine, resources and table of contents.

mod support;

use support::compare::{self, Reading, words};

/// Differences that were looked at, and why each stands.
const KNOWN: &[(&str, &str, &str)] = &[];

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
    out.toc = book
        .toc()
        .contents()
        .map(|root| root.flatten().map(|entry| words(entry.label())).collect());
    for entry in book.manifest().iter() {
        if let (Some(kind), Ok(bytes)) = (compare::kind(entry.media_type()), entry.read_bytes()) {
            out.files.entry(kind).or_default().push(bytes);
        }
    }
    out.files.values_mut().for_each(|list| list.sort());
    Some(out)
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
