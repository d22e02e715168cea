//! What the header says about the book.

use super::slices;
use super::write::Book;
use bindery_engine::Direction;

fn book() -> Book {
    Book::mobi6("<html><body><p>x</p></body></html>")
}

#[test]
fn every_field_of_the_header_is_read() {
    let book = book()
        .exth(100, "First Author")
        .exth(100, "Second &amp; Author")
        .exth(101, "Publisher")
        .exth(103, "<p>A <b>description</b></p>")
        .exth(104, "978-3-16-148410-0")
        .exth(105, "Subject")
        .exth(106, "2001-02-03")
        .exth(108, "Contributor")
        .exth(109, "Rights")
        .exth(112, "urn:source")
        .exth(113, "B000000000")
        .exth(503, "The Title")
        .exth(508, "Title, The")
        .exth(524, "de")
        .exth(527, "rtl");
    let (report, _) = super::rendered(&book.build());
    let found = report.metadata;
    assert_eq!(found.title, "The Title");
    assert_eq!(found.sort_title.as_deref(), Some("Title, The"));
    assert_eq!(found.authors, ["First Author", "Second & Author"]);
    assert_eq!(found.publisher.as_deref(), Some("Publisher"));
    assert_eq!(found.description.as_deref(), Some("A description"));
    assert_eq!(found.isbn.as_deref(), Some("9783161484100"));
    assert_eq!(found.subjects, ["Subject"]);
    assert_eq!(found.published.as_deref(), Some("2001-02-03"));
    assert_eq!(found.contributors[0].name, "Contributor");
    assert_eq!(found.rights.as_deref(), Some("Rights"));
    assert_eq!(
        found.identifiers,
        ["978-3-16-148410-0", "urn:source", "B000000000"]
    );
    assert_eq!(found.languages, ["de"]);
    assert_eq!(found.direction, Direction::Rtl);
}

#[test]
fn the_header_itself_names_title_and_language() {
    let mut book = book();
    book.title = b"Own Title".to_vec();
    book.locale = 0x0411;
    let (report, _) = super::rendered(&book.build());
    assert_eq!(report.metadata.title, "Own Title");
    assert_eq!(report.metadata.language.as_deref(), Some("ja"));
}

#[test]
fn vertical_books_turn_their_pages_to_the_right() {
    let direction = |mode: &str| {
        super::rendered(&book().exth(525, mode).build())
            .0
            .metadata
            .direction
    };
    assert_eq!(direction("vertical-rl"), Direction::Rtl);
    assert_eq!(direction("horizontal-rl"), Direction::Rtl);
    assert_eq!(direction("horizontal-lr"), Direction::Auto);
}

#[test]
fn fixed_layout_has_size_and_orientation() {
    let book = book()
        .exth(122, "true")
        .exth(124, "landscape")
        .exth(126, "1072x1448");
    let (slices, files) = slices(&book.build());
    let manifest = files.json("manifest.json");
    assert_eq!(manifest["metadata"]["presentation"]["layout"], "fixed");
    assert_eq!(
        manifest["metadata"]["presentation"]["orientation"],
        "landscape"
    );
    assert!(
        slices[0].contains("width=1072, height=1448"),
        "{}",
        slices[0]
    );
}
