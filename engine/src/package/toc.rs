//! Tables of contents: the navigation document, the NCX and the guide. Each fills what
//! the ones before left empty; a second table of contents is kept beside the first.

use std::collections::BTreeMap;

use super::href::Href;
use super::xml::Document;
use super::{nav, ncx};
use crate::Limits;

/// One line of a table of contents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub title: String,
    /// Where it leads; `None` for a heading without a link.
    pub target: Option<Href>,
    /// What a landmark is (`epub:type` or the guide's type).
    pub kind: Option<String>,
    pub children: Vec<Entry>,
}

/// All that a book has.
#[derive(Debug, Default)]
pub(crate) struct Contents {
    pub toc: Vec<Entry>,
    pub landmarks: Vec<Entry>,
    pub pages: Vec<Entry>,
    /// Further lists by what they list: `loi` (illustrations), `lot` (tables), `loa` (sounds),
    /// `lov` (films), and `lists` for those that do not say, a heading with its lines each.
    pub lists: BTreeMap<&'static str, Vec<Entry>>,
    /// The NCX's table of contents where the navigation document has one that differs.
    pub second: Vec<Entry>,
}

impl Contents {
    /// Adds a list; one of a kind that is known already is not asked.
    pub(super) fn add_list(&mut self, kind: &'static str, title: String, entries: Vec<Entry>) {
        if entries.is_empty() {
            return;
        }
        let list = self.lists.entry(kind).or_default();
        if kind == OTHER_LISTS {
            list.push(Entry {
                title,
                target: None,
                kind: None,
                children: entries,
            });
        } else if list.is_empty() {
            *list = entries;
        }
    }
}

/// Where lists of no known kind are kept.
pub(super) const OTHER_LISTS: &str = "lists";

/// A line before it is nested.
pub(crate) struct Flat {
    pub depth: usize,
    pub entry: Entry,
}

/// Reads the navigation document and NCX (path, text); each fills what the ones before left empty.
pub(crate) fn read_contents(
    nav: Option<(&str, &str)>,
    ncx: Option<(&str, &str)>,
    guide: (&str, &[(String, String, String)]),
    root: &str,
    limits: &Limits,
) -> Contents {
    let mut contents = Contents::default();
    if let Some((path, text)) = nav {
        nav::read(path, &Document::parse(text), root, limits, &mut contents);
    }
    if let Some((path, text)) = ncx {
        let document = Document::parse(text);
        let toc = nest(ncx::points(path, &document, root, limits), limits);
        if !contents.toc.iter().any(leads) {
            contents.toc = toc;
        } else if !same(&toc, &contents.toc) {
            contents.second = toc;
        }
        if contents.pages.is_empty() {
            contents.pages = nest(ncx::pages(path, &document, root, limits), limits);
        }
        if contents.lists.is_empty() {
            ncx::lists(path, &document, root, limits, &mut contents);
        }
    }
    if contents.landmarks.is_empty() {
        let (path, references) = guide;
        contents.landmarks = references
            .iter()
            .take(256)
            .map(|(kind, title, href)| Entry {
                title: if title.is_empty() {
                    kind.clone()
                } else {
                    title.clone()
                },
                target: Some(Href::parse(path, root, href)),
                kind: Some(kind.clone()),
                children: Vec::new(),
            })
            .collect();
    }
    contents
}

/// Whether anything in this branch can be followed. Nesting was capped by `toc_depth`.
fn leads(entry: &Entry) -> bool {
    entry.target.is_some() || entry.children.iter().any(leads)
}

/// Whether two tables say the same, kinds aside.
fn same(a: &[Entry], b: &[Entry]) -> bool {
    a.len() == b.len()
        && a.iter().zip(b).all(|(a, b)| {
            a.title == b.title && a.target == b.target && same(&a.children, &b.children)
        })
}

/// Nests lines by depth; `toc_depth` lifts what is deeper.
pub(crate) fn nest(flat: Vec<Flat>, limits: &Limits) -> Vec<Entry> {
    let deepest = (limits.toc_depth as usize).max(1) - 1;
    let mut roots: Vec<Entry> = Vec::new();
    // The open branch: finished entries move into their parent from the right.
    let mut branch: Vec<(usize, Entry)> = Vec::new();
    for Flat { depth, entry } in flat {
        let depth = depth.min(deepest);
        fold(&mut branch, &mut roots, depth);
        branch.push((depth, entry));
    }
    fold(&mut branch, &mut roots, 0);
    roots
}

fn fold(branch: &mut Vec<(usize, Entry)>, roots: &mut Vec<Entry>, depth: usize) {
    while branch.last().is_some_and(|(open, _)| *open >= depth) {
        let Some((_, done)) = branch.pop() else {
            return;
        };
        match branch.last_mut() {
            Some((_, parent)) => parent.children.push(done),
            None => roots.push(done),
        }
    }
}
