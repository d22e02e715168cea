//! The same file gives the same bytes, whole or page by page.

use bindery_engine::{Error, Options, render_slice};

use super::support::rendered;
use super::write::{Paper, line};

/// More pages than two chunks, with letters that come one by one, so that fonts differ.
fn book() -> Vec<u8> {
    let mut paper = Paper::new();
    for n in 0..40_u8 {
        let letters: String = (0..=n % 26).map(|k| char::from(b'a' + k)).collect();
        let mut content = line(72.0, 700.0, 12.0, &letters);
        content += &line(72.0, 600.0 - f32::from(n), 10.0, "the same on all pages");
        content += "0.5 0 0 rg 72 500 100 20 re f\n";
        paper.page(&content);
    }
    paper.bytes()
}

#[test]
fn the_same_file_gives_the_same_bytes_twice() {
    let book = book();
    let (first, second) = (rendered(&book).1, rendered(&book).1);
    let files = first.files.lock().unwrap();
    assert_eq!(*files, *second.files.lock().unwrap());
    assert!(files.contains_key("slices/39.html"));
}

#[test]
fn a_page_alone_is_that_of_the_whole_book() {
    let book = book();
    let (_, files) = rendered(&book);
    let index = files.text("index.json");
    let alone = |n| render_slice(&book, &Options::default(), index.as_bytes(), n);
    for n in [0, 1, 2, 3, 7, 8, 15, 16, 31, 32, 39] {
        let html = String::from_utf8(alone(n).unwrap()).unwrap();
        assert_eq!(html, files.text(&format!("slices/{n}.html")), "page {n}");
    }
    assert!(matches!(
        alone(40),
        Err(Error::NoSuchSlice { n: 40, slices: 40 })
    ));
}

#[test]
fn an_index_of_another_book_is_refused() {
    let mut paper = Paper::new();
    paper.page("");
    let (_, other) = rendered(&paper.bytes());
    let index = other.text("index.json");
    let refused = render_slice(&book(), &Options::default(), index.as_bytes(), 0);
    assert!(matches!(refused, Err(Error::BadIndex(_))), "{refused:?}");
}
