//! Runs to lines, lines to blocks: what belongs together, from where it stands.
//!
//! A PDF shows glyphs at places and says nothing of words, lines and paragraphs. Found here are the
//! lines a reader sees, the spaces between words that no glyph stands for, and blocks of lines that
//! follow each other evenly.

mod block;
mod frame;
mod line;
mod order;
mod text;
mod words;

pub(crate) use self::block::Block;
pub(crate) use self::frame::Frame;
pub(crate) use self::line::Line;
pub(crate) use self::text::{Reader, reading_order};
pub(crate) use self::words::{Cell, cells};

use super::glyphs::Glyphs;
use super::page::{Page, Run};

/// Blocks of the runs, in the order of painting.
pub(crate) fn blocks(page: &Page, runs: &[Run], glyphs: &Glyphs) -> Vec<Block> {
    let lines = line::lines(page, runs, glyphs);
    if lines.is_empty() {
        return Vec::new();
    }
    block::blocks(order::in_order(lines))
}
