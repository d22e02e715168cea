//! Glyphs of scripts that browsers would shape anew, word by word.
//!
//! A PDF has shaped them already: letters joined, marks in place. Given the letters, a browser would
//! do it again with a font that knows nothing of it. So each word becomes one glyph under a private
//! code, drawn by a style and no part of the text; over it lies the word itself, unseen, which can be
//! selected and found.

use crate::pdf::fonts::is_mark;
use crate::pdf::glyphs::{Glyphs, Part};
use crate::pdf::layout::{Cell, Line, reading_order};
use unicode_normalization::UnicodeNormalization;

/// Cells (one for a word where that is needed) in the order of reading.
pub(super) fn clustered(line: &Line, cells: &[Cell], glyphs: &mut Glyphs) -> Vec<Cell> {
    let is_shaped = |cell: &Cell, glyphs: &Glyphs| {
        let glyph = cell.glyph.map(|glyph| &glyphs.list[glyph as usize]);
        glyph.is_some_and(|glyph| glyph.shaped)
    };
    if !cells.iter().any(|cell| is_shaped(cell, glyphs)) {
        return cells.to_vec();
    }
    let mut out: Vec<Cell> = Vec::with_capacity(cells.len());
    let mut n = 0;
    while n < cells.len() {
        if !is_shaped(&cells[n], glyphs) {
            out.push(cells[n]);
            n += 1;
            continue;
        }
        let size = line.pieces[cells[n].piece].size;
        let fits = |cell: &Cell| line.pieces[cell.piece].size == size && !cell.is_space;
        let mut end = n + 1;
        while end < cells.len() && fits(&cells[end]) && is_shaped(&cells[end], glyphs) {
            end += 1;
        }
        let mut from = n;
        // A mark belongs to the letter it stands on.
        let alone = text_of(&cells[n..end], glyphs).chars().all(is_mark);
        if alone
            && out
                .last()
                .is_some_and(|last| fits(last) && last.glyph.is_some())
        {
            out.pop();
            from -= 1;
        }
        out.push(compose(line, &cells[from..end], glyphs));
        n = end;
    }
    let units: Vec<&str> = out
        .iter()
        .map(|cell| match cell.glyph {
            Some(glyph) if !cell.is_space => &*glyphs.list[glyph as usize].text,
            _ => " ",
        })
        .collect();
    let order = reading_order(&units);
    order.into_iter().map(|n| out[n]).collect()
}

/// What cells stand for, in the order of reading.
fn text_of(cells: &[Cell], glyphs: &Glyphs) -> String {
    let units: Vec<&str> = cells
        .iter()
        .filter_map(|cell| cell.glyph)
        .map(|glyph| &*glyphs.list[glyph as usize].text)
        .collect();
    let order = reading_order(&units);
    let text: String = order.iter().map(|n| units[*n]).collect();
    text.nfc().collect()
}

/// One cell for several.
fn compose(line: &Line, cells: &[Cell], glyphs: &mut Glyphs) -> Cell {
    let first = cells[0];
    if cells.len() == 1 {
        return first;
    }
    let text = text_of(cells, glyphs);
    let piece = &line.pieces[first.piece];
    let unit = 1000.0 / piece.size;
    let parts = cells
        .iter()
        .filter_map(|cell| {
            let base = line.pieces[cell.piece].base;
            Some(Part {
                glyph: cell.glyph?,
                x: ((cell.x - first.x) * unit).round() as i32,
                y: ((piece.base - base) * unit).round() as i32,
            })
        })
        .collect();
    let glyph = glyphs.compose(parts, text);
    let end = cells.iter().map(|cell| cell.end).fold(first.end, f64::max);
    Cell {
        glyph: Some(glyph),
        end,
        ..first
    }
}
