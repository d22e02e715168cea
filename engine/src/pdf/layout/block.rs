//! Lines to blocks.

use super::{Frame, Line};

/// Distance (em) from line to line within a block.
const CLOSE: f64 = 0.6;
const FAR: f64 = 2.4;
/// How much (em) that distance may differ from that of the lines before.
const UNEVEN: f64 = 0.25;
/// An indent (em) that begins a paragraph.
const INDENT: f64 = 0.8;
const DEEP: f64 = 6.0;
/// Sizes of a block's lines differ by no more than this.
const SAME_SIZE: f64 = 0.88;

/// Lines that follow each other evenly: a paragraph or a part of one.
#[derive(Debug, Clone)]
pub(crate) struct Block {
    pub frame: Frame,
    pub lines: Vec<Line>,
    /// From baseline to baseline; the size where there is one line.
    pub leading: f64,
    /// Where its lines begin, most of them.
    pub start: f64,
}

pub(super) fn blocks(lines: Vec<Line>) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    for line in lines {
        match blocks.last_mut().filter(|block| block.takes(&line)) {
            Some(block) => block.add(line),
            None => blocks.push(Block::new(line)),
        }
    }
    blocks
}

impl Block {
    fn new(line: Line) -> Self {
        Self {
            frame: line.frame,
            leading: line.size,
            start: line.start,
            lines: vec![line],
        }
    }

    fn last(&self) -> &Line {
        &self.lines[self.lines.len() - 1]
    }

    fn takes(&self, line: &Line) -> bool {
        let last = self.last();
        let size = last.size.max(line.size);
        let step = line.base - last.base;
        let even = self.lines.len() < 2 || (step - self.leading).abs() < UNEVEN * size;
        let beside = line.start < last.end.max(self.widest()) && line.end > last.start;
        let indent = line.start - self.start;
        let begins = self.lines.len() > 1 && indent > INDENT * size && indent < DEEP * size;
        self.frame.is_near(&line.frame)
            && last.size.min(line.size) > SAME_SIZE * size
            && step > CLOSE * size
            && step < FAR * size
            && even
            && beside
            && !begins
    }

    fn widest(&self) -> f64 {
        self.lines
            .iter()
            .map(|line| line.end)
            .fold(f64::NEG_INFINITY, f64::max)
    }

    fn add(&mut self, line: Line) {
        if self.lines.len() == 1 {
            self.leading = line.base - self.last().base;
            // The first line may be indented; the second tells where lines begin.
            self.start = line.start;
        }
        self.lines.push(line);
    }
}
