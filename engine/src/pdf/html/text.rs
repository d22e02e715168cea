//! Lines as HTML: text that can be selected and found, where the PDF has it.
//!
//! A block is one paragraph of the browser, so that its find and its selection go on over the ends
//! of lines. Each line is a `span` that does not wrap, in a paragraph too narrow for two of them:
//! so a line breaks at the blank between two spans and nowhere else. Lines of a block stand under
//! each other by the paragraph's line height.

use super::number::{exact, hundredths, number};
use super::styles::{FINE, Look, Styles};
use crate::pdf::fonts;
use crate::pdf::glyphs::{Code, Glyphs};
use crate::pdf::layout::{Block, Cell, Line};
use crate::pdf::page::Run;

/// How far (em) the browser's pen may be off: at the beginning of a word, and within it.
const WORD_OFF: f64 = 0.025;
const LETTER_OFF: f64 = 0.04;
/// Letters from which on their usual distance is worth a letter-spacing of at least this (em).
const ENOUGH: usize = 6;
const LETTER_SPACING: f64 = 0.004;

/// What all lines of a page share.
pub(super) struct Setter<'s> {
    pub runs: &'s [Run],
    pub glyphs: &'s Glyphs,
    pub styles: &'s mut Styles,
    pub out: &'s mut String,
}

/// In layout units.
#[derive(Debug, Clone, Copy)]
struct Spacing {
    letter: f64,
    word: f64,
}

