//! Files that lie, and what becomes of them: an answer in time, and no more memory
//! than the limits allow.

use std::time::{Duration, Instant};

use bindery_engine::{Error, Limits, Options, Report};

use super::GIF;
use super::support::{Memory, rendered_with};
use super::write::index::{Index, ncx};
use super::write::kf8::{Document, book, guide, place};
use super::write::{Book, Packing, combined, database, font, huff, resc};

/// Renders, and does so in time.
fn survived(book: &[u8]) -> Result<(Report, Memory), Error> {
    let start = Instant::now();
    let result = rendered_with(book, &Options::default());
    assert!(
        start.elapsed() < Duration::from_secs(5),
        "{:?}",
        start.elapsed()
    );
    result
}

/// A file with everything in it: both books, a dictionary, fonts, contents.
fn everything() -> Vec<u8> {
    let text = "<html><head><guide><reference type=\"toc\" title=\"T\" filepos=0000000150 /></guide></head><body>\
                <p>first <a filepos=0000000170>go</a> <img recindex=\"1\"/></p><mbp:pagebreak/><h1>Two</h1><p>x</p></body></html>";
    let mut old = Book::mobi6(text)
        .resource(GIF)
        .exth(100, "A")
        .exth(201, [0; 4]);
    old.packing = Packing::Huff;
    old.flags = 0b111;
    old.ncx = Some(ncx(&[
        ("One", (1, &[120]), None),
        ("Two", (1, &[180]), Some(0)),
    ]));
    let mut words = Index::new(&[(1, 1, 1), (2, 1, 2), (42, 1, 4)]);
    words.letters = Some(("_abc".encode_utf16().collect(), true));
    old.headwords = Some(words.entry([1, 2], &[(1, &[150]), (2, &[9]), (42, &[0])]));
    old.inflections = Some(
        Index::new(&[(26, 1, 6)])
            .entry("", &[(26, &[1])])
            .entry(b"\x02s", &[]),
    );
    let frame = "<html><head><link rel=\"stylesheet\" href=\"kindle:flow:0001\"/></head><body></body></html>";
    let at = frame.find("</body>").unwrap();
    let link = format!("<p><a href=\"{}\">x</a></p>", place(1, 3));
    let documents = [
        Document {
            skeleton: frame,
            fragments: vec![(at, link)],
        },
        Document {
            skeleton: frame,
            fragments: vec![(at, "<p>y</p><p>z</p>".into())],
        },
    ];
    let mut new =
        book(&documents, &["p{color:red}"]).resource(font(b"\0\x01\0\0font", true, b"key"));
    new.ncx = Some(ncx(&[("Y", (6, &[1, 0]), None)]));
    new.guide = Some(guide(&[("text", "Start", 1)]));
    let new = new.resource(resc("<spine><itemref skelid=\"1\"/></spine>"));
    combined(&old, &new)
}

#[test]
fn every_truncation_is_survived() {
    let whole = everything();
    assert!(survived(&whole).is_ok());
    for len in (0..whole.len()).step_by(23) {
        drop(survived(&whole[..len]));
    }
}

#[test]
fn every_seventh_byte_may_be_another() {
    let whole = everything();
    for (round, mask) in [0xFF, 0x01, 0x80].into_iter().enumerate() {
        for i in (round..whole.len()).step_by(7 * 3) {
            let mut broken = whole.clone();
            broken[i] ^= mask;
            drop(survived(&broken));
        }
    }
}

#[test]
fn records_that_overlap_are_refused() {
    let mut book = everything();
    let (second, third) = (78 + 8, 78 + 16);
    let place: [u8; 4] = book[third..third + 4].try_into().unwrap();
    book[second..second + 4].copy_from_slice(&place.map(|b| b.saturating_add(1)));
    let error = survived(&book).map(drop).unwrap_err();
    assert_eq!(error.code(), "corrupt_archive");
    assert!(error.to_string().contains("overlap"));
}

