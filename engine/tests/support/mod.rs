//! What the engine's tests share: a writer of small books, a sink in memory, and
//! a judge of what may stand in a slice.

#![expect(dead_code, reason = "every test file uses its own part")]
#![expect(clippy::unwrap_used, reason = "in a test an unwrap is the assertion")]

pub mod compare;
pub mod judge;
pub mod places;
pub mod polyglot;
pub mod scribe;
pub mod source;

use std::collections::BTreeMap;
use std::io::{self, Cursor, Write};
use std::sync::Mutex;

use bindery_engine::{Error, Options, Report, Silent, Sink, render};
use zip::write::SimpleFileOptions;

/// Files put by a render, and the order they came in.
#[derive(Default)]
pub struct Memory {
    pub files: Mutex<BTreeMap<String, Vec<u8>>>,
    pub order: Mutex<Vec<String>>,
}

impl Sink for Memory {
    fn put(&self, path: &str, _media_type: &str, bytes: &[u8]) -> io::Result<()> {
        let known = self
            .files
            .lock()
            .unwrap()
            .insert(path.to_owned(), bytes.to_vec());
        assert!(known.is_none(), "{path} was put twice");
        self.order.lock().unwrap().push(path.to_owned());
        Ok(())
    }
}

impl Memory {
    pub fn text(&self, path: &str) -> String {
        let files = self.files.lock().unwrap();
        let bytes = files
            .get(path)
            .unwrap_or_else(|| panic!("no {path} in {:?}", files.keys()));
        String::from_utf8(bytes.clone()).unwrap()
    }

    pub fn json(&self, path: &str) -> serde_json::Value {
        serde_json::from_str(&self.text(path)).unwrap()
    }

    /// All slices in order.
    pub fn slices(&self) -> Vec<String> {
        (0..)
            .map_while(|n| {
                let bytes = self
                    .files
                    .lock()
                    .unwrap()
                    .get(&format!("slices/{n}.html"))
                    .cloned()?;
                Some(String::from_utf8(bytes).unwrap())
            })
            .collect()
    }
}

/// Renders with default options.
pub fn rendered(book: &[u8]) -> (Report, Memory) {
    rendered_with(book, &Options::default()).unwrap()
}

pub fn rendered_with(book: &[u8], options: &Options) -> Result<(Report, Memory), Error> {
    let sink = Memory::default();
    render(book, options, &sink, &Silent).map(|report| (report, sink))
}

/// Says that a test could not run: to whoever reads, and into the list of skipped tests.
pub fn skip(reason: &str) {
    eprintln!("SKIPPED: {reason}");
    if let Some(path) = std::env::var_os("BINDERY_SKIPS") {
        let file = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(path);
        let _ = file.and_then(|mut file| writeln!(file, "{reason}"));
    }
}

/// A small EPUB 3 in the making.
pub struct Epub {
    items: String,
    spine: String,
    pub metadata: String,
    pub spine_attributes: String,
    pub version: &'static str,
    files: Vec<(String, Vec<u8>)>,
}

impl Epub {
    pub fn new() -> Self {
        Self {
            items: String::new(),
            spine: String::new(),
            metadata: "<dc:title>A Book</dc:title><dc:language>en</dc:language>\
                       <dc:identifier id=\"uid\">urn:uuid:6ba7b810-9dad-11d1-80b4-00c04fd430c8</dc:identifier>"
                .into(),
            spine_attributes: String::new(),
            version: "3.0",
            files: Vec::new(),
        }
    }

    /// Adds an item without placing it in the spine.
    pub fn item(
        mut self,
        path: &str,
        media_type: &str,
        properties: &str,
        bytes: impl AsRef<[u8]>,
    ) -> Self {
        let id = path.replace(['/', '.', ' '], "-");
        self.items.push_str(&format!(
            "<item id=\"{id}\" href=\"{path}\" media-type=\"{media_type}\" properties=\"{properties}\"/>"
        ));
        self.files
            .push((format!("OPS/{path}"), bytes.as_ref().to_vec()));
        self
    }

    /// Places an item in the spine.
    pub fn place(mut self, path: &str, attributes: &str) -> Self {
        let id = path.replace(['/', '.', ' '], "-");
        self.spine
            .push_str(&format!("<itemref idref=\"{id}\" {attributes}/>"));
        self
    }

