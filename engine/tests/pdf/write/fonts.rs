//! Fonts for tests: made here, of boxes, so that nothing is borrowed.

use super::{Dictionary, Object, ObjectId, Paper, dictionary};

/// A TrueType font whose glyph `n` (from 1) stands for `chars[n - 1]`, each a box as wide as `advance`.
pub fn true_type(chars: &[char], advance: u16) -> Vec<u8> {
    let glyphs = chars.len() as u16 + 1;
    let (glyf, loca) = boxes(glyphs, advance);
    let tables: Vec<(&[u8; 4], Vec<u8>)> = vec![
        (b"cmap", cmap(chars)),
        (b"glyf", glyf),
        (b"head", head()),
        (b"hhea", hhea(advance, glyphs)),
        (b"hmtx", words((0..glyphs).flat_map(|_| [advance, 100]))),
        (b"loca", loca),
        (b"maxp", maxp(glyphs)),
        (b"post", [words([3, 0]), vec![0; 28]].concat()),
    ];
    sfnt(&tables)
}

fn words(list: impl IntoIterator<Item = u16>) -> Vec<u8> {
    list.into_iter().flat_map(u16::to_be_bytes).collect()
}

fn sfnt(tables: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    let count = tables.len() as u16;
    let mut out = [vec![0, 1, 0, 0], words([count, 128, 3, count * 16 - 128])].concat();
    let mut at = 12 + 16 * tables.len();
    for (tag, table) in tables {
        out.extend_from_slice(*tag);
        out.extend_from_slice(&[0; 4]);
        out.extend_from_slice(&(at as u32).to_be_bytes());
        out.extend_from_slice(&(table.len() as u32).to_be_bytes());
        at += table.len().next_multiple_of(4);
    }
    for (_, table) in tables {
        out.extend_from_slice(table);
        out.resize(out.len().next_multiple_of(4), 0);
    }
    out
}

/// Glyph outlines: an empty `.notdef`, then boxes of growing height.
fn boxes(glyphs: u16, advance: u16) -> (Vec<u8>, Vec<u8>) {
    let (mut glyf, mut loca) = (Vec::new(), vec![0_u32, 0]);
    for n in 1..glyphs {
        let (right, top) = (advance - 100, 300 + n % 400);
        glyf.extend(words([1, 100, 0, right, top, 3, 0]));
        glyf.extend([1; 4]);
        let signed = |n: i32| n as i16 as u16;
        let (width, height) = (i32::from(right) - 100, i32::from(top));
        glyf.extend(words([100, 0, signed(width), 0]));
        glyf.extend(words([0, signed(height), 0, signed(-height)]));
        glyf.resize(glyf.len().next_multiple_of(4), 0);
        loca.push(glyf.len() as u32);
    }
    (glyf, loca.iter().flat_map(|at| at.to_be_bytes()).collect())
}

fn head() -> Vec<u8> {
    let mut out = words([1, 0, 1, 0, 0, 0, 0x5F0F, 0x3CF5, 0, 1000]);
    out.extend([0; 16]);
    out.extend(words([0, 0, 1000, 1000, 0, 8, 2, 1, 0]));
    out
}

fn hhea(advance: u16, glyphs: u16) -> Vec<u8> {
    let mut out = words([1, 0, 800, (-200_i16) as u16, 0, advance]);
    out.extend([0; 22]);
    out.extend(words([glyphs]));
    out
}

fn maxp(glyphs: u16) -> Vec<u8> {
    let mut out = words([1, 0, glyphs, 4, 1, 0, 0, 1]);
    out.extend([0; 16]);
    out
}

/// Format 12, (3, 10): one group a character.
fn cmap(chars: &[char]) -> Vec<u8> {
    let mut sorted: Vec<(u32, u32)> = chars
        .iter()
        .enumerate()
        .map(|(n, &c)| (c as u32, n as u32 + 1))
        .collect();
    sorted.sort_unstable();
    sorted.dedup_by_key(|(c, _)| *c);
    let mut out = words([0, 1, 3, 10, 0, 12, 12, 0]);
    out.extend((16 + 12 * sorted.len() as u32).to_be_bytes());
    out.extend([0; 4]);
    out.extend((sorted.len() as u32).to_be_bytes());
    for (c, glyph) in sorted {
        for value in [c, c, glyph] {
            out.extend(value.to_be_bytes());
        }
    }
    out
}

/// A composite font around a font program, without `ToUnicode`.
pub fn composite(
    paper: &mut Paper,
    program: Vec<u8>,
    encoding: &str,
    ordering: &str,
    more: Dictionary,
) -> ObjectId {
    let length = program.len() as i64;
    let file = paper.stream(dictionary! { "Length1" => length }, program);
    let descriptor = paper.add(dictionary! {
        "Type" => "FontDescriptor", "FontName" => "ABCDEF+Boxes", "Flags" => 4,
        "FontBBox" => super::numbers(&[0.0, -200.0, 1000.0, 800.0]), "ItalicAngle" => 0,
        "Ascent" => 800, "Descent" => -200, "CapHeight" => 700, "StemV" => 80,
        "FontFile2" => file,
    });
    let descendant = paper.add(dictionary! {
        "Type" => "Font", "Subtype" => "CIDFontType2", "BaseFont" => "ABCDEF+Boxes",
        "CIDSystemInfo" => dictionary! {
            "Registry" => Object::string_literal("Adobe"),
            "Ordering" => Object::string_literal(ordering), "Supplement" => 0,
        },
        "FontDescriptor" => descriptor, "DW" => 1000, "CIDToGIDMap" => "Identity",
    });
    let mut font = dictionary! {
        "Type" => "Font", "Subtype" => "Type0", "BaseFont" => "ABCDEF+Boxes",
        "Encoding" => encoding, "DescendantFonts" => vec![descendant.into()],
    };
    for (key, value) in &more {
        font.set(key.clone(), value.clone());
    }
    paper.add(font)
}