#[test]
fn counts_of_records_that_lie_are_bounded() {
    let mut records = Book::mobi6("<html><body><p>text</p></body></html>")
        .resource(GIF)
        .records();
    records[0][8..10].copy_from_slice(&u16::MAX.to_be_bytes());
    records[0][4..8].copy_from_slice(&u32::MAX.to_be_bytes());
    let (report, files) = survived(&database(b"BOOKMOBI", &records)).unwrap();
    assert!(report.warnings.iter().any(|w| w.code == "text_lost"));
    assert!(files.slices()[0].contains(">text<"));
}

#[test]
fn contents_that_lead_to_themselves_end() {
    let mut book = Book::mobi6("<html><body><p>text</p></body></html>");
    book.ncx = Some(ncx(&[
        ("Own parent", (1, &[12]), Some(0)),
        ("Child of the next", (1, &[12]), Some(2)),
        ("Child of the one before", (1, &[12]), Some(1)),
        ("Child of none", (1, &[12]), Some(999)),
    ]));
    let (_, files) = survived(&book.build()).unwrap();
    let mut found = Vec::new();
    super::titles(&files.json("manifest.json")["toc"], 0, &mut found);
    assert_eq!(found.len(), 4);
}

#[test]
fn an_index_that_repeats_its_entries_is_read_once() {
    // 60,000 lines that all begin at the same long entry.
    let values = [1u32; 500];
    let index = Index::new(&[(1, 1, 6)]).entry("x", &[(1, &values)]);
    let mut book = Book::mobi6("<html><body><p>text</p></body></html>");
    book.ncx = Some(index);
    let mut records = book.records();
    let at = records
        .iter()
        .rposition(|record| record.starts_with(b"INDX"))
        .unwrap();
    let table = records[at].len() - 6;
    records[at][24..28].copy_from_slice(&60_000u32.to_be_bytes());
    records[at].truncate(table + 4);
    for _ in 0..60_000 {
        records[at].extend(192u16.to_be_bytes());
    }
    let (report, _) = survived(&database(b"BOOKMOBI", &records)).unwrap();
    assert!(report.warnings.iter().any(|w| w.code == "index_damaged"));
}

#[test]
fn titles_that_all_are_the_same_long_text_are_paid_for_each() {
    let mut index = ncx(&[]);
    let title = index.text("word ".repeat(12_000));
    for _ in 0..4_000 {
        index = index.entry("", &[(1, &[12]), (3, &[title])]);
    }
    let mut book = Book::mobi6("<html><body><p>text</p></body></html>");
    book.ncx = Some(index);
    let (report, _) = survived(&book.build()).unwrap();
    assert!(report.warnings.len() < 4);
    assert!(report.bytes < 64 << 20, "{}", report.bytes);
}

#[test]
fn pieces_of_a_document_that_lie_are_misplaced() {
    let frame = "<html><head></head><body></body></html>";
    let documents = [Document {
        skeleton: frame,
        fragments: vec![(25, "<p>one</p>".into()), (25, "<p>two</p>".into())],
    }];
    let mut book = book(&documents, &[]);
    let fragments = book.fragments.as_mut().unwrap();
    fragments.entries[0].label = b"9999999999".to_vec();
    fragments.entries[1].label = b"not a place".to_vec();
    let (report, files) = survived(&book.build()).unwrap();
    assert!(report.warnings.iter().any(|w| w.code == "text_misplaced"));
    let text = files.slices().concat();
    assert!(text.contains("one") && text.contains("two"), "{text}");
    // More fragments than there are, and a skeleton past the end.
    let skeletons = book.skeletons.as_mut().unwrap();
    skeletons.entries[0].tags = vec![(1, vec![90_000, 90_000]), (6, vec![0, 0xFFF_FFFF, 0, 9])];
    assert!(survived(&book.build()).is_ok());
}

#[test]
fn flows_that_lie_keep_the_text() {
    let frame = "<html><head></head><body><p>text</p></body></html>";
    let mut book = book(
        &[Document {
            skeleton: frame,
            fragments: Vec::new(),
        }],
        &["p{}"],
    );
    for (from, to) in [(0u32, u32::MAX), (u32::MAX, 0), (9, 3)] {
        let mut flows = b"FDST\0\0\0\x0C\xFF\xFF\xFF\xFF".to_vec();
        for _ in 0..3 {
            flows.extend(from.to_be_bytes());
            flows.extend(to.to_be_bytes());
        }
        book.flows = Some(flows);
        drop(survived(&book.build()));
    }
    book.flows = Some(b"FDST\0\0".to_vec());
    let (_, files) = survived(&book.build()).unwrap();
    assert!(files.slices()[0].contains(">text<"));
}

