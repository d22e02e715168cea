//! Places in a book: from offsets to EPUB CFIs and back, with nothing but
//! `text/{n}.json`.
//!
//! A stored locator is (file, source item, offset, quote); the offset is that of
//! definition 1 (see `slices`). What other programs want, a CFI, is made on
//! output: every block of plain text says which node of the *source* each piece
//! of it came from. CFIs are counted on the source before anything was dropped or
//! moved, so they fit the book's own file and do not depend on the engine.
//!
//! # `text/{n}.json`
//! ```json
//! {"item":"OPS/one.xhtml","cfi":"/6/4[one]","blocks":[
//!   {"o":512,"c":"/4/2[p1]/1","t":"A plain paragraph."},
//!   {"o":560,"c":"/4/4","t":"With emphasis, and more","p":["/1",5,"3/2/1",8,"4/3",6,1]}]}
//! ```
//! `t` is the text with blanks collapsed, `o` the offset of its first character, `c`
//! its place in the source's tree, with `:` and the offset in the text node when that
//! is not 0. A whole CFI is `epubcfi({cfi}!{c}:{offset})`.
//!
//! Text and source run alike until something stands between: then `p` says what. It
//! begins with the rest of the first place, `c` being what all places share (left out
//! when it is empty). Then, in turn, how long the piece is in `t` (UTF-16 units) and
//! what comes before the next one: a number of scalars that the source has and `t` has
//! not; such a number with the path to put behind `c` and, after `:`, the offset
//! there, when another text node begins (`"3/2/1"`: after three scalars, in `{c}/2/1`);
//! or a pair `[scalars, units]`, when a reference or a line end of two characters
//! stands for one. The last piece ends with the text.
//!
//! A reader that has a place in a slice finds its block by the `data-o` around it, and
//! in it counts characters that are not blank: those are the same in both.

mod cfi;

use serde::{Deserialize, Serialize};

pub(crate) use cfi::escape;
use cfi::{Path, Place};

/// Plain text of a slice: `text/{n}.json`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SliceText {
    /// Path of the source file in the book.
    pub item: String,
    /// The step to its itemref in the package document (EPUB CFI 1.1 § 2.2). Empty where
    /// the format has no package document.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub cfi: String,
    /// Blocks in reading order.
    pub blocks: Vec<TextBlock>,
}

/// One block's text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextBlock {
    /// Offset of its first character in the source (Unicode scalars, definition 1).
    pub o: u64,
    /// Path in the source's tree, of the first character or of what all pieces share. Empty when
    /// they share no step, and where the source has no tree (text saved from markup beyond
    /// repair): then no piece has a path either.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub c: String,
    /// The text, blanks collapsed.
    pub t: String,
    /// Pieces, when there are several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub p: Vec<Piece>,
}

/// One entry of a block's pieces: see the module's documentation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Piece {
    /// The length of a piece, or what the source has before the next one.
    Number(i64),
    /// Scalars and UTF-16 units before the next piece, in the same text node.
    Both(i64, i64),
    /// Scalars, path and offset of the next piece, in another text node.
    Place(String),
}

/// A piece with everything said.
struct Run<'t> {
    o: u64,
    /// Path without the offset.
    path: String,
    units: u64,
    text: &'t str,
}

impl SliceText {
    /// Reads `text/{n}.json`; `None` when it is not one of ours.
    #[must_use]
    pub fn parse(json: &[u8]) -> Option<Self> {
        serde_json::from_slice(json).ok()
    }

    /// The CFI of an offset in this slice's source: `epubcfi(/6/4[one]!/4/2/1:7)`. An offset
    /// between two pieces of text gives the beginning of the later one. `None` before the
    /// first and behind the last text, and where there is no tree.
    #[must_use]
    pub fn cfi(&self, offset: u64) -> Option<String> {
        Some(format!(
            "epubcfi({}!{})",
            self.cfi,
            self.partial_cfi(offset)?
        ))
    }

    /// As [`SliceText::cfi`], but only the part within the document: Readium's `partialCfi`.
    #[must_use]
    pub fn partial_cfi(&self, offset: u64) -> Option<String> {
        let block = self.block_at(offset)?;
        let runs = block.runs();
        let i = runs.partition_point(|run| run.o <= offset);
        let found = i.checked_sub(1).map(|i| (&runs[i], offset - runs[i].o));
        let (run, into) = match (found, runs.get(i)) {
            (Some((run, into)), next) if into <= run.scalars() || next.is_none() => (run, into),
            (_, Some(next)) => (next, 0),
            (found, None) => found?,
        };
        let head: u64 = run
            .text
            .chars()
            .take(into as usize)
            .map(|c| c.len_utf16() as u64)
            .sum();
        (!run.path.is_empty()).then(|| format!("{}:{}", run.path, run.units + head))
    }

