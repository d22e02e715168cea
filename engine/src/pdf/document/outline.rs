//! The outline: a table of contents as a list of lists (ISO 32000-2, 12.3.3).

use std::collections::HashSet;

use hayro_syntax::Pdf;
use hayro_syntax::object::{Dict, Object, ObjectIdentifier, String as PdfString};

use super::{Document, Target, text};
use crate::Warning;
use crate::book::warning;

/// A line of the outline.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Entry {
    /// One line, trimmed; never empty unless it has children.
    pub title: String,
    /// Where it leads; `None` for a heading without a link, or one whose action is not followed.
    pub target: Option<Target>,
    /// What stands under it.
    pub children: Vec<Entry>,
}

/// The document's outline. Circles are cut, deeper levels lifted, later lines dropped.
pub(super) fn read(
    document: &Document,
    pdf: &Pdf,
    catalog: &Dict<'_>,
    warnings: &mut Vec<Warning>,
) -> Vec<Entry> {
    let first = catalog
        .get::<Dict<'_>>("Outlines")
        .and_then(|root| follow(pdf, &root, "First"));
    let mut walk = Walk {
        document,
        pdf,
        seen: HashSet::new(),
        count: 0,
        dropped: false,
        circle: false,
    };
    let mut entries = Vec::new();
    if let Some(first) = first {
        walk.siblings(first, 1, &mut entries);
    }
    if walk.dropped {
        let most = document.limits.toc_entries;
        let message = format!("the outline has more than {most} lines; later ones are dropped");
        warnings.push(warning("outline_cut", message, None));
    }
    if walk.circle {
        warnings.push(warning(
            "outline_circle",
            "the outline leads back into itself; each line is kept once",
            None,
        ));
    }
    entries
}

/// The dictionary under `key`, without the way there: hayro remembers all objects that led to one
/// and compares each new one with them, which for a long list of neighbours costs its square.
fn follow<'a>(pdf: &'a Pdf, dict: &Dict<'a>, key: &str) -> Option<Dict<'a>> {
    match dict.get_ref(key) {
        Some(id) => pdf.xref().get(id.into()),
        None => dict.get(key),
    }
}

struct Walk<'w> {
    document: &'w Document,
    pdf: &'w Pdf,
    seen: HashSet<ObjectIdentifier>,
    count: u64,
    dropped: bool,
    circle: bool,
}

impl<'w> Walk<'w> {
    /// The items from `first` on, with what is under them. `depth` is that of `first`, from 1.
    fn siblings(&mut self, first: Dict<'w>, depth: u64, out: &mut Vec<Entry>) {
        let limits = &self.document.limits;
        let mut next = Some(first);
        while let Some(item) = next {
            if item.obj_id().is_some_and(|id| !self.seen.insert(id)) {
                self.circle = true;
                return;
            }
            if self.count >= limits.toc_entries {
                self.dropped = true;
                return;
            }
            self.count += 1;
            let mut entry = self.entry(&item);
            let below = follow(self.pdf, &item, "First");
            match below {
                Some(below) if depth < limits.toc_depth => {
                    self.siblings(below, depth + 1, &mut entry.children);
                    self.keep(entry, out);
                }
                // Too deep: what is under it stands beside it.
                Some(below) => {
                    self.keep(entry, out);
                    self.lifted(below, out);
                }
                None => self.keep(entry, out),
            }
            next = follow(self.pdf, &item, "Next");
        }
    }

    fn keep(&self, entry: Entry, out: &mut Vec<Entry>) {
        if !entry.title.is_empty() || !entry.children.is_empty() {
            out.push(entry);
        }
    }

    /// All items under a level that is too deep, in the order of reading, without recursion.
    fn lifted(&mut self, first: Dict<'w>, out: &mut Vec<Entry>) {
        let limits = &self.document.limits;
        let mut ahead = vec![first];
        while let Some(item) = ahead.pop() {
            if item.obj_id().is_some_and(|id| !self.seen.insert(id)) {
                self.circle = true;
                continue;
            }
            if self.count >= limits.toc_entries {
                self.dropped = true;
                return;
            }
            self.count += 1;
            let entry = self.entry(&item);
            self.keep(entry, out);
            ahead.extend(follow(self.pdf, &item, "Next"));
            ahead.extend(follow(self.pdf, &item, "First"));
        }
    }

    fn entry(&self, item: &Dict<'_>) -> Entry {
        let most = self.document.limits.metadata_chars;
        let title = item.get::<PdfString<'_>>("Title");
        Entry {
            title: title.map_or_else(String::new, |title| text::line(&title, most)),
            target: self.target(item),
            children: Vec::new(),
        }
    }

    fn target(&self, item: &Dict<'_>) -> Option<Target> {
        match item.get::<Object<'_>>("Dest") {
            Some(destination) => self.document.target_of(self.pdf, &destination),
            None => {
                let action = item.get::<Dict<'_>>("A")?;
                self.document.action(self.pdf, &action)
            }
        }
    }
}
