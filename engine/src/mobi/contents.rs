//! Tables of contents from index records.
//! Source: facts of KindleUnpack (NCX tags: 1 position, 3 title, 4 level, 6 place,
//! 21 parent; guide tags: 1 title, 3 or 6 place).

use super::Opening;
use super::indx::Index;
use crate::book::warning;
use crate::package::{Flat, Href, TocEntry, nest};

/// Bytes of a title that are kept.
const LONGEST_TITLE: usize = 4096;

/// A line before its target is known.
pub(super) struct Line {
    pub depth: usize,
    pub title: String,
    /// What a landmark is.
    pub kind: Option<String>,
    pub place: Place,
}

/// Where a line leads.
#[derive(Debug, Clone, Copy)]
pub(super) enum Place {
    /// A byte of a Mobipocket 6 text.
    Byte(usize),
    /// A fragment and an offset in it.
    Fragment(usize, usize),
    Nowhere,
}

impl<'a> Opening<'a, '_> {
    /// Reads the index at a record counted from the header's.
    pub(super) fn index(&mut self, at: Option<usize>) -> Option<Index<'a>> {
        self.read_index(self.start.checked_add(at?)?)
    }

    /// Reads the index whose first record is `first`.
    pub(super) fn read_index(&mut self, first: usize) -> Option<Index<'a>> {
        let index = Index::read(&self.db, first, self.limits);
        if index.as_ref().is_none_or(|index| index.damaged) {
            let message = "an index of the book is damaged; parts of it are lost";
            self.warnings.push(warning("index_damaged", message, None));
        }
        index
    }

    fn title(&self, index: &mut Index<'_>, i: usize, tag: u8) -> String {
        let text = index.value(i, tag, 0).and_then(|at| index.text(at));
        let text = text.unwrap_or_default();
        let text = self.header.decode(&text[..text.len().min(LONGEST_TITLE)]);
        let mut out = String::new();
        crate::package::collapse(&crate::source::unescape(&text), &mut out);
        out.trim_end().to_owned()
    }

    /// The lines of the table of contents, parents before their children.
    pub(super) fn read_ncx(&mut self) -> Vec<Line> {
        let Some(mut index) = self.index(self.header.ncx) else {
            return Vec::new();
        };
        let most = index.len().min(self.limits.toc_entries as usize);
        let mut children: Vec<Vec<usize>> = vec![Vec::new(); most];
        let mut open: Vec<(usize, usize)> = Vec::new();
        for i in (0..most).rev() {
            // Entries stand level by level: a parent always before its children.
            match index.value(i, 21, 0).filter(|&parent| parent < i) {
                Some(parent) => children[parent].push(i),
                None => open.push((i, 0)),
            }
        }
        let mut lines = Vec::with_capacity(most);
        while let Some((i, depth)) = open.pop() {
            let place = match (index.value(i, 6, 0), index.value(i, 1, 0)) {
                (Some(fragment), _) => Place::Fragment(fragment, index.value(i, 6, 1).unwrap_or(0)),
                (None, Some(byte)) => Place::Byte(byte),
                _ => Place::Nowhere,
            };
            lines.push(Line {
                depth,
                title: self.title(&mut index, i, 3),
                kind: None,
                place,
            });
            open.extend(children[i].iter().map(|&child| (child, depth + 1)));
        }
        lines
    }

    /// The landmarks of a KF8.
    pub(super) fn read_guide(&mut self) -> Vec<Line> {
        if self.header.guide.is_none() {
            return Vec::new();
        }
        let Some(mut index) = self.index(self.header.guide) else {
            return Vec::new();
        };
        let mut lines = Vec::new();
        for i in 0..index.len().min(256) {
            let place = match (index.value(i, 6, 0), index.value(i, 3, 0)) {
                (Some(fragment), _) => Place::Fragment(fragment, index.value(i, 6, 1).unwrap_or(0)),
                (None, Some(fragment)) => Place::Fragment(fragment, 0),
                _ => Place::Nowhere,
            };
            lines.push(Line {
                depth: 0,
                title: self.title(&mut index, i, 1),
                kind: Some(index.name(i, &self.header).into_owned()),
                place,
            });
        }
        lines
    }

    /// Nests lines; `target` finds the path and fragment of a place.
    pub(super) fn lines(
        &self,
        lines: Vec<Line>,
        target: impl Fn(Place) -> Option<String>,
    ) -> Vec<TocEntry> {
        let flat = lines.into_iter().map(|line| Flat {
            depth: line.depth,
            entry: TocEntry {
                title: line.title,
                target: target(line.place).map(|path| Href::parse("", "", &path)),
                kind: line.kind,
                children: Vec::new(),
            },
        });
        nest(flat.collect(), self.limits)
    }
}
