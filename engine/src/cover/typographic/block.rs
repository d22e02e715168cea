//! Blocks of lines: the largest type in which a text fits a box.

use super::text::{Line, Shaper, Text};

/// A text broken into lines at a type size. Units are those of the page.
#[derive(Debug, Clone)]
pub(super) struct Block {
    pub size: f32,
    pub lines: Vec<Line>,
    /// Baselines below the block's top, which is the top of the first line's ink.
    pub baselines: Vec<f32>,
    /// From the top of the first line's ink to the bottom of the last line's.
    pub height: f32,
}

/// What a block may take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Room<'a> {
    pub width: f32,
    pub height: f32,
    /// Type sizes, largest first, each with the most lines it may have.
    pub sizes: &'a [(f32, usize)],
}

/// Below this size words are rather broken than set smaller.
const WHOLE_WORDS: f32 = 60.0;
/// The largest size with broken words.
const BROKEN_WORDS: f32 = 84.0;

/// Fits `text` into `room`: whole words as large as possible; else broken words; else cut, with an
/// ellipsis.
pub(super) fn fit(shaper: &mut Shaper, text: &Text, room: &Room<'_>) -> Block {
    let words = measure(shaper, text, text.pieces());
    let smallest = room.sizes.len().saturating_sub(1);
    let title = room.sizes.first().is_some_and(|size| size.0 > BROKEN_WORDS);
    for &(size, most) in room.sizes {
        if title && size < WHOLE_WORDS {
            break;
        }
        let limit = room.width * 1000.0 / size;
        if words.iter().any(|word| word.width > limit) {
            continue;
        }
        if let Some(block) = attempt(shaper, text, &words, room, size, most) {
            return block;
        }
    }
    for (i, &(size, most)) in room.sizes.iter().enumerate() {
        if size > BROKEN_WORDS && i < smallest {
            continue;
        }
        let words = broken(shaper, text, &words, room.width * 1000.0 / size);
        if let Some(block) = attempt(shaper, text, &words, room, size, most) {
            return block;
        }
    }
    let (size, most) = room.sizes.last().copied().unwrap_or((40.0, 1));
    let words = broken(shaper, text, &words, room.width * 1000.0 / size);
    cut(shaper, text, &words, room, size, most)
}

/// A piece of text that stays on one line.
struct Word {
    text: String,
    /// Ink and advance without the spaces behind it.
    width: f32,
    /// Advance with them.
    advance: f32,
}

fn measure<'t>(
    shaper: &mut Shaper,
    text: &Text,
    pieces: impl IntoIterator<Item = &'t str>,
) -> Vec<Word> {
    let space = shaper.width(text, "n n") - shaper.width(text, "nn");
    pieces
        .into_iter()
        .map(|piece| {
            let width = shaper.width(text, piece);
            let spaced = piece.ends_with(' ');
            Word {
                text: piece.to_owned(),
                width,
                advance: width + if spaced { space } else { 0.0 },
            }
        })
        .collect()
}

/// Words wider than `limit` cut between letters.
fn broken(shaper: &mut Shaper, text: &Text, words: &[Word], limit: f32) -> Vec<Word> {
    let mut out = Vec::new();
    for word in words {
        if word.width <= limit {
            out.push(Word {
                text: word.text.clone(),
                ..*word
            });
            continue;
        }
        let hyphen = text.hyphen(&word.text);
        let mut piece = String::new();
        let mut pieces = Vec::new();
        for letter in text.letters(word.text.trim_end()) {
            if !piece.is_empty() && shaper.width(text, &format!("{piece}{letter}{hyphen}")) > limit
            {
                pieces.push(std::mem::take(&mut piece) + hyphen);
            }
            piece.push_str(letter);
        }
        if word.text.ends_with(' ') {
            piece.push(' ');
        }
        pieces.push(piece);
        out.extend(measure(shaper, text, pieces.iter().map(String::as_str)));
    }
    out
}

fn attempt(
    shaper: &mut Shaper,
    text: &Text,
    words: &[Word],
    room: &Room<'_>,
    size: f32,
    most: usize,
) -> Option<Block> {
    let limit = room.width * 1000.0 / size;
    let count = lines(words, limit).len();
    if count > most || count as f32 * size * 0.8 > room.height {
        return None;
    }
    let block = set(shaper, text, balanced(words, limit, count), size);
    let fits = block.height <= room.height && block.width() <= room.width;
    fits.then_some(block)
}

