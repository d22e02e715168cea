//! How big a page is and which way up (ISO 32000-2, 7.7.3.3, 14.11.2).

use hayro_syntax::Pdf;
use hayro_syntax::object::Rect;
use hayro_syntax::page::{A4, Page, Rotation};
use kurbo::{Affine, Point};

use crate::book::warning;
use crate::{Limits, Warning};

/// Boxes thinner than this (user units) are taken for damage.
const THIN: f64 = 1e-3;
/// A user unit as large as Acrobat allows (ISO 32000-1, annex C: 75,000).
const LARGEST_UNIT: f32 = 75_000.0;

/// One page as a piece of paper.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Sheet {
    /// Width in points as shown.
    pub width: f64,
    /// Height in points as shown.
    pub height: f64,
    /// Degrees it is turned by, clockwise: 0, 90, 180 or 270. Done by `transform`.
    pub turn: u16,
    /// Points for each unit of the page's user space: `/UserUnit`, less where the page is larger
    /// than `pdf_page_side`.
    pub scale: f64,
    /// From user space to points as shown.
    pub transform: Affine,
    /// The page's label (`iv`, `A-3`) where the document has labels.
    pub label: Option<String>,
}

/// The sheets of all pages. Pages larger than `pdf_page_side` are scaled down.
pub(super) fn read(pdf: &Pdf, limits: &Limits, warnings: &mut Vec<Warning>) -> Vec<Sheet> {
    let side = limits.pdf_page_side as f64;
    let mut shrunk = 0;
    let sheets = pdf
        .pages()
        .iter()
        .map(|page| {
            let (sheet, was_shrunk) = sheet(page, side);
            shrunk += u32::from(was_shrunk);
            sheet
        })
        .collect();
    if shrunk > 0 {
        warnings.push(warning(
            "page_shrunk",
            format!("{shrunk} pages are larger than {side} points and were scaled down"),
            None,
        ));
    }
    sheets
}

fn sheet(page: &Page<'_>, side: f64) -> (Sheet, bool) {
    let shown = shown(page);
    let (width, height) = (shown.width(), shown.height());
    let unit = page.raw().get::<f32>("UserUnit").unwrap_or(1.0);
    let unit = if unit.is_finite() && unit > 0.0 {
        f64::from(unit.min(LARGEST_UNIT))
    } else {
        1.0
    };
    let longest = width.max(height) * unit;
    let scale = if longest > side {
        unit * side / longest
    } else {
        unit
    };
    // y downwards, the box's top left corner at the origin.
    let upright = Affine::new([1.0, 0.0, 0.0, -1.0, -shown.x0, shown.y1]);
    let (turn, turned) = match page.rotation() {
        Rotation::None => (0, Affine::IDENTITY),
        Rotation::Horizontal => (90, Affine::new([0.0, 1.0, -1.0, 0.0, height, 0.0])),
        Rotation::Flipped => (180, Affine::new([-1.0, 0.0, 0.0, -1.0, width, height])),
        Rotation::FlippedHorizontal => (270, Affine::new([0.0, -1.0, 1.0, 0.0, 0.0, width])),
    };
    let (width, height) = match turn {
        90 | 270 => (height, width),
        _ => (width, height),
    };
    let sheet = Sheet {
        width: width * scale,
        height: height * scale,
        turn,
        scale,
        transform: Affine::scale(scale) * turned * upright,
        label: None,
    };
    (sheet, scale < unit)
}

/// CropBox ∩ MediaBox; the MediaBox where they do not meet; A4 where that is nothing either.
fn shown(page: &Page<'_>) -> Rect {
    [page.intersected_crop_box(), page.media_box()]
        .into_iter()
        .find(|area| {
            let sides = [area.width(), area.height()];
            let corners = [area.x0, area.y0, area.x1, area.y1];
            sides.iter().all(|side| *side >= THIN) && corners.iter().all(|x| x.is_finite())
        })
        .unwrap_or(A4)
}

impl Sheet {
    /// A point of user space as shown, kept on the sheet.
    pub(super) fn point(&self, x: f64, y: f64) -> (f64, f64) {
        let at = self.transform * Point::new(x, y);
        let within = |value: f64, most: f64| {
            if value.is_finite() {
                value.clamp(0.0, most)
            } else {
                0.0
            }
        };
        (within(at.x, self.width), within(at.y, self.height))
    }

    /// The corner of the visible box that is left and top in user space.
    pub(super) fn corner(&self) -> (f64, f64) {
        let inverse = self.transform.inverse();
        let corners = [
            (0.0, 0.0),
            (self.width, 0.0),
            (0.0, self.height),
            (self.width, self.height),
        ]
        .map(|(x, y)| inverse * Point::new(x, y));
        let left = corners.iter().map(|p| p.x).fold(f64::INFINITY, f64::min);
        let top = corners
            .iter()
            .map(|p| p.y)
            .fold(f64::NEG_INFINITY, f64::max);
        (left, top)
    }
}
