//! However the text is packed, it is the same text.

use super::support::rendered;
use super::write::{Book, Packing, database, pack};
use super::{slices, text};

/// A text of several records, with characters that their ends cut through.
fn long() -> String {
    let mut out = String::from("<html><head></head><body>");
    for n in 0..400 {
        out.push_str(&format!(
            "<p>Zażółć gęślą jaźń, {n} times “the same” 日本語 words.</p>"
        ));
    }
    out + "</body></html>"
}

#[test]
fn every_packing_gives_the_same_text() {
    let mut book = Book::mobi6(long());
    book.packing = Packing::None;
    let (plain, _) = slices(&book.build());
    assert!(text(&plain[0]).contains("Zażółć gęślą jaźń, 399 times “the same” 日本語 words."));
    for packing in [Packing::PalmDoc, Packing::Huff] {
        book.packing = packing;
        assert_eq!(slices(&book.build()).0, plain, "{packing:?}");
    }
}

#[test]
fn trailing_entries_are_no_text() {
    let mut book = Book::mobi6(long());
    let (plain, _) = slices(&book.build());
    for packing in [Packing::None, Packing::PalmDoc, Packing::Huff] {
        for flags in [0b1, 0b10, 0b111, 0b1110] {
            (book.packing, book.flags) = (packing, flags);
            assert_eq!(slices(&book.build()).0, plain, "{packing:?} {flags:b}");
        }
    }
}

#[test]
fn dictionaries_of_our_encoder_have_several_records_and_nested_phrases() {
    let (records, dictionary) = pack(Packing::Huff, 0, long().as_bytes());
    assert!(dictionary.len() > 3, "{}", dictionary.len());
    let packed: usize = records.iter().map(Vec::len).sum();
    assert!(packed * 4 < long().len(), "{packed}");
    let nested = dictionary[1..].iter().any(|cdic| {
        let count = 64.min(u16::from_be_bytes([cdic[16], cdic[17]]) as usize / 2);
        (0..count).any(|i| {
            let at = 16 + usize::from(u16::from_be_bytes([cdic[16 + 2 * i], cdic[17 + 2 * i]]));
            cdic[at] & 0x80 == 0
        })
    });
    assert!(nested);
}

#[test]
fn windows_1252_is_decoded() {
    let mut book = Book::mobi6(b"<html><body><p>caf\xE9 \x93quoted\x94 \x80</p></body></html>");
    book.encoding = 1252;
    book.title = b"Caf\xE9".to_vec();
    let (slices, files) = slices(&book.build());
    assert!(
        text(&slices[0]).contains("café “quoted” €"),
        "{}",
        slices[0]
    );
    assert_eq!(files.json("manifest.json")["metadata"]["title"], "Café");
}

#[test]
fn bare_palmdoc_files_open_as_text_or_markup() {
    for kind in [b"TEXtREAd", b"TEXtTlDc"] {
        let open = |text: &[u8]| {
            let (records, _) = pack(Packing::PalmDoc, 0, text);
            let mut head = vec![0; 16];
            head[1] = 2;
            head[9] = records.len() as u8;
            let (_, files) = rendered(&database(kind, &[vec![head], records].concat()));
            files.slices()
        };
        let plain = open(b"First & last\n\nSecond <3\n");
        assert!(plain[0].contains("First &amp; last</p>"), "{}", plain[0]);
        let markup = open(
            b"<HTML><HEAD><metadata><dc:Title>Not text</dc:Title></metadata>\
              <GUIDE><REFERENCE TYPE=\"text\" TITLE=\"start\" filepos=\"0000000200\"></GUIDE></HEAD>\
              <BODY><H1>Heading</H1><P>Text</BODY></HTML>",
        );
        assert_eq!(text(&markup[0]), "HeadingText");
    }
}
