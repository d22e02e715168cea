//! MOBI files of our own making, and those of the corpus against other readers of them.

#![expect(clippy::unwrap_used, reason = "in a test an unwrap is the assertion")]

mod covers;
mod dictionary;
mod hostile;
mod kf8;
mod limits;
mod metadata;
mod mobi6;
mod oracle;
mod packing;
#[path = "../support/mod.rs"]
mod support;
mod write;

use support::{Memory, judge, polyglot, rendered};

/// A picture of one pixel.
pub const GIF: &[u8] =
    b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xFF\xFF\xFF,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";

/// The slices of a book without damage, each judged.
fn slices(book: &[u8]) -> (Vec<String>, Memory) {
    let (report, files) = rendered(book);
    assert!(report.warnings.is_empty(), "{:?}", report.warnings);
    let slices = files.slices();
    for slice in &slices {
        judge::check(slice)
            .and_then(|()| polyglot::check(slice))
            .unwrap();
    }
    (slices, files)
}

/// The text between tags of the body.
fn text(slice: &str) -> String {
    let body = slice
        .split_once("<body")
        .unwrap()
        .1
        .split_once('>')
        .unwrap()
        .1;
    let pieces = body.split('<').enumerate();
    let behind = |(i, piece): (usize, &str)| -> String {
        if i == 0 {
            return piece.to_owned();
        }
        piece
            .split_once('>')
            .map(|(_, text)| text.to_owned())
            .unwrap_or_default()
    };
    pieces.map(behind).collect()
}

/// Where the links of a slice lead.
fn links(slice: &str) -> Vec<String> {
    let hrefs = slice.split("<a ").skip(1).filter_map(|tag| {
        let tag = tag.split('>').next()?;
        Some(tag.split("href=\"").nth(1)?.split('"').next()?.to_owned())
    });
    hrefs.collect()
}

/// The element in `slices` that a link from one of them leads to, from its tag on.
fn target<'s>(slices: &'s [String], link: &str) -> &'s str {
    let (file, id) = link.split_once('#').unwrap_or((link, ""));
    let n: usize = file.strip_suffix(".html").unwrap().parse().unwrap();
    let slice = &slices[n];
    if id.is_empty() {
        return slice.split_once("<body").unwrap().1;
    }
    let at = slice
        .find(&format!("id=\"{id}\""))
        .unwrap_or_else(|| panic!("no {link} in {slice}"));
    &slice[slice[..at].rfind('<').unwrap()..]
}

/// Titles of a table of contents with their depth.
fn titles(list: &serde_json::Value, depth: usize, out: &mut Vec<(usize, String)>) {
    for entry in list.as_array().into_iter().flatten() {
        out.push((depth, entry["title"].as_str().unwrap().to_owned()));
        titles(&entry["children"], depth + 1, out);
    }
}
