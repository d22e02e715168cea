//! Outlines as TrueType has them: quadratic, in whole units.

use kurbo::{BezPath, CubicBez, PathEl, Point};

use super::UNITS;

/// How far, in 1/1000 em, a quadratic curve may be from the cubic one it stands for.
const ACCURACY: f64 = 0.6;
/// Coordinates stay within this, so that differences fit into 16 bits.
const REACH: f64 = 16_000.0;
/// Points of one glyph; a larger one is left out.
const MOST: usize = 20_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Spot {
    pub x: i16,
    pub y: i16,
    pub on: bool,
}

#[derive(Debug, Default)]
pub(super) struct Outline {
    /// Points of all contours.
    pub spots: Vec<Spot>,
    /// For each contour, where in `spots` it ends (exclusive).
    pub ends: Vec<u16>,
    /// Least and most x and y of the points.
    pub bounds: [i16; 4],
}

impl Outline {
    pub fn new(path: &BezPath) -> Self {
        let mut out = Self::default();
        let mut last = Point::ZERO;
        let mut start = 0;
        for element in path.elements() {
            match *element {
                PathEl::MoveTo(p) => {
                    out.close(&mut start);
                    out.spots.push(spot(p, true));
                    last = p;
                }
                PathEl::LineTo(p) => {
                    out.spots.push(spot(p, true));
                    last = p;
                }
                PathEl::QuadTo(a, p) => {
                    out.spots.extend([spot(a, false), spot(p, true)]);
                    last = p;
                }
                PathEl::CurveTo(a, b, p) => {
                    for (_, _, quad) in CubicBez::new(last, a, b, p).to_quads(ACCURACY) {
                        out.spots
                            .extend([spot(quad.p1, false), spot(quad.p2, true)]);
                    }
                    last = p;
                }
                PathEl::ClosePath => out.close(&mut start),
            }
            if out.spots.len() > MOST {
                return Self::default();
            }
        }
        out.close(&mut start);
        out.measure();
        out
    }

    /// Ends the contour that begins at `start`.
    fn close(&mut self, start: &mut usize) {
        let contour = &self.spots[*start..];
        if let (Some(first), Some(last), true) =
            (contour.first(), contour.last(), contour.len() > 1)
            && first == last
            && last.on
        {
            self.spots.pop();
        }
        self.drop_implied(*start);
        // Two points cover nothing.
        if self.spots.len() - *start < 3 {
            self.spots.truncate(*start);
        }
        if self.spots.len() > *start {
            self.ends.push(self.spots.len() as u16);
        }
        *start = self.spots.len();
    }

    /// Points half way between two control points go without saying; so do points that repeat.
    fn drop_implied(&mut self, start: usize) {
        let mut kept = start;
        for i in start..self.spots.len() {
            let here = self.spots[i];
            let next = self.spots.get(i + 1).copied();
            if kept > start {
                let before = self.spots[kept - 1];
                let repeats = here.on && before == here;
                let implied = next.is_some_and(|next| {
                    here.on
                        && !before.on
                        && !next.on
                        && is_middle(before.x, here.x, next.x)
                        && is_middle(before.y, here.y, next.y)
                });
                if repeats || implied {
                    continue;
                }
            }
            self.spots[kept] = here;
            kept += 1;
        }
        self.spots.truncate(kept);
    }

    fn measure(&mut self) {
        let Some(first) = self.spots.first() else {
            return;
        };
        let start = [first.x, first.y, first.x, first.y];
        self.bounds = self.spots.iter().fold(start, |[x0, y0, x1, y1], s| {
            [x0.min(s.x), y0.min(s.y), x1.max(s.x), y1.max(s.y)]
        });
    }
}

fn spot(point: Point, on: bool) -> Spot {
    let unit = |x: f64| (x * (UNITS / 1000.0)).round().clamp(-REACH, REACH) as i16;
    Spot {
        x: unit(point.x),
        y: unit(point.y),
        on,
    }
}

/// Within a unit: finer than anybody sees.
fn is_middle(a: i16, m: i16, b: i16) -> bool {
    (i32::from(a) + i32::from(b) - 2 * i32::from(m)).abs() <= 1
}
