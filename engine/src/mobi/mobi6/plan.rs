//! The first look at the text: where it is cut, and what has to be found again.

use super::super::contents::{Line, Place};
use super::super::dictionary::Headword;
use super::super::tags::number;
use super::{BREAK, path};

/// What the first look finds.
pub(super) struct Plan {
    /// Page breaks: from the tag's first byte to behind its last.
    breaks: Vec<(usize, usize)>,
    /// What has to be written at which byte, in order.
    pub marks: Vec<(usize, Mark)>,
    /// The headwords of a dictionary.
    pub words: Vec<Headword>,
    /// Where the body's content begins.
    pub body: usize,
}

/// What is written at a byte of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Mark {
    /// A link leads here.
    Target,
    /// This headword's entry begins here.
    Word(usize),
}

/// All places of `tag` in upper or lower case.
pub(super) fn find_iter(raw: &[u8], tag: &[u8]) -> impl Iterator<Item = usize> {
    let last = raw.len().saturating_sub(tag.len() - 1);
    let starts = memchr::memchr2_iter(
        tag[0].to_ascii_lowercase(),
        tag[0].to_ascii_uppercase(),
        &raw[..last],
    );
    starts.filter(move |&at| raw[at..at + tag.len()].eq_ignore_ascii_case(tag))
}

impl Plan {
    /// Looks through the text for page breaks and for what links lead to.
    pub fn read<'l>(
        raw: &[u8],
        lines: impl Iterator<Item = &'l Line>,
        words: Vec<Headword>,
        most: usize,
    ) -> Self {
        let mut marks: Vec<(usize, Mark)> = Vec::new();
        for name in [&b"filepos="[..], b"FILEPOS="] {
            let values = memchr::memmem::find_iter(raw, name).filter_map(|at| {
                let value = &raw[at + 8..raw.len().min(at + 32)];
                let bare = value.strip_prefix(b"\"").or(value.strip_prefix(b"'"));
                number(bare.unwrap_or(value))
            });
            marks.extend(values.map(|at| (at, Mark::Target)));
        }
        marks.extend(lines.filter_map(|line| match line.place {
            Place::Byte(at) => Some((at, Mark::Target)),
            _ => None,
        }));
        marks.extend(
            words
                .iter()
                .enumerate()
                .map(|(i, word)| (word.at, Mark::Word(i))),
        );
        marks.retain(|&(at, _)| at < raw.len());
        marks.sort_unstable();
        marks.dedup();
        let body = find_iter(raw, b"<body")
            .next()
            .and_then(|at| memchr::memchr(b'>', &raw[at..]).map(|end| at + end + 1))
            .unwrap_or(0);
        Self {
            breaks: breaks(raw, body, most),
            marks,
            words,
            body,
        }
    }

    /// The document that holds byte `at`.
    fn part(&self, at: usize) -> usize {
        self.breaks.partition_point(|&(from, _)| from <= at)
    }

    /// Where break `i` begins.
    pub fn break_at(&self, i: usize) -> Option<usize> {
        self.breaks.get(i).map(|&(from, _)| from)
    }

    /// Whether byte `at` is the beginning of its document.
    pub fn is_start(&self, at: usize) -> bool {
        let part = self.part(at);
        at <= part.checked_sub(1).map_or(self.body, |i| self.breaks[i].1)
    }

    /// Path and fragment of byte `at` in a text of `len` bytes.
    pub fn target(&self, at: usize, len: usize) -> String {
        let file = path(self.part(at));
        if at >= len || self.is_start(at) {
            return format!("/{file}");
        }
        format!("/{file}#filepos{at}")
    }
}

/// The page breaks of the body that open a page with something on it.
fn breaks(raw: &[u8], body: usize, most: usize) -> Vec<(usize, usize)> {
    let mut breaks: Vec<(usize, usize)> = Vec::new();
    let mut last = body;
    for at in memchr::memmem::find_iter(raw, BREAK) {
        let end = memchr::memchr(b'>', &raw[at..]).map_or(raw.len(), |end| at + end + 1);
        if at < body {
            continue;
        }
        // Nothing but blanks since the last one: the page would be empty.
        let empty = raw[last.min(at)..at].trim_ascii().is_empty();
        let room = breaks.len() + 1 < most;
        match breaks.last_mut() {
            Some(before) if empty => before.1 = end,
            None if empty => {}
            _ if room => breaks.push((at, end)),
            _ => {}
        }
        last = end;
    }
    // A break at the very end opens no page.
    let is_last = |&(_, end): &(usize, usize)| is_closing(&raw[end..]);
    if breaks.last().is_some_and(is_last) {
        breaks.pop();
    }
    breaks
}

/// Whether only end tags and blanks are left.
fn is_closing(rest: &[u8]) -> bool {
    let closes = |piece: &[u8]| piece.is_empty() || piece.starts_with(b"</");
    rest.len() < 256
        && rest
            .split(|&b| b == b'>')
            .all(|piece| closes(piece.trim_ascii()))
}
