//! Paths to pixels: exact area coverage, a canvas of palette indexes, PNG.
//!
//! Only addition, multiplication, division and rounding of `f32` are used: IEEE 754 fixes their
//! results, so every machine draws the same bytes.

use harfrust::font::glyph::outline::PathElement;
use libdeflater::{CompressionLvl, Compressor};

/// Steps from a ground's colour to an ink's.
pub(super) const STEPS: u8 = 63;

/// Indexes of one ink on one ground: `first` is the ground, `first + STEPS` the ink.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ramp {
    pub first: u8,
}

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

/// How much of each pixel a shape covers, 0 to 255.
pub(super) struct Mask {
    pub left: i32,
    pub top: i32,
    pub width: usize,
    pub cover: Vec<u8>,
}

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

/// Rasterises a filled path.
pub(super) fn mask(path: &[PathElement], place: Place) -> Option<Mask> {
    let (left, top, right, bottom) = bounds(path)?;
    let (x0, y0) = place.point(left, top);
    let (x1, y1) = place.point(right, bottom);
    let (left, right) = (x0.min(x1).floor(), x0.max(x1).ceil());
    let (top, bottom) = (y0.min(y1).floor(), y0.max(y1).ceil());
    let (width, height) = ((right - left) as usize + 1, (bottom - top) as usize + 1);
    let shifted = Place {
        x: place.x - left,
        y: place.y - top,
        ..place
    };
    let mut sums = Sums {
        stride: width + 1,
        sums: vec![0.0; (width + 1) * height],
    };
    sums.trace(path, shifted);
    Some(Mask {
        left: left as i32,
        top: top as i32,
        width,
        cover: sums.cover(width),
    })
}

/// For each pixel, the change of coverage from the pixel before it.
struct Sums {
    stride: usize,
    sums: Vec<f32>,
}

impl Sums {
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

    fn curve(&mut self, p: (f32, f32), c: (f32, f32), d: (f32, f32), q: (f32, f32)) {
        let step = |a: (f32, f32), b: (f32, f32)| (b.0 - a.0).abs() + (b.1 - a.1).abs();
        let length = step(p, c) + step(c, d) + step(d, q);
        let pieces = (3.0 + length / 5.0).min(40.0) as u32;
        let mut at = p;
        for i in 1..=pieces {
            let t = i as f32 / pieces as f32;
            let u = 1.0 - t;
            let (a, b, e, f) = (u * u * u, 3.0 * u * u * t, 3.0 * u * t * t, t * t * t);
            let to = if i == pieces {
                q
            } else {
                (
                    a * p.0 + b * c.0 + e * d.0 + f * q.0,
                    a * p.1 + b * c.1 + e * d.1 + f * q.1,
                )
            };
            self.line(at, to);
            at = to;
        }
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
        let mut row = upper.1 as usize;
        let (mut x, mut y) = upper;
        while y < lower.1 {
            let next_y = lower.1.min((row + 1) as f32);
            let next_x = if next_y == lower.1 {
                lower.0
            } else {
                upper.0 + slope * (next_y - upper.1)
            };
            self.span(row, x, next_x, (next_y - y) * sign);
            (x, y) = (next_x, next_y);
            row += 1;
        }
    }

    /// Adds the part of an edge within one row: from `x0` to `x1`, `height` tall.
    fn span(&mut self, row: usize, x0: f32, x1: f32, height: f32) {
        let (left, right) = if x0 < x1 { (x0, x1) } else { (x1, x0) };
        let last_column = self.stride - 2;
        let sums = &mut self.sums[row * self.stride..(row + 1) * self.stride];
        let (first, last) = (
            (left.max(0.0) as usize).min(last_column),
            (right.max(0.0) as usize).min(last_column),
        );
        if first == last {
            let inside = (left + right) * 0.5 - first as f32;
            sums[first] += height * (1.0 - inside);
            sums[first + 1] += height * inside;
            return;
        }
        let per_column = height / (right - left);
        for column in first..=last {
            let from = left.max(column as f32);
            let to = right.min((column + 1) as f32);
            let part = per_column * (to - from);
            let inside = (from + to) * 0.5 - column as f32;
            sums[column] += part * (1.0 - inside);
            sums[column + 1] += part * inside;
        }
    }

    fn cover(&self, width: usize) -> Vec<u8> {
        let mut cover = Vec::with_capacity(self.sums.len());
        for row in self.sums.chunks_exact(self.stride) {
            let mut sum = 0.0f32;
            cover.extend(row[..width].iter().map(|change| {
                sum += change;
                (sum.abs().min(1.0) * 255.0 + 0.5) as u8
            }));
        }
        cover
    }
}

