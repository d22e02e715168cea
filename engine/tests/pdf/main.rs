//! PDFs of our own making: what they show, what they say, and what they may not do.

#![expect(clippy::unwrap_used, reason = "in a test an unwrap is the assertion")]

mod contents;
mod hostile;
mod paper;
mod passwords;
mod pictures;
#[path = "../support/mod.rs"]
mod support;
mod text;
mod write;

use bindery_engine::Report;
use support::{Memory, judge, rendered};
use write::Paper;

/// A render of a file that is whole; its slices judged.
fn whole(paper: Paper) -> (Report, Memory) {
    let (report, files) = rendered(&paper.bytes());
    assert!(report.warnings.is_empty(), "{:?}", report.warnings);
    judged(&files);
    (report, files)
}

/// Nothing that runs, and no outside reference, in any slice.
fn judged(files: &Memory) {
    for slice in files.slices() {
        judge::check(&slice).unwrap_or_else(|found| panic!("{found}\n{slice}"));
    }
}

/// The plain text of a page as the index of words gets it, a line for each block.
fn text(files: &Memory, page: usize) -> String {
    let json = files.json(&format!("text/{page}.json"));
    let blocks = json["blocks"].as_array().unwrap();
    let texts: Vec<&str> = blocks
        .iter()
        .map(|block| block["t"].as_str().unwrap())
        .collect();
    texts.join("\n")
}

/// The text of a page, every run of white space one blank.
fn words(files: &Memory, page: usize) -> String {
    let text = text(files, page);
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Where the links of a slice lead.
fn links(slice: &str) -> Vec<&str> {
    slice
        .split("<a ")
        .skip(1)
        .filter_map(|tag| tag.split_once("href=\"")?.1.split('"').next())
        .collect()
}
