//! Whole books: rendered into memory and judged.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Mutex, PoisonError};

use super::archive::stored;
use super::{judge, parts, polyglot};
use crate::{Limits, Options, Silent, Sink, render};

/// The files of a render.
#[derive(Default)]
pub(super) struct Memory(Mutex<BTreeMap<String, Vec<u8>>>);

impl Sink for Memory {
    fn put(&self, path: &str, _media_type: &str, bytes: &[u8]) -> io::Result<()> {
        let mut files = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = files.insert(path.to_owned(), bytes.to_vec());
        assert!(known.is_none(), "{path} was put twice");
        Ok(())
    }
}

/// Limits under which one input costs little.
pub(super) fn small() -> Limits {
    Limits {
        entries: 256,
        total_bytes: 4 << 20,
        entry_bytes: 1 << 20,
        package_bytes: 1 << 18,
        chapter_bytes: 1 << 18,
        spine_bytes: 1 << 19,
        spine_items: 64,
        manifest_items: 128,
        text_record_bytes: 1 << 16,
        huff_bytes: 1 << 18,
        index_entries: 512,
        index_bytes: 1 << 16,
        repair_nodes: 20_000,
        depth: 64,
        toc_entries: 200,
        toc_depth: 6,
        pdf_pages: 64,
        pdf_stream_bytes: 1 << 20,
        pdf_image_bytes: 1 << 20,
        pdf_function_steps: 64,
        pdf_names: 256,
        pdf_tree_depth: 8,
        pdf_links: 64,
        pdf_operations: 4_000,
        pdf_glyphs: 4_000,
        pdf_points: 20_000,
        pdf_pixels: 1 << 18,
        output_bytes: 64 << 20,
        cover_pixels: 1 << 16,
        cover_memory: 1 << 20,
        metadata_chars: 512,
        metadata_values: 16,
        warnings: 50,
        ..Limits::default()
    }
}

/// Renders a book; the files when it is one.
pub(super) fn files(book: &[u8], soft: usize, hard: usize) -> Option<BTreeMap<String, Vec<u8>>> {
    let options = Options {
        limits: small(),
        slice_soft: soft,
        slice_hard: hard,
    };
    let sink = Memory::default();
    let report = render(book, &options, &sink, &Silent).ok()?;
    let files = sink.0.into_inner().unwrap_or_else(PoisonError::into_inner);
    assert!(report.warnings.len() as u64 <= options.limits.warnings + 1);
    assert!(report.bytes <= options.limits.output_bytes);
    assert!(report.metadata.title.chars().count() as u64 <= options.limits.metadata_chars);
    for n in 0..report.slices {
        assert!(files.contains_key(&format!("slices/{n}.html")));
    }
    Some(files)
}

/// Judges every file of a render.
pub(super) fn judge_all(files: &BTreeMap<String, Vec<u8>>) {
    for (path, bytes) in files {
        let text = || std::str::from_utf8(bytes).unwrap_or_else(|_| panic!("{path} is not UTF-8"));
        if path.ends_with(".html") {
            let slice = text();
            polyglot::check(slice).unwrap_or_else(|found| panic!("{path}: {found}\n{slice}"));
            judge::check(slice).unwrap_or_else(|found| panic!("{path}: {found}\n{slice}"));
        } else if path.ends_with(".svg") {
            super::markup::judge_drawing(text());
        } else if path.ends_with(".css") {
            judge::sheet(text()).unwrap_or_else(|found| panic!("{path}: {found}\n{}", text()));
        } else if path.ends_with(".json") {
            let json: serde_json::Value = serde_json::from_slice(bytes)
                .unwrap_or_else(|error| panic!("{path} is no JSON: {error}"));
            judge_json(path, &json, files);
        }
    }
}

/// Every reference in a manifest or timeline leads to a file of the rendition.
fn judge_json(path: &str, json: &serde_json::Value, files: &BTreeMap<String, Vec<u8>>) {
    let mut ahead = vec![json];
    while let Some(value) = ahead.pop() {
        match value {
            serde_json::Value::Array(list) => ahead.extend(list),
            serde_json::Value::Object(map) => {
                for (key, value) in map {
                    let reference = match path {
                        "manifest.json" => key == "href",
                        _ => path.starts_with("resources/") && (key == "text" || key == "audio"),
                    };
                    match value.as_str().filter(|_| reference) {
                        Some(href) => judge_reference(path, href, files),
                        None => ahead.push(value),
                    }
                }
            }
            _ => {}
        }
    }
}

fn judge_reference(path: &str, href: &str, files: &BTreeMap<String, Vec<u8>>) {
    let file = href.split('#').next().unwrap_or_default();
    let from = if path.starts_with("resources/") {
        file.strip_prefix("../")
            .map_or_else(|| format!("resources/{file}"), Into::into)
    } else {
        file.to_owned()
    };
    // A resource may have been lost; it is named all the same.
    let known = file.is_empty() || from.starts_with("resources/") || files.contains_key(&from);
    assert!(known && !from.contains(".."), "{path} refers to {href}");
}

