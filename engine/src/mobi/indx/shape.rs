//! How the entries of an index are written: `TAGX`, and tables of letters.
//! Source: MobileRead wiki, "MOBI" (TAGX); facts of KindleUnpack and libmobi (ORDT, LIGT).

use super::super::bytes::{u32_at, usize_at};
use super::super::header::CP1252;

/// Kinds of values that one entry can have.
pub(super) const MOST_TAGS: usize = 32;

/// How an index's entries are written.
pub(super) struct Shape {
    pub tags: Vec<Tag>,
    pub control: usize,
    /// Letters by number, and whether labels write the numbers in one byte.
    pub letters: Option<(Vec<u16>, bool)>,
    /// Labels in windows-1252 write five letters as pairs.
    ligatures: bool,
}

/// The letters that `LIGT` tables stand for, in windows-1252, by their pairs.
const LIGATURES: [([u8; 2], u8); 5] = [
    (*b"\x01E", 0x8C),
    (*b"\x02e", 0x9C),
    (*b"\x03E", 0xC6),
    (*b"\x04e", 0xE6),
    (*b"\x05s", 0xDF),
];

impl Shape {
    pub fn read(main: &[u8], header: usize) -> Option<Self> {
        let (tags, control) = read_tags(main.get(header..)?)?;
        Some(Self {
            tags,
            control,
            letters: read_letters(main, header),
            ligatures: u32_at(main, 28)? == CP1252 && u32_at(main, 48)? > 0,
        })
    }

    /// Writes a label as it is, or through the table of letters as UTF-8.
    pub fn label(&self, label: &[u8], out: &mut Vec<u8>) {
        let Some((letters, narrow)) = &self.letters else {
            let mut rest = label;
            while let Some((&byte, behind)) = rest.split_first() {
                let pair = |(pair, _): &&([u8; 2], u8)| self.ligatures && rest.starts_with(pair);
                let ligature = LIGATURES.iter().find(pair);
                out.push(ligature.map_or(byte, |(_, letter)| *letter));
                rest = if ligature.is_some() {
                    &rest[2..]
                } else {
                    behind
                };
            }
            return;
        };
        let letter = |n: u16| letters.get(usize::from(n)).copied().unwrap_or(n);
        let units: Vec<u16> = if *narrow {
            label.iter().map(|&n| letter(u16::from(n))).collect()
        } else {
            let pairs = label.chunks_exact(2);
            pairs
                .map(|n| letter(u16::from_be_bytes([n[0], n[1]])))
                .collect()
        };
        let mut bytes = [0; 4];
        for c in char::decode_utf16(units.into_iter().filter(|&unit| unit != 0)) {
            let c = c.unwrap_or(char::REPLACEMENT_CHARACTER);
            out.extend_from_slice(c.encode_utf8(&mut bytes).as_bytes());
        }
    }
}

/// The lines of a `TAGX` section and its number of control bytes.
fn read_tags(section: &[u8]) -> Option<(Vec<Tag>, usize)> {
    if section.get(..4)? != b"TAGX" {
        return None;
    }
    let (len, control) = (usize_at(section, 4)?, u32_at(section, 8)? as usize);
    let lines = section.get(12..len)?.chunks_exact(4).take(2 * MOST_TAGS);
    let tags = lines.map(|line| Tag {
        tag: line[0],
        values: usize::from(line[1]),
        mask: line[2],
        end: line[3] & 1 != 0,
    });
    (control <= 16).then(|| (tags.collect(), control))
}

/// The second `ORDT` table: letters (UTF-16) by the numbers that labels are written in.
/// There is one when the encoding is 65002 or a count is given.
fn read_letters(main: &[u8], header: usize) -> Option<(Vec<u16>, bool)> {
    const ENCODED: u32 = 65002;
    // The fields stand only in longer headers.
    if header < 0xB8 {
        return None;
    }
    let (kind, count) = (u32_at(main, 0xA4)?, usize_at(main, 0xA8)?);
    if u32_at(main, 28)? != ENCODED && count == 0 {
        return None;
    }
    let at = usize_at(main, 0xB0)?;
    if main.get(at..at.checked_add(4)?)? != b"ORDT" {
        return None;
    }
    let table = main.get(at + 4..)?.chunks_exact(2).take(count);
    let letters = table.map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
    Some((letters.collect(), kind == 1))
}

/// One line of `TAGX`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tag {
    pub tag: u8,
    /// Values of one occurrence.
    pub values: usize,
    pub mask: u8,
    /// The next control byte begins behind this.
    pub end: bool,
}