/// A picture of palette indexes.
pub(super) struct Canvas {
    pub width: usize,
    pub height: usize,
    pub pixels: Vec<u8>,
}

impl Canvas {
    pub fn new(width: usize, height: usize, index: u8) -> Self {
        Self {
            width,
            height,
            pixels: vec![index; width * height],
        }
    }

    /// Fills whole pixels; what lies outside is ignored.
    pub fn rect(&mut self, left: i32, top: i32, right: i32, bottom: i32, index: u8) {
        let clamp = |v: i32, most: usize| v.clamp(0, most as i32) as usize;
        let (left, right) = (clamp(left, self.width), clamp(right, self.width));
        for y in clamp(top, self.height)..clamp(bottom, self.height) {
            if left < right {
                self.pixels[y * self.width + left..y * self.width + right].fill(index);
            }
        }
    }

    /// Lays ink where the mask covers; what was inked before keeps its ink.
    pub fn blit(&mut self, mask: &Mask, ramp: Ramp) {
        self.lay(mask, ramp, |v, most| {
            usize::try_from(v).ok().filter(|v| *v < most)
        });
    }

    /// As [`Self::blit`], but what leaves at one edge comes in at the opposite one.
    pub fn blit_wrapped(&mut self, mask: &Mask, ramp: Ramp) {
        self.lay(mask, ramp, |v, most| {
            Some(v.rem_euclid(most as i32) as usize)
        });
    }

    fn lay(&mut self, mask: &Mask, ramp: Ramp, put: impl Fn(i32, usize) -> Option<usize>) {
        for (row, cover) in mask.cover.chunks_exact(mask.width).enumerate() {
            let Some(y) = put(mask.top + row as i32, self.height) else {
                continue;
            };
            for (column, &cover) in cover.iter().enumerate() {
                if cover == 0 {
                    continue;
                }
                let Some(x) = put(mask.left + column as i32, self.width) else {
                    continue;
                };
                let pixel = &mut self.pixels[y * self.width + x];
                let old = pixel.checked_sub(ramp.first).filter(|old| *old <= STEPS);
                let old = u32::from(old.unwrap_or(0));
                let room = u32::from(STEPS) - old;
                *pixel = ramp.first + (old + (u32::from(cover) * room + 127) / 255) as u8;
            }
        }
    }

    /// The rectangle filled with copies of `tile`, the first at its corner.
    pub fn tile(&mut self, left: usize, top: usize, right: usize, bottom: usize, tile: &Self) {
        for y in top..bottom.min(self.height) {
            let from = &tile.pixels[(y - top) % tile.height * tile.width..][..tile.width];
            let row = &mut self.pixels[y * self.width + left..y * self.width + right];
            for piece in row.chunks_mut(tile.width) {
                piece.copy_from_slice(&from[..piece.len()]);
            }
        }
    }

    /// An indexed PNG (W3C PNG, colour type 3).
    pub fn png(&self, palette: &[[u8; 3]]) -> Vec<u8> {
        let mut rows = Vec::with_capacity((self.width + 1) * self.height);
        for row in self.pixels.chunks_exact(self.width) {
            rows.push(0); // filter "None": best for indexes
            rows.extend_from_slice(row);
        }
        let level = CompressionLvl::new(LEVEL).expect("a level that libdeflate knows");
        let mut compressor = Compressor::new(level);
        let mut data = vec![0; compressor.zlib_compress_bound(rows.len())];
        let length = compressor
            .zlib_compress(&rows, &mut data)
            .expect("the bound is large enough");
        data.truncate(length);
        let mut header = Vec::new();
        header.extend((self.width as u32).to_be_bytes());
        header.extend((self.height as u32).to_be_bytes());
        header.extend([8, 3, 0, 0, 0]);
        let mut png = b"\x89PNG\r\n\x1A\n".to_vec();
        chunk(&mut png, b"IHDR", &header);
        chunk(&mut png, b"PLTE", palette.as_flattened());
        chunk(&mut png, b"IDAT", &data);
        chunk(&mut png, b"IEND", &[]);
        png
    }
}

/// libdeflate's level: the next ones cost several times the time and save little on flat pictures.
const LEVEL: i32 = 6;

fn chunk(png: &mut Vec<u8>, name: &[u8; 4], data: &[u8]) {
    png.extend((data.len() as u32).to_be_bytes());
    png.extend(name);
    png.extend(data);
    let mut sum = libdeflater::Crc::new();
    sum.update(name);
    sum.update(data);
    png.extend(sum.sum().to_be_bytes());
}
