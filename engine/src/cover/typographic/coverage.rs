//! Filled paths to exact area coverage, in runs of pixels that are covered alike.
//!
//! Only addition, multiplication, division, square roots and rounding of `f32` are used: IEEE 754
//! fixes their results, so every machine draws the same bytes.

use harfrust::font::glyph::outline::PathElement;

/// Scale and shift: y grows downwards on canvases and upwards in fonts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub x: f32,
    pub y: f32,
    pub scale_x: f32,
    pub scale_y: f32,
}

impl Place {
    fn point(&self, x: f32, y: f32) -> (f32, f32) {
        (self.x + x * self.scale_x, self.y + y * self.scale_y)
    }
}

/// Pixels beside each other, covered alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Run {
    pub x: i32,
    pub y: i32,
    pub length: usize,
    /// 1 to 255: the whole pixel.
    pub cover: u8,
}

/// Rasterises paths, one after another in the same room.
///
/// For each pixel that an edge goes through, the change of coverage from the pixel before it; all
/// others are as their neighbour to the left. So the work grows with the outline, not the area.
#[derive(Debug, Default)]
pub(super) struct Coverage {
    /// Pixels in a row of `sums`, a multiple of 64.
    stride: usize,
    sums: Vec<f32>,
    /// One bit for each pixel that an edge touched; it changed `sums` there and at the next pixel.
    /// Between paths both are all zero.
    touched: Vec<u64>,
}

impl Coverage {
    /// Calls `put` with the runs of a filled path, row by row.
    pub fn fill(&mut self, path: &[PathElement], place: Place, put: &mut impl FnMut(Run)) {
        let Some((left, top, right, bottom)) = bounds(path) else {
            return;
        };
        let (x0, y0) = place.point(left, top);
        let (x1, y1) = place.point(right, bottom);
        let (left, right) = (x0.min(x1).floor(), x0.max(x1).ceil());
        let (top, bottom) = (y0.min(y1).floor(), y0.max(y1).ceil());
        let (width, height) = ((right - left) as usize + 1, (bottom - top) as usize + 1);
        // One more for the change behind the last pixel, one for rounding.
        self.stride = (width + 2).next_multiple_of(64);
        let room = self.stride * height;
        if self.sums.len() < room {
            self.sums.resize(room, 0.0);
            self.touched.resize(room / 64, 0);
        }
        let shifted = Place {
            x: place.x - left,
            y: place.y - top,
            ..place
        };
        self.trace(path, shifted);
        for row in 0..height {
            self.sweep(row, width, (left as i32, top as i32 + row as i32), put);
        }
    }

    /// Puts the runs of one row and leaves it zero.
    fn sweep(&mut self, row: usize, width: usize, (x, y): (i32, i32), put: &mut impl FnMut(Run)) {
        let sums = &mut self.sums[row * self.stride..][..self.stride];
        let words = self.stride / 64;
        let touched = &mut self.touched[row * words..][..words];
        let (mut sum, mut from, mut cover) = (0.0f32, 0, 0);
        let mut end = |from: usize, to: usize, cover: u8| {
            if cover > 0 && from < to {
                put(Run {
                    x: x + from as i32,
                    y,
                    length: to - from,
                    cover,
                });
            }
        };
        let mut carry = 0;
        for (word, bits) in touched.iter_mut().enumerate() {
            let touched = std::mem::take(bits);
            let mut left = touched | touched << 1 | carry;
            carry = touched >> 63;
            while left != 0 {
                let column = word * 64 + left.trailing_zeros() as usize;
                left &= left - 1;
                sum += std::mem::take(&mut sums[column]);
                let next = (sum.abs().min(1.0) * 255.0 + 0.5) as u8;
                if next != cover {
                    end(from, column, cover);
                    (from, cover) = (column, next);
                }
            }
        }
        end(from, width, cover);
    }

