//! Tables of contents from index records.
//! Source: facts of KindleUnpack (NCX tags: 1 position, 3 title, 4 level, 6 place,
//! 21 parent; guide tags: 1 title, 3 or 6 place).

use super::Opening;
use super::indx::{Entry, Index};
use crate::book::warning;
use crate::package::{Flat, Href, TocEntry, nest};

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

impl Opening<'_, '_> {
    /// Reads the index at a record counted from the header's.
    pub(super) fn index(&mut self, at: Option<usize>) -> Option<Index> {
        let first = self.start.checked_add(at?)?;
        let index = Index::read(&self.db, first, self.limits);
        if index.as_ref().is_none_or(|index| index.damaged) {
            let message = "an index of the book is damaged; parts of it are lost";
            self.warnings.push(warning("index_damaged", message, None));
        }
        index
    }

    fn title(&self, index: &Index, entry: &Entry, tag: u8) -> String {
        let text = entry.value(tag, 0).and_then(|at| index.text(at));
        let text = self.header.decode(text.unwrap_or_default());
        let mut out = String::new();
        crate::package::collapse(&crate::source::unescape(&text), &mut out);
        out.trim_end().to_owned()
    }

    /// The lines of the table of contents, parents before their children.
    pub(super) fn read_ncx(&mut self) -> Vec<Line> {
        let Some(index) = self.index(self.header.ncx) else {
            return Vec::new();
        };
        let entries = &index.entries;
        let most = entries.len().min(self.limits.toc_entries as usize);
        let mut children: Vec<Vec<usize>> = vec![Vec::new(); most];
        let mut open: Vec<(usize, usize)> = Vec::new();
        for (i, entry) in entries.iter().enumerate().take(most).rev() {
            // Entries stand level by level: a parent always before its children.
            match entry.value(21, 0).filter(|&parent| parent < i) {
                Some(parent) => children[parent].push(i),
                None => open.push((i, 0)),
            }
        }
        let mut lines = Vec::with_capacity(most);
        while let Some((i, depth)) = open.pop() {
            let entry = &entries[i];
            let place = match (entry.value(6, 0), entry.value(6, 1), entry.value(1, 0)) {
                (Some(fragment), offset, _) => Place::Fragment(fragment, offset.unwrap_or(0)),
                (None, _, Some(byte)) => Place::Byte(byte),
                _ => Place::Nowhere,
            };
            lines.push(Line {
                depth,
                title: self.title(&index, entry, 3),
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
        let Some(index) = self.index(self.header.guide) else {
            return Vec::new();
        };
        let lines = index.entries.iter().take(256).map(|entry| {
            let place = match (entry.value(6, 0), entry.value(3, 0)) {
                (Some(fragment), _) => Place::Fragment(fragment, entry.value(6, 1).unwrap_or(0)),
                (None, Some(fragment)) => Place::Fragment(fragment, 0),
                _ => Place::Nowhere,
            };
            Line {
                depth: 0,
                title: self.title(&index, entry, 1),
                kind: Some(self.header.decode(&entry.label).into_owned()),
                place,
            }
        });
        lines.collect()
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
