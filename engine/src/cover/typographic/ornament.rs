//! Patterns and rosettes, made of circles, leaves and polygons.

use harfrust::font::glyph::outline::PathElement;

use super::canvas::Canvas;
use super::coverage::{Coverage, Place};
use super::palette::FIELD;

/// Distance of the control points of a quarter circle of radius 1.
const KAPPA: f32 = 0.552_284_8;
/// Cosine and sine of a sixteenth and a twelfth of a turn: constants, because `f32::cos` is the
/// platform's.
const SIXTEENTH: (f32, f32) = (0.923_879_5, 0.382_683_43);
const TWELFTH: (f32, f32) = (0.866_025_4, 0.5);

/// How many patterns there are.
pub(super) const PATTERNS: u8 = 9;
/// How many rosettes there are.
pub(super) const ROSETTES: u8 = 4;

/// A filled path in the making.
#[derive(Debug, Default, Clone)]
pub(super) struct Path(pub Vec<PathElement>);

impl Path {
    fn polygon(&mut self, points: &[(f32, f32)]) -> &mut Self {
        for (i, &(x, y)) in points.iter().enumerate() {
            self.0.push(if i == 0 {
                PathElement::MoveTo { x, y }
            } else {
                PathElement::LineTo { x, y }
            });
        }
        self.0.push(PathElement::Close);
        self
    }

    fn curve(&mut self, c: (f32, f32), d: (f32, f32), to: (f32, f32)) {
        self.0.push(PathElement::CurveTo {
            cx0: c.0,
            cy0: c.1,
            cx1: d.0,
            cy1: d.1,
            x: to.0,
            y: to.1,
        });
    }

    /// A circle; a negative radius runs the other way round and so cuts a hole.
    pub fn circle(&mut self, (x, y): (f32, f32), radius: f32) -> &mut Self {
        let (r, k) = (radius, radius.abs() * KAPPA);
        self.0.push(PathElement::MoveTo { x: x + r, y });
        let s = r.signum();
        self.curve((x + r, y + k), (x + k * s, y + r.abs()), (x, y + r.abs()));
        self.curve((x - k * s, y + r.abs()), (x - r, y + k), (x - r, y));
        self.curve((x - r, y - k), (x - k * s, y - r.abs()), (x, y - r.abs()));
        self.curve((x + k * s, y - r.abs()), (x + r, y - k), (x + r, y));
        self.0.push(PathElement::Close);
        self
    }

    pub fn ring(&mut self, centre: (f32, f32), radius: f32, line: f32) -> &mut Self {
        self.circle(centre, radius + line * 0.5)
            .circle(centre, -(radius - line * 0.5))
    }

    /// The upper half of a ring (towards smaller y), with straight ends.
    fn arch(&mut self, (x, y): (f32, f32), radius: f32, line: f32) -> &mut Self {
        let (o, i) = (radius + line * 0.5, radius - line * 0.5);
        let (ko, ki) = (o * KAPPA, i * KAPPA);
        self.0.push(PathElement::MoveTo { x: x - o, y });
        self.curve((x - o, y - ko), (x - ko, y - o), (x, y - o));
        self.curve((x + ko, y - o), (x + o, y - ko), (x + o, y));
        self.0.push(PathElement::LineTo { x: x + i, y });
        self.curve((x + i, y - ki), (x + ki, y - i), (x, y - i));
        self.curve((x - ki, y - i), (x - i, y - ki), (x - i, y));
        self.0.push(PathElement::Close);
        self
    }

    /// A pointed leaf from `from` to `to`, `width` wide at its middle.
    fn leaf(&mut self, from: (f32, f32), to: (f32, f32), width: f32) -> &mut Self {
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let length = (dx * dx + dy * dy).sqrt().max(0.001);
        let (nx, ny) = (-dy / length * width * 0.667, dx / length * width * 0.667);
        let at = |t: f32, side: f32| (from.0 + dx * t + nx * side, from.1 + dy * t + ny * side);
        self.0.push(PathElement::MoveTo {
            x: from.0,
            y: from.1,
        });
        self.curve(at(0.3, 1.0), at(0.7, 1.0), to);
        self.curve(at(0.7, -1.0), at(0.3, -1.0), from);
        self.0.push(PathElement::Close);
        self
    }

    /// A band along points, `line` wide, moved up and down only.
    fn band(&mut self, points: &[(f32, f32)], line: f32) -> &mut Self {
        let lower = points.iter().map(|&(x, y)| (x, y + line * 0.5));
        let upper = points.iter().rev().map(|&(x, y)| (x, y - line * 0.5));
        let all: Vec<(f32, f32)> = lower.chain(upper).collect();
        self.polygon(&all)
    }

