//! The document around a page's layers.

use std::fmt::Write;

use super::clusters::clustered;
use super::number::number;
use super::styles::Styles;
use super::text::{Setter, escape};
use super::{Layer, Layers};
use crate::locators::{SliceText, TextBlock};
use crate::pdf::document::{Link, Place, Target};
use crate::pdf::glyphs::Glyphs;
use crate::pdf::layout::{self, Block, Cell, Line, Reader};
use crate::pdf::page::{Page, Run};

/// What a slice may never do, whoever serves it.
const POLICY: &str = "script-src 'none'; object-src 'none'; frame-src 'none'; connect-src 'none'; \
                      base-uri 'none'; form-action 'none'";

/// A slice but for the name of its stylesheet, which is known when the chunk is done.
#[derive(Debug)]
pub(crate) struct Slice {
    /// Number of the page.
    pub n: u32,
    pub body: String,
    pub text: SliceText,
    pub width: f64,
    pub height: f64,
}

/// What stands in a slice besides the page.
pub(crate) struct Frame<'f> {
    pub n: u32,
    pub links: &'f [Link],
    /// Shown in front of everything: the page, or a part of it, is lost.
    pub notice: Option<&'static str>,
}

/// A page as a slice.
pub(crate) fn slice(
    page: &Page,
    layers: &Layers,
    glyphs: &mut Glyphs,
    styles: &mut Styles,
    frame: &Frame<'_>,
) -> Slice {
    let mut body = String::with_capacity(16 << 10);
    let mut blocks = Vec::new();
    for layer in &layers.layers {
        match layer {
            Layer::Graphics(svg) => {
                body.push_str("<svg width=\"");
                number(&mut body, page.width);
                body.push_str("\" height=\"");
                number(&mut body, page.height);
                body.push_str("\">");
                body.push_str(svg);
                body.push_str("</svg>");
            }
            Layer::Text(runs) => {
                body.push_str("<div class=\"t\">");
                text(page, runs, glyphs, styles, &mut body, &mut blocks);
                body.push_str("</div>");
            }
        }
    }
    finished(body, blocks, page, frame, frame.notice)
}

/// A page that cannot be written: its size, its links and a notice.
pub(crate) fn lost(page: &Page, frame: &Frame<'_>) -> Slice {
    finished(String::new(), Vec::new(), page, frame, Some("missing"))
}

fn finished(
    mut body: String,
    blocks: Vec<TextBlock>,
    page: &Page,
    frame: &Frame<'_>,
    notice: Option<&str>,
) -> Slice {
    links(&mut body, frame.links);
    if let Some(kind) = notice {
        let _ = write!(
            body,
            "<p data-o=\"0\" data-notice=\"{kind}\" role=\"note\" style=\"position:relative;margin:1em;\
             padding:.5em;background:#fff;border:1px solid\">This part of the book cannot be shown.</p>"
        );
    }
    Slice {
        n: frame.n,
        body,
        text: SliceText {
            item: source(frame.n),
            cfi: String::new(),
            blocks,
        },
        width: page.width,
        height: page.height,
    }
}

/// What a page is called as the source of a slice.
pub(crate) fn source(n: u32) -> String {
    format!("page/{}", n + 1)
}

fn text(
    page: &Page,
    runs: &[Run],
    glyphs: &mut Glyphs,
    styles: &mut Styles,
    out: &mut String,
    blocks: &mut Vec<TextBlock>,
) {
    for block in layout::blocks(page, runs, glyphs) {
        let mut lines: Vec<(&Line, Vec<Cell>)> = block
            .lines
            .iter()
            .map(|line| (line, layout::cells(page, line, glyphs)))
            .filter(|(_, cells)| !cells.is_empty())
            .collect();
        let Some((first, cells)) = lines.first() else {
            continue;
        };
        let reader = Reader::new(page, runs, glyphs);
        blocks.push(plain(&lines, first, cells, reader));
        for (line, cells) in &mut lines {
            *cells = clustered(line, cells, glyphs);
        }
        let mut setter = Setter {
            runs,
            glyphs,
            styles,
            out,
        };
        setter.block(&block_of(&block, &lines), &lines);
    }
}

/// The block, told from the lines that have anything in them.
fn block_of(block: &Block, lines: &[(&Line, Vec<Cell>)]) -> Block {
    let mut shown = block.clone();
    if lines.len() != block.lines.len() {
        shown.leading = match lines {
            [(a, _), (b, _), ..] => b.base - a.base,
            _ => block.leading,
        };
    }
    shown
}

fn plain(
    lines: &[(&Line, Vec<Cell>)],
    first: &Line,
    cells: &[Cell],
    mut reader: Reader<'_>,
) -> TextBlock {
    for (line, cells) in lines {
        reader.line(line, cells);
    }
    let run = &reader.runs[first.pieces[cells[0].piece].run];
    TextBlock {
        o: u64::from(run.ordinal + cells[0].index.saturating_sub(run.from)),
        t: reader.text,
        ..TextBlock::default()
    }
}

fn links(out: &mut String, links: &[Link]) {
    for link in links {
        for area in &link.areas {
            out.push_str("<a href=\"");
            match &link.target {
                Target::Web(url) => attribute(out, url),
                Target::Place(Place { page, .. }) => {
                    let _ = write!(out, "{page}.html");
                }
            }
            if let Some(title) = &link.title {
                out.push_str("\" title=\"");
                attribute(out, title);
            }
            out.push_str("\" style=\"left:");
            number(out, area.left);
            out.push_str("px;top:");
            number(out, area.top);
            out.push_str("px;width:");
            number(out, area.right - area.left);
            out.push_str("px;height:");
            number(out, area.bottom - area.top);
            out.push_str("px\"></a>");
        }
    }
}

fn attribute(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '"' => out.push_str("&quot;"),
            c => escape(out, c),
        }
    }
}

impl Slice {
    /// The whole document. `sheet` is the file of its styles below `resources/`.
    pub fn html(&self, sheet: &str, title: &str, language: Option<&str>) -> String {
        let mut out = String::with_capacity(self.body.len() + 1024);
        out.push_str("<!DOCTYPE html><html");
        if let Some(language) = language {
            out.push_str(" lang=\"");
            attribute(&mut out, language);
            out.push('"');
        }
        let (width, height) = viewport(self.width, self.height);
        let _ = write!(
            out,
            "><head><meta charset=\"utf-8\"/><meta name=\"viewport\" content=\"width={width}, height={height}\"/>\
             <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\"/>\
             <meta name=\"referrer\" content=\"no-referrer\"/><title>"
        );
        title.chars().for_each(|c| escape(&mut out, c));
        let _ = write!(
            out,
            "</title><link rel=\"stylesheet\" href=\"../resources/{sheet}\"/></head>\
             <body data-o=\"0\" style=\"width:{width}px;height:{height}px\">"
        );
        out.push_str(&self.body);
        out.push_str("</body></html>");
        out
    }
}

/// A page's size in whole CSS pixels, one for each point.
pub(crate) fn viewport(width: f64, height: f64) -> (u32, u32) {
    let side = |points: f64| (points - 0.01).ceil().clamp(1.0, 20_000.0) as u32;
    (side(width), side(height))
}
