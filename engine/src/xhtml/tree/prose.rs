//! Plain text of blocks, with every piece of it traced back to the source.

use crate::locators::{Piece, TextBlock};
use crate::xhtml::escape::push_number;
use crate::xhtml::trail::{Trail, scalars_and_wide};

/// Bytes of paths in one slice. Markup twenty times as dense as any book's has no paths
/// behind this, only offsets: at the bottom of 500 elements every letter could have its own.
const MOST_PATHS: usize = 4 << 20;

/// Collects the text blocks of a slice.
#[derive(Debug, Default)]
pub(super) struct Prose {
    blocks: Vec<TextBlock>,
    open: bool,
    /// UTF-16 units of the open block's text.
    length: u32,
    /// Pieces of the open block, paths still whole.
    pieces: Vec<Start>,
    /// Bytes of paths so far.
    spent: usize,
    /// What the next character would have to be to belong to the last piece.
    expected: Expected,
}

#[derive(Debug)]
struct Start {
    t: u32,
    o: u64,
    units: u64,
    /// Only where another text node begins.
    path: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Expected {
    node: u64,
    o: u64,
    units: u64,
}

impl Default for Expected {
    /// No place continues this.
    fn default() -> Self {
        Self {
            node: u64::MAX,
            o: 0,
            units: 0,
        }
    }
}

impl Prose {
    /// Ends the open block: what comes next begins another.
    pub fn end_block(&mut self) {
        if !self.open {
            return;
        }
        self.open = false;
        let pieces = std::mem::take(&mut self.pieces);
        if let Some(block) = self.blocks.last_mut() {
            let trimmed = block.t.trim_end_matches(' ').len();
            let spaces = block.t.len() - trimmed;
            block.t.truncate(trimmed);
            finish(block, pieces, self.length - spaces as u32);
        }
    }

    /// The blocks so far.
    pub fn take(&mut self) -> Vec<TextBlock> {
        self.end_block();
        self.spent = 0;
        std::mem::take(&mut self.blocks)
    }

    /// A break that is not text (`br`).
    pub fn blank(&mut self) {
        if let Some(block) = self.blocks.last_mut().filter(|_| self.open)
            && !block.t.ends_with(' ')
        {
            block.t.push(' ');
            self.length += 1;
            self.expected = Expected::default();
        }
    }

    /// Text at scalar `o` of the source, `before` units behind the trail's place in its node.
    /// Runs of blanks become one space.
    pub fn text(&mut self, text: &str, o: u64, before: u64, trail: &Trail) {
        let node = trail.node();
        let mut at = Expected {
            node,
            o,
            units: trail.units() + before,
        };
        let bytes = text.as_bytes();
        let mut i = 0;
        while i < bytes.len() {
            let end = i + clean(&bytes[i..]);
            if end > i {
                self.words(&text[i..end], &mut at, trail);
                i = end;
                continue;
            }
            let end = i + bytes[i..]
                .iter()
                .position(|&byte| !is_blank(byte))
                .unwrap_or(bytes.len() - i);
            self.gap(&bytes[i..end], &mut at, trail);
            i = end;
        }
    }

    /// Text without blanks but single spaces between words.
    fn words(&mut self, words: &str, at: &mut Expected, trail: &Trail) {
        if !self.open {
            self.blocks.push(TextBlock {
                o: at.o,
                ..TextBlock::default()
            });
            (self.open, self.length) = (true, 0);
            self.expected = Expected::default();
        }
        self.note(*at, trail);
        let Some(block) = self.blocks.last_mut() else {
            return;
        };
        block.t.push_str(words);
        let (scalars, wide) = scalars_and_wide(words);
        at.o += scalars;
        at.units += scalars + wide;
        self.length += (scalars + wide) as u32;
        self.expected = *at;
    }

    fn gap(&mut self, blanks: &[u8], at: &mut Expected, trail: &Trail) {
        let here = *at;
        let ends = blanks.windows(2).filter(|pair| *pair == b"\r\n").count() as u64;
        at.o += blanks.len() as u64;
        at.units += blanks.len() as u64 - ends;
        let wanted = self.open
            && self
                .blocks
                .last()
                .is_some_and(|block| !block.t.ends_with(' '));
        if wanted {
            self.note(here, trail);
            if let Some(block) = self.blocks.last_mut() {
                block.t.push(' ');
            }
            self.length += 1;
            self.expected = Expected {
                node: here.node,
                o: here.o + 1,
                units: here.units + 1,
            };
        }
    }

