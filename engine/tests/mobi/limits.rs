//! Every limit of MOBI files, hit.

use bindery_engine::{Limits, Options};

use super::GIF;
use super::support::rendered_with;
use super::write::index::{Index, Line, ncx};
use super::write::{Book, Packing, database, huff};

/// The error's text, or the codes of the warnings.
fn told(book: &[u8], set: impl Fn(&mut Limits)) -> Result<Vec<String>, String> {
    let mut options = Options::default();
    set(&mut options.limits);
    match rendered_with(book, &options) {
        Ok((report, _)) => Ok(report.warnings.into_iter().map(|w| w.code).collect()),
        Err(error) => Err(error.to_string()),
    }
}

fn refused(book: &[u8], name: &str, set: impl Fn(&mut Limits)) {
    assert_eq!(told(book, |_| {}), Ok(Vec::new()), "{name}");
    let error = told(book, set).unwrap_err();
    assert!(error.contains(&format!("limit {name} exceeded")), "{error}");
}

fn warned(book: &[u8], code: &str, set: impl Fn(&mut Limits)) {
    assert_eq!(told(book, |_| {}), Ok(Vec::new()), "{code}");
    assert!(
        told(book, set).unwrap().contains(&code.to_owned()),
        "{code}"
    );
}

fn pages(n: usize) -> String {
    let page = "<p>a page with some words on it</p>";
    format!(
        "<html><body>{}</body></html>",
        vec![page; n].join("<mbp:pagebreak/>")
    )
}

#[test]
fn limits_of_the_whole_book_refuse_it() {
    let book = Book::mobi6(pages(3)).build();
    refused(&book, "entries", |limits| limits.entries = 2);
    refused(&book, "text_bytes", |limits| limits.text_bytes = 40);
    refused(&book, "spine_bytes", |limits| limits.spine_bytes = 40);
    let kf8 = {
        let frame = "<html><head><title>t</title></head><body><p>x</p></body></html>";
        let document = || super::write::kf8::Document {
            skeleton: frame,
            fragments: Vec::new(),
        };
        super::write::kf8::book(&[document(), document(), document()], &[]).build()
    };
    refused(&kf8, "spine_items", |limits| limits.spine_items = 2);
}

#[test]
fn pages_past_the_spine_stay_with_the_last() {
    let book = Book::mobi6(pages(5)).build();
    let mut options = Options::default();
    options.limits.spine_items = 3;
    let (report, files) = rendered_with(&book, &options).unwrap();
    assert_eq!(report.slices, 3);
    let words: usize = files
        .slices()
        .iter()
        .map(|slice| slice.matches("a page").count())
        .sum();
    assert_eq!(words, 5);
}

#[test]
fn a_record_that_unpacks_to_too_much_is_lost_alone() {
    let mut text = pages(1);
    text.push_str(&" ".repeat(9000));
    text.push_str(&pages(200));
    for packing in [Packing::None, Packing::PalmDoc, Packing::Huff] {
        let mut book = Book::mobi6(&text);
        book.packing = packing;
        // The last record is shorter than the others.
        let told = told(&book.build(), |limits| limits.text_record_bytes = 4000).unwrap();
        assert!(
            told.contains(&"text_lost".to_owned()),
            "{packing:?} {told:?}"
        );
    }
}

/// A book whose text is phrases of a dictionary by their numbers.
fn by_numbers(phrases: &[(Vec<u8>, bool)], numbers: &[u8]) -> Vec<u8> {
    let mut book = Book::mobi6(numbers);
    book.packing = Packing::None;
    let mut records = book.records();
    records[0][..2].copy_from_slice(&17480u16.to_be_bytes());
    records[0][112..116].copy_from_slice(&2u32.to_be_bytes());
    records[0][116..120].copy_from_slice(&2u32.to_be_bytes());
    records.insert(2, huff::flat());
    records.insert(3, huff::cdic(phrases.len(), 16, phrases));
    database(b"BOOKMOBI", &records)
}