    /// Adds a whole XHTML file to the spine.
    pub fn page(self, path: &str, markup: impl AsRef<[u8]>) -> Self {
        self.item(path, "application/xhtml+xml", "", markup)
            .place(path, "")
    }

    /// Adds a chapter with this body to the spine.
    pub fn chapter(self, path: &str, body: &str) -> Self {
        self.page(path, chapter(body))
    }

    /// Adds a raw file.
    pub fn file(mut self, path: &str, bytes: impl AsRef<[u8]>) -> Self {
        self.files.push((path.to_owned(), bytes.as_ref().to_vec()));
        self
    }

    pub fn build(self) -> Vec<u8> {
        let package = format!(
            "<?xml version=\"1.0\"?><package xmlns=\"http://www.idpf.org/2007/opf\" version=\"{}\" unique-identifier=\"uid\">\
             <metadata xmlns:dc=\"http://purl.org/dc/elements/1.1/\">{}</metadata>\
             <manifest>{}</manifest><spine {}>{}</spine></package>",
            self.version, self.metadata, self.items, self.spine_attributes, self.spine
        );
        let container = "<?xml version=\"1.0\"?><container><rootfiles><rootfile full-path=\"OPS/package.opf\" \
                         media-type=\"application/oebps-package+xml\"/></rootfiles></container>";
        let mut files = vec![
            ("mimetype".to_owned(), b"application/epub+zip".to_vec()),
            ("META-INF/container.xml".to_owned(), container.into()),
            ("OPS/package.opf".to_owned(), package.into_bytes()),
        ];
        files.extend(self.files);
        archive(&files)
    }
}

/// A chapter of XHTML around `body`.
pub fn chapter(body: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><!DOCTYPE html>\
         <html xmlns=\"http://www.w3.org/1999/xhtml\" xmlns:epub=\"http://www.idpf.org/2007/ops\" \
         xmlns:xlink=\"http://www.w3.org/1999/xlink\"><head><title>T</title></head><body>{body}</body></html>"
    )
}

/// Zips files, deflated.
pub fn archive(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        let method = if name == "mimetype" {
            zip::CompressionMethod::Stored
        } else {
            zip::CompressionMethod::Deflated
        };
        zip.start_file(
            name.as_str(),
            SimpleFileOptions::default().compression_method(method),
        )
        .unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// The body's content of a slice.
pub fn body(slice: &str) -> &str {
    let start = slice.find("<body").unwrap();
    let start = start + slice[start..].find('>').unwrap() + 1;
    &slice[start..slice.rfind("</body>").unwrap()]
}

/// Renders one chapter with this body and returns what became of it, without `data-o`.
pub fn cleaned(markup: &str) -> String {
    let book = Epub::new()
        .item("pic.png", "image/png", "", PNG)
        .item("a.mp3", "audio/mpeg", "", b"ID3")
        .chapter("c.xhtml", markup)
        .build();
    let (_, files) = rendered(&book);
    let slice = files.text("slices/0.html");
    polyglot::check(&slice).unwrap_or_else(|difference| panic!("{markup}\n{difference}"));
    judge::check(&slice).unwrap_or_else(|found| panic!("{markup}\n{found}"));
    without_offsets(body(&slice))
}

pub fn without_offsets(html: &str) -> String {
    let mut out = String::new();
    let mut rest = html;
    while let Some(at) = rest.find(" data-o=\"") {
        out.push_str(&rest[..at]);
        let after = &rest[at + 9..];
        rest = &after[after.find('"').unwrap() + 1..];
    }
    out + rest
}

/// One red pixel.
pub const PNG: &[u8] = &[
    0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 0x0D, 0x49, 0x48, 0x44, 0x52, 0, 0, 0,
    1, 0, 0, 0, 1, 8, 2, 0, 0, 0, 0x90, 0x77, 0x53, 0xDE, 0, 0, 0, 0x0C, 0x49, 0x44, 0x41, 0x54,
    0x08, 0xD7, 0x63, 0xF8, 0xCF, 0xC0, 0, 0, 3, 1, 1, 0, 0x18, 0xDD, 0x8D, 0xB0, 0, 0, 0, 0, 0x49,
    0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82,
];
