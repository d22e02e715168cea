//! What stands outside the pages, in files written here.

mod contents;
pub(in crate::pdf) mod corpus;
mod guard;
mod links;
mod metadata;
mod passwords;
mod sheets;
#[path = "../../../../tests/pdf/write/mod.rs"]
pub(in crate::pdf) mod write;

use self::write::Paper;
use super::{Document, open};
use crate::{Limits, Warning};

/// Opens a file that is whole.
fn read(bytes: Vec<u8>) -> (hayro_syntax::Pdf, Document) {
    read_with(bytes, &Limits::default(), &mut Vec::new())
}

fn read_with(
    bytes: Vec<u8>,
    limits: &Limits,
    warnings: &mut Vec<Warning>,
) -> (hayro_syntax::Pdf, Document) {
    let pdf = open(bytes, None).unwrap();
    let document = Document::read(&pdf, limits, warnings).unwrap();
    (pdf, document)
}

/// A file of so many pages without content.
fn blank(pages: usize) -> Paper {
    let mut paper = Paper::new();
    for _ in 0..pages {
        paper.page("");
    }
    paper
}

#[test]
fn more_pages_than_allowed_are_refused() {
    let limits = Limits {
        pdf_pages: 2,
        ..Limits::default()
    };
    let pdf = open(blank(3).bytes(), None).unwrap();
    let error = Document::read(&pdf, &limits, &mut Vec::new()).unwrap_err();
    assert!(error.to_string().contains("pdf_pages"), "{error}");
    let pdf = open(blank(2).bytes(), None).unwrap();
    assert!(Document::read(&pdf, &limits, &mut Vec::new()).is_ok());
}

#[test]
fn a_file_without_pages_is_refused() {
    assert_eq!(
        open(blank(0).bytes(), None).err().unwrap().code(),
        "corrupt_archive"
    );
    let error = open(b"%PDF-1.4\nnothing".to_vec(), None).err().unwrap();
    assert_eq!(error.code(), "corrupt_archive");
}