#[test]
fn fonts_that_lie_are_left_out() {
    let frame = "<html><head><style>@font-face{font-family:F;src:url(kindle:embed:0001)}</style></head><body><p>x</p></body></html>";
    let document = || Document {
        skeleton: frame,
        fragments: Vec::new(),
    };
    let whole = font(&b"a font ".repeat(99), true, b"key");
    for at in (4..24).step_by(4) {
        let mut record = whole.clone();
        record[at..at + 4].copy_from_slice(&u32::MAX.to_be_bytes());
        let (report, _) = survived(&book(&[document()], &[]).resource(record).build()).unwrap();
        assert_eq!(report.slices, 1);
    }
}

/// A book of one record of text, by numbers of phrases.
fn by_numbers(phrases: &[(Vec<u8>, bool)], records_of_text: Vec<Vec<u8>>) -> Vec<u8> {
    let count = records_of_text.len() as u32;
    let mut records = Book::mobi6("").records();
    records[0][..2].copy_from_slice(&17480u16.to_be_bytes());
    records[0][8..10].copy_from_slice(&(count as u16).to_be_bytes());
    records[0][112..116].copy_from_slice(&(count + 1).to_be_bytes());
    records[0][116..120].copy_from_slice(&2u32.to_be_bytes());
    records.truncate(1);
    records.extend(records_of_text);
    records.push(huff::flat());
    records.push(huff::cdic(phrases.len(), 16, phrases));
    database(b"BOOKMOBI", &records)
}

#[test]
fn phrases_that_hold_themselves_are_damage() {
    let phrases = vec![
        (vec![0, 0], false),
        (vec![2], false),
        (vec![1], false),
        (b"<p>ok</p>".to_vec(), true),
    ];
    for n in 0..3 {
        assert!(survived(&by_numbers(&phrases, vec![vec![n]])).is_err());
    }
    assert!(survived(&by_numbers(&phrases, vec![vec![3]])).is_ok());
}

#[test]
fn a_dictionary_that_makes_gigabytes_of_a_kilobyte_is_refused() {
    // Each phrase is the one before sixteen times: 16^5 bytes in a few.
    let mut phrases: Vec<(Vec<u8>, bool)> = vec![(b"<p>boom</p>".to_vec(), true)];
    for n in 0..5u8 {
        phrases.push((vec![n; 16], false));
    }
    let start = Instant::now();
    let book = by_numbers(&phrases, vec![vec![5; 64]; 1000]);
    let error = rendered_with(&book, &Options::default())
        .map(drop)
        .unwrap_err();
    assert!(
        start.elapsed() < Duration::from_secs(5),
        "{:?}",
        start.elapsed()
    );
    assert!(
        matches!(error.code(), "limit_exceeded" | "corrupt_archive"),
        "{error}"
    );
}

#[test]
fn a_text_as_long_as_may_be_is_cut_into_chapters_of_their_limit() {
    let limits = Limits {
        chapter_bytes: 1000,
        ..Limits::default()
    };
    let options = Options {
        limits,
        ..Options::default()
    };
    let text = format!(
        "<html><body>{}</body></html>",
        "<p>words and words</p>".repeat(100)
    );
    let (report, _) = rendered_with(&Book::mobi6(text).build(), &options).unwrap();
    assert!(!report.warnings.is_empty());
}

#[test]
fn encrypted_books_are_refused_as_such() {
    for encryption in [1, 2] {
        let mut book = Book::mobi6("secret");
        book.encryption = encryption;
        assert_eq!(
            survived(&book.build()).map(drop).unwrap_err().code(),
            "drm_protected"
        );
    }
}

#[test]
fn a_print_replica_is_refused_by_name() {
    let error = survived(&Book::mobi6("%MOP\0\0\0\x01%PDF-1.4").build())
        .map(drop)
        .unwrap_err();
    assert_eq!(error.code(), "unsupported_format");
    assert!(error.to_string().contains("Print Replica"));
}
