//! A writer of small MOBI files, with an encoder for HUFF dictionaries.

/// A Palm database of these records.
pub fn database(records: &[Vec<u8>]) -> Vec<u8> {
    let mut out = vec![0; 78];
    out[60..68].copy_from_slice(b"BOOKMOBI");
    out[76..78].copy_from_slice(&(records.len() as u16).to_be_bytes());
    let mut at = 78 + 8 * records.len();
    for record in records {
        out.extend((at as u32).to_be_bytes());
        out.extend([0; 4]);
        at += record.len();
    }
    records.iter().for_each(|record| out.extend(record));
    out
}

/// Record 0 with fields set by offset, EXTH records behind it.
pub fn header(
    compression: u16,
    text: u16,
    fields: &[(usize, u32)],
    exth: &[(u32, &[u8])],
) -> Vec<u8> {
    let mut out = vec![0; 16 + 0xE8];
    out[..2].copy_from_slice(&compression.to_be_bytes());
    out[8..10].copy_from_slice(&text.to_be_bytes());
    out[16..20].copy_from_slice(b"MOBI");
    let mut set = |at: usize, value: u32| out[at..at + 4].copy_from_slice(&value.to_be_bytes());
    for none in [108, 192, 244] {
        set(none, u32::MAX);
    }
    for (at, value) in [(20, 0xE8), (28, 65001), (36, 6), (128, 0x40)] {
        set(at, value);
    }
    for &(at, value) in fields {
        set(at, value);
    }
    out.extend(b"EXTH\0\0\0\0");
    out.extend((exth.len() as u32).to_be_bytes());
    for (kind, value) in exth {
        out.extend(kind.to_be_bytes());
        out.extend((value.len() as u32 + 8).to_be_bytes());
        out.extend(*value);
    }
    out
}

/// `HUFF` and `CDIC` records in which phrase `n` has the code of eight bits `n`:
/// packed text is the list of its phrases' numbers.
pub fn dictionary(phrases: &[(&[u8], bool)]) -> (Vec<u8>, Vec<u8>) {
    let mut huff = b"HUFF".to_vec();
    for number in [24u32, 24, 24 + 1024, 0, 0] {
        huff.extend(number.to_be_bytes());
    }
    // Phrase = greatest − code, so code `c` has to lie `c` below a greatest of its own.
    for code in 0..256u32 {
        huff.extend(((2 * code) << 8 | 0x80 | 8).to_be_bytes());
    }
    huff.extend([0; 256]);
    let mut cdic = b"CDIC".to_vec();
    for number in [16u32, phrases.len() as u32, 16] {
        cdic.extend(number.to_be_bytes());
    }
    let mut at = 2 * phrases.len();
    for (bytes, _) in phrases {
        cdic.extend((at as u16).to_be_bytes());
        at += 2 + bytes.len();
    }
    for (bytes, plain) in phrases {
        let len = bytes.len() as u16 | if *plain { 0x8000 } else { 0 };
        cdic.extend(len.to_be_bytes());
        cdic.extend(*bytes);
    }
    (huff, cdic)
}