#[test]
fn phrases_too_deep_or_too_long_cost_the_records_that_use_them() {
    let mut deep: Vec<(Vec<u8>, bool)> = (1..20u8).map(|n| (vec![n], false)).collect();
    deep.push((b"<p>deep</p>".to_vec(), true));
    deep.push((b"<p>plain</p>".to_vec(), true));
    let book = by_numbers(&deep, &[0]);
    assert_eq!(told(&book, |_| {}), Ok(Vec::new()));
    assert!(
        told(&book, |limits| limits.huff_depth = 8)
            .unwrap_err()
            .contains("unpacked")
    );
    assert!(
        told(&book, |limits| limits.huff_bytes = 20)
            .unwrap_err()
            .contains("unpacked")
    );
    assert_eq!(
        told(&by_numbers(&deep, &[20]), |limits| limits.huff_depth = 8),
        Ok(Vec::new())
    );
}

#[test]
fn indexes_lose_what_is_past_their_limits() {
    let lines: Vec<Line<'_>> = vec![("A title", (1, &[12]), None); 9];
    let mut book = Book::mobi6(pages(3));
    book.ncx = Some(ncx(&lines));
    let book = book.build();
    warned(&book, "index_damaged", |limits| limits.index_entries = 4);
    warned(&book, "index_damaged", |limits| limits.index_bytes = 20);
    let mut options = Options::default();
    options.limits.toc_entries = 4;
    let (_, files) = rendered_with(&book, &options).unwrap();
    assert_eq!(
        files.json("manifest.json")["toc"].as_array().unwrap().len(),
        4
    );
}

#[test]
fn inflections_are_made_as_long_as_the_index_may_give() {
    let text = "<html><body><p>word</p></body></html>";
    let mut book = Book::mobi6(text);
    let groups: Vec<u32> = vec![0; 100];
    book.headwords =
        Some(Index::new(&[(1, 1, 1), (42, 1, 6)]).entry("word", &[(1, &[12]), (42, &groups)]));
    let rules: Vec<u32> = vec![1; 100];
    book.inflections = Some(
        Index::new(&[(26, 1, 6)])
            .entry("", &[(26, &rules)])
            .entry(b"\x02s", &[]),
    );
    let mut options = Options::default();
    let shown = |options: &Options| {
        rendered_with(&book.build(), options).unwrap().1.slices()[0].contains("words")
    };
    assert!(shown(&options));
    options.limits.index_bytes = 19;
    assert!(!shown(&options));
}

#[test]
fn resources_past_the_manifest_are_left_out() {
    let book = (0..9).fold(Book::mobi6(pages(1)), |book, _| book.resource(GIF));
    let mut options = Options::default();
    options.limits.manifest_items = 4;
    let (_, files) = rendered_with(&book.build(), &options).unwrap();
    let names = files.order.lock().unwrap().clone();
    assert_eq!(
        names
            .iter()
            .filter(|name| name.ends_with(".gif") && name.starts_with("resources/"))
            .count(),
        4
    );
}

#[test]
fn places_past_the_ids_are_not_named() {
    use super::write::kf8::{Document, book, place};
    let frame = "<html><head><title>t</title></head><body></body></html>";
    let at = frame.find("</body>").unwrap();
    let links: String = [0u32, 7, 14]
        .iter()
        .map(|&off| format!("<p><a href=\"{}\">x</a></p>", place(1, off)))
        .collect();
    let documents = [
        Document {
            skeleton: frame,
            fragments: vec![(at, links)],
        },
        Document {
            skeleton: frame,
            fragments: vec![(at, "<b></b><i></i><u>z</u>".into())],
        },
    ];
    let book = book(&documents, &[]).build();
    let count = |most: u64| {
        let mut options = Options::default();
        options.limits.ids = most;
        super::links(&rendered_with(&book, &options).unwrap().1.slices()[0]).len()
    };
    assert_eq!(count(1_000_000), 3);
    assert_eq!(count(1), 1);
}

#[test]
fn what_is_left_of_a_package_may_be_too_long() {
    let markup = format!(
        "<spine page-progression-direction=\"rtl\">{}</spine>",
        " ".repeat(100)
    );
    let book = Book::mobi6(pages(1))
        .resource(super::write::resc(&markup))
        .build();
    let direction = |most: u64| {
        let mut options = Options::default();
        options.limits.package_bytes = most;
        rendered_with(&book, &options).unwrap().0.metadata.direction
    };
    assert_eq!(direction(1000), bindery_engine::Direction::Rtl);
    assert_eq!(direction(50), bindery_engine::Direction::Auto);
}
