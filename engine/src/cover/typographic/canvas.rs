//! A picture of palette indexes, laid out as PNG wants it.

use harfrust::font::glyph::outline::PathElement;

use super::coverage::{Coverage, Place, Run};

/// Steps from a ground's colour to an ink's.
pub(super) const STEPS: u8 = 63;

/// Indexes of one ink on one ground: `first` is the ground, `first + STEPS` the ink.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ramp {
    pub first: u8,
}

/// A picture of palette indexes.
pub(super) struct Canvas {
    pub width: usize,
    pub height: usize,
    /// Before each row a zero: PNG's filter "None", which is best for indexes.
    rows: Vec<u8>,
}

impl Canvas {
    /// A canvas of index 0.
    pub fn new(width: usize, height: usize) -> Self {
        Self {
            width,
            height,
            rows: vec![0; (width + 1) * height],
        }
    }

    /// The pixels as PNG's filters leave them: `stride` bytes for each row, the first zero.
    pub fn rows(&self) -> &[u8] {
        &self.rows
    }

    /// See [`Self::rows`].
    pub fn stride(&self) -> usize {
        self.width + 1
    }

    fn row(&mut self, y: usize) -> &mut [u8] {
        let at = y * self.stride() + 1;
        &mut self.rows[at..at + self.width]
    }

    /// Fills whole pixels; what lies outside is ignored.
    pub fn rect(&mut self, left: i32, top: i32, right: i32, bottom: i32, index: u8) {
        let clamp = |v: i32, most: usize| v.clamp(0, most as i32) as usize;
        let (left, right) = (clamp(left, self.width), clamp(right, self.width));
        for y in clamp(top, self.height)..clamp(bottom, self.height) {
            if left < right {
                self.row(y)[left..right].fill(index);
            }
        }
    }

    /// Lays ink on a path; what was inked before keeps its ink.
    pub fn ink(&mut self, coverage: &mut Coverage, path: &[PathElement], place: Place, ramp: Ramp) {
        coverage.fill(path, place, &mut |run| {
            let y = usize::try_from(run.y).ok().filter(|y| *y < self.height);
            let clamp = |v: i32| v.clamp(0, self.width as i32) as usize;
            let (from, to) = (clamp(run.x), clamp(run.x + run.length as i32));
            if let Some(y) = y {
                lay(&mut self.row(y)[from..to], run.cover, ramp);
            }
        });
    }

    /// As [`Self::ink`], but what leaves at one edge comes in at the opposite one.
    pub fn ink_wrapped(
        &mut self,
        coverage: &mut Coverage,
        path: &[PathElement],
        place: Place,
        ramp: Ramp,
    ) {
        coverage.fill(
            path,
            place,
            &mut |Run {
                      x,
                      y,
                      length,
                      cover,
                  }| {
                let wide = self.width;
                let row = self.row(y.rem_euclid(self.height as i32) as usize);
                let (mut x, mut left) = (x.rem_euclid(wide as i32) as usize, length);
                while left > 0 {
                    let piece = left.min(wide - x);
                    lay(&mut row[x..x + piece], cover, ramp);
                    (x, left) = (0, left - piece);
                }
            },
        );
    }

    /// The rectangle filled with copies of `tile`, the first at its corner.
    pub fn tile(&mut self, left: usize, top: usize, right: usize, bottom: usize, tile: &mut Self) {
        let bottom = bottom.min(self.height);
        for y in top..bottom {
            if y < top + tile.height {
                let from = tile.row(y - top);
                for piece in self.row(y)[left..right].chunks_mut(from.len()) {
                    piece.copy_from_slice(&from[..piece.len()]);
                }
                continue;
            }
            let start = |y: usize| y * (self.width + 1) + 1;
            let from = start(y - tile.height);
            self.rows
                .copy_within(from + left..from + right, start(y) + left);
        }
    }
}

fn lay(pixels: &mut [u8], cover: u8, ramp: Ramp) {
    if cover == 255 {
        pixels.fill(ramp.first + STEPS);
        return;
    }
    for pixel in pixels {
        let old = pixel.checked_sub(ramp.first).filter(|old| *old <= STEPS);
        let old = u32::from(old.unwrap_or(0));
        let room = u32::from(STEPS) - old;
        *pixel = ramp.first + (old + (u32::from(cover) * room + 127) / 255) as u8;
    }
}
