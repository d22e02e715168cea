//! WOFF2 (W3C, 2nd edition) with its transforms of `glyf`, `loca` and `hmtx`.

use brotli::enc::BrotliEncoderParams;
use brotli::enc::backward_references::BrotliEncoderMode;

use super::outline::Outline;
use super::tables::{Font, Table, Writer};

/// Effort of brotli.
const QUALITY: i32 = 5;

/// Tags with a number (section 4.1); ours alone.
const KNOWN: &[(&[u8; 4], u8)] = &[
    (b"cmap", 0),
    (b"head", 1),
    (b"hhea", 2),
    (b"hmtx", 3),
    (b"maxp", 4),
    (b"name", 5),
    (b"OS/2", 6),
    (b"post", 7),
    (b"glyf", 10),
    (b"loca", 11),
    (b"GSUB", 28),
];

/// The file; `None` only if brotli fails, which it does not in memory.
pub(super) fn file(font: &Font<'_>) -> Option<Vec<u8>> {
    let mut directory = Vec::new();
    let mut data = Vec::new();
    let glyphs = usize::from(font.glyphs());
    let glyf = glyf(font);
    let hmtx = hmtx(font);
    // An upper bound: an outline takes no more than 5 bytes a point and 12 besides.
    let points: usize = font.outlines.iter().map(|o| o.spots.len()).sum();
    let contours: usize = font.outlines.iter().map(|o| o.ends.len()).sum();
    let unpacked = points * 5 + contours * 2 + glyphs * 16 + 4;
    let mut whole = 12 + 16 * 12;
    let mut count = 0u16;
    let mut add = |tag: &[u8; 4], version: u8, length: usize, body: Option<&[u8]>| {
        let known = KNOWN.iter().find(|(known, _)| *known == tag);
        let Some((_, number)) = known else { return };
        directory.push(number | version << 6);
        base128(&mut directory, length);
        if let (Some(body), true) = (body, transformed(tag, version)) {
            base128(&mut directory, body.len());
        }
        data.extend_from_slice(body.unwrap_or_default());
        whole += length.next_multiple_of(4);
        count += 1;
    };
    let tables: Vec<Table> = font.tables();
    for (tag, body) in &tables {
        add(tag, 0, body.len(), Some(body));
    }
    // `loca` follows `glyf` at once, and is empty.
    add(b"glyf", 0, unpacked, Some(&glyf));
    add(b"loca", 0, 4 * (glyphs + 1), Some(&[]));
    // Decoders take its bearings from the outlines, so those must have come.
    add(b"hmtx", 1, 4 * glyphs, Some(&hmtx));
    let packed = compress(&data)?;
    let length = (48 + directory.len() + packed.len()).next_multiple_of(4);
    let mut out = Writer::default();
    out.bytes(b"wOF2").u32(0x1_0000).u32(length as u32);
    out.u16(count)
        .u16(0)
        .u32(whole as u32)
        .u32(packed.len() as u32);
    out.u16(1).u16(0).zeros(20).bytes(&directory).bytes(&packed);
    out.0.resize(length, 0);
    Some(out.0)
}

/// Whether a table has a second length. `glyf` and `loca` are transformed in version 0, all others
/// in any but that.
fn transformed(tag: &[u8; 4], version: u8) -> bool {
    (version == 0) == matches!(tag, b"glyf" | b"loca")
}

fn compress(data: &[u8]) -> Option<Vec<u8>> {
    let params = BrotliEncoderParams {
        quality: QUALITY,
        mode: BrotliEncoderMode::BROTLI_MODE_FONT,
        size_hint: data.len(),
        // No larger than the data: the encoder clears its tables for it.
        lgwin: (usize::BITS - data.len().leading_zeros()).clamp(16, 22) as i32,
        ..Default::default()
    };
    let mut out = Vec::with_capacity(data.len() / 2);
    brotli::BrotliCompress(&mut &*data, &mut out, &params).ok()?;
    Some(out)
}

