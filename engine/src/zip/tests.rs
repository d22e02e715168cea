use std::io::{Cursor, Write};

use zip::CompressionMethod::{Deflated, Stored};
use zip::write::SimpleFileOptions;

use super::*;

fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        let method = if bytes.len() < 16 { Stored } else { Deflated };
        let options = SimpleFileOptions::default().compression_method(method);
        out.start_file(*name, options).unwrap();
        out.write_all(bytes).unwrap();
    }
    out.finish().unwrap().into_inner()
}

fn open(book: &[u8]) -> Result<Archive<'_>, Error> {
    Archive::open(book, &Limits::default())
}

fn find(book: &[u8], needle: &[u8]) -> usize {
    memchr::memmem::find(book, needle).unwrap()
}

const LONG: &[u8] = b"some words that are repeated, some words that are repeated";

#[test]
fn stored_and_deflated_entries_are_read() {
    let book = archive(&[("a.txt", b"short"), ("b/c.txt", LONG)]);
    let archive = open(&book).unwrap();
    assert_eq!(&*archive.read("a.txt", 99).unwrap(), b"short");
    assert_eq!(&*archive.read("B/C.TXT", 99).unwrap(), LONG);
    assert_eq!(archive.read("none", 99), Err(EntryError::Missing));
    assert_eq!(archive.read("b/c.txt", 9), Err(EntryError::TooLarge));
}

#[test]
fn something_in_front_of_the_archive_or_behind_it_does_no_harm() {
    let mut book = b"#!/bin/sh\n".to_vec();
    book.extend(archive(&[("a", LONG)]));
    assert_eq!(&*open(&book).unwrap().read("a", 99).unwrap(), LONG);
    let end = book.len();
    book[end - 2] = 7;
    book.extend_from_slice(b"comment");
    assert_eq!(&*open(&book).unwrap().read("a", 99).unwrap(), LONG);
}

#[test]
fn zip64_is_read() {
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    out.start_file(
        "big",
        SimpleFileOptions::default()
            .compression_method(Deflated)
            .large_file(true),
    )
    .unwrap();
    out.write_all(LONG).unwrap();
    let mut book = out.finish().unwrap().into_inner();
    // An end record of zip64 in front of an end record that knows nothing.
    let end = book.len() - 22;
    let (size, start) = (
        u32::from_le_bytes(book[end + 12..end + 16].try_into().unwrap()),
        u32::from_le_bytes(book[end + 16..end + 20].try_into().unwrap()),
    );
    let mut wide = b"PK\x06\x06".to_vec();
    wide.extend(44u64.to_le_bytes());
    wide.extend([45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    for value in [1, 1, u64::from(size), u64::from(start)] {
        wide.extend(value.to_le_bytes());
    }
    wide.extend(b"PK\x06\x07");
    wide.extend([0; 4]);
    wide.extend((end as u64).to_le_bytes());
    wide.extend(1u32.to_le_bytes());
    let mut tail = book.split_off(end);
    tail[8..20].fill(0xFF);
    book.extend(wide);
    book.extend(tail);
    assert_eq!(&*open(&book).unwrap().read("big", 99).unwrap(), LONG);
}

#[test]
fn damage_costs_the_entry() {
    let mut book = archive(&[("a", LONG), ("b", LONG)]);
    let directory = find(&book, b"PK\x01\x02");
    book[directory + 16] ^= 1;
    assert_eq!(
        open(&book).unwrap().read("a", 99),
        Err(EntryError::Checksum)
    );
    book[directory + 24] ^= 1;
    assert_eq!(open(&book).unwrap().read("a", 99), Err(EntryError::Inflate));
    assert!(open(&book).unwrap().read("b", 99).is_ok());
    book[directory + 10] = 12;
    assert_eq!(open(&book).unwrap().read("a", 99), Err(EntryError::Method));
    book[directory + 8] |= 1;
    assert_eq!(
        open(&book).unwrap().read("a", 99),
        Err(EntryError::Encrypted)
    );
}

#[test]
fn entries_that_share_bytes_are_refused() {
    let book = archive(&[
        ("a", LONG),
        ("b", LONG),
        ("c", LONG),
        ("d", LONG),
        ("e", LONG),
    ]);
    let mut shared = book.clone();
    let directory = memchr::memmem::find_iter(&book, b"PK\x01\x02")
        .nth(1)
        .unwrap();
    // The second entry claims the place of the first.
    shared[directory + 42..directory + 46].fill(0);
    let archive = open(&shared).unwrap();
    assert_eq!(archive.read("a", 99), Err(EntryError::Overlaps));
    assert_eq!(archive.read("b", 99), Err(EntryError::Overlaps));
    assert!(archive.read("c", 99).is_ok());
}

#[test]
fn archives_of_several_disks_and_other_files_are_refused() {
    let mut book = archive(&[("a", LONG)]);
    let end = book.len() - 22;
    book[end + 4] = 1;
    assert_eq!(open(&book).err().unwrap().code(), "corrupt_archive");
    assert_eq!(open(b"").err().unwrap().code(), "not_a_zip");
    assert_eq!(open(&book[..40]).err().unwrap().code(), "not_a_zip");
}

#[test]
fn every_truncation_and_flipped_byte_is_survived() {
    let book = archive(&[("a", LONG), ("b", b"x")]);
    for len in 0..book.len() {
        drop(open(&book[..len]));
    }
    for i in 0..book.len() {
        let mut broken = book.clone();
        broken[i] ^= 0xFF;
        if let Ok(archive) = open(&broken) {
            for i in 0..archive.entries().len() {
                drop(archive.read_entry(i, 1 << 20));
            }
        }
    }
}

#[test]
fn names_are_normalised() {
    assert_eq!(normalise("a/./b//../c\\d"), "a/c/d");
    assert_eq!(normalise("../../etc/passwd"), "etc/passwd");
    assert_eq!(normalise("/e\u{301}"), "é");
    assert_eq!(percent_decode("a%20b%C3%A9%zz%"), "a bé%zz%");
    assert_eq!(percent_decode("%FF"), "%FF");
}

#[test]
fn names_that_are_not_utf8_are_found_as_dos_and_as_latin1_wrote_them() {
    for (byte, asked) in [
        (0x82, "chapter-é"),
        (0xE9, "chapter-é"),
        (0x81, "chapter-ü"),
    ] {
        let mut book = archive(&[("chapter-?", b"text"), ("plain", b"x")]);
        let places: Vec<usize> = memchr::memmem::find_iter(&book, b"chapter-?").collect();
        for at in places {
            book[at + 8] = byte;
        }
        let archive = open(&book).unwrap();
        assert_eq!(
            archive.read(asked, 99).as_deref(),
            Ok(&b"text"[..]),
            "{byte:x}"
        );
        assert_eq!(archive.entries().len(), 2);
    }
}
