//! The zip reader, and a writer of plain archives for the other targets.

use crate::Limits;
use crate::zip::{Archive, normalise};

/// Opens the bytes as an archive and reads every entry of it.
///
/// # Panics
/// When a limit does not hold or a name is not normal.
pub fn zip(data: &[u8]) {
    let limits = Limits {
        entries: 64,
        total_bytes: 1 << 20,
        entry_bytes: 1 << 16,
        ..Limits::default()
    };
    let Ok(archive) = Archive::open(data, &limits) else {
        return;
    };
    assert!(archive.entries().len() as u64 <= limits.entries);
    let total: u64 = archive.entries().iter().map(|entry| entry.size).sum();
    assert!(total <= limits.total_bytes);
    for (i, entry) in archive.entries().iter().enumerate() {
        assert_eq!(entry.name, normalise(&entry.name));
        assert!(!entry.name.starts_with('/') && !entry.name.split('/').any(|part| part == ".."));
        assert!(archive.find(&entry.name).is_some());
        if let Ok(bytes) = archive.read_entry(i, limits.entry_bytes) {
            assert!(bytes.len() as u64 <= limits.entry_bytes);
            assert_eq!(bytes.len() as u64, entry.size);
        }
    }
}

/// An archive of stored files.
pub(super) fn stored(files: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, bytes) in files {
        let at = out.len() as u32;
        let (name_len, len) = (name.len() as u16, bytes.len() as u32);
        let mut fields = Vec::new();
        for half in [20u16, 0, 0, 0, 0] {
            fields.extend(half.to_le_bytes());
        }
        for word in [libdeflater::crc32(bytes), len, len] {
            fields.extend(word.to_le_bytes());
        }
        fields.extend(name_len.to_le_bytes());
        fields.extend([0, 0]);
        out.extend(b"PK\x03\x04");
        out.extend(&fields);
        out.extend(name.as_bytes());
        out.extend(*bytes);
        directory.extend(b"PK\x01\x02\x14\0");
        directory.extend(&fields);
        directory.extend([0; 10]);
        directory.extend(at.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let (at, count) = (out.len() as u32, files.len() as u16);
    out.extend(&directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend(count.to_le_bytes());
    out.extend(count.to_le_bytes());
    out.extend((directory.len() as u32).to_le_bytes());
    out.extend(at.to_le_bytes());
    out.extend([0, 0]);
    out
}
