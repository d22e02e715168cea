//! What a line says: its glyphs and spaces in order.

use super::Line;
use crate::pdf::glyphs::{Code, Glyphs};
use crate::pdf::page::Page;

/// A gap of this much (em), beyond the line's usual one, is a space.
const GAP: f64 = 0.14;
/// Chinese and Japanese letters stand apart without a space up to this (em).
const WIDE_GAP: f64 = 0.4;
/// Letters from which on a usual gap can be told.
const ENOUGH: usize = 8;

/// A glyph or a space in a line.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cell {
    /// Index into the chunk's glyphs; `None` for a space that no glyph stands for.
    pub glyph: Option<u32>,
    /// Index into the line's pieces.
    pub piece: usize,
    /// Where it begins, across.
    pub x: f64,
    /// Where the next one would begin by the font's word.
    pub end: f64,
    /// Number of the glyph on its page.
    pub index: u32,
    pub is_space: bool,
}

/// The cells of a line: one space between words, none at the ends.
pub(crate) fn cells(page: &Page, line: &Line, glyphs: &Glyphs) -> Vec<Cell> {
    let mut found = Vec::new();
    for (n, piece) in line.pieces.iter().enumerate() {
        for index in piece.from..piece.to {
            let placed = page.glyphs[index as usize];
            let glyph = &glyphs.list[placed.glyph as usize];
            if glyph.code == Code::Nothing {
                continue;
            }
            let (x, _) = line.frame.place(f64::from(placed.x), f64::from(placed.y));
            let advance = f64::from(glyph.advance) / 1000.0 * piece.size * piece.wide;
            found.push(Cell {
                glyph: Some(placed.glyph),
                piece: n,
                x,
                end: x + advance,
                index,
                is_space: glyph.code == Code::Space,
            });
        }
    }
    spaced(&found, line, glyphs)
}

fn spaced(found: &[Cell], line: &Line, glyphs: &Glyphs) -> Vec<Cell> {
    let usual = usual_gap(found, glyphs) / line.size;
    let mut out: Vec<Cell> = Vec::with_capacity(found.len() + 8);
    for cell in found {
        let Some(last) = out.last() else {
            if !cell.is_space {
                out.push(*cell);
            }
            continue;
        };
        if cell.is_space {
            if !last.is_space {
                out.push(*cell);
            }
            continue;
        }
        let size = line.pieces[last.piece]
            .size
            .max(line.pieces[cell.piece].size);
        let wide = is_wide(last, glyphs) && is_wide(cell, glyphs);
        let least = if wide { WIDE_GAP } else { GAP + usual.max(0.0) };
        if !last.is_space && cell.x - last.end > least * size {
            let space = Cell {
                glyph: None,
                x: last.end,
                end: cell.x,
                is_space: true,
                ..*last
            };
            out.push(space);
        }
        out.push(*cell);
    }
    while out.last().is_some_and(|cell| cell.is_space) {
        out.pop();
    }
    out
}

/// The gap that most letters have to the next: letters may be spaced.
fn usual_gap(cells: &[Cell], glyphs: &Glyphs) -> f64 {
    let is_letter = |cell: &Cell| {
        let glyph = cell.glyph.map(|glyph| &glyphs.list[glyph as usize]);
        glyph.is_some_and(|glyph| glyph.text.starts_with(char::is_alphanumeric))
    };
    let mut gaps: Vec<f64> = cells
        .windows(2)
        .filter(|pair| is_letter(&pair[0]) && is_letter(&pair[1]))
        .map(|pair| pair[1].x - pair[0].end)
        .collect();
    if gaps.len() < ENOUGH {
        return 0.0;
    }
    let middle = gaps.len() / 2;
    *gaps.select_nth_unstable_by(middle, f64::total_cmp).1
}

fn is_wide(cell: &Cell, glyphs: &Glyphs) -> bool {
    let text = cell.glyph.map(|glyph| &*glyphs.list[glyph as usize].text);
    text.and_then(|text| text.chars().next())
        .is_some_and(is_ideographic)
}

/// Letters of scripts that are written without spaces, and their punctuation.
pub(super) fn is_ideographic(c: char) -> bool {
    matches!(
        u32::from(c),
        0x2E80..=0x9FFF | 0xF900..=0xFAFF | 0xFF00..=0xFFEF | 0x2_0000..=0x3_FFFF
    )
}
