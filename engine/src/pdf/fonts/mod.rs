//! Fonts made anew from outlines. No byte of a PDF's own font programs reaches the browser.

mod outline;
mod substitution;
mod tables;
mod woff2;

#[cfg(test)]
mod tests;

use kurbo::BezPath;

use self::outline::Outline;
use super::glyphs::{Code, Glyphs};

/// Units of the em square. Outlines come in thousandths; twice that keeps what rounding would lose.
pub(crate) const UNITS: f64 = 2000.0;
/// Ascent and descent in units. Together one em, and such that a browser rounds them up to whole
/// pixels in the same way at all sizes: the descent never by more than it is.
pub(crate) const ASCENT: i16 = 1602;
pub(crate) const DESCENT: i16 = 398;
/// Advance of a space that no glyph sets, in 1/1000 em.
const SPACE: f32 = 250.0;
/// Advance (1/1000 em) of the unseen letters of a text that lies over its glyphs.
pub(crate) const LETTER: f32 = 500.0;
/// A font holds no more.
const MOST_GLYPHS: usize = 65_000;

/// A glyph as it will stand in a font.
#[derive(Debug, Clone)]
struct Entry<'g> {
    outline: &'g BezPath,
    /// In units.
    advance: u16,
    char: Option<char>,
    sequence: Option<&'g str>,
}

/// A font file.
#[derive(Debug)]
pub(crate) struct Made {
    pub bytes: Vec<u8>,
}

/// The advance a font can hold, in units.
pub(crate) fn units(advance: f32) -> u16 {
    (f64::from(advance) / 1000.0 * UNITS)
        .round()
        .clamp(0.0, 65_535.0) as u16
}

/// The space's advance in a face, in units.
pub(crate) fn space(glyphs: &Glyphs, face: u32) -> u16 {
    units(glyphs.faces[face as usize].space.unwrap_or(SPACE))
}

/// The font of a face; `None` when it would show nothing.
pub(crate) fn make(glyphs: &Glyphs, face: u32) -> Option<Made> {
    let nothing = BezPath::new();
    let members = &glyphs.faces[face as usize].glyphs;
    let mut entries = vec![Entry {
        outline: &nothing,
        advance: space(glyphs, face),
        char: Some(' '),
        sequence: None,
    }];
    for &number in members.iter().take(MOST_GLYPHS) {
        let glyph = &glyphs.list[number as usize];
        entries.push(Entry {
            outline: &glyph.outline,
            advance: units(glyph.advance),
            char: match glyph.code {
                Code::Char(c) => Some(c),
                _ => None,
            },
            sequence: matches!(glyph.code, Code::Sequence).then_some(&*glyph.text),
        });
    }
    with_letters(&mut entries, glyphs, members, &nothing);
    with_parts(&mut entries, &nothing);
    // Sorted by character, neighbours in the file are neighbours in the map.
    entries[1..].sort_by_key(|entry| (entry.char.is_none(), entry.char, entry.sequence));
    let outlines: Vec<Outline> = entries
        .iter()
        .map(|entry| Outline::new(entry.outline))
        .collect();
    let bytes = woff2::file(&tables::Font {
        entries: &entries,
        outlines: &outlines,
    })?;
    Some(Made { bytes })
}

/// Adds empty glyphs for the letters of texts that lie over the glyphs they stand for.
fn with_letters<'g>(
    entries: &mut Vec<Entry<'g>>,
    glyphs: &Glyphs,
    members: &[u32],
    nothing: &'g BezPath,
) {
    let mut letters: Vec<char> = members
        .iter()
        .map(|number| &glyphs.list[*number as usize])
        .filter(|glyph| glyph.shaped)
        .flat_map(|glyph| glyph.text.chars())
        .collect();
    letters.sort_unstable();
    letters.dedup();
    letters.retain(|c| *c != ' ' && entries.iter().all(|entry| entry.char != Some(*c)));
    entries.extend(letters.into_iter().map(|c| Entry {
        outline: nothing,
        advance: if is_mark(c) { 0 } else { units(LETTER) },
        char: Some(c),
        sequence: None,
    }));
}

/// Whether a character combines with the one before it and takes no room.
pub(crate) fn is_mark(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}

/// Adds empty glyphs for the characters of sequences that stand nowhere by themselves: a
/// substitution can only be made of glyphs.
fn with_parts<'g>(entries: &mut Vec<Entry<'g>>, nothing: &'g BezPath) {
    let mut missing: Vec<char> = entries
        .iter()
        .filter_map(|entry| entry.sequence)
        .flat_map(str::chars)
        .collect();
    missing.sort_unstable();
    missing.dedup();
    missing.retain(|c| entries.iter().all(|entry| entry.char != Some(*c)));
    entries.extend(missing.into_iter().map(|c| Entry {
        outline: nothing,
        advance: 0,
        char: Some(c),
        sequence: None,
    }));
}