/// The first lines that fit, the last of them ending in an ellipsis.
fn cut(
    shaper: &mut Shaper,
    text: &Text,
    words: &[Word],
    room: &Room<'_>,
    size: f32,
    most: usize,
) -> Block {
    let limit = room.width * 1000.0 / size;
    let all = lines(words, limit);
    let mut keep = most.min(all.len()).max(1);
    loop {
        let mut kept: Vec<String> = all.iter().take(keep).cloned().collect();
        if keep < all.len()
            && let Some(last) = kept.last_mut()
        {
            shorten(shaper, text, last, limit);
        }
        let block = set(shaper, text, kept, size);
        if block.height <= room.height || keep == 1 {
            return block;
        }
        keep -= 1;
    }
}

/// Ends a line in an ellipsis and takes letters away until it fits.
fn shorten(shaper: &mut Shaper, text: &Text, line: &mut String, limit: f32) {
    let mut letters: Vec<String> = text.letters(line.trim_end()).map(Into::into).collect();
    loop {
        let kept: String = letters.concat();
        let kept = kept.trim_end_matches(|c: char| !c.is_alphanumeric() && c.is_ascii());
        *line = format!("{kept}…");
        if letters.pop().is_none() || shaper.width(text, line) <= limit {
            return;
        }
    }
}

/// Lines filled one after another.
fn lines(words: &[Word], limit: f32) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0.0;
    for word in words {
        if used > 0.0 && used + word.width > limit {
            lines.push(String::new());
            used = 0.0;
        }
        if let Some(line) = lines.last_mut() {
            line.push_str(&word.text);
        }
        used += word.advance;
    }
    lines
}

/// As many lines, but as even as they can be: the narrowest measure that still gives `count`.
fn balanced(words: &[Word], limit: f32, count: usize) -> Vec<String> {
    let (mut low, mut high) = (limit / count.max(1) as f32 * 0.5, limit);
    for _ in 0..12 {
        let middle = (low + high) * 0.5;
        let fits = words.iter().all(|word| word.width <= middle);
        if fits && lines(words, middle).len() <= count {
            high = middle;
        } else {
            low = middle;
        }
    }
    lines(words, high)
}

fn set(shaper: &mut Shaper, text: &Text, lines: Vec<String>, size: f32) -> Block {
    let em = size / 1000.0;
    let lines: Vec<Line> = lines
        .iter()
        .map(|words| shaper.line(text, words))
        .filter(|line| !line.glyphs.is_empty())
        .collect();
    let leading = text.leading() * em;
    let mut baselines: Vec<f32> = Vec::new();
    for (i, line) in lines.iter().enumerate() {
        let baseline = match (baselines.last(), i.checked_sub(1).map(|i| &lines[i])) {
            // Tall marks push lines apart.
            (Some(last), Some(above)) => {
                let clear = (line.ink.3 - above.ink.1 + 60.0) * em;
                last + leading.max(clear)
            }
            _ => line.ink.3 * em,
        };
        baselines.push(baseline);
    }
    let height = match (baselines.last(), lines.last()) {
        (Some(baseline), Some(line)) => baseline - line.ink.1 * em,
        _ => 0.0,
    };
    Block {
        size,
        lines,
        baselines,
        height,
    }
}

impl Block {
    /// Width of the widest line's ink.
    pub fn width(&self) -> f32 {
        let widths = self.lines.iter().map(|line| line.ink.2 - line.ink.0);
        widths.fold(0.0, f32::max) * self.size / 1000.0
    }
}

/// Sizes for titles.
pub(super) const TITLE: &[(f32, usize)] = &[
    (250.0, 1),
    (220.0, 1),
    (190.0, 2),
    (172.0, 3),
    (156.0, 3),
    (142.0, 4),
    (128.0, 4),
    (116.0, 5),
    (104.0, 5),
    (94.0, 6),
    (84.0, 7),
    (76.0, 8),
    (68.0, 9),
    (60.0, 10),
    (54.0, 12),
    (48.0, 14),
];
/// Sizes for authors.
pub(super) const AUTHOR: &[(f32, usize)] = &[(70.0, 1), (62.0, 2), (54.0, 2), (46.0, 3)];
/// Sizes for subtitles and series.
pub(super) const SMALL: &[(f32, usize)] = &[(62.0, 2), (54.0, 3), (46.0, 3), (40.0, 5)];
