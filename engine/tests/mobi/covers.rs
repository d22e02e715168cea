//! Which picture is the cover.

use super::write::Book;
use super::write::kf8::{Document, book};
use super::{GIF, slices};

/// Pictures that can be told apart by what stands behind their end.
fn picture(n: u8) -> Vec<u8> {
    [GIF, &[n]].concat()
}

fn cover(book: Book) -> Option<u8> {
    let (_, files) = slices(&book.build());
    let files = files.files.lock().unwrap();
    files
        .get("cover/original.gif")
        .and_then(|bytes| bytes.last().copied())
}

fn mobi6() -> Book {
    let text = "<html><body><p>x <img recindex=\"3\"/> y</p></body></html>";
    Book::mobi6(text)
        .resource(picture(1))
        .resource(picture(2))
        .resource(picture(3))
}

#[test]
fn covers_are_named_by_number() {
    assert_eq!(cover(mobi6().exth(201, 1u32.to_be_bytes())), Some(2));
    // The thumbnail where there is no more, and where the number leads nowhere.
    assert_eq!(cover(mobi6().exth(202, 0u32.to_be_bytes())), Some(1));
    let lost = mobi6()
        .exth(201, 77u32.to_be_bytes())
        .exth(202, 0u32.to_be_bytes());
    assert_eq!(cover(lost), Some(1));
    let none = mobi6()
        .exth(201, u32::MAX.to_be_bytes())
        .exth(202, 1u32.to_be_bytes());
    assert_eq!(cover(none), Some(2));
}

#[test]
fn covers_of_kf8_are_named_by_address() {
    let frame = "<html><head><title>t</title></head><body><p>x</p></body></html>";
    let documents = [Document {
        skeleton: frame,
        fragments: Vec::new(),
    }];
    let book = book(&documents, &[])
        .resource(picture(1))
        .resource(picture(2));
    assert_eq!(cover(book.exth(129, "kindle:embed:0002")), Some(2));
}
