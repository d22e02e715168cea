//! Small books of our own making: what opens, what is refused, what is survived.

pub mod write;

use super::*;
use crate::{Format, Options, Report, Silent, Sink};
use std::collections::BTreeMap;
use std::sync::Mutex;

#[derive(Default)]
struct Memory(Mutex<BTreeMap<String, Vec<u8>>>);

impl Sink for Memory {
    fn put(&self, path: &str, _: &str, bytes: &[u8]) -> std::io::Result<()> {
        self.0.lock().unwrap().insert(path.into(), bytes.to_vec());
        Ok(())
    }
}

impl Memory {
    fn text(&self, path: &str) -> String {
        let files = self.0.lock().unwrap();
        String::from_utf8(
            files
                .get(path)
                .unwrap_or_else(|| panic!("no {path}"))
                .clone(),
        )
        .unwrap()
    }
}

fn render(book: &[u8], limits: Limits) -> Result<(Report, Memory), Error> {
    let options = Options {
        limits,
        ..Options::default()
    };
    let sink = Memory::default();
    crate::render(book, &options, &sink, &Silent).map(|report| (report, sink))
}

const GIF: &[u8] =
    b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xFF\xFF\xFF,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";

/// Two pages with a link forth, an image and a guide, plain or by dictionary.
fn book(huff: bool) -> Vec<u8> {
    let page = "<p>second</p></body></html>";
    let text = |at: usize| {
        format!(
            "<html><head><guide><reference type=\"text\" title=\"Go\" filepos={at:010} /></guide></head>\
             <body><p>first <a filepos={at:010} >go</a> <img recindex=\"00001\" alt=\"d\"></img></p>\
             <mbp:pagebreak/><h1>Two</h1>{page}"
        )
    };
    let at = text(0).len() - page.len();
    let text = text(at).into_bytes();
    let exth: [(u32, &[u8]); 3] = [(100, b"A. Writer"), (503, b"A Book"), (201, &[0; 4])];
    if !huff {
        let header = write::header(1, 1, &[(108, 2)], &exth);
        return write::database(&[header, text, GIF.to_vec()]);
    }
    let words: Vec<[u8; 1]> = (0..128).map(|n| [n]).collect();
    let phrases: Vec<(&[u8], bool)> = words.iter().map(|word| (&word[..], true)).collect();
    let (dictionary, phrases) = write::dictionary(&phrases);
    let header = write::header(17480, 1, &[(108, 4), (112, 2), (116, 2)], &exth);
    write::database(&[header, text, dictionary, phrases, GIF.to_vec()])
}

#[test]
fn a_mobipocket_book_opens_with_links_pictures_and_metadata() {
    for huff in [false, true] {
        let (report, files) = render(&book(huff), Limits::default()).unwrap();
        assert_eq!((report.format, report.slices), (Format::Mobi, 2));
        assert_eq!(report.metadata.title, "A Book");
        assert_eq!(report.metadata.authors, ["A. Writer"]);
        assert!(report.warnings.is_empty(), "{:?}", report.warnings);
        let first = files.text("slices/0.html");
        let second = files.text("slices/1.html");
        let link = first.split("href=\"1.html#").nth(1).unwrap();
        let id = link.split('"').next().unwrap();
        assert!(
            second.contains(&format!("id=\"{id}\"")),
            "{first}\n{second}"
        );
        assert!(first.contains("src=\"../resources/0.gif\""), "{first}");
        assert_eq!(
            files
                .0
                .lock()
                .unwrap()
                .get("cover/original.gif")
                .map(Vec::as_slice),
            Some(GIF)
        );
        let manifest: serde_json::Value =
            serde_json::from_str(&files.text("manifest.json")).unwrap();
        assert_eq!(manifest["landmarks"][0]["title"], "Go");
    }
}

#[test]
fn one_slice_alone_is_equal_to_that_of_the_whole_book() {
    let (book, options) = (book(true), Options::default());
    let (_, files) = render(&book, Limits::default()).unwrap();
    let index = files.text("index.json");
    for n in 0..2 {
        let alone = crate::render_slice(&book, &options, index.as_bytes(), n).unwrap();
        assert_eq!(alone, files.text(&format!("slices/{n}.html")).into_bytes());
    }
}

#[test]
fn encrypted_books_are_refused_as_such() {
    let mut record = write::header(1, 1, &[], &[]);
    record[13] = 2;
    let book = write::database(&[record, b"secret".to_vec()]);
    let error = render(&book, Limits::default()).map(drop).unwrap_err();
    assert_eq!(error.code(), "drm_protected");
}

