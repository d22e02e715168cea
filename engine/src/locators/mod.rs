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
//!   {"o":512,"c":"/4/2[p1]/1:0","t":"A plain paragraph."},
//!   {"o":560,"c":"/4/4","t":"With emphasis, and more","p":[[0,560,"/1:0"],[5,568,"/2/1:0"],[13,581,"/3:0"],[19,600,14]]}]}
//! ```
//! `t` is the text with blanks collapsed, `o` the offset of its first character.
//! `p` are the pieces in which text and source run alike: where the piece begins
//! in `t` (UTF-16 units), its offset (scalars), and its place in the source tree
//! when it is not simply the next: a step and offset to put behind `c`, or only
//! the new offset in the same node. Without `p` the whole block is one piece at
//! `c`. `cfi` is the itemref's step; a whole CFI is `epubcfi({cfi}!{c}{place})`.

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
    /// Path in the source's tree, of the first character or of what all pieces share. Empty
    /// where the source has no tree (text saved from markup beyond repair).
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub c: String,
    /// The text, blanks collapsed.
    pub t: String,
    /// Pieces, when there are several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub p: Vec<Piece>,
}

/// The beginning of a piece: UTF-16 units in the block's text, offset in the source, and
/// its place in the source's tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Piece {
    /// In another text node: the path from the block's `c`, with the offset in the node.
    Node(u32, u64, String),
    /// In the same node, at this offset.
    Units(u32, u64, u64),
    /// In the same node, going on where the piece before ended.
    Same(u32, u64),
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
                    return Some(run.o + scalars_in(run.text, into));
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
        let (path, units) = split_units(&self.c);
        if self.p.is_empty() {
            return vec![Run {
                o: self.o,
                path: path.to_owned(),
                units,
                text: &self.t,
            }];
        }
        let mut runs: Vec<Run<'_>> = Vec::with_capacity(self.p.len());
        let mut cut = Cutter::new(&self.t);
        for (i, piece) in self.p.iter().enumerate() {
            let end = self.p.get(i + 1).map(Piece::t);
            let text = cut.next(end);
            let last = runs.last();
            let same =
                last.map(|run| (run.path.clone(), run.units, run.text.encode_utf16().count()));
            let (path, units) = match (piece, same) {
                (Piece::Node(_, _, place), _) => {
                    let (path, units) = split_units(place);
                    (format!("{}{path}", self.c), units)
                }
                (Piece::Units(_, _, units), Some((path, ..))) => (path, *units),
                (Piece::Same(..), Some((path, units, length))) => (path, units + length as u64),
                (_, None) => (String::new(), 0),
            };
            runs.push(Run {
                o: piece.o(),
                path,
                units,
                text,
            });
        }
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

impl Piece {
    /// Where it begins in the block's text, in UTF-16 units.
    #[must_use]
    pub fn t(&self) -> u32 {
        match self {
            Self::Node(t, ..) | Self::Units(t, ..) | Self::Same(t, _) => *t,
        }
    }

    /// Its offset in the source.
    #[must_use]
    pub fn o(&self) -> u64 {
        match self {
            Self::Node(_, o, _) | Self::Units(_, o, _) | Self::Same(_, o) => *o,
        }
    }
}

/// Cuts a text at growing UTF-16 positions.
struct Cutter<'t> {
    rest: &'t str,
    at: u32,
}

impl<'t> Cutter<'t> {
    fn new(text: &'t str) -> Self {
        Self { rest: text, at: 0 }
    }

    fn next(&mut self, end: Option<u32>) -> &'t str {
        let Some(end) = end else {
            return std::mem::take(&mut self.rest);
        };
        let mut bytes = 0;
        for c in self.rest.chars() {
            if self.at >= end {
                break;
            }
            self.at += c.len_utf16() as u32;
            bytes += c.len_utf8();
        }
        let (text, rest) = self.rest.split_at(bytes);
        self.rest = rest;
        text
    }
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

/// Scalars in the first `units` UTF-16 units.
fn scalars_in(text: &str, units: u64) -> u64 {
    let (mut seen, mut scalars) = (0, 0);
    for c in text.chars() {
        if seen >= units {
            break;
        }
        seen += c.len_utf16() as u64;
        scalars += 1;
    }
    scalars
}

#[cfg(test)]
mod tests;
