//! The direction in which a line runs.

use kurbo::{Affine, Point};

use crate::pdf::page::Run;

/// Horizontal scalings this near to one are not worth a transform: letter-spacing makes up for them.
const NEARLY_ONE: f64 = 0.05;
/// Unit vectors this near are the same.
const NEAR: f64 = 2e-3;

/// Axes of a line on the page: `across` is where the next letter is, `down` where the next line is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Frame {
    /// Shorter or longer than one where letters are condensed or expanded.
    pub across: (f64, f64),
    pub down: (f64, f64),
}

impl Frame {
    pub const UPRIGHT: Self = Self {
        across: (1.0, 0.0),
        down: (0.0, 1.0),
    };

    pub fn new(run: &Run) -> Self {
        let [a, b, c, d] = run.matrix;
        let wide = a.hypot(b);
        let factor = if (wide - 1.0).abs() <= NEARLY_ONE {
            wide
        } else {
            1.0
        };
        let frame = Self {
            across: (a / factor, b / factor),
            down: (-c, -d),
        };
        if frame.is_near(&Self::UPRIGHT) {
            Self::UPRIGHT
        } else {
            frame
        }
    }

    pub fn is_near(&self, other: &Self) -> bool {
        let near =
            |a: (f64, f64), b: (f64, f64)| (a.0 - b.0).abs() < NEAR && (a.1 - b.1).abs() < NEAR;
        near(self.across, other.across) && near(self.down, other.down)
    }

    pub fn is_upright(&self) -> bool {
        *self == Self::UPRIGHT
    }

    /// From the frame to the page, places not counted.
    pub fn matrix(&self) -> [f64; 4] {
        [self.across.0, self.across.1, self.down.0, self.down.1]
    }

    /// A point of the page as (across, down).
    pub fn place(&self, x: f64, y: f64) -> (f64, f64) {
        if self.is_upright() {
            return (x, y);
        }
        let [a, b, c, d] = self.matrix();
        let inverse = Affine::new([a, b, c, d, 0.0, 0.0]).inverse();
        let point = inverse * Point::new(x, y);
        if point.is_finite() {
            (point.x, point.y)
        } else {
            (x, y)
        }
    }

    /// The point of the page that `place` gives for (across, down).
    pub fn point(&self, across: f64, down: f64) -> (f64, f64) {
        let [a, b, c, d] = self.matrix();
        (a * across + c * down, b * across + d * down)
    }
}