    /// Begins a piece, unless this place continues the last one.
    fn note(&mut self, at: Expected, trail: &Trail) {
        if at == self.expected {
            return;
        }
        let same = at.node == self.expected.node && !self.pieces.is_empty();
        let path = (!same).then(|| match self.spent < MOST_PATHS {
            true => trail.path(),
            false => String::new(),
        });
        self.spent += path.as_ref().map_or(0, String::len);
        self.pieces.push(Start {
            t: self.length,
            o: at.o,
            units: at.units,
            path,
        });
    }
}

/// How far `bytes` are copied as they are: up to a blank that is not a single space between words.
fn clean(bytes: &[u8]) -> usize {
    const STEP: usize = 32;
    let stops =
        |here: u8, next: u8| (here == b' ') & is_blank(next) | (here != b' ') & is_blank(here);
    let mut at = 0;
    // Most text goes on for long: asked of many bytes at once, it costs next to nothing.
    while let Some(window) = bytes.get(at..at + STEP + 1) {
        let pairs = window[..STEP].iter().zip(&window[1..]);
        if pairs.fold(false, |any, (&here, &next)| any | stops(here, next)) {
            break;
        }
        at += STEP;
    }
    let next = |i: usize| bytes.get(i + 1).copied().unwrap_or(b' ');
    let stop = (at..bytes.len()).find(|&i| stops(bytes[i], next(i)));
    let stop = stop.unwrap_or(bytes.len());
    // A space in front of words is a gap of its own.
    if bytes.first() == Some(&b' ') {
        0
    } else {
        stop
    }
}

/// XML's blanks and what markup cannot hold.
fn is_blank(byte: u8) -> bool {
    (byte <= b' ') | (byte == 0x7F)
}

/// Puts the pieces into the block, each by what lies between it and the one before.
fn finish(block: &mut TextBlock, mut pieces: Vec<Start>, length: u32) {
    pieces.retain(|piece| piece.t < length);
    let Some(first) = pieces.first() else { return };
    let mut paths = pieces.iter().filter_map(|piece| piece.path.as_deref());
    let has_tree = !paths.clone().any(str::is_empty);
    // May be nothing: of two pieces only the one nearer to an id asserts it.
    let shared = paths
        .next()
        .map_or("", |first| paths.fold(first, shared_steps));
    let rest = |path: &str, units: u64| {
        let mut place = path
            .get(shared.len()..)
            .filter(|_| has_tree)
            .unwrap_or_default()
            .to_owned();
        if units > 0 && has_tree {
            place.push(':');
            push_number(units, &mut place);
        }
        place
    };
    let begin = rest(first.path.as_deref().unwrap_or_default(), first.units);
    let single = pieces.len() == 1;
    block.c = if single {
        format!("{shared}{begin}")
    } else {
        shared.to_owned()
    };
    if single {
        return;
    }
    if !begin.is_empty() {
        block.p.push(Piece::Place(begin));
    }
    let mut text = block.t.as_str();
    for pair in pieces.windows(2) {
        let (before, next) = (&pair[0], &pair[1]);
        let units = next.t - before.t;
        let scalars = take_units(&mut text, units);
        let skip = next.o as i64 - (before.o + scalars) as i64;
        let more = next.units as i64 - (before.units + u64::from(units)) as i64;
        block.p.push(Piece::Number(units.into()));
        block.p.push(match &next.path {
            Some(path) if has_tree => Piece::Place(format!("{skip}{}", rest(path, next.units))),
            None if has_tree && more != skip => Piece::Both(skip, more),
            _ => Piece::Number(skip),
        });
    }
}

/// Takes UTF-16 units off the front of a text and counts their scalars.
fn take_units(text: &mut &str, units: u32) -> u64 {
    let (mut seen, mut scalars, mut bytes) = (0, 0, 0);
    for c in text.chars() {
        if seen >= units {
            break;
        }
        seen += c.len_utf16() as u32;
        bytes += c.len_utf8();
        scalars += 1;
    }
    *text = &text[bytes..];
    scalars
}

/// The steps that two paths begin with. A step with an id and one without differ.
fn shared_steps<'p>(a: &'p str, b: &str) -> &'p str {
    let mut shared = 0;
    for (i, (x, y)) in a.bytes().zip(b.bytes()).enumerate() {
        if x == b'/' && y == b'/' {
            shared = i;
        }
        if x != y {
            return &a[..shared];
        }
    }
    let end = a.len().min(b.len());
    let whole = |path: &str| path.len() == end || path[end..].starts_with('/');
    if whole(a) && whole(b) {
        &a[..end]
    } else {
        &a[..shared]
    }
}

#[cfg(test)]
mod tests {
    use quick_xml::events::BytesStart;

    use super::*;

    #[test]
    fn text_is_clean_up_to_a_blank_that_is_more_than_one_space() {
        let long = "word ".repeat(20);
        let cases = [
            (" a", 0),
            ("a", 1),
            ("a ", 1),
            ("a b", 3),
            ("a  b", 1),
            ("a b\nc", 3),
            ("a \nb", 1),
            ("é 字\u{A0}x", 9),
            (&format!("{long}\u{7F}"), 99),
            (&format!("{long}end\tx"), 103),
            (&long, 99),
        ];
        for (text, expected) in cases {
            assert_eq!(clean(text.as_bytes()), expected, "{text:?}");
        }
    }

    #[test]
    fn past_most_paths_only_offsets_are_said() {
        let mut trail = Trail::new(true);
        (0..500).for_each(|_| trail.enter(&BytesStart::new("b")));
        let mut prose = Prose::default();
        for o in 0..5000 {
            trail.enter(&BytesStart::new("i"));
            trail.leave();
            prose.text("x", o * 2, 0, &trail);
            prose.end_block();
        }
        let blocks = prose.take();
        let bytes: usize = blocks.iter().map(|block| block.c.len()).sum();
        assert!(bytes < MOST_PATHS + MOST_PATHS / 10, "{bytes}");
        assert!(!blocks[0].c.is_empty() && blocks[4999].c.is_empty());
        assert_eq!(blocks[4999].o, 9998);
        // The next slice has its own.
        prose.text("x", 1, 0, &trail);
        assert!(!prose.take()[0].c.is_empty());
    }

    #[test]
    fn shared_steps_are_whole_ones() {
        assert_eq!(shared_steps("/4/2/10/1", "/4/2/10/2/1"), "/4/2/10");
        assert_eq!(shared_steps("/4/2/1", "/4/22/1"), "/4");
        assert_eq!(shared_steps("/4/2/1", "/4/2/1"), "/4/2/1");
        assert_eq!(shared_steps("/4/2/1", "/4/2/11"), "/4/2");
        assert_eq!(shared_steps("/4/2", "/4/2/11"), "/4/2");
        assert_eq!(shared_steps("/4/2/11", "/4/2"), "/4/2");
    }
}