#[test]
fn every_truncation_and_flipped_byte_is_survived() {
    for huff in [false, true] {
        let book = book(huff);
        for len in 0..book.len() {
            drop(open(&book[..len], &Limits::default(), &mut Vec::new()));
        }
        for i in 0..book.len() {
            for mask in [0xFF, 0x01, 0x80] {
                let mut broken = book.clone();
                broken[i] ^= mask;
                drop(open(&broken, &Limits::default(), &mut Vec::new()));
            }
        }
    }
}

#[test]
fn limits_cost_what_they_guard() {
    let refused = |limits: Limits| {
        render(&book(true), limits)
            .map(drop)
            .unwrap_err()
            .to_string()
    };
    let default = Limits::default;
    assert!(
        refused(Limits {
            entries: 2,
            ..default()
        })
        .contains("limit entries")
    );
    assert!(
        refused(Limits {
            text_bytes: 9,
            ..default()
        })
        .contains("limit text_bytes")
    );
    assert!(
        refused(Limits {
            text_record_bytes: 9,
            ..default()
        })
        .contains("unpacked")
    );
    assert!(
        refused(Limits {
            huff_bytes: 9,
            ..default()
        })
        .contains("unpacked")
    );
}

#[test]
fn skeletons_and_fragments_are_woven_in_order() {
    let pieces: [(usize, &[u8]); 2] = [(106, b"one"), (109, b"two")];
    let (text, good) = kf8::weave(b"<body></body>", 100, &pieces);
    assert_eq!((text, good), (b"<body>onetwo</body>".to_vec(), true));
    let wrong: [(usize, &[u8]); 2] = [(999, b"one"), (0, b"two")];
    let (text, good) = kf8::weave(b"<p>", 100, &wrong);
    assert_eq!((text, good), (b"<p>onetwo".to_vec(), false));
}

/// An index of three entries with one value each, and texts.
fn index() -> Vec<u8> {
    let mut main = vec![0; 192];
    main[..4].copy_from_slice(b"INDX");
    for (at, value) in [(4, 192u32), (24, 1), (52, 1)] {
        main[at..at + 4].copy_from_slice(&value.to_be_bytes());
    }
    main.extend(b"TAGX\0\0\0\x14\0\0\0\x01\x03\x01\x01\0\0\0\0\x01");
    let mut data = vec![0; 28];
    data[..4].copy_from_slice(b"INDX");
    let mut table = b"IDXT".to_vec();
    for n in 0..3u8 {
        table.extend((data.len() as u16).to_be_bytes());
        data.extend([1, b'a' + n, 1, 0x80 | (4 * n)]);
    }
    let end = data.len() as u32;
    data[20..24].copy_from_slice(&end.to_be_bytes());
    data[24..28].copy_from_slice(&3u32.to_be_bytes());
    data.extend(table);
    write::database(&[main, data, b"\x83one\x83two\x83six".to_vec()])
}

#[test]
fn an_index_is_read_with_its_texts_up_to_its_limits() {
    let bytes = index();
    let read = |limits: Limits| {
        let db = PalmDb::open(&bytes, &limits).unwrap();
        indx::Index::read(&db, 0, &limits).unwrap()
    };
    let mut whole = read(Limits::default());
    assert!(!whole.damaged);
    let text = |index: &mut indx::Index<'_>, i| {
        let at = index.value(i, 3, 0).unwrap();
        index.text(at).map(<[u8]>::to_vec)
    };
    let texts: Vec<_> = (0..3).filter_map(|i| text(&mut whole, i)).collect();
    assert_eq!(texts, [b"one", b"two", b"six"]);
    assert_eq!(whole.label(2), b"c");
    let few = read(Limits {
        index_entries: 2,
        ..Limits::default()
    });
    assert!(few.damaged && few.len() == 2);
    let mut short = read(Limits {
        index_bytes: 7,
        ..Limits::default()
    });
    assert!(text(&mut short, 0).is_some() && !short.damaged);
    assert!(text(&mut short, 1).is_none() && short.damaged);
}

#[test]
fn a_damaged_index_is_survived() {
    let bytes = index();
    for i in 0..bytes.len() {
        let mut broken = bytes.clone();
        broken[i] ^= 0xFF;
        for book in [&broken[..], &bytes[..i]] {
            if let Ok(db) = PalmDb::open(book, &Limits::default()) {
                drop(indx::Index::read(&db, 0, &Limits::default()));
            }
        }
    }
}