/// A PDF, or one in the making: bytes without a header are the content of a page that has a font,
/// an image, a form, a pattern and a shading to draw with.
///
/// # Panics
/// As [`epub`].
pub fn pdf(data: &[u8]) {
    const AROUND: &[u8] = b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj \
        3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Contents 4 0 R/Resources<<\
        /Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>/T 5 0 R>>/XObject<</I 6 0 R/X 7 0 R>>\
        /Pattern<</P 8 0 R>>/Shading<</S<</ShadingType 2/ColorSpace/DeviceRGB/Coords[0 0 9 9]/Function\
        <</FunctionType 2/Domain[0 1]/C0[1 0 0]/C1[0 0 1]/N 1>>>>>>\
        /ExtGState<</G<</ca .5/BM/Multiply>>>>>>>>endobj \
        5 0 obj<</Type/Font/Subtype/Type3/FontBBox[0 0 9 9]/FontMatrix[.1 0 0 .1 0 0]/FirstChar 97/LastChar 97/Widths[9]\
        /CharProcs<</a 9 0 R>>/Encoding<</Differences[97/a]>>>>endobj \
        6 0 obj<</Subtype/Image/Width 2/Height 2/BitsPerComponent 8/ColorSpace/DeviceGray/Length 4>>stream\nabcd\nendstream endobj \
        7 0 obj<</Subtype/Form/BBox[0 0 99 99]/Length 12>>stream\n0 0 50 50 re f\nendstream endobj \
        8 0 obj<</PatternType 1/PaintType 1/TilingType 1/BBox[0 0 9 9]/XStep 9/YStep 9/Resources<<>>/Length 12>>stream\n0 0 5 5 re f\nendstream endobj \
        9 0 obj<</Length 20>>stream\n9 0 0 0 9 9 d1 0 0 9 9 re f\nendstream endobj \
        trailer<</Root 1 0 R>>\n4 0 obj<<>>stream\n";
    let wrapped;
    let book = if data.starts_with(b"%PDF-") {
        data
    } else {
        wrapped = [AROUND, data, b"\nendstream endobj"].concat();
        &wrapped
    };
    if let Some(files) = files(book, 4096, 8192) {
        judge_all(&files);
    }
}

/// A book of any files: names and contents by turns.
///
/// # Panics
/// When a file of its rendition is not what it must be.
pub fn epub(data: &[u8]) {
    let parts = parts(data);
    let entries: Vec<(&str, &[u8])> = parts
        .chunks_exact(2)
        .filter_map(|pair| Some((std::str::from_utf8(pair[0]).ok()?, pair[1])))
        .filter(|(name, _)| name.len() < 200)
        .collect();
    if let Some(files) = files(&stored(&entries), 300, 1200) {
        judge_all(&files);
    }
}

/// Package document, navigation document, NCX, container, encryption: in this order,
/// later ones may be left out.
///
/// # Panics
/// As [`epub`].
pub fn package(data: &[u8]) {
    const CONTAINER: &[u8] = b"<container><rootfiles><rootfile full-path='OPS/package.opf' \
        media-type='application/oebps-package+xml'/></rootfiles></container>";
    const CHAPTER: &[u8] =
        b"<html><head><title>t</title></head><body><h1 id='a'>One</h1><p id='b'>two</p></body></html>";
    let parts = parts(data);
    let part = |i: usize| {
        parts
            .get(i)
            .copied()
            .filter(|part| !part.trim_ascii().is_empty())
    };
    let mut entries: Vec<(&str, &[u8])> = vec![
        ("META-INF/container.xml", part(3).unwrap_or(CONTAINER)),
        ("OPS/package.opf", part(0).unwrap_or_default()),
        ("OPS/c.xhtml", CHAPTER),
        ("OPS/d.xhtml", CHAPTER),
        ("OPS/p.png", PNG),
    ];
    entries.extend(part(1).map(|nav| ("OPS/nav.xhtml", nav)));
    entries.extend(part(2).map(|ncx| ("OPS/toc.ncx", ncx)));
    entries.extend(part(4).map(|masks| ("META-INF/encryption.xml", masks)));
    let Some(files) = files(&stored(&entries), 4096, 8192) else {
        return;
    };
    judge_all(&files);
    let manifest: serde_json::Value = serde_json::from_slice(&files["manifest.json"])
        .unwrap_or_else(|error| panic!("the manifest is no JSON: {error}"));
    for list in ["toc", "landmarks", "page-list"] {
        let (lines, depth) = measure(&manifest[list]);
        assert!(
            lines as u64 <= small().toc_entries.max(256),
            "{list}: {lines} lines"
        );
        assert!(
            depth as u64 <= small().toc_depth,
            "{list}: {depth} levels deep"
        );
    }
}

/// Lines of a table of contents and how deep they nest.
fn measure(list: &serde_json::Value) -> (usize, usize) {
    let (mut lines, mut deepest) = (0, 0);
    let mut ahead = vec![(list, 1)];
    while let Some((list, depth)) = ahead.pop() {
        for line in list.as_array().into_iter().flatten() {
            lines += 1;
            deepest = deepest.max(depth);
            ahead.push((&line["children"], depth + 1));
        }
    }
    (lines, deepest)
}

/// A whole Palm database.
///
/// # Panics
/// As [`epub`].
pub fn mobi(data: &[u8]) {
    if let Some(files) = files(data, 1000, 4000) {
        judge_all(&files);
    }
}

/// One red pixel.
pub(super) const PNG: &[u8] = &[
    0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 0x0D, 0x49, 0x48, 0x44, 0x52, 0, 0, 0,
    1, 0, 0, 0, 1, 8, 2, 0, 0, 0, 0x90, 0x77, 0x53, 0xDE, 0, 0, 0, 0x0C, 0x49, 0x44, 0x41, 0x54,
    0x08, 0xD7, 0x63, 0xF8, 0xCF, 0xC0, 0, 0, 3, 1, 1, 0, 0x18, 0xDD, 0x8D, 0xB0, 0, 0, 0, 0, 0x49,
    0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82,
];
