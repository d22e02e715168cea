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
}

#[test]
fn encryption_and_unknown_compression_refuse_the_archive() {
    let book = archive(&[("a", LONG), ("b", LONG)]);
    let directory = find(&book, b"PK\x01\x02");
    let with = |at: usize, value: u8| {
        let mut other = book.clone();
        other[directory + at] = value;
        open(&other).err().map(|error| error.code())
    };
    assert_eq!(with(10, 12), Some("corrupt_archive"), "bzip2");
    for (at, bit) in [(8, 1), (8, 1 << 6), (9, 1 << 5)] {
        assert_eq!(with(at, bit), Some("drm_protected"), "{at} {bit}");
    }
    assert_eq!(with(9, 1 << 3), None, "UTF-8 names are no offence");
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
    assert_eq!(open(&book[..25]).err().unwrap().code(), "not_a_zip");
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

/// Writes one entry by hand: `(name, flags, extra)` with the data stored.
fn by_hand(entries: &[(&[u8], u16, &[u8])]) -> Vec<u8> {
    let (mut book, mut directory) = (Vec::new(), Vec::new());
    for (name, flags, extra) in entries {
        let at = book.len() as u32;
        let streamed = flags & 8 != 0;
        let mut tail = Vec::new();
        tail.extend(flags.to_le_bytes());
        tail.extend([0; 6]);
        let sizes = |out: &mut Vec<u8>, zero: bool| {
            let (crc, len) = (libdeflater::crc32(LONG), LONG.len() as u32);
            for value in [crc, len, len] {
                out.extend(if zero { 0 } else { value }.to_le_bytes());
            }
        };
        book.extend(b"PK\x03\x04\x14\0");
        book.extend(&tail);
        sizes(&mut book, streamed);
        for len in [name.len(), extra.len()] {
            book.extend((len as u16).to_le_bytes());
        }
        book.extend(*name);
        book.extend(*extra);
        book.extend(LONG);
        if streamed {
            book.extend(b"PK\x07\x08");
            sizes(&mut book, false);
        }
        directory.extend(b"PK\x01\x02\x14\0\x14\0");
        directory.extend(&tail);
        sizes(&mut directory, false);
        for len in [name.len(), extra.len()] {
            directory.extend((len as u16).to_le_bytes());
        }
        directory.extend([0; 10]);
        directory.extend(at.to_le_bytes());
        directory.extend(*name);
        directory.extend(*extra);
    }
    let start = book.len() as u32;
    book.extend(&directory);
    book.extend(b"PK\x05\x06\0\0\0\0");
    for _ in 0..2 {
        book.extend((entries.len() as u16).to_le_bytes());
    }
    book.extend((directory.len() as u32).to_le_bytes());
    book.extend(start.to_le_bytes());
    book.extend([0, 0]);
    book
}

fn names(book: &[u8]) -> Vec<String> {
    let archive = open(book).unwrap();
    archive.entries().iter().map(|e| e.name.clone()).collect()
}

#[test]
fn names_are_read_as_utf8_by_flag_by_extra_field_and_by_luck_else_as_code_page_437() {
    let mut extra = vec![0x75, 0x70, 5 + 4, 0, 1];
    extra.extend(libdeflater::crc32(b"n?").to_le_bytes());
    extra.extend("né.".as_bytes());
    let mut stale = extra.clone();
    stale[5] ^= 1;
    let book = by_hand(&[
        ("é.x".as_bytes(), 1 << 11, b""),
        ("e\u{301}.y".as_bytes(), 0, b""),
        (b"\x82.z", 0, b""),
        (b"n?", 0, &extra),
        (b"n?", 0, &stale),
        (b"folder/", 0, b""),
        (b"a\\b", 0, b""),
    ]);
    assert_eq!(names(&book), ["é.x", "é.y", "é.z", "né.", "n?", "a/b"]);
}

#[test]
fn encoded_decomposed_and_differently_cased_names_are_found() {
    let book = by_hand(&[
        (b"OPS/one%20two.xhtml", 0, b""),
        (b"OPS/Three.XHTML", 0, b""),
        ("OPS/e\u{301}.png".as_bytes(), 0, b""),
        (b"../up.css", 0, b""),
    ]);
    let archive = open(&book).unwrap();
    for name in [
        "OPS/one two.xhtml",
        "OPS/three.xhtml",
        "OPS/é.png",
        "up.css",
    ] {
        assert_eq!(&*archive.read(name, 99).unwrap(), LONG, "{name}");
    }
    assert_eq!(archive.find("OPS/four.xhtml"), None);
}

#[test]
fn sizes_in_local_headers_are_not_believed() {
    let book = by_hand(&[(b"a", 8, b""), (b"b", 0, b"")]);
    let mut lying = book.clone();
    lying[18..26].fill(0xEE);
    for book in [book, lying] {
        assert_eq!(&*open(&book).unwrap().read("a", 99).unwrap(), LONG);
    }
}

#[test]
fn a_wrong_number_of_entries_loses_none() {
    let book = by_hand(&[(b"a", 0, b""), (b"b", 0, b""), (b"c", 0, b"")]);
    let end = book.len() - 22;
    for count in [0u8, 1, 2] {
        let mut lying = book.clone();
        (lying[end + 8], lying[end + 10]) = (count, count);
        assert_eq!(names(&lying), ["a", "b", "c"], "{count}");
    }
    let mut many = book;
    (many[end + 8], many[end + 10]) = (99, 99);
    assert!(open(&many).unwrap().recovered, "the directory is shorter");
}

#[test]
fn lies_in_a_zip64_record_are_refused_or_seen_through() {
    let plain = by_hand(&[(b"a", 0, b"")]);
    let end = plain.len() - 22;
    let at = |offset: usize| {
        u64::from(u32::from_le_bytes(
            plain[end + offset..end + offset + 4].try_into().unwrap(),
        ))
    };
    let wide = |count: u64, size: u64, start: u64, record: u64, disks: u32| {
        let mut book = plain[..end].to_vec();
        book.extend(b"PK\x06\x06");
        book.extend(44u64.to_le_bytes());
        book.extend([45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        for value in [count, count, size, start] {
            book.extend(value.to_le_bytes());
        }
        book.extend(b"PK\x06\x07\0\0\0\0");
        book.extend(record.to_le_bytes());
        book.extend(disks.to_le_bytes());
        let mut tail = plain[end..].to_vec();
        tail[8..20].fill(0xFF);
        book.extend(tail);
        book
    };
    let (size, start) = (at(12), at(16));
    assert_eq!(names(&wide(1, size, start, end as u64, 1)), ["a"]);
    assert_eq!(
        names(&wide(1, size, start, 3, 1)),
        ["a"],
        "the locator is wrong"
    );
    let code = |book: &[u8]| open(book).err().map(|error| error.code());
    assert_eq!(
        code(&wide(1, size, start, end as u64, 2)),
        Some("corrupt_archive")
    );
    for (count, size, start) in [(1, u64::MAX, start), (1, size, u64::MAX), (9, size, start)] {
        let lying = wide(count, size, start, end as u64, 1);
        assert!(open(&lying).unwrap().recovered, "{count} {size} {start}");
    }
}

#[test]
fn without_a_directory_the_entries_are_found_by_their_own_headers() {
    let book = by_hand(&[(b"a", 0, b""), (b"b", 8, b""), (b"c", 0, b"")]);
    let directory = find(&book, b"PK\x01\x02");
    let archive = open(&book[..directory]).unwrap();
    assert!(archive.recovered);
    for name in ["a", "b", "c"] {
        assert_eq!(&*archive.read(name, 99).unwrap(), LONG, "{name}");
    }
    // Cut inside the last entry: the ones before it are whole.
    let archive = open(&book[..directory - 9]).unwrap();
    assert!(archive.read("b", 99).is_ok());
    assert_eq!(archive.read("c", 99), Err(EntryError::OutOfRange));
    let few = Limits {
        entries: 2,
        ..Limits::default()
    };
    let refused = Archive::open(&book[..directory], &few).err();
    assert_eq!(refused.unwrap().code(), "limit_exceeded");
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