/// Seven bits a byte, most significant first (section 4.1).
fn base128(out: &mut Vec<u8>, value: usize) {
    let mut shift = 28;
    while shift > 0 && value >> shift == 0 {
        shift -= 7;
    }
    while shift > 0 {
        out.push((value >> shift & 0x7F) as u8 | 0x80);
        shift -= 7;
    }
    out.push((value & 0x7F) as u8);
}

/// `255UInt16` (section 6.1.1), in its form for any value.
fn short(out: &mut Vec<u8>, value: u16) {
    match value {
        0..=252 => out.push(value as u8),
        253..=505 => out.extend([255, (value - 253) as u8]),
        506..=758 => out.extend([254, (value - 506) as u8]),
        _ => {
            out.push(253);
            out.extend(value.to_be_bytes());
        }
    }
}

/// Advances; the bearings are those of the outlines and go without saying (section 5.4).
fn hmtx(font: &Font<'_>) -> Vec<u8> {
    let mut out = Writer::default();
    out.bytes(&[0b11]).u16(500);
    for entry in font.entries {
        out.u16(entry.advance);
    }
    out.0
}

/// Outlines as streams of their parts (section 5.1).
fn glyf(font: &Font<'_>) -> Vec<u8> {
    let glyphs = font.glyphs();
    let mut contours = Writer::default();
    let (mut points, mut flags, mut bodies) = (Vec::new(), Vec::new(), Vec::new());
    contours.u16(0);
    for outline in font.outlines {
        contours.u16(outline.ends.len() as u16);
        let mut start = 0;
        for &end in &outline.ends {
            short(&mut points, end - start);
            start = end;
        }
        if !outline.ends.is_empty() {
            triplets(outline, &mut flags, &mut bodies);
            // No instructions.
            short(&mut bodies, 0);
        }
    }
    let bitmap = 4 * usize::from(glyphs).div_ceil(32);
    let mut out = Writer::default();
    // Long offsets in the `loca` that is made of this.
    out.u16(0).u16(0).u16(glyphs).u16(1);
    for length in [
        contours.0.len(),
        points.len(),
        flags.len(),
        bodies.len(),
        0,
        bitmap,
        0,
    ] {
        out.u32(length as u32);
    }
    out.bytes(&contours.0).bytes(&points).bytes(&flags);
    // Boxes are computed from the points.
    out.bytes(&bodies).zeros(bitmap);
    out.0
}

/// A flag and one to four bytes for each point (section 5.2).
fn triplets(outline: &Outline, flags: &mut Vec<u8>, bodies: &mut Vec<u8>) {
    let (mut x0, mut y0) = (0i32, 0i32);
    for spot in &outline.spots {
        let (x, y) = (i32::from(spot.x), i32::from(spot.y));
        let (dx, dy) = (x - x0, y - y0);
        (x0, y0) = (x, y);
        let off = if spot.on { 0 } else { 128 };
        let (ax, ay) = (dx.unsigned_abs(), dy.unsigned_abs());
        let (sx, sy) = (u32::from(dx >= 0), u32::from(dy >= 0));
        let signs = sx + 2 * sy;
        let flag = if dx == 0 && ay < 1280 {
            bodies.push(ay as u8);
            (ay >> 8 << 1) + sy
        } else if dy == 0 && ax < 1280 {
            bodies.push(ax as u8);
            10 + (ax >> 8 << 1) + sx
        } else if ax < 65 && ay < 65 {
            let (ax, ay) = (ax - 1, ay - 1);
            bodies.push((ax & 15) as u8 * 16 + (ay & 15) as u8);
            20 + (ax & 0x30) + ((ay & 0x30) >> 2) + signs
        } else if ax < 769 && ay < 769 {
            let (ax, ay) = (ax - 1, ay - 1);
            bodies.extend([ax as u8, ay as u8]);
            84 + 12 * (ax >> 8) + 4 * (ay >> 8) + signs
        } else if ax < 4096 && ay < 4096 {
            bodies.extend([(ax >> 4) as u8, ((ax & 15) << 4 | ay >> 8) as u8, ay as u8]);
            120 + signs
        } else {
            bodies.extend((ax as u16).to_be_bytes());
            bodies.extend((ay as u16).to_be_bytes());
            124 + signs
        };
        flags.push(flag as u8 + off);
    }
}
