//! Runs to lines.

use super::Frame;
use crate::pdf::glyphs::Glyphs;
use crate::pdf::page::{Page, Run};

/// Runs of one size whose baselines differ by less than this (em) stand on one line.
const SAME_LINE: f64 = 0.34;
/// So do smaller ones (indices, exponents) up to this.
const RAISED: f64 = 0.75;
/// Sizes this near count as one.
const SAME_SIZE: f64 = 0.85;
/// How far (em) a run may begin before the last one's end: accents, kerning, overlaps.
const BACK: f64 = 1.2;
/// Baselines this near (em) make one line over any distance, as in a table of contents.
const EXACT: f64 = 0.04;
/// Otherwise the gap is no wider than this (em). Wider ones are judged when all lines are known.
const FORTH: f64 = 2.5;

/// A run, or a part of it, in its line.
#[derive(Debug, Clone)]
pub(crate) struct Piece {
    /// Index into the runs given.
    pub run: usize,
    /// Range in the page's glyphs.
    pub from: u32,
    pub to: u32,
    pub size: f64,
    /// Where it begins and ends, across.
    pub start: f64,
    pub end: f64,
    /// Its baseline, down.
    pub base: f64,
    /// How much longer advances are than the font says.
    pub wide: f64,
}

/// A line as a reader sees it.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub frame: Frame,
    pub pieces: Vec<Piece>,
    /// The baseline and size of its largest piece.
    pub base: f64,
    pub size: f64,
    pub start: f64,
    pub end: f64,
}

/// The lines of `runs` in order.
pub(super) fn lines(page: &Page, runs: &[Run], glyphs: &Glyphs) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for (number, run) in runs.iter().enumerate() {
        let frame = Frame::new(run);
        for piece in pieces(page, run, number, &frame, glyphs) {
            match lines.last_mut().filter(|line| line.takes(&frame, &piece)) {
                Some(line) => line.add(piece),
                None => lines.push(Line::new(frame, piece)),
            }
        }
    }
    lines
}

/// The run, cut where it jumps back to before what came last.
fn pieces(page: &Page, run: &Run, number: usize, frame: &Frame, glyphs: &Glyphs) -> Vec<Piece> {
    let [a, b, ..] = run.matrix;
    let wide = a.hypot(b) / frame.across.0.hypot(frame.across.1);
    let mut out: Vec<Piece> = Vec::new();
    for (n, placed) in (run.from..run.to).zip(&page.glyphs[run.from as usize..run.to as usize]) {
        let (x, base) = frame.place(f64::from(placed.x), f64::from(placed.y));
        let advance = f64::from(glyphs.list[placed.glyph as usize].advance) / 1000.0;
        let end = x + advance * run.size * wide;
        if let Some(last) = out.last_mut()
            && (base - last.base).abs() < 0.02 * run.size
            && x > last.end - BACK * run.size
        {
            last.to = n + 1;
            last.end = last.end.max(end);
            continue;
        }
        out.push(Piece {
            run: number,
            from: n,
            to: n + 1,
            size: run.size,
            start: x,
            end,
            base,
            wide,
        });
    }
    out
}

impl Line {
    fn new(frame: Frame, piece: Piece) -> Self {
        Self {
            frame,
            base: piece.base,
            size: piece.size,
            start: piece.start,
            end: piece.end,
            pieces: vec![piece],
        }
    }

    fn takes(&self, frame: &Frame, piece: &Piece) -> bool {
        if !self.frame.is_near(frame) {
            return false;
        }
        let (larger, smaller) = (self.size.max(piece.size), self.size.min(piece.size));
        let off = (piece.base - self.base).abs();
        let last = self.pieces.last().map_or(self.base, |piece| piece.base);
        let gap = piece.start - self.end;
        let level = if smaller > SAME_SIZE * larger {
            off <= SAME_LINE * larger
        } else {
            off <= RAISED * larger || (piece.base - last).abs() < EXACT * larger
        };
        level
            && gap <= FORTH * larger
            && gap >= -BACK * larger
            && piece.start >= self.start - 0.3 * larger
    }

    /// Whether the other stands to the right on the same baseline.
    pub(super) fn goes_on_with(&self, other: &Self) -> bool {
        let size = self.size.max(other.size);
        self.frame.is_near(&other.frame)
            && (self.base - other.base).abs() <= EXACT * size
            && other.start >= self.end
    }

    pub(super) fn append(&mut self, other: Self) {
        other.pieces.into_iter().for_each(|piece| self.add(piece));
    }

    fn add(&mut self, piece: Piece) {
        if piece.size > self.size * 1.01 {
            self.size = piece.size;
            self.base = piece.base;
        }
        self.start = self.start.min(piece.start);
        self.end = self.end.max(piece.end);
        self.pieces.push(piece);
    }
}
