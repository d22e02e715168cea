//! The tables of a font (OpenType 1.9) that browsers ask for, without outlines.

use super::outline::Outline;
use super::{ASCENT, DESCENT, Entry, UNITS, substitution};

/// What a font is made of. Glyph 0 is the empty `.notdef`; entry n is glyph n + 1.
pub(super) struct Font<'f> {
    pub entries: &'f [Entry<'f>],
    pub outlines: &'f [Outline],
}

pub(super) type Table = (&'static [u8; 4], Vec<u8>);

impl Font<'_> {
    pub fn glyphs(&self) -> u16 {
        self.entries.len() as u16 + 1
    }

    /// All tables but `glyf`, `loca` and `hmtx`.
    pub fn tables(&self) -> Vec<Table> {
        let mut tables = vec![
            (b"OS/2", self.os2()),
            (b"cmap", self.cmap()),
            (b"head", self.head()),
            (b"hhea", self.hhea()),
            (b"maxp", self.maxp()),
            (b"name", name()),
            (b"post", post()),
        ];
        if let Some(gsub) = substitution::table(self.entries) {
            tables.insert(0, (b"GSUB", gsub));
        }
        tables
    }

    fn bounds(&self) -> [i16; 4] {
        let drawn = self.outlines.iter().filter(|o| !o.spots.is_empty());
        drawn
            .map(|outline| outline.bounds)
            .reduce(|a, b| {
                [
                    a[0].min(b[0]),
                    a[1].min(b[1]),
                    a[2].max(b[2]),
                    a[3].max(b[3]),
                ]
            })
            .unwrap_or_default()
    }

    fn head(&self) -> Vec<u8> {
        let mut out = Writer::default();
        out.u32(0x1_0000).u32(0x1_0000).u32(0).u32(0x5F0F_3CF5);
        out.u16(0b1011).u16(UNITS as u16).zeros(16);
        for bound in self.bounds() {
            out.i16(bound);
        }
        // Style, smallest size, direction; long offsets; glyph format.
        out.u16(0).u16(6).u16(2).u16(1).u16(0);
        out.0
    }

    fn hhea(&self) -> Vec<u8> {
        let [x0, _, x1, _] = self.bounds();
        let widest = self.entries.iter().map(|e| e.advance).max().unwrap_or(0);
        let mut out = Writer::default();
        out.u32(0x1_0000).i16(ASCENT).i16(-DESCENT).u16(0);
        out.u16(widest).i16(x0).u16(0).i16(x1).u16(1);
        out.zeros(14).u16(self.glyphs());
        out.0
    }

    fn maxp(&self) -> Vec<u8> {
        let points = self.outlines.iter().map(|o| o.spots.len()).max();
        let contours = self.outlines.iter().map(|o| o.ends.len()).max();
        let mut out = Writer::default();
        out.u32(0x1_0000).u16(self.glyphs());
        out.u16(points.unwrap_or(0) as u16);
        out.u16(contours.unwrap_or(0) as u16);
        out.u16(0).u16(0).u16(2).zeros(16);
        out.0
    }

    fn os2(&self) -> Vec<u8> {
        let mut out = Writer::default();
        out.u16(4).u16(1000).u16(400).u16(5).u16(0);
        // Sub- and superscripts, strike-out: nobody asks for them, but they must be there.
        for value in [1300, 1200, 0, 150, 1300, 1200, 0, 700, 100, 500] {
            out.u16(value);
        }
        out.u16(0).zeros(10).zeros(16).bytes(b"NONE");
        out.u16(0x40).u16(0x20).u16(0xFFFF);
        out.i16(ASCENT).i16(-DESCENT).u16(0);
        out.i16(ASCENT).i16(DESCENT).zeros(8);
        out.u16(900).u16(1400).u16(0).u16(32).u16(2);
        out.0
    }

    fn cmap(&self) -> Vec<u8> {
        let mut chars: Vec<(u32, u32)> = self
            .entries
            .iter()
            .enumerate()
            .filter_map(|(n, entry)| Some((u32::from(entry.char?), n as u32 + 1)))
            .collect();
        chars.sort_unstable();
        chars.dedup_by_key(|(c, _)| *c);
        let mut ranges: Vec<(u32, u32, u32)> = Vec::new();
        for (c, glyph) in chars {
            match ranges.last_mut() {
                Some((from, to, first)) if *to + 1 == c && *first + (c - *from) == glyph => {
                    *to = c;
                }
                _ => ranges.push((c, c, glyph)),
            }
        }
        let mut out = Writer::default();
        // One map, Unicode in full, in format 12.
        out.u16(0).u16(1).u16(3).u16(10).u32(12);
        out.u16(12).u16(0).u32(16 + 12 * ranges.len() as u32).u32(0);
        out.u32(ranges.len() as u32);
        for (from, to, first) in ranges {
            out.u32(from).u32(to).u32(first);
        }
        out.0
    }
}

fn name() -> Vec<u8> {
    let mut out = Writer::default();
    out.u16(0).u16(1).u16(18);
    for value in [3, 1, 0x409, 1, 2, 0] {
        out.u16(value);
    }
    out.bytes(b"\0B");
    out.0
}

fn post() -> Vec<u8> {
    let mut out = Writer::default();
    out.u32(0x3_0000).zeros(28);
    out.0
}

/// Big-endian numbers.
#[derive(Debug, Default)]
pub(super) struct Writer(pub Vec<u8>);

impl Writer {
    pub fn u16(&mut self, value: u16) -> &mut Self {
        self.bytes(&value.to_be_bytes())
    }

    pub fn i16(&mut self, value: i16) -> &mut Self {
        self.bytes(&value.to_be_bytes())
    }

    pub fn u32(&mut self, value: u32) -> &mut Self {
        self.bytes(&value.to_be_bytes())
    }

    pub fn zeros(&mut self, count: usize) -> &mut Self {
        self.0.resize(self.0.len() + count, 0);
        self
    }

    pub fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        self.0.extend_from_slice(bytes);
        self
    }
}