impl Setter<'_> {
    /// Writes a block. `lines` are its lines with their cells; none of them is empty.
    pub fn block(&mut self, block: &Block, lines: &[(&Line, Vec<Cell>)]) {
        let Some((first, cells)) = lines.first() else {
            return;
        };
        let main = commonest(&self.looks(first, cells));
        let class = self.styles.class(main);
        let leading = if lines.len() > 1 {
            (block.leading * FINE * 4.0).round() / 4.0
        } else {
            main.em().round()
        };
        let drop = baseline(main.em(), leading);
        let start = if lines.len() > 1 {
            block.start
        } else {
            cells[0].x
        };
        let (x, y) = block.frame.point(start, first.base);
        let run = &self.runs[first.pieces[cells[0].piece].run];
        let ordinal = run.ordinal + cells[0].index.saturating_sub(run.from);
        self.out.push_str("<p class=\"s");
        self.whole(f64::from(class));
        self.out.push_str("\" data-o=\"");
        self.whole(f64::from(ordinal));
        self.out.push_str("\" style=\"left:");
        self.whole((x * FINE).round());
        self.out.push_str("px;top:");
        self.whole((y * FINE).round() - drop);
        self.out.push_str("px;line-height:");
        number(self.out, leading);
        self.out.push_str("px");
        if !block.frame.is_upright() {
            self.out.push_str(";transform:matrix(");
            for part in block.frame.matrix() {
                exact(self.out, part);
                self.out.push(',');
            }
            self.out.push_str("0,0);transform-origin:0 ");
            self.whole(drop);
            self.out.push_str("px");
        }
        self.out.push_str("\">");
        for (n, (line, cells)) in lines.iter().enumerate() {
            if n > 0 {
                self.out.push(' ');
            }
            let off = ((line.base - first.base) * FINE - leading * n as f64).round();
            self.line(line, cells, start, off, main);
        }
        self.out.push_str("</p>");
    }

    /// Writes a line, `off` below where it would stand by itself.
    fn line(&mut self, line: &Line, cells: &[Cell], start: f64, off: f64, block: Look) {
        let looks = self.looks(line, cells);
        let main = commonest(&looks);
        let spacing = self.spacing(line, cells, &looks);
        self.out.push_str("<span");
        if main != block {
            self.class(main);
        }
        let mut style = String::new();
        let indent = ((cells[0].x - start) * FINE).round();
        let mut declare = |name: &str, value: f64| {
            if value != 0.0 {
                style.push_str(if style.is_empty() { "" } else { ";" });
                style.push_str(name);
                number(&mut style, value);
                style.push_str("px");
            }
        };
        declare("margin-left:", indent);
        declare("word-spacing:", spacing.word);
        declare("letter-spacing:", spacing.letter);
        declare("position:relative;top:", off);
        if !style.is_empty() {
            self.out.push_str(" style=\"");
            self.out.push_str(&style);
            self.out.push('"');
        }
        self.out.push('>');
        let at = start * FINE + indent;
        self.cells(line, cells, &looks, spacing, at);
        self.out.push_str("</span>");
    }

    /// Writes the glyphs of a line, with what keeps the browser's pen where the PDF's is. `at` is
    /// where the pen begins.
    fn cells(
        &mut self,
        line: &Line,
        cells: &[Cell],
        looks: &[Look],
        spacing: Spacing,
        mut at: f64,
    ) {
        let main = commonest(looks);
        let mut open: Option<(Look, i64)> = None;
        for (n, (cell, &look)) in cells.iter().zip(looks).enumerate() {
            if cell.is_space {
                self.out.push(' ');
                at += self.space(look) + spacing.letter + spacing.word;
                continue;
            }
            let Some(glyph) = cell.glyph.map(|glyph| &self.glyphs.list[glyph as usize]) else {
                continue;
            };
            let base = line.pieces[cell.piece].base;
            let rise = ((base - line.base) * FINE).round() as i64;
            let wish = (look != main || rise != 0).then_some((look, rise));
            if wish != open {
                if open.is_some() {
                    self.out.push_str("</span>");
                }
                if let Some((look, rise)) = wish {
                    self.open(look, rise, main);
                }
                open = wish;
            }
            let off = cell.x * FINE - at;
            let begins = n > 0 && cells[n - 1].is_space;
            let most = if begins { WORD_OFF } else { LETTER_OFF };
            if off.abs() > most * look.em() && n > 0 {
                let step = off.round();
                self.out.push_str("<i style=\"margin-left:");
                self.whole(step);
                self.out.push_str("px\"></i>");
                at += step;
            }
            match glyph.code {
                Code::Char(c) if glyph.shaped => {
                    word_over(self.out, c, &glyph.text, advance(glyph.advance, look), look);
                    at += advance(glyph.advance, look);
                    continue;
                }
                Code::Char(c) => escape(self.out, c),
                Code::Sequence => glyph.text.chars().for_each(|c| escape(self.out, c)),
                Code::Space | Code::Nothing => {}
            }
            at += advance(glyph.advance, look) + spacing.letter;
        }
        if open.is_some() {
            self.out.push_str("</span>");
        }
    }

    fn open(&mut self, look: Look, rise: i64, main: Look) {
        self.out.push_str("<span");
        if look != main {
            self.class(look);
        }
        if rise != 0 {
            self.out.push_str(" style=\"position:relative;top:");
            self.whole(rise as f64);
            self.out.push_str("px\"");
        }
        self.out.push('>');
    }

    /// How each cell looks; a space looks like the letter before it.
    fn looks(&self, line: &Line, cells: &[Cell]) -> Vec<Look> {
        let mut looks: Vec<Look> = Vec::with_capacity(cells.len());
        for cell in cells {
            let look = match (cell.is_space, looks.last()) {
                (true, Some(last)) => *last,
                _ => {
                    let piece = &line.pieces[cell.piece];
                    let glyph = cell.glyph.map(|glyph| &self.glyphs.list[glyph as usize]);
                    let ink = &self.runs[piece.run].ink;
                    Look::new(glyph.map_or(0, |glyph| glyph.face), piece.size, ink.plain())
                }
            };
            looks.push(look);
        }
        looks
    }

    /// The spacings that suit most of a line.
    fn spacing(&self, line: &Line, cells: &[Cell], looks: &[Look]) -> Spacing {
        let own = |n: usize| {
            let glyph = cells[n]
                .glyph
                .map(|glyph| &self.glyphs.list[glyph as usize]);
            glyph.map_or(0.0, |glyph| advance(glyph.advance, looks[n]))
        };
        let mut letters = Vec::new();
        for (n, pair) in cells.windows(2).enumerate() {
            // Rows of dots are spaced otherwise than letters.
            let is_letter = |cell: &Cell| {
                let glyph = cell.glyph.map(|glyph| &self.glyphs.list[glyph as usize]);
                glyph.is_some_and(|glyph| {
                    !glyph.shaped && glyph.text.starts_with(char::is_alphanumeric)
                })
            };
            if is_letter(&pair[0]) && is_letter(&pair[1]) {
                letters.push((pair[1].x - pair[0].x) * FINE - own(n));
            }
        }
        let letter = middle(&mut letters, ENOUGH);
        let letter = if letter.abs() > LETTER_SPACING * line.size * FINE {
            (letter * 100.0).round() / 100.0
        } else {
            0.0
        };
        let mut words = Vec::new();
        for (n, triple) in cells.windows(3).enumerate() {
            if triple[1].is_space && triple[2].x > triple[0].x {
                let natural = own(n) + self.space(looks[n + 1]) + 2.0 * letter;
                words.push((triple[2].x - triple[0].x) * FINE - natural);
            }
        }
        let word = middle(&mut words, 1);
        Spacing {
            letter,
            word: (word * 100.0).round() / 100.0,
        }
    }

    fn space(&self, look: Look) -> f64 {
        f64::from(fonts::space(self.glyphs, look.face)) / fonts::UNITS * look.em()
    }

    fn class(&mut self, look: Look) {
        let class = self.styles.class(look);
        self.out.push_str(" class=\"s");
        self.whole(f64::from(class));
        self.out.push('"');
    }

    fn whole(&mut self, value: f64) {
        hundredths(self.out, value.clamp(-1e9, 1e9) as i64 * 100);
    }
}