    fn diamond(&mut self, (x, y): (f32, f32), half: f32) -> &mut Self {
        self.polygon(&[(x, y - half), (x + half, y), (x, y + half), (x - half, y)])
    }

    /// The outline of a diamond.
    fn lozenge(&mut self, (x, y): (f32, f32), half: f32, line: f32) -> &mut Self {
        let inner = half - line * 1.414;
        self.diamond((x, y), half).polygon(&[
            (x, y - inner),
            (x - inner, y),
            (x, y + inner),
            (x + inner, y),
        ])
    }
}

/// `point` turned by a fixed angle, given as cosine and sine.
fn turn((x, y): (f32, f32), (cos, sin): (f32, f32)) -> (f32, f32) {
    (x * cos - y * sin, x * sin + y * cos)
}

/// One tile of a pattern, `size` pixels square; it repeats without seams.
pub(super) fn tile(coverage: &mut Coverage, pattern: u8, size: usize) -> Canvas {
    let mut canvas = Canvas::new(size, size);
    // Motifs are given on a tile of 100; what crosses an edge comes in again at the other.
    let scale = size as f32 / 100.0;
    let place = Place {
        x: 0.0,
        y: 0.0,
        scale_x: scale,
        scale_y: scale,
    };
    for path in motifs(pattern) {
        canvas.ink_wrapped(coverage, &path.0, place, FIELD);
    }
    canvas
}

fn motifs(pattern: u8) -> Vec<Path> {
    let mut all = Vec::new();
    let mut add = |draw: &dyn Fn(&mut Path) -> &mut Path| {
        let mut path = Path::default();
        draw(&mut path);
        all.push(path);
    };
    let corners = [(0.0, 0.0), (50.0, 50.0)];
    for c in corners {
        let at = |x: f32, y: f32| (c.0 + x, c.1 + y);
        match pattern {
            // Dots in rings.
            0 => {
                add(&|path| path.circle(c, 7.0));
                add(&|path| path.ring(c, 17.0, 3.5));
            }
            // Scales.
            1 => {
                for radius in [47.5, 33.0, 18.5] {
                    add(&|path| path.arch(at(0.0, 50.0), radius, 5.0));
                }
            }
            // Lattice with points.
            2 => {
                add(&|path| path.lozenge(c, 46.0, 3.5));
                add(&|path| path.diamond(c, 11.0));
            }
            // Leaves, four and four.
            3 => {
                for (x, y) in [(1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0)] {
                    add(&|path| path.leaf(at(x * 5.0, y * 5.0), at(x * 33.0, y * 33.0), 13.0));
                }
                add(&|path| path.circle(at(50.0, 0.0), 4.0));
            }
            // Zigzag.
            4 => {
                let y = c.1;
                let points = [
                    (0.0, y),
                    (25.0, y + 25.0),
                    (50.0, y),
                    (75.0, y + 25.0),
                    (100.0, y),
                ];
                add(&|path| path.band(&points, 7.0));
                let points = points.map(|(x, y)| (x, y + 15.0));
                add(&|path| path.band(&points, 3.0));
            }
            // Eight-pointed stars.
            5 => {
                let h = 15.5;
                add(&|path| path.diamond(c, 22.0));
                add(&|path| path.polygon(&[at(-h, -h), at(h, -h), at(h, h), at(-h, h)]));
                add(&|path| path.circle(at(50.0, 0.0), 4.0));
            }
            // Interlaced circles.
            6 => {
                add(&|path| path.ring(c, 35.4, 3.0));
                add(&|path| path.circle(c, 5.0));
            }
            // Sprigs that lean to and fro.
            7 => {
                let lean = if c.0 == 0.0 { 1.0 } else { -1.0 };
                let (foot, tip) = (at(-14.0 * lean, 22.0), at(14.0 * lean, -22.0));
                add(&|path| path.leaf(foot, tip, 5.0));
                for t in [-9.0, 3.0] {
                    let stem = at(-t * 0.64 * lean, t);
                    let left = (stem.0 - 14.0 * lean, stem.1 - 10.0);
                    let right = (stem.0 + 17.0 * lean, stem.1 + 2.0);
                    add(&|path| path.leaf(stem, left, 7.0));
                    add(&|path| path.leaf(stem, right, 7.0));
                }
            }
            // Basket weave of short strokes.
            _ => {
                for row in [-16.0, 0.0, 16.0] {
                    let stroke = if c.0 == 0.0 {
                        [
                            at(-21.0, row - 3.0),
                            at(21.0, row - 3.0),
                            at(21.0, row + 3.0),
                            at(-21.0, row + 3.0),
                        ]
                    } else {
                        [
                            at(row - 3.0, -21.0),
                            at(row + 3.0, -21.0),
                            at(row + 3.0, 21.0),
                            at(row - 3.0, 21.0),
                        ]
                    };
                    add(&|path| path.polygon(&stroke));
                    let other = stroke.map(|(x, y)| (x + 50.0, y));
                    let turned = other.map(|(x, y)| {
                        let centre = at(50.0, 0.0);
                        (centre.0 + (y - centre.1), centre.1 + (x - centre.0))
                    });
                    add(&|path| path.polygon(&turned));
                }
            }
        }
    }
    all
}

