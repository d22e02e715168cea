//! Link annotations (ISO 32000-2, 12.5.6.5).

use hayro_syntax::Pdf;
use hayro_syntax::object::{Array, Dict, Object, Rect, String as PdfString};

use super::{Document, Target, is_name, text};

/// Annotation flags (table 167): hidden, not shown on screen.
const UNSEEN: u32 = 1 << 1 | 1 << 5;
/// Narrower areas (points) cannot be hit.
const NARROW: f64 = 0.1;
/// Quadrilaterals of one link, one for each line of text it runs over.
const QUADS: usize = 256;

/// A rectangle in points as shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Area {
    pub left: f64,
    pub top: f64,
    pub right: f64,
    pub bottom: f64,
}

/// A part of a page that leads somewhere.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Link {
    /// Where it can be hit: one area, or one for each line of text. Never empty.
    pub areas: Vec<Area>,
    /// Where it leads.
    pub target: Target,
    /// What it says of itself (`/Contents`), for `title`.
    pub title: Option<String>,
}

impl Document {
    /// The links of a page in the order of its annotations, at most `pdf_links`.
    pub fn links(&self, pdf: &Pdf, page: u32) -> Vec<Link> {
        let Some(raw) = pdf.pages().get(page as usize).map(|page| page.raw()) else {
            return Vec::new();
        };
        let Some(annotations) = raw.get::<Array<'_>>("Annots") else {
            return Vec::new();
        };
        annotations
            .iter::<Dict<'_>>()
            .take(self.limits.pdf_links as usize)
            .filter_map(|annotation| self.link(pdf, page, &annotation))
            .collect()
    }

    fn link(&self, pdf: &Pdf, page: u32, annotation: &Dict<'_>) -> Option<Link> {
        let is_link = is_name(annotation, "Subtype", b"Link");
        // A button of a form that only leads somewhere is a link as well.
        if !is_link && !is_name(annotation, "Subtype", b"Widget") {
            return None;
        }
        if annotation.get::<u32>("F").unwrap_or(0) & UNSEEN != 0 {
            return None;
        }
        let target = match annotation.get::<Object<'_>>("Dest").filter(|_| is_link) {
            Some(destination) => self.target_of(pdf, &destination)?,
            None => self.action(pdf, &annotation.get::<Dict<'_>>("A")?)?,
        };
        let rect = annotation.get::<Rect>("Rect")?;
        let whole = self.area(page, [rect.x0, rect.y0, rect.x1, rect.y1]);
        let quads = annotation.get::<Array<'_>>("QuadPoints");
        let mut areas = quads.map_or_else(Vec::new, |quads| self.quads(page, &quads, &rect));
        if areas.is_empty() {
            areas.push(whole?);
        }
        let title = annotation.get::<PdfString<'_>>("Contents");
        let title = title.map(|title| text::line(&title, self.limits.pdf_label_chars));
        Some(Link {
            areas,
            target,
            title: title.filter(|title| !title.is_empty()),
        })
    }

    /// The quadrilaterals as upright rectangles; none when one leaves the annotation's rectangle,
    /// for then they are to be ignored.
    fn quads(&self, page: u32, quads: &Array<'_>, rect: &Rect) -> Vec<Area> {
        let numbers: Vec<f64> = quads.iter::<f32>().take(8 * QUADS).map(f64::from).collect();
        let mut areas = Vec::new();
        for quad in numbers.chunks_exact(8) {
            let xs = quad.iter().step_by(2);
            let ys = quad.iter().skip(1).step_by(2);
            let least = |values: &mut dyn Iterator<Item = &f64>| {
                values.fold(f64::INFINITY, |a, &b| a.min(b))
            };
            let most = |values: &mut dyn Iterator<Item = &f64>| {
                values.fold(f64::NEG_INFINITY, |a, &b| a.max(b))
            };
            let (x0, x1) = (least(&mut xs.clone()), most(&mut xs.clone()));
            let (y0, y1) = (least(&mut ys.clone()), most(&mut ys.clone()));
            let slack = 1.0;
            if x0 < rect.x0 - slack
                || y0 < rect.y0 - slack
                || x1 > rect.x1 + slack
                || y1 > rect.y1 + slack
            {
                return Vec::new();
            }
            areas.extend(self.area(page, [x0, y0, x1, y1]));
        }
        areas
    }

    /// A rectangle of user space as shown, cut to the page; `None` where nothing is left.
    fn area(&self, page: u32, [x0, y0, x1, y1]: [f64; 4]) -> Option<Area> {
        let sheet = &self.sheets[page as usize];
        let (a, b) = (sheet.point(x0, y0), sheet.point(x1, y1));
        let area = Area {
            left: a.0.min(b.0),
            top: a.1.min(b.1),
            right: a.0.max(b.0),
            bottom: a.1.max(b.1),
        };
        let seen = area.right - area.left >= NARROW && area.bottom - area.top >= NARROW;
        seen.then_some(area)
    }
}