/// The advance that the browser gives a glyph.
fn advance(advance: f32, look: Look) -> f64 {
    f64::from(fonts::units(advance)) / fonts::UNITS * look.em()
}

/// A word of a script that is not shaped again: its glyph by a style, its letters unseen over it,
/// spaced so that they are just as wide.
fn word_over(out: &mut String, code: char, text: &str, width: f64, look: Look) {
    let letters = text.chars().filter(|c| !fonts::is_mark(*c)).count();
    let own = letters as f64 * advance(fonts::LETTER, look);
    out.push_str("<span class=\"u\" data-t=\"");
    out.push(code);
    out.push_str("\" style=\"--w:-");
    number(out, width);
    out.push_str("px;letter-spacing:");
    number(out, (width - own) / letters.max(1) as f64);
    out.push_str("px\">");
    text.chars().for_each(|c| escape(out, c));
    out.push_str("</span>");
}

/// The look that most cells have; of several the first.
fn commonest(looks: &[Look]) -> Look {
    let mut counts: Vec<(Look, usize)> = Vec::new();
    for look in looks {
        match counts.iter_mut().find(|(known, _)| known == look) {
            Some((_, count)) => *count += 1,
            None => counts.push((*look, 1)),
        }
    }
    let most = counts.iter().map(|(_, count)| *count).max();
    let found = counts.iter().find(|(_, count)| Some(*count) == most);
    found.map_or(Look::new(0, 1.0, None), |(look, _)| *look)
}

/// The middle value of at least `least`; else 0.
fn middle(values: &mut [f64], least: usize) -> f64 {
    if values.len() < least {
        return 0.0;
    }
    let middle = values.len() / 2;
    *values.select_nth_unstable_by(middle, f64::total_cmp).1
}

/// How far below a line's upper edge browsers set its baseline: ascent and descent are rounded, and
/// half of what the line is higher than both goes above, rounded down.
fn baseline(em: f64, leading: f64) -> f64 {
    let part = |units: i16| f64::from(units) / fonts::UNITS * em;
    let (mut ascent, mut descent) = (part(fonts::ASCENT).round(), part(fonts::DESCENT).round());
    // Blink on Linux, where glyphs stand between pixels.
    if descent < part(fonts::DESCENT) && ascent >= 1.0 {
        descent += 1.0;
        ascent -= 1.0;
    }
    ((leading - ascent - descent) / 2.0).floor() + ascent
}

pub(super) fn escape(out: &mut String, c: char) {
    match c {
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        '&' => out.push_str("&amp;"),
        c => out.push(c),
    }
}
