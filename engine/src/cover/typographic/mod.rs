//! A cover set in type, for books without one. The same words give the same bytes, everywhere.

mod block;
mod canvas;
mod compose;
mod faces;
mod ornament;
mod palette;
mod text;

use sha2::{Digest, Sha256};

use self::canvas::{Canvas, Place, Ramp, STEPS, mask};
use self::compose::{Element, HEIGHT, Page, WIDTH, Words, compose};
use self::faces::Style;
use self::palette::{ACCENT, FIELD, INK};
use self::text::{Shaper, Text};
use super::Size;
use crate::Metadata;

/// Name and width of each file; all are drawn afresh, none is a shrunken other.
const SIZES: [(&str, usize); 3] = [("original", 1200), ("medium", 480), ("thumbnail", 160)];
/// Authors named on a cover; of more, the first and an ellipsis.
const AUTHORS: usize = 3;

/// The cover in its three sizes.
pub(super) fn cover(metadata: &Metadata) -> Vec<Size> {
    let mut shaper = Shaper::new(metadata.language.as_deref());
    let page = page(&mut shaper, metadata);
    let table = page.inks.table();
    SIZES
        .into_iter()
        .map(|(name, width)| {
            let canvas = paint(&page, &mut shaper, width);
            Size {
                name,
                extension: "png",
                media_type: "image/png",
                bytes: canvas.png(&table),
                width: canvas.width as u32,
                height: canvas.height as u32,
            }
        })
        .collect()
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

/// Paints the page `width` pixels wide.
fn paint(page: &Page, shaper: &mut Shaper, width: usize) -> Canvas {
    let k = width as f32 / WIDTH;
    let mut canvas = Canvas::new(width, (HEIGHT * k) as usize, FIELD.first);
    for element in &page.elements {
        match element {
            Element::Rect(sides, index) => {
                let [left, top, right, bottom] = pixels(*sides, k);
                canvas.rect(left, top, right, bottom, *index);
            }
            Element::Pattern(sides) => {
                let tile = ornament::tile(page.pattern, (page.period * k) as usize);
                let [left, top, right, bottom] = pixels(*sides, k).map(|v| v.max(0) as usize);
                canvas.tile(left, top, right, bottom, &tile);
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
                    if let Some(mask) = mask(&path.0, place) {
                        canvas.blit(&mask, ACCENT);
                    }
                }
            }
            Element::Type(block, origins, ramp) => {
                for (line, origin) in block.lines.iter().zip(origins) {
                    set(
                        &mut canvas,
                        shaper,
                        line,
                        block.size * k,
                        (origin.0 * k, origin.1 * k),
                        *ramp,
                    );
                }
            }
        }
    }
    canvas
}

/// Whole pixels; nothing that has a thickness loses it.
fn pixels([left, top, right, bottom]: [f32; 4], k: f32) -> [i32; 4] {
    let near = |v: f32| (v * k + 0.5).floor() as i32;
    let (l, t) = (near(left), near(top));
    [l, t, near(right).max(l + 1), near(bottom).max(t + 1)]
}

fn set(
    canvas: &mut Canvas,
    shaper: &mut Shaper,
    line: &text::Line,
    size: f32,
    (x, y): (f32, f32),
    ramp: Ramp,
) {
    let em = size / 1000.0;
    for glyph in &line.glyphs {
        let scale = em * glyph.face.scale();
        let place = Place {
            x: x + glyph.x * em,
            y: y - glyph.y * em,
            scale_x: scale,
            scale_y: -scale,
        };
        if let Some(mask) = mask(shaper.outline(glyph.face, glyph.id), place) {
            canvas.blit(&mask, ramp);
        }
    }
}

const _: () =
    assert!(INK.first == FIELD.first + STEPS + 1 && ACCENT.first == INK.first + STEPS + 1);

#[cfg(test)]
mod tests;