    fn trace(&mut self, path: &[PathElement], place: Place) {
        let (mut at, mut start) = ((0.0, 0.0), (0.0, 0.0));
        for element in path {
            match *element {
                PathElement::MoveTo { x, y } => {
                    self.line(at, start);
                    at = place.point(x, y);
                    start = at;
                }
                PathElement::LineTo { x, y } => {
                    let to = place.point(x, y);
                    self.line(at, to);
                    at = to;
                }
                PathElement::QuadTo { cx0, cy0, x, y } => {
                    let (c, to) = (place.point(cx0, cy0), place.point(x, y));
                    let third = |a: f32, b: f32| a + (b - a) * (2.0 / 3.0);
                    let first = (third(at.0, c.0), third(at.1, c.1));
                    let second = (third(to.0, c.0), third(to.1, c.1));
                    self.curve(at, first, second, to);
                    at = to;
                }
                PathElement::CurveTo {
                    cx0,
                    cy0,
                    cx1,
                    cy1,
                    x,
                    y,
                } => {
                    let (first, second) = (place.point(cx0, cy0), place.point(cx1, cy1));
                    let to = place.point(x, y);
                    self.curve(at, first, second, to);
                    at = to;
                }
                PathElement::Close => {
                    self.line(at, start);
                    at = start;
                }
            }
        }
        self.line(at, start);
    }

    /// A cubic curve as lines that stay within a tenth of a pixel.
    fn curve(&mut self, p: (f32, f32), c: (f32, f32), d: (f32, f32), q: (f32, f32)) {
        // A curve leaves n chords by at most 6/8 of its largest second difference over n².
        let bend = |a: (f32, f32), b: (f32, f32), e: (f32, f32)| {
            (a.0 - 2.0 * b.0 + e.0).abs() + (a.1 - 2.0 * b.1 + e.1).abs()
        };
        let most = bend(p, c, d).max(bend(c, d, q));
        let pieces = (most * (0.75 / TOLERANCE)).sqrt().min(100.0) as i32 + 1;
        let step = 1.0 / pieces as f32;
        let mut at = p;
        for i in 1..pieces {
            let t = i as f32 * step;
            let u = 1.0 - t;
            let (a, b, e, f) = (u * u * u, 3.0 * u * u * t, 3.0 * u * t * t, t * t * t);
            let to = (
                a * p.0 + b * c.0 + e * d.0 + f * q.0,
                a * p.1 + b * c.1 + e * d.1 + f * q.1,
            );
            self.line(at, to);
            at = to;
        }
        self.line(at, q);
    }

    /// Adds one edge, row by row.
    fn line(&mut self, from: (f32, f32), to: (f32, f32)) {
        if from.1 == to.1 {
            return;
        }
        let (sign, upper, lower) = if from.1 < to.1 {
            (1.0, from, to)
        } else {
            (-1.0, to, from)
        };
        let slope = (lower.0 - upper.0) / (lower.1 - upper.1);
        let row = upper.1 as i32;
        let mut start = row as usize * self.stride;
        let mut floor = (row + 1) as f32;
        let (mut x, mut y) = upper;
        while floor < lower.1 {
            let next = upper.0 + slope * (floor - upper.1);
            self.span(start, x, next, (floor - y) * sign);
            (x, y) = (next, floor);
            floor += 1.0;
            start += self.stride;
        }
        self.span(start, x, lower.0, (lower.1 - y) * sign);
    }

    /// Adds the part of an edge within the row that begins at `start`: from `x0` to `x1`, `height`
    /// tall.
    fn span(&mut self, start: usize, x0: f32, x1: f32, height: f32) {
        let (first, last) = (x0 as i32, x1 as i32);
        if first == last {
            let inside = (x0 + x1) * 0.5 - first as f32;
            self.add(start + first as usize, height, inside);
            return;
        }
        let (left, right) = if x0 < x1 { (x0, x1) } else { (x1, x0) };
        let per_column = height / (right - left);
        for column in first.min(last)..=first.max(last) {
            let from = left.max(column as f32);
            let to = right.min((column + 1) as f32);
            let inside = (from + to) * 0.5 - column as f32;
            self.add(start + column as usize, per_column * (to - from), inside);
        }
    }

    /// Adds `height` within a pixel, at `inside` of its width.
    fn add(&mut self, at: usize, height: f32, inside: f32) {
        self.touched[at / 64] |= 1 << (at % 64);
        let [here, next] = &mut self.sums[at..at + 2] else {
            return;
        };
        *here += height * (1.0 - inside);
        *next += height * inside;
    }
}

/// How far a line may lie from the curve that it stands for, in pixels.
const TOLERANCE: f32 = 0.1;

