//! Headwords and their forms, which stand beside the text.

use super::write::Book;
use super::write::index::Index;
use super::{slices, text};

const TEXT: &str = "<html><body><mbp:frameset><p><b>być</b></p><p>to be</p><p>to have</p></mbp:frameset></body></html>";

/// A dictionary of two words: the first is in the text, the second is not.
fn words(letters: Option<(Vec<u16>, bool)>, labels: [&[u8]; 2], groups: bool) -> Index {
    let at = |text: &str| TEXT.find(text).unwrap() as u32;
    let (one, two) = (at("<p><b>"), at("<p>to have"));
    let mut index = Index::new(&[(1, 1, 1), (2, 1, 2), (42, 1, 4)]);
    index.letters = letters;
    let len = two - one;
    let mut tags: Vec<(u8, &[u32])> = vec![];
    let (first, second) = ([one], [two]);
    tags.push((1, &first));
    let lengths = [len];
    tags.push((2, &lengths));
    if groups {
        tags.push((42, &[0]));
    }
    index
        .entry(labels[0], &tags)
        .entry(labels[1], &[(1, &second), (2, &[14])])
}

/// Inflections by rules: `jest` and `byłem` of `być`.
fn rules() -> Index {
    Index::new(&[(26, 1, 6)])
        .entry(b"", &[(26, &[1, 2])])
        .entry(b"\x01jest\x04by\xC4\x87", &[])
        .entry(
            [&b"\x02me"[..], &[0x82, 0xC5], b"\x03\x87\xC4"].concat(),
            &[],
        )
}

fn entries(book: &Book) -> (String, String) {
    let (slices, _) = slices(&book.build());
    (text(&slices[0]), slices[0].clone())
}

#[test]
fn headwords_stand_in_the_text_and_forms_at_them() {
    let mut book = Book::mobi6(TEXT);
    book.headwords = Some(words(None, ["być".as_bytes(), "mieć".as_bytes()], true));
    book.inflections = Some(rules());
    let (text, slice) = entries(&book);
    assert_eq!(text, "byćto bemieć to have");
    assert!(slice.contains("<dfn title=\"jest, byłem\""), "{slice}");
    assert!(
        slice.find("jest").unwrap() < slice.find("być").unwrap(),
        "{slice}"
    );
}

#[test]
fn labels_by_numbers_of_letters_are_read() {
    let letters: Vec<u16> = "0bycćmie".encode_utf16().collect();
    let narrow: [&[u8]; 2] = [&[1, 2, 4], &[5, 6, 7, 4]];
    let wide: [&[u8]; 2] = [&[0, 1, 0, 2, 0, 4], &[0, 5, 0, 6, 0, 7, 0, 4]];
    for (labels, is_narrow) in [(narrow, true), (wide, false)] {
        let mut book = Book::mobi6(TEXT);
        book.headwords = Some(words(Some((letters.clone(), is_narrow)), labels, true));
        book.inflections = Some(rules());
        let (text, slice) = entries(&book);
        assert_eq!(text, "byćto bemieć to have");
        assert!(slice.contains("title=\"jest, byłem\""), "{slice}");
    }
}

#[test]
fn the_older_kind_of_inflections_replaces_endings() {
    let mut book = Book::mobi6(TEXT);
    book.headwords = Some(words(None, ["być".as_bytes(), "mieć".as_bytes()], false));
    let mut forms = Index::new(&[(7, 2, 1)]);
    forms.texts = "yćieć".as_bytes().to_vec();
    book.inflections = Some(
        forms
            .entry(b"yli", &[(7, &[3, 0])])
            .entry("ają", &[(7, &[4, 3])]),
    );
    let (text, slice) = entries(&book);
    assert_eq!(text, "byćto bemieć to have");
    assert!(
        slice.contains("title=\"byli\"") && slice.contains("title=\"mają\""),
        "{slice}"
    );
}

#[test]
fn ligatures_of_windows_1252_are_read() {
    let mut book = Book::mobi6("<html><body><p>a sin</p></body></html>");
    book.encoding = 1252;
    let mut words = Index::new(&[(1, 1, 1)]).entry(b"\x02euvre co\x05s", &[(1, &[12])]);
    (words.encoding, words.ligatures) = (1252, 5);
    book.headwords = Some(words);
    let (text, _) = entries(&book);
    assert_eq!(text, "œuvre coß a sin");
}

#[test]
fn a_book_that_is_no_dictionary_has_no_headwords() {
    let mut book = Book::mobi6(TEXT);
    book.title = b"x".to_vec();
    let mut records = book.records();
    // The field of the headwords leads into the text.
    records[0][40..44].copy_from_slice(&1u32.to_be_bytes());
    let (slices, _) = slices(&super::write::database(b"BOOKMOBI", &records));
    assert_eq!(text(&slices[0]), "byćto beto have");
}
