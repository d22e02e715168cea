//! Small EPUBs made on the spot.

use std::fs::File;
use std::io::{Cursor, Write};
use std::path::Path;

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

const CONTAINER: &str = r#"<?xml version="1.0"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>"#;

/// An EPUB 3 with `chapters` chapters of `paragraphs` paragraphs each.
pub fn epub(title: &str, chapters: usize, paragraphs: usize) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let deflated = SimpleFileOptions::default();
    zip.start_file("mimetype", stored).unwrap();
    zip.write_all(b"application/epub+zip").unwrap();
    let mut file = |name: &str, text: &str| {
        zip.start_file(name, deflated).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    };
    file("META-INF/container.xml", CONTAINER);
    file("OEBPS/book.opf", &package(title, chapters));
    file("OEBPS/nav.xhtml", &nav(chapters));
    file("OEBPS/style.css", "p { margin: 0 }");
    for n in 0..chapters {
        file(&format!("OEBPS/c{n}.xhtml"), &chapter(title, n, paragraphs));
    }
    zip.finish().unwrap().into_inner()
}

/// A PDF of `pages` pages with a line each, without a cross-reference table: readers find the
/// objects themselves.
pub fn pdf(pages: usize) -> Vec<u8> {
    let mut out = String::from("%PDF-1.4\n1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj\n");
    out += "3 0 obj <</Type/Font/Subtype/Type1/BaseFont/Helvetica>> endobj\n";
    let kids: String = (0..pages).map(|n| format!("{} 0 R ", 10 + 2 * n)).collect();
    out += &format!("2 0 obj <</Type/Pages/Count {pages}/Kids[{kids}]>> endobj\n");
    for n in 0..pages {
        let content = format!("BT /F 12 Tf 72 700 Td (Line of page {n}) Tj ET");
        let (page, stream) = (10 + 2 * n, 11 + 2 * n);
        out += &format!(
            "{page} 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents {stream} 0 R\
             /Resources<</Font<</F 3 0 R>>>>>> endobj\n\
             {stream} 0 obj <</Length {}>> stream\n{content}\nendstream endobj\n",
            content.len()
        );
    }
    out += "trailer <</Root 1 0 R>>\n%%EOF\n";
    out.into_bytes()
}

/// The same as an opened file in `folder`.
pub fn opened(folder: &Path, bytes: &[u8]) -> File {
    let path = folder.join("book.epub");
    std::fs::write(&path, bytes).unwrap();
    File::open(path).unwrap()
}

fn package(title: &str, chapters: usize) -> String {
    let items: String = (0..chapters)
        .map(|n| {
            format!(r#"<item id="c{n}" href="c{n}.xhtml" media-type="application/xhtml+xml"/>"#)
        })
        .collect();
    let refs: String = (0..chapters)
        .map(|n| format!(r#"<itemref idref="c{n}"/>"#))
        .collect();
    format!(
        r#"<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:identifier id="id">urn:test:{title}</dc:identifier><dc:title>{title}</dc:title>
<dc:creator>Ada Binder</dc:creator><dc:language>en</dc:language>
<meta property="dcterms:modified">2026-01-01T00:00:00Z</meta></metadata>
<manifest><item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
<item id="css" href="style.css" media-type="text/css"/>{items}</manifest>
<spine>{refs}</spine></package>"#
    )
}

fn nav(chapters: usize) -> String {
    let entries: String = (0..chapters)
        .map(|n| format!(r#"<li><a href="c{n}.xhtml">Chapter {n}</a></li>"#))
        .collect();
    format!(
        r#"<?xml version="1.0" encoding="utf-8"?>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops">
<head><title>Contents</title></head>
<body><nav epub:type="toc"><ol>{entries}</ol></nav></body></html>"#
    )
}

fn chapter(title: &str, n: usize, paragraphs: usize) -> String {
    let text: String = (0..paragraphs)
        .map(|p| format!("<p>Paragraph {p} of chapter {n} of {title}, with a few words.</p>\n"))
        .collect();
    format!(
        r#"<?xml version="1.0" encoding="utf-8"?>
<html xmlns="http://www.w3.org/1999/xhtml"><head><title>Chapter {n}</title>
<link rel="stylesheet" href="style.css"/></head>
<body><h1>Chapter {n}</h1>{text}</body></html>"#
    )
}
