//! A cover set in type, for books without one. The same words give the same bytes, everywhere.

mod block;
mod canvas;
mod compose;
mod coverage;
mod deflate;
mod faces;
mod huffman;
mod ornament;
mod palette;
mod png;
mod text;

use sha2::{Digest, Sha256};

use self::canvas::{Canvas, Ramp, STEPS};
use self::compose::{Element, HEIGHT, Page, WIDTH, Words, compose};
use self::coverage::{Coverage, Place};
use self::faces::Style;
use self::palette::{ACCENT, FIELD, INK};
use self::png::png;
use self::text::{Shaper, Text};
use super::Size;
use crate::Metadata;

/// Width of the original, which is the medium size too: there is no larger picture to be had, and
/// 640 pixels are more than twice what a page of the catalogue shows.
const LARGE: usize = 640;
/// Width of the thumbnail. It is drawn afresh, not shrunken: its rules stay whole pixels.
const SMALL: usize = 160;
/// Authors named on a cover; of more, the first and an ellipsis.
const AUTHORS: usize = 3;

/// The cover in its three sizes.
pub(super) fn cover(metadata: &Metadata) -> Vec<Size> {
    let mut shaper = Shaper::new(metadata.language.as_deref());
    let page = page(&mut shaper, metadata);
    let table = page.inks.table();
    let mut coverage = Coverage::default();
    let patterned = |element: &Element| matches!(element, Element::Pattern(_));
    let period = page.elements.iter().any(patterned).then_some(page.period);
    let mut size = |name, width| {
        let k = width as f32 / WIDTH;
        let mut painter = Painter {
            page: &page,
            shaper: &mut shaper,
            coverage: &mut coverage,
            canvas: Canvas::new(width, (HEIGHT * k) as usize),
            k,
        };
        painter.paint();
        let canvas = painter.canvas;
        Size {
            name,
            extension: "png",
            media_type: "image/png",
            bytes: png(&canvas, &table, period.map(|period| (period * k) as usize)),
            width: canvas.width as u32,
            height: canvas.height as u32,
        }
    };
    let medium = size("medium", LARGE);
    let thumbnail = size("thumbnail", SMALL);
    let original = Size {
        name: "original",
        bytes: medium.bytes.clone(),
        ..medium
    };
    vec![original, medium, thumbnail]
}

fn page(shaper: &mut Shaper, metadata: &Metadata) -> Page {
    let authors = match metadata.authors.as_slice() {
        [first, rest @ ..] if rest.len() >= AUTHORS => format!("{first}, …"),
        all => all.join(", "),
    };
    let mut hash = Sha256::new();
    hash.update(metadata.title.trim());
    hash.update([0]);
    hash.update(authors.trim());
    let (title, subtitle) = titles(metadata);
    let author = Text::new(&authors, Style::Roman, None);
    let words = Words {
        title: Text::new(title, Style::Roman, None),
        subtitle: subtitle.and_then(|text| Text::new(text, Style::Italic, None)),
        author: author.map(|text| shaper.small_capitals(text)),
        series: series(metadata).and_then(|text| Text::new(&text, Style::Italic, None)),
    };
    compose(shaper, &words, &hash.finalize())
}

/// Title and subtitle; a title with a colon is taken for both.
fn titles(metadata: &Metadata) -> (&str, Option<&str>) {
    let title = metadata.title.trim();
    let own = metadata.subtitle.as_deref().map(str::trim);
    if let Some(own) = own.filter(|own| !own.is_empty()) {
        // Some books say the subtitle twice.
        let main = title.strip_suffix(own).map(|main| main.trim_end());
        let main = main.map(|main| main.trim_end_matches([':', '-', '–', '—']).trim_end());
        return (
            main.filter(|main| !main.is_empty()).unwrap_or(title),
            Some(own),
        );
    }
    match title.split_once(": ") {
        Some((main, rest)) if main.chars().count() >= 3 && !rest.trim().is_empty() => {
            (main.trim(), Some(rest.trim()))
        }
        _ => (title, None),
    }
}

fn series(metadata: &Metadata) -> Option<String> {
    let name = metadata.series.as_deref()?.trim();
    if name.is_empty() {
        return None;
    }
    Some(match metadata.series_index {
        Some(index) if index.is_finite() && index.abs() < 1e6 => format!("{name} · {index}"),
        _ => name.to_owned(),
    })
}

/// Paints a page, `k` pixels for each of its units.
struct Painter<'p> {
    page: &'p Page,
    shaper: &'p mut Shaper,
    coverage: &'p mut Coverage,
    canvas: Canvas,
    k: f32,
}

impl Painter<'_> {
    fn paint(&mut self) {
        let (page, k) = (self.page, self.k);
        for element in &page.elements {
            match element {
                Element::Rect(sides, index) => {
                    let [left, top, right, bottom] = self.pixels(*sides);
                    self.canvas.rect(left, top, right, bottom, *index);
                }
                Element::Pattern(sides) => {
                    let size = (page.period * k) as usize;
                    let mut tile = ornament::tile(self.coverage, page.pattern, size);
                    let [left, top, right, bottom] = self.pixels(*sides).map(|v| v.max(0) as usize);
                    self.canvas.tile(left, top, right, bottom, &mut tile);
                }
                Element::Rosette((x, y), radius) => {
                    let scale = radius / 100.0 * k;
                    let place = Place {
                        x: x * k,
                        y: y * k,
                        scale_x: scale,
                        scale_y: scale,
                    };
                    for path in ornament::rosette(page.rosette) {
                        self.canvas.ink(self.coverage, &path.0, place, ACCENT);
                    }
                }
                Element::Type(block, origins, ramp) => {
                    for (line, origin) in block.lines.iter().zip(origins) {
                        self.line(line, block.size * k, (origin.0 * k, origin.1 * k), *ramp);
                    }
                }
            }
        }
    }

    /// Whole pixels; nothing that has a thickness loses it.
    fn pixels(&self, [left, top, right, bottom]: [f32; 4]) -> [i32; 4] {
        let near = |v: f32| (v * self.k + 0.5).floor() as i32;
        let (l, t) = (near(left), near(top));
        [l, t, near(right).max(l + 1), near(bottom).max(t + 1)]
    }

    fn line(&mut self, line: &text::Line, size: f32, (x, y): (f32, f32), ramp: Ramp) {
        let em = size / 1000.0;
        for glyph in &line.glyphs {
            let scale = em * glyph.face.scale();
            let place = Place {
                x: x + glyph.x * em,
                y: y - glyph.y * em,
                scale_x: scale,
                scale_y: -scale,
            };
            let outline = self.shaper.outline(glyph.face, glyph.id);
            self.canvas.ink(self.coverage, outline, place, ramp);
        }
    }
}

const _: () = assert!(
    FIELD.first == 0
        && INK.first == FIELD.first + STEPS + 1
        && ACCENT.first == INK.first + STEPS + 1
);

#[cfg(test)]
mod tests;
