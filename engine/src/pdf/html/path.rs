//! Paths as SVG writes them: relative, in hundredths of a point, so that rounding never adds up.

use kurbo::{Affine, BezPath, PathEl, Point};

use super::number::{hundredths, to_hundredths};

/// Appends path data.
pub(super) fn data(out: &mut String, path: &BezPath, transform: Option<Affine>) {
    let mut pen = PathPen {
        out,
        at: (0, 0),
        start: (0, 0),
        command: ' ',
    };
    let place = |p: Point| transform.map_or(p, |transform| transform * p);
    for element in path.elements() {
        match *element {
            PathEl::MoveTo(p) => pen.move_to(place(p)),
            PathEl::LineTo(p) => pen.line_to(place(p)),
            PathEl::QuadTo(a, p) => pen.curve('q', &[place(a), place(p)]),
            PathEl::CurveTo(a, b, p) => pen.curve('c', &[place(a), place(b), place(p)]),
            PathEl::ClosePath => {
                pen.out.push('z');
                pen.command = 'z';
                pen.at = pen.start;
            }
        }
    }
}

struct PathPen<'o> {
    out: &'o mut String,
    at: (i64, i64),
    start: (i64, i64),
    command: char,
}

impl PathPen<'_> {
    fn spot(point: Point) -> (i64, i64) {
        (to_hundredths(point.x), to_hundredths(point.y))
    }

    /// Writes a command, unless it goes without saying, and its numbers.
    fn write(&mut self, command: char, numbers: &[i64]) {
        let implied = self.command == command;
        if !implied {
            self.out.push(command);
        }
        self.command = command;
        for (n, value) in numbers.iter().enumerate() {
            if *value >= 0 && (n > 0 || implied) {
                self.out.push(' ');
            }
            hundredths(self.out, *value);
        }
    }

    fn move_to(&mut self, point: Point) {
        let spot = Self::spot(point);
        // Absolute, so that each contour can be read by itself; a second one would be a line.
        self.command = ' ';
        self.write('M', &[spot.0, spot.1]);
        self.at = spot;
        self.start = spot;
    }

    fn line_to(&mut self, point: Point) {
        let spot = Self::spot(point);
        match (spot.0 - self.at.0, spot.1 - self.at.1) {
            (dx, 0) => self.write('h', &[dx]),
            (0, dy) => self.write('v', &[dy]),
            (dx, dy) => self.write('l', &[dx, dy]),
        }
        self.at = spot;
    }

    fn curve(&mut self, command: char, points: &[Point]) {
        let mut numbers = [0; 6];
        for (n, point) in points.iter().enumerate() {
            let spot = Self::spot(*point);
            numbers[2 * n] = spot.0 - self.at.0;
            numbers[2 * n + 1] = spot.1 - self.at.1;
        }
        self.write(command, &numbers[..2 * points.len()]);
        if let Some(last) = points.last() {
            self.at = Self::spot(*last);
        }
    }
}
