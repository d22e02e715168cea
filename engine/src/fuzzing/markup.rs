//! Chapters, drawings and timelines, each inside a small book.

use std::collections::BTreeMap;

use quick_xml::Reader;
use quick_xml::events::Event;

use super::archive::stored;
use super::books::{PNG, files, judge_all};
use super::judge;

/// A book whose one chapter is `chapter`, with `more` beside it.
fn book(chapter: &[u8], media_type: &str, more: &[(&str, &[u8])]) -> Vec<u8> {
    let package = format!(
        "<package version='3.0' unique-identifier='u'><metadata><dc:title>T</dc:title></metadata><manifest>\
         <item id='c' href='c.xhtml' media-type='{media_type}' media-overlay='o'/>\
         <item id='d' href='d.xhtml' media-type='application/xhtml+xml'/>\
         <item id='p' href='p.png' media-type='image/png' properties='cover-image'/>\
         <item id='s' href='s.svg' media-type='image/svg+xml'/>\
         <item id='a' href='a.mp3' media-type='audio/mpeg'/>\
         <item id='y' href='y.css' media-type='text/css'/>\
         <item id='o' href='o.smil' media-type='application/smil+xml'/>\
         </manifest><spine><itemref idref='c'/><itemref idref='d'/></spine></package>"
    );
    let container: &[u8] =
        b"<container><rootfiles><rootfile full-path='p.opf'/></rootfiles></container>";
    let mut entries: Vec<(&str, &[u8])> = vec![
        ("META-INF/container.xml", container),
        ("p.opf", package.as_bytes()),
        ("c.xhtml", chapter),
        ("d.xhtml", b"<html><body><p id='x'>next</p></body></html>"),
        ("p.png", PNG),
        ("a.mp3", b"ID3"),
        ("y.css", b"p{color:red}"),
    ];
    entries.extend(more);
    stored(&entries)
}

/// A chapter; the first byte chooses how it is cut.
///
/// # Panics
/// When a slice holds what it must not, when the two parsers see different trees
/// in it, or when text, ids or offsets depend on how the chapter is cut.
pub fn xhtml(data: &[u8]) {
    let Some((&size, chapter)) = data.split_first() else {
        return;
    };
    let book = book(chapter, "application/xhtml+xml", &[]);
    let soft = 64 + usize::from(size) * 4;
    let Some(cut) = files(&book, soft, soft * 2) else {
        return;
    };
    judge_all(&cut);
    let Some(whole) = files(&book, 1 << 30, 1 << 30) else {
        panic!("the book opens only when it is cut");
    };
    judge_all(&whole);
    assert_eq!(text(&cut), text(&whole), "text depends on the cuts");
    assert_eq!(ids(&cut), ids(&whole), "ids depend on the cuts");
}

/// What `text/{n}.json` say, without blanks: a cut may fall on one.
fn text(files: &BTreeMap<String, Vec<u8>>) -> String {
    let mut out = String::new();
    for n in 0.. {
        let Some(bytes) = files.get(&format!("text/{n}.json")) else {
            return out;
        };
        let json: serde_json::Value = serde_json::from_slice(bytes).unwrap_or_default();
        for block in json["blocks"].as_array().into_iter().flatten() {
            let words = block["t"].as_str().unwrap_or_default();
            out.extend(words.chars().filter(|c| !c.is_whitespace()));
        }
    }
    out
}

/// Ids of the first chapter with their offsets.
fn ids(files: &BTreeMap<String, Vec<u8>>) -> Vec<(String, u64)> {
    let index: serde_json::Value = serde_json::from_slice(&files["index.json"]).unwrap_or_default();
    let ids = index["items"][0]["ids"].as_object();
    ids.into_iter()
        .flatten()
        .map(|(id, place)| (id.clone(), place[1].as_u64().unwrap_or_default()))
        .collect()
}

/// A drawing: in the spine, and as a picture.
///
/// # Panics
/// When what is written holds what it must not.
pub fn svg(data: &[u8]) {
    let book = book(data, "image/svg+xml", &[("s.svg", data)]);
    if let Some(files) = files(&book, 1 << 20, 1 << 20) {
        judge_all(&files);
    }
}

/// Judges an SVG file: well-formed, one root, and nothing in it that must not be.
pub(super) fn judge_drawing(drawing: &str) {
    let mut reader = Reader::from_str(drawing);
    let (mut depth, mut style) = (0usize, false);
    let mut page = String::from("<!DOCTYPE html><body>");
    loop {
        let at = reader.buffer_position() as usize;
        let event = reader
            .read_event()
            .unwrap_or_else(|error| panic!("not well-formed: {error}\n{drawing}"));
        let written = &drawing[at..reader.buffer_position() as usize];
        match event {
            Event::Start(tag) => {
                assert!(
                    depth > 0 || tag.name().as_ref() == b"svg",
                    "the root is no svg\n{drawing}"
                );
                style = tag.name().as_ref() == b"style";
                depth += 1;
                if !style {
                    page.push_str(written);
                }
            }
            Event::Empty(_) => page.push_str(written),
            Event::End(tag) => {
                depth -= 1;
                style = false;
                if tag.name().as_ref() != b"style" {
                    page.push_str(written);
                }
            }
            Event::Eof => break,
            Event::Text(_) | Event::GeneralRef(_) if style => {}
            Event::Text(_) | Event::GeneralRef(_) => page.push_str(written),
            other => panic!("unexpected {other:?}\n{drawing}"),
        }
    }
    assert_eq!(depth, 0);
    judge::check(&page).unwrap_or_else(|found| panic!("{found}\n{drawing}"));
    if let Some((_, rest)) = drawing.split_once("<style>") {
        let rules = rest.split("</style>").next().unwrap_or_default();
        let rules = crate::source::unescape(rules);
        judge::sheet(&rules).unwrap_or_else(|found| panic!("{found}\n{rules}"));
    }
}

/// A media overlay.
///
/// # Panics
/// When the timeline refers to anything outside the rendition.
pub fn overlay(data: &[u8]) {
    let chapter = b"<html><body><h1 id='a'>One</h1><p id='b'>two</p></body></html>";
    let book = book(chapter, "application/xhtml+xml", &[("o.smil", data)]);
    if let Some(files) = files(&book, 1 << 20, 1 << 20) {
        judge_all(&files);
    }
}
