//! What lines say, as plain text in logical order.

use unicode_bidi::BidiClass;

use super::Cell;
use super::line::Line;
use super::words::is_ideographic;
use crate::pdf::glyphs::Glyphs;
use crate::pdf::page::{Page, Run};

/// Reads lines one after another.
pub(crate) struct Reader<'r> {
    pub page: &'r Page,
    pub runs: &'r [Run],
    pub glyphs: &'r Glyphs,
    /// What was read so far.
    pub text: String,
    /// The marked content whose replacement text was written last.
    actual: Option<u32>,
}

impl<'r> Reader<'r> {
    pub fn new(page: &'r Page, runs: &'r [Run], glyphs: &'r Glyphs) -> Self {
        Self {
            page,
            runs,
            glyphs,
            text: String::new(),
            actual: None,
        }
    }

    /// Adds a line. A hyphen at the end of what is there joins with it.
    pub fn line(&mut self, line: &Line, cells: &[Cell]) {
        let words = self.words(line, cells);
        if self.text.is_empty() || words.is_empty() {
            self.text.push_str(&words);
            return;
        }
        let starts = words.chars().next();
        let ends = self.text.chars().next_back();
        if is_broken(&self.text) && starts.is_some_and(char::is_lowercase) {
            self.text.pop();
        } else if !(ends.is_some_and(is_ideographic) && starts.is_some_and(is_ideographic)) {
            self.text.push(' ');
        }
        self.text.push_str(&words);
    }

    /// What stands for a cell, and the mark that says so.
    fn actual(&self, line: &Line, cell: &Cell) -> Option<(u32, &'r str)> {
        self.page
            .actual(self.runs[line.pieces[cell.piece].run].mark)
    }

    /// The words of a line in logical order.
    fn words(&mut self, line: &Line, cells: &[Cell]) -> String {
        let mut units: Vec<&str> = Vec::with_capacity(cells.len());
        for (n, cell) in cells.iter().enumerate() {
            // A space that no glyph stands for belongs to what follows.
            let owner = match (cell.glyph, cells.get(n + 1)) {
                (None, Some(next)) => next,
                _ => cell,
            };
            let actual = self.actual(line, owner);
            if cell.glyph.is_none() && actual.map(|(mark, _)| mark) != self.actual {
                units.push(" ");
                continue;
            }
            match actual {
                Some((mark, _)) if self.actual == Some(mark) => continue,
                Some((mark, text)) => {
                    self.actual = Some(mark);
                    units.push(text);
                    continue;
                }
                None => self.actual = None,
            }
            units.push(match cell.glyph {
                Some(glyph) if !cell.is_space => {
                    let text = &*self.glyphs.list[glyph as usize].text;
                    if text.is_empty() { "\u{fffd}" } else { text }
                }
                _ => " ",
            });
        }
        let order = reading_order(&units);
        let words: String = order.iter().map(|n| units[*n]).collect();
        words.trim().to_owned()
    }
}

/// Whether a text ends in the middle of a word: a letter and a hyphen.
fn is_broken(text: &str) -> bool {
    let mut back = text.chars().rev();
    matches!(back.next(), Some('-' | '\u{2010}' | '\u{ad}'))
        && back.next().is_some_and(char::is_alphabetic)
}

/// The direction of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Left,
    Right,
    /// Takes that of what is around it.
    Neither,
}

fn side(unit: &str) -> Side {
    // Nothing before Hebrew runs from the right, and looking classes up takes its time.
    if unit.is_ascii() {
        let is_strong = unit.bytes().any(|byte| byte.is_ascii_alphanumeric());
        return if is_strong { Side::Left } else { Side::Neither };
    }
    for c in unit.chars() {
        match unicode_bidi::bidi_class(c) {
            BidiClass::R | BidiClass::AL => return Side::Right,
            BidiClass::L | BidiClass::EN | BidiClass::AN => return Side::Left,
            _ => {}
        }
    }
    Side::Neither
}

/// The order in which units that stand from left to right are read.
pub(crate) fn reading_order(units: &[&str]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..units.len()).collect();
    if units.iter().all(|unit| unit.is_ascii()) {
        return order;
    }
    let sides: Vec<Side> = units.iter().map(|unit| side(unit)).collect();
    let count = |wanted| sides.iter().filter(|side| **side == wanted).count();
    let right = count(Side::Right);
    if right == 0 {
        return order;
    }
    if right >= count(Side::Left) {
        // A line from the right: all is turned around, and what runs from the left back again.
        order.reverse();
        let turned: Vec<Side> = sides.into_iter().rev().collect();
        turn_back(&mut order, &turned, Side::Left);
    } else {
        turn_back(&mut order, &sides, Side::Right);
    }
    order
}

/// Reverses each stretch of one side, with what stands between.
fn turn_back(order: &mut [usize], sides: &[Side], wanted: Side) {
    let mut n = 0;
    while n < order.len() {
        if sides[n] != wanted {
            n += 1;
            continue;
        }
        let mut end = n + 1;
        for (m, side) in sides.iter().enumerate().skip(n + 1) {
            match side {
                side if *side == wanted => end = m + 1,
                Side::Neither => {}
                _ => break,
            }
        }
        order[n..end].reverse();
        n = end;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(visual: &[&str]) -> String {
        let order = reading_order(visual);
        order.iter().map(|n| visual[*n]).collect()
    }

    #[test]
    fn lines_from_the_right_are_turned_around_but_for_numbers() {
        assert_eq!(read(&["ג", "ב", "א"]), "אבג");
        assert_eq!(read(&["ב", " ", "1", "2", " ", "א"]), "א 12 ב");
        assert_eq!(
            read(&["a", "b", "c", " ", "ב", "א", " ", "d", "e"]),
            "abc אב de"
        );
    }

    #[test]
    fn words_that_are_broken_end_in_a_letter_and_a_hyphen() {
        assert!(is_broken("hyphen-"));
        assert!(is_broken("hyphen\u{ad}"));
        assert!(!is_broken("1-"));
        assert!(!is_broken("-"));
        assert!(!is_broken("hyphen"));
    }
}
