//! `RESC`: what is left of the package that a KF8 was made from: order and properties
//! of the spine, and metadata that `EXTH` has no place for.
//! Source: facts of KindleUnpack (`skelid` is the number of a skeleton).

use super::Opening;
use crate::package::{Document, ItemRef, PageProperties, Prefixes, Rendition, read_metadata};
use crate::{Direction, Limits, Metadata};

/// One line of the spine.
struct Line {
    skeleton: usize,
    linear: bool,
    page: PageProperties,
}

impl Opening<'_, '_> {
    /// Reads the first `RESC` record behind the book's header, else of the file.
    pub(super) fn read_resc(&mut self) {
        let is_resc = |&i: &usize| self.db.record(i).starts_with(b"RESC");
        let mut places = (self.start..self.db.len()).chain(0..self.start);
        let Some(i) = places.find(is_resc) else {
            return;
        };
        let record = self.db.record(i);
        let Some(text) = markup(record, self.limits) else {
            return;
        };
        let document = Document::parse(&text);
        self.resc = Some(document);
    }

    /// Fills what the header did not say.
    pub(super) fn describe_more(&mut self) {
        let Some(document) = &self.resc else { return };
        let package = document.find("package").unwrap_or(0);
        let metadata = document.find("metadata").unwrap_or(package);
        let prefixes = Prefixes::read(document, package);
        let more = read_metadata(document, package, metadata, &prefixes, self.limits);
        fill(&mut self.package.metadata, more);
        let spine = document.find("spine");
        let direction = spine.and_then(|at| document.attribute(at, "page-progression-direction"));
        let own = &mut self.package.metadata.direction;
        *own = match (*own, direction) {
            (Direction::Auto, Some("rtl")) => Direction::Rtl,
            (Direction::Auto, Some("ltr")) => Direction::Ltr,
            (known, _) => known,
        };
        let wished = Rendition::read(document, metadata, &prefixes);
        let rendition = &mut self.package.rendition;
        rendition.layout = rendition.layout.or(wished.layout);
        rendition.orientation = rendition.orientation.or(wished.orientation);
        rendition.spread = rendition.spread.or(wished.spread);
        rendition.flow = rendition.flow.or(wished.flow);
        rendition.viewport = rendition.viewport.or(wished.viewport);
        self.package.metadata.fixed_layout = self.package.rendition.is_fixed();
    }

    /// Puts documents into the spine: those that the record names in its order, the
    /// others where they stand in the text.
    pub(super) fn place_all(&mut self, items: &[usize], skeletons: &[Option<usize>]) {
        let lines = self.resc.as_ref().map(spine).unwrap_or_default();
        let mut order: Vec<(usize, Option<&Line>)> = Vec::with_capacity(items.len());
        let mut placed = vec![false; items.len()];
        for line in &lines {
            let part = skeletons.iter().position(|&s| s == Some(line.skeleton));
            if let Some(part) = part.filter(|&part| !placed[part]) {
                placed[part] = true;
                order.push((part, Some(line)));
            }
        }
        for part in (0..items.len()).filter(|&part| !placed[part]) {
            // Behind the one that comes before it in the text.
            let before = order.iter().rposition(|&(other, _)| other + 1 == part);
            order.insert(
                before.map_or(order.len().min(part), |i| i + 1),
                (part, None),
            );
        }
        for (part, line) in order {
            self.package.spine.push(ItemRef {
                item: items[part],
                linear: line.is_none_or(|line| line.linear),
                step: String::new(),
                page: line.map(|line| line.page.clone()).unwrap_or_default(),
            });
        }
    }
}

/// The markup behind the record's own header, up to its first zero.
fn markup(record: &[u8], limits: &Limits) -> Option<String> {
    let from = memchr::memchr(b'<', record)?;
    let text = &record[from..];
    let text = &text[..memchr::memchr(0, text).unwrap_or(text.len())];
    (text.len() as u64 <= limits.package_bytes).then(|| String::from_utf8_lossy(text).into_owned())
}

fn spine(document: &Document) -> Vec<Line> {
    let Some(spine) = document.find("spine") else {
        return Vec::new();
    };
    let prefixes = Prefixes::read(document, document.find("package").unwrap_or(0));
    let lines = document.descendants(spine, "itemref").filter_map(|at| {
        let get = |name| document.attribute(at, name).map(str::trim);
        Some(Line {
            skeleton: get("skelid")?.parse().ok()?,
            linear: get("linear") != Some("no"),
            page: PageProperties::read(get("properties").unwrap_or_default(), &prefixes),
        })
    });
    lines.collect()
}

/// Takes over what is empty.
fn fill(known: &mut Metadata, more: Metadata) {
    fn text(known: &mut Option<String>, more: Option<String>) {
        if known.is_none() {
            *known = more;
        }
    }
    fn list<T>(known: &mut Vec<T>, more: Vec<T>) {
        if known.is_empty() {
            *known = more;
        }
    }
    if known.series.is_none() {
        known.series = more.series;
        known.series_index = more.series_index;
    }
    list(&mut known.collections, more.collections);
    text(&mut known.source, more.source);
    known.pages = known.pages.or(more.pages);
    text(&mut known.certified_by, more.certified_by);
    text(&mut known.certifier_credential, more.certifier_credential);
    text(&mut known.certifier_report, more.certifier_report);
    list(
        &mut known.accessibility_exemptions,
        more.accessibility_exemptions,
    );
    text(&mut known.subtitle, more.subtitle);
    text(&mut known.sort_title, more.sort_title);
    text(&mut known.description, more.description);
    text(&mut known.publisher, more.publisher);
    text(&mut known.published, more.published);
    text(&mut known.modified, more.modified);
    text(&mut known.rights, more.rights);
    text(&mut known.isbn, more.isbn);
    text(&mut known.accessibility_summary, more.accessibility_summary);
    list(&mut known.contributors, more.contributors);
    list(&mut known.subjects, more.subjects);
    list(&mut known.identifiers, more.identifiers);
    list(
        &mut known.accessibility_features,
        more.accessibility_features,
    );
    list(&mut known.accessibility_hazards, more.accessibility_hazards);
    list(&mut known.access_modes, more.access_modes);
    list(
        &mut known.access_modes_sufficient,
        more.access_modes_sufficient,
    );
    list(&mut known.conforms_to, more.conforms_to);
}
