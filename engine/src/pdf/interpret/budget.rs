//! What one page may cost. Counted in what it asks for and never in time, so that the same page is
//! cut at the same place everywhere.

use crate::Limits;

/// Thrown through the interpreter, which has no other way to stop.
#[derive(Debug)]
pub(super) struct Exceeded(pub &'static str);

#[derive(Debug)]
pub(super) struct Budget {
    operations: u64,
    glyphs: u64,
    points: u64,
    pixels: u64,
}

impl Budget {
    pub fn new(limits: &Limits) -> Self {
        Self {
            operations: limits.pdf_operations,
            glyphs: limits.pdf_glyphs,
            points: limits.pdf_points,
            pixels: limits.pdf_pixels,
        }
    }

    /// A call of the interpreter.
    pub fn operation(&mut self) {
        spend(&mut self.operations, 1, "pdf_operations");
    }

    pub fn glyphs(&mut self, count: usize) {
        spend(&mut self.glyphs, count as u64, "pdf_glyphs");
    }

    /// Points of a path.
    pub fn points(&mut self, count: usize) {
        spend(&mut self.points, count as u64, "pdf_points");
    }

    /// Pixels to be decoded or drawn; `false` when they are too many, and then none are counted.
    pub fn pixels(&mut self, count: u64) -> bool {
        match self.pixels.checked_sub(count) {
            Some(rest) => {
                self.pixels = rest;
                true
            }
            None => false,
        }
    }
}

fn spend(left: &mut u64, count: u64, name: &'static str) {
    match left.checked_sub(count) {
        Some(rest) => *left = rest,
        // Not `panic!`: nobody's hook is to hear of it.
        None => std::panic::resume_unwind(Box::new(Exceeded(name))),
    }
}