/// The smallest box around a path's points and control points: left, top, right, bottom.
pub(super) fn bounds(path: &[PathElement]) -> Option<(f32, f32, f32, f32)> {
    let mut all: Option<(f32, f32, f32, f32)> = None;
    let mut add = |x: f32, y: f32| {
        let (left, top, right, bottom) = all.unwrap_or((x, y, x, y));
        all = Some((left.min(x), top.min(y), right.max(x), bottom.max(y)));
    };
    for element in path {
        match *element {
            PathElement::MoveTo { x, y } | PathElement::LineTo { x, y } => add(x, y),
            PathElement::QuadTo { cx0, cy0, x, y } => {
                add(cx0, cy0);
                add(x, y);
            }
            PathElement::CurveTo {
                cx0,
                cy0,
                cx1,
                cy1,
                x,
                y,
            } => {
                add(cx0, cy0);
                add(cx1, cy1);
                add(x, y);
            }
            PathElement::Close => {}
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use PathElement::{Close, CurveTo, LineTo, MoveTo};

    use super::*;

    const HERE: Place = Place {
        x: 0.0,
        y: 0.0,
        scale_x: 1.0,
        scale_y: 1.0,
    };

    fn runs(coverage: &mut Coverage, path: &[PathElement], place: Place) -> Vec<Run> {
        let mut runs = Vec::new();
        coverage.fill(path, place, &mut |run| runs.push(run));
        runs
    }

    fn area(runs: &[Run]) -> f32 {
        let areas = runs
            .iter()
            .map(|run| run.length as f32 * f32::from(run.cover));
        areas.sum::<f32>() / 255.0
    }

    fn rectangle(left: f32, top: f32, right: f32, bottom: f32) -> Vec<PathElement> {
        vec![
            MoveTo { x: left, y: top },
            LineTo { x: right, y: top },
            LineTo {
                x: right,
                y: bottom,
            },
            LineTo { x: left, y: bottom },
            Close,
        ]
    }

    #[test]
    fn pixels_are_covered_by_as_much_as_lies_in_them() {
        let found = runs(
            &mut Coverage::default(),
            &rectangle(1.5, 2.0, 70.0, 3.25),
            HERE,
        );
        let run = |x, y, length, cover| Run {
            x,
            y,
            length,
            cover,
        };
        assert_eq!(
            found,
            [
                run(1, 2, 1, 128),
                run(2, 2, 68, 255),
                run(1, 3, 1, 32),
                run(2, 3, 68, 64)
            ]
        );
    }

    #[test]
    fn a_path_leaves_nothing_for_the_next() {
        let mut coverage = Coverage::default();
        let wide = rectangle(-3.3, 0.2, 200.7, 90.9);
        let small = rectangle(0.1, 0.1, 2.2, 2.2);
        let first = runs(&mut coverage, &small, HERE);
        runs(&mut coverage, &wide, HERE);
        assert_eq!(runs(&mut coverage, &small, HERE), first);
        assert!(runs(&mut coverage, &[], HERE).is_empty());
    }

    #[test]
    fn a_disc_has_its_area_and_a_hole_takes_its_own() {
        let disc = |r: f32, s: f32| {
            let k = r * 0.552_284_8;
            let curve = |c: (f32, f32), d: (f32, f32), to: (f32, f32)| CurveTo {
                cx0: c.0,
                cy0: c.1 * s,
                cx1: d.0,
                cy1: d.1 * s,
                x: to.0,
                y: to.1 * s,
            };
            vec![
                MoveTo { x: r, y: 0.0 },
                curve((r, k), (k, r), (0.0, r)),
                curve((-k, r), (-r, k), (-r, 0.0)),
                curve((-r, -k), (-k, -r), (0.0, -r)),
                curve((k, -r), (r, -k), (r, 0.0)),
                Close,
            ]
        };
        let mut coverage = Coverage::default();
        let place = Place {
            x: -7.3,
            y: 0.4,
            scale_x: 1.0,
            scale_y: -1.0,
        };
        let whole = area(&runs(&mut coverage, &disc(40.0, 1.0), place));
        assert!(
            (whole - 40.0 * 40.0 * std::f32::consts::PI).abs() < 15.0,
            "{whole}"
        );
        let ring = [disc(40.0, 1.0), disc(30.0, -1.0)].concat();
        let ring = area(&runs(&mut coverage, &ring, place));
        assert!((ring - 700.0 * std::f32::consts::PI).abs() < 25.0, "{ring}");
    }
}
