//! Small EPUBs made on the spot, so that every test knows exactly what is in its book.

use std::io::{Cursor, Write};

use zip::{ZipWriter, write::SimpleFileOptions};

/// A book of `chapters` chapters; `title` makes its bytes, and so its hash, its own.
pub fn epub(title: &str, chapters: usize) -> Vec<u8> {
    let mut manifest = String::new();
    let mut spine = String::new();
    let mut files = Vec::new();
    for n in 1..=chapters {
        manifest += &format!(
            "<item id=\"c{n}\" href=\"c{n}.xhtml\" media-type=\"application/xhtml+xml\"/>"
        );
        spine += &format!("<itemref idref=\"c{n}\"/>");
        files.push((format!("c{n}.xhtml"), chapter(title, n)));
    }
    let opf = format!(
        r#"<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="i"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:identifier id="i">urn:test:{title}</dc:identifier><dc:title>{title}</dc:title><dc:creator>Tess Author</dc:creator><dc:language>en</dc:language></metadata><manifest>{manifest}</manifest><spine>{spine}</spine></package>"#
    );
    files.push(("package.opf".into(), opf));
    files.push(("META-INF/container.xml".into(), CONTAINER.into()));
    zip(&files)
}

const CONTAINER: &str = r#"<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="package.opf" media-type="application/oebps-package+xml"/></rootfiles></container>"#;

fn chapter(title: &str, n: usize) -> String {
    let paragraphs: String = (1..=20)
        .map(|p| format!("<p>Paragraph {p} of chapter {n} of {title}.</p>"))
        .collect();
    format!(
        "<html xmlns=\"http://www.w3.org/1999/xhtml\"><head><title>Chapter {n}</title></head><body><h1>Chapter {n}</h1>{paragraphs}<script>document.title='bad'</script></body></html>"
    )
}

fn zip(files: &[(String, String)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, text) in files {
        zip.start_file(path, SimpleFileOptions::default())
            .expect("zip entry");
        zip.write_all(text.as_bytes()).expect("zip bytes");
    }
    zip.finish().expect("zip end").into_inner()
}
