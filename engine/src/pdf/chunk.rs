//! Chunks: pages that are made together and share fonts.

use std::panic::{AssertUnwindSafe, catch_unwind};

use rayon::prelude::*;

use super::document::Document;
use super::fonts;
use super::glyphs::Glyphs;
use super::html::{self, Count, Slice, Styles};
use super::interpret::{Interpreter, Outcome, Pictures, on_a_deep_stack};
use crate::book::warning;
use crate::pdf::images::Encoded;
use crate::{Limits, Warning};

/// Pages of a chunk, once the first pages are past.
const PAGES: u32 = 16;

/// The chunk that page `n` of `pages` belongs to: 1, 1, 2, 4, 8, then 16 pages each. Fixed by the
/// number alone, so that a page made by itself is the same as in the whole book.
pub(super) fn chunk_of(n: u32, pages: u32) -> std::ops::Range<u32> {
    let from = match n {
        0 => 0,
        1..PAGES => 1 << n.ilog2(),
        _ => n / PAGES * PAGES,
    };
    let to = match from {
        0 => 1,
        1..PAGES => from * 2,
        _ => from + PAGES,
    };
    from..to.min(pages)
}

/// All chunks, in order.
pub(super) fn chunks(pages: u32) -> Vec<std::ops::Range<u32>> {
    let mut out = Vec::new();
    let mut next = 0;
    while next < pages {
        let chunk = chunk_of(next, pages);
        next = chunk.end;
        out.push(chunk);
    }
    out
}

/// What is made of a chunk.
pub(super) struct Made {
    pub slices: Vec<Slice>,
    /// File of the stylesheet below `resources/`.
    pub sheet: String,
    pub warnings: Vec<Warning>,
    pub count: Count,
}

/// All that chunks are made of.
pub(super) struct Maker<'m> {
    pub pdf: &'m hayro_syntax::Pdf,
    pub document: &'m Document,
    pub limits: &'m Limits,
    pub pictures: &'m Pictures<'m>,
}

impl Maker<'_> {
    /// Makes a chunk. Pictures and fonts are put on the way.
    pub fn make(&self, pages: std::ops::Range<u32>) -> Made {
        let (mut made, glyphs, styles) = on_a_deep_stack(|| self.pages(pages));
        // Not on that thread: the pool's threads may all be waiting for one like it.
        made.sheet = self.sheet(&glyphs, &styles);
        made
    }

    fn pages(&self, pages: std::ops::Range<u32>) -> (Made, Glyphs, Styles) {
        let mut interpreter = Interpreter::new(self.pdf, self.document, self.limits, self.pictures);
        let mut glyphs = Glyphs::default();
        let mut styles = Styles::default();
        let mut made = Made {
            slices: Vec::with_capacity(pages.len()),
            sheet: String::new(),
            warnings: Vec::new(),
            count: Count::default(),
        };
        for n in pages {
            let (page, outcome) = interpreter.page(n, &mut glyphs);
            self.say(n, &page.cut, outcome, &mut made.warnings);
            let links = self.document.links(self.pdf, n);
            let frame = html::Frame {
                n,
                links: &links,
                notice: (outcome != Outcome::Whole).then_some("missing"),
            };
            let write = || {
                let layers = html::layers(&page, &glyphs);
                let slice = html::slice(&page, &layers, &mut glyphs, &mut styles, &frame);
                (slice, layers.count)
            };
            // A page that we cannot write is lost alone.
            let Ok((slice, count)) = catch_unwind(AssertUnwindSafe(write)) else {
                self.say(n, &[], Outcome::Failed, &mut made.warnings);
                made.slices.push(html::lost(&page, &frame));
                continue;
            };
            made.count.add(count);
            made.slices.push(slice);
        }
        (made, glyphs, styles)
    }

    /// Puts the fonts and the stylesheet that names them.
    fn sheet(&self, glyphs: &Glyphs, styles: &Styles) -> String {
        let files: Vec<Option<String>> = (0..glyphs.faces.len() as u32)
            .into_par_iter()
            .map(|face| {
                let font = fonts::make(glyphs, face)?;
                let encoded = Encoded {
                    bytes: font.bytes,
                    extension: "woff2",
                    media_type: "font/woff2",
                };
                Some(self.pictures.put(&encoded))
            })
            .collect();
        let sheet = styles.sheet(&files);
        self.pictures.put(&Encoded {
            bytes: sheet.into_bytes(),
            extension: "css",
            media_type: "text/css",
        })
    }

    fn say(&self, n: u32, cut: &[&'static str], outcome: Outcome, warnings: &mut Vec<Warning>) {
        let item = html::source(n);
        let mut say = |code, message: String| warnings.push(warning(code, message, Some(&item)));
        match outcome {
            Outcome::Whole => {}
            Outcome::Cut(limit) => say("page_cut", format!("{limit}: the page asks for too much")),
            Outcome::Failed => say("page_failed", "a part of the page is lost".into()),
        }
        for name in cut {
            match *name {
                "image" => say("image_lost", "an image is damaged".into()),
                limit => say(
                    "image_lost",
                    format!("{limit}: an image is too large, or the images of the page are"),
                ),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_cover_all_pages_and_depend_on_the_page_alone() {
        for pages in [1, 2, 3, 5, 16, 17, 33, 1000] {
            let all = chunks(pages);
            assert_eq!(all[0], 0..1);
            assert_eq!(all.last().map(|last| last.end), Some(pages));
            assert!(all.windows(2).all(|pair| pair[0].end == pair[1].start));
            for chunk in all {
                assert!(chunk.clone().all(|n| chunk_of(n, pages) == chunk));
            }
        }
        let sizes: Vec<usize> = chunks(48).iter().map(ExactSizeIterator::len).collect();
        assert_eq!(sizes, [1, 1, 2, 4, 8, 16, 16]);
    }
}