/// A rosette of radius 100 around the origin, as paths that do not overlap.
pub(super) fn rosette(kind: u8) -> Vec<Path> {
    let mut all = Vec::new();
    let mut path = Path::default();
    let around = |steps: usize, angle: (f32, f32), draw: &mut dyn FnMut(usize, (f32, f32))| {
        let mut ray = (0.0, -1.0);
        for step in 0..steps {
            draw(step, ray);
            ray = turn(ray, angle);
        }
    };
    let scaled = |(x, y): (f32, f32), by: f32| (x * by, y * by);
    match kind {
        0 => {
            let mut petals = Vec::new();
            around(16, SIXTEENTH, &mut |step, ray| {
                let (from, to, width) = if step % 2 == 0 {
                    (16.0, 98.0, 19.0)
                } else {
                    (44.0, 84.0, 10.0)
                };
                let mut petal = Path::default();
                petal.leaf(scaled(ray, from), scaled(ray, to), width);
                petals.push(petal);
            });
            all.extend(petals);
            path.circle((0.0, 0.0), 8.0);
        }
        1 => {
            let mut petals = Vec::new();
            around(12, TWELFTH, &mut |_, ray| {
                let mut petal = Path::default();
                petal.leaf(scaled(ray, 20.0), scaled(ray, 72.0), 17.0);
                petal.circle(scaled(ray, 88.0), 5.0);
                petals.push(petal);
            });
            all.extend(petals);
            path.ring((0.0, 0.0), 11.0, 4.0);
        }
        2 => {
            for (radius, line) in [(96.0, 3.0), (84.0, 8.0), (34.0, 3.0)] {
                path.ring((0.0, 0.0), radius, line);
            }
            let mut points = Path::default();
            around(16, SIXTEENTH, &mut |step, ray| {
                let (at, radius) = if step % 2 == 0 {
                    (58.0, 9.0)
                } else {
                    (58.0, 4.5)
                };
                points.circle(scaled(ray, at), radius);
            });
            all.push(points);
            let mut heart = Path::default();
            heart.diamond((0.0, 0.0), 20.0);
            all.push(heart);
        }
        _ => {
            let mut points = Vec::new();
            let half = SIXTEENTH;
            around(8, turn(half, half), &mut |step, ray| {
                let long = if step % 2 == 0 { 98.0 } else { 70.0 };
                let side = scaled(turn(ray, half), 26.0);
                points.push(scaled(ray, long));
                points.push(side);
            });
            path.polygon(&points).circle((0.0, 0.0), -14.0);
        }
    }
    all.push(path);
    all
}

#[cfg(test)]
mod tests {
    use super::super::canvas::STEPS;
    use super::*;

    #[test]
    fn every_pattern_inks_its_tile_and_leaves_ground() {
        for pattern in 0..PATTERNS {
            for size in [8, 16, 60, 120] {
                let tile = tile(&mut Coverage::default(), pattern, size);
                let inked: usize = tile.rows().iter().map(|&p| usize::from(p)).sum();
                let share = inked * 100 / (size * size * usize::from(STEPS));
                assert!((5..75).contains(&share), "{pattern} at {size}: {share} %");
            }
        }
    }

    #[test]
    fn a_rosette_stays_in_its_circle() {
        for kind in 0..ROSETTES {
            for path in rosette(kind) {
                let (left, top, right, bottom) = super::super::coverage::bounds(&path.0).unwrap();
                assert!(left >= -101.0 && top >= -101.0 && right <= 101.0 && bottom <= 101.0);
            }
        }
    }
}