    /// The offset that a CFI names, whole or partial; of a range, its beginning. A place
    /// without text (an image) gives the next text. `None` when it lies behind this slice's
    /// last text or in another spine item, or cannot be read.
    #[must_use]
    pub fn offset(&self, cfi: &str) -> Option<u64> {
        let place = Place::parse(cfi)?;
        if let (Some(step), false) = (&place.item, self.cfi.is_empty())
            && *step != Path::parse(&self.cfi)?
        {
            return None;
        }
        let units = place.units.unwrap_or(0);
        // The end of the last piece before the place, if it is of the same node.
        let mut before = None;
        for run in self.blocks.iter().flat_map(TextBlock::runs) {
            let path = Path::parse(&run.path)?;
            if place.path < path || (place.path == path && units < run.units) {
                return before.or(Some(run.o));
            }
            if place.path == path {
                let into = units - run.units;
                if into < run.text.encode_utf16().count() as u64 {
                    let head = &run.text[..bytes_of(run.text, into)];
                    return Some(run.o + head.chars().count() as u64);
                }
                before = Some(run.o + run.scalars());
            }
        }
        before
    }

    /// The block that holds `offset`, or the next one.
    fn block_at(&self, offset: u64) -> Option<&TextBlock> {
        let mut found = None;
        for block in &self.blocks {
            if block.o > offset {
                return found
                    .filter(|known: &&TextBlock| known.end() >= offset)
                    .or(Some(block));
            }
            found = Some(block);
        }
        found.filter(|block| block.end() >= offset)
    }
}

impl TextBlock {
    fn runs(&self) -> Vec<Run<'_>> {
        let (shared, units) = split_units(&self.c);
        let mut pieces = self.p.iter();
        let mut next = Run {
            o: self.o,
            path: shared.to_owned(),
            units,
            text: "",
        };
        if let Some(Piece::Place(rest)) = self.p.first() {
            pieces.next();
            let (path, units) = split_units(rest);
            (next.path, next.units) = (format!("{shared}{path}"), units);
        }
        let mut runs = Vec::with_capacity(self.p.len() / 2 + 1);
        let mut rest = self.t.as_str();
        while let (Some(Piece::Number(length)), Some(gap)) = (pieces.next(), pieces.next()) {
            (next.text, rest) = rest.split_at(bytes_of(rest, u64::try_from(*length).unwrap_or(0)));
            let (o, units) = (
                next.o + next.scalars(),
                next.units.saturating_add_signed(*length),
            );
            let after = |skip: i64| o.saturating_add_signed(skip);
            let following = match gap {
                Piece::Number(skip) => (
                    after(*skip),
                    next.path.clone(),
                    units.saturating_add_signed(*skip),
                ),
                Piece::Both(skip, more) => (
                    after(*skip),
                    next.path.clone(),
                    units.saturating_add_signed(*more),
                ),
                Piece::Place(place) => {
                    let at = place.find(['/', ':']).unwrap_or(place.len());
                    let (path, units) = split_units(&place[at..]);
                    (
                        after(place[..at].parse().unwrap_or(0)),
                        format!("{shared}{path}"),
                        units,
                    )
                }
            };
            runs.push(next);
            let (o, path, units) = following;
            next = Run {
                o,
                path,
                units,
                text: "",
            };
        }
        next.text = rest;
        runs.push(next);
        runs
    }

    /// The offset behind its last character.
    fn end(&self) -> u64 {
        self.runs()
            .last()
            .map_or(self.o, |run| run.o + run.scalars())
    }
}

impl Run<'_> {
    fn scalars(&self) -> u64 {
        self.text.chars().count() as u64
    }
}

/// Bytes of the first `units` UTF-16 units.
fn bytes_of(text: &str, units: u64) -> usize {
    let mut seen = 0;
    text.char_indices()
        .find(|(_, c)| {
            let found = seen >= units;
            seen += c.len_utf16() as u64;
            found
        })
        .map_or(text.len(), |(at, _)| at)
}

/// `/4/2/1:7` as path and offset.
fn split_units(place: &str) -> (&str, u64) {
    match place.rsplit_once(':') {
        Some((path, units)) if units.bytes().all(|byte| byte.is_ascii_digit()) => {
            (path, units.parse().unwrap_or(0))
        }
        _ => (place, 0),
    }
}

#[cfg(test)]
mod tests;
