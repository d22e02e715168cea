//! A font program's own `cmap`, turned around: from glyphs to characters (OpenType 1.9, `cmap`).

use rustc_hash::FxHashMap;

/// Characters that one table may name; a font has no more glyphs.
const MOST: usize = 200_000;

/// Characters by glyph.
#[derive(Debug, Default)]
pub(super) struct Charmap(FxHashMap<u32, char>);

impl Charmap {
    /// Reads an sfnt; empty for anything else, or one without a Unicode `cmap`.
    pub fn read(program: &[u8]) -> Self {
        Self(read(program).unwrap_or_default())
    }

    /// What a glyph stands for.
    pub fn text(&self, glyph: u32) -> Option<char> {
        self.0.get(&glyph).copied()
    }
}

fn u16_at(data: &[u8], at: usize) -> Option<usize> {
    let bytes = data.get(at..at.checked_add(2)?)?;
    Some(usize::from(u16::from_be_bytes([bytes[0], bytes[1]])))
}

fn u32_at(data: &[u8], at: usize) -> Option<usize> {
    Some(u16_at(data, at)? << 16 | u16_at(data, at + 2)?)
}

fn read(program: &[u8]) -> Option<FxHashMap<u32, char>> {
    let start = match program.get(..4)? {
        b"ttcf" => u32_at(program, 12)?,
        _ => 0,
    };
    let tables = u16_at(program, start + 4)?;
    let record = (0..tables)
        .map(|n| start + 12 + 16 * n)
        .find(|&at| program.get(at..at + 4) == Some(b"cmap"))?;
    let cmap = program.get(u32_at(program, record + 8)?..)?;
    let mut best = None;
    for n in 0..u16_at(cmap, 2)? {
        let at = 4 + 8 * n;
        let rank = match (u16_at(cmap, at)?, u16_at(cmap, at + 2)?) {
            (3, 10) | (0, 4 | 6) => 3,
            (3, 1) | (0, _) => 2,
            (3, 0) => 1,
            _ => continue,
        };
        if best.is_none_or(|(known, _, _)| rank > known) {
            best = Some((rank, u32_at(cmap, at + 4)?, rank == 1));
        }
    }
    let (_, offset, symbolic) = best?;
    let mut out = FxHashMap::default();
    let mut count = 0;
    let mut put = |code: u32, glyph: usize| {
        count += 1;
        if glyph == 0 || count > MOST {
            return;
        }
        // Symbol fonts have their codes in the private use area: what is left of it is a letter
        // only when the font was Latin to begin with.
        let code = match code {
            0xF020..=0xF07E if symbolic => code - 0xF000,
            _ => code,
        };
        if let Some(c) = char::from_u32(code) {
            let known = out.entry(glyph as u32).or_insert(c);
            if rank(c) < rank(*known) {
                *known = c;
            }
        }
    };
    let table = cmap.get(offset..)?;
    match u16_at(table, 0)? {
        4 => segments(table, &mut put)?,
        6 => {
            let first = u16_at(table, 6)?;
            for n in 0..u16_at(table, 8)? {
                put((first + n) as u32, u16_at(table, 10 + 2 * n)?);
            }
        }
        12 => groups(table, &mut put)?,
        _ => {}
    }
    Some(out)
}

/// Format 4.
fn segments(table: &[u8], put: &mut impl FnMut(u32, usize)) -> Option<()> {
    let count = u16_at(table, 6)? / 2;
    for n in 0..count {
        let end = u16_at(table, 14 + 2 * n)?;
        let start = u16_at(table, 16 + 2 * (count + n))?;
        let delta = u16_at(table, 16 + 2 * (2 * count + n))?;
        let range_at = 16 + 2 * (3 * count + n);
        let range = u16_at(table, range_at)?;
        for code in start..=end.min(0xFFFE) {
            let glyph = if range == 0 {
                code + delta
            } else {
                match u16_at(table, range_at + range + 2 * (code - start)) {
                    None | Some(0) => continue,
                    Some(glyph) => glyph + delta,
                }
            };
            put(code as u32, glyph & 0xFFFF);
        }
    }
    Some(())
}

/// Format 12.
fn groups(table: &[u8], put: &mut impl FnMut(u32, usize)) -> Option<()> {
    let mut room = MOST;
    for n in 0..u32_at(table, 12)? {
        let at = 16 + 12 * n;
        let (start, end) = (u32_at(table, at)?, u32_at(table, at + 4)?);
        let glyph = u32_at(table, at + 8)?;
        for code in start..=end.min(0x10_FFFF) {
            room = room.checked_sub(1)?;
            put(code as u32, glyph + code - start);
        }
    }
    Some(())
}

/// Of several characters that share a glyph the one that is meant: lower is better.
fn rank(c: char) -> u32 {
    match c {
        // Blanks, hyphens and signs that only look like others.
        '\u{A0}' | '\u{AD}' | '\u{2010}' | '\u{2011}' | '\u{2215}' | '\u{2219}' | '\u{2126}'
        | '\u{212A}' | '\u{212B}' | '\u{00B5}' => 2,
        // Radicals, compatibility ideographs, presentation forms.
        '\u{2E80}'..='\u{2FDF}'
        | '\u{F900}'..='\u{FAFF}'
        | '\u{FB00}'..='\u{FDFF}'
        | '\u{FE30}'..='\u{FEFF}'
        | '\u{2F800}'..='\u{2FA1F}' => 3,
        '\u{E000}'..='\u{F8FF}' | '\u{F0000}'.. => 5,
        c if c.is_control() => 6,
        _ => 1,
    }
}
