//! The package document: manifest, spine, guide.

use std::collections::HashMap;

use super::href::Href;
use super::items::Item;
use super::metadata;
use super::overlays::OverlayMetadata;
use super::prefixes::Prefixes;
use super::rendition::{PageProperties, Rendition};
use super::xml::Document;
use crate::{Direction, Error, Limits, Metadata};

/// One place in the reading order.
#[derive(Debug, Clone)]
pub(crate) struct ItemRef {
    /// Index into [`Package::items`].
    pub item: usize,
    /// `false` for content outside the main sequence.
    pub linear: bool,
    /// Its steps in the package document, `/6/4[id]` (EPUB CFI 1.1 § 2.2); empty where there
    /// is no such document.
    pub step: String,
    pub page: PageProperties,
}

/// The package document, understood.
#[derive(Debug, Default)]
pub(crate) struct Package {
    pub path: String,
    pub root: String,
    pub metadata: Metadata,
    pub rendition: Rendition,
    pub overlays: OverlayMetadata,
    pub items: Vec<Item>,
    pub spine: Vec<ItemRef>,
    pub nav: Option<usize>,
    pub ncx: Option<usize>,
    /// Candidates for the cover image, best first; indexes into `items`.
    pub covers: Vec<usize>,
    /// Guide references: type, title, href.
    pub guide: Vec<(String, String, String)>,
    /// Entries of the spine that name no item.
    pub dangling: Vec<String>,
    /// Places of the spine that were left out, as they name a part of the file of the place before.
    pub parts: u32,
    /// Whether the package's language says nothing about chapters that name none. So it is in version
    /// 3, where it is the language of the metadata; older books rely on it for their text.
    pub own_languages: bool,
    /// The package had no usable spine; the manifest's order stands in.
    pub spine_made_up: bool,
    pub(super) by_path: HashMap<String, usize>,
}

impl Package {
    /// Reads the package document at `path`.
    ///
    /// # Errors
    /// `MissingPackage` when it has no manifest or spine, `LimitExceeded` for
    /// `manifest_items` and `spine_items`.
    pub fn parse(text: &str, path: &str, root: &str, limits: &Limits) -> Result<Self, Error> {
        let document = Document::parse(text);
        let package = document.find("package").unwrap_or(0);
        let prefixes = Prefixes::read(&document, package);
        let spine = document.descendants(package, "spine").next();
        let mut book = Self {
            path: path.into(),
            root: root.into(),
            own_languages: document
                .attribute(package, "version")
                .is_some_and(|version| version.trim().starts_with('3')),
            ..Self::default()
        };
        let ids = book.read_items(&document, package, limits)?;
        if let Some(spine) = spine {
            book.read_spine(&document, spine, (&ids, &prefixes), limits)?;
        }
        book.fill_spine(spine.is_some(), limits)?;
        let metadata = document.find("metadata").unwrap_or(package);
        book.metadata = metadata::read(&document, package, metadata, &prefixes, limits);
        book.overlays = OverlayMetadata::read(&document, metadata, &ids, &prefixes);
        book.rendition = Rendition::read(&document, metadata, &prefixes);
        book.metadata.fixed_layout = book.rendition.is_fixed();
        let of_spine = |name| spine.and_then(|spine| document.attribute(spine, name));
        book.metadata.direction = match of_spine("page-progression-direction").map(str::trim) {
            Some("rtl") => Direction::Rtl,
            Some("ltr") => Direction::Ltr,
            _ => Direction::Auto,
        };
        book.nav = book.items.iter().position(|item| item.has("nav"));
        let is_ncx = |item: &Item| item.media_type == "application/x-dtbncx+xml";
        book.ncx = of_spine("toc")
            .and_then(|id| ids.get(id).copied())
            .filter(|&i| is_ncx(&book.items[i]) || book.items[i].path.ends_with(".ncx"))
            .or_else(|| book.items.iter().position(is_ncx));
        book.read_guide(&document);
        book.find_covers(&document, metadata, &ids);
        Ok(book)
    }

    fn read_spine(
        &mut self,
        document: &Document,
        spine: u32,
        (ids, prefixes): (&HashMap<String, usize>, &Prefixes),
        limits: &Limits,
    ) -> Result<(), Error> {
        let steps = steps(document, spine);
        for at in document.descendants(spine, "itemref") {
            let id = document.attribute(at, "idref").unwrap_or_default().trim();
            let Some(&item) = ids.get(id) else {
                self.dangling.push(id.to_owned());
                continue;
            };
            if self.is_shown_already(item) {
                self.parts += 1;
                continue;
            }
            self.check_spine_items(limits)?;
            self.spine.push(ItemRef {
                item,
                linear: document.attribute(at, "linear").map(str::trim) != Some("no"),
                step: steps.get(&at).cloned().unwrap_or_default(),
                page: PageProperties::read(
                    document.attribute(at, "properties").unwrap_or_default(),
                    prefixes,
                ),
            });
        }
        Ok(())
    }

    /// Whether `item` is a part of the file that the last place shows whole. A place has no
    /// fragment (EPUB 3.3 § 5.6.1), but some makers of books list every section so, and readers
    /// would meet each chapter once for every section in it.
    fn is_shown_already(&self, item: usize) -> bool {
        let Some(last) = self.spine.last() else {
            return false;
        };
        self.items[item].part && self.items[last.item].path == self.items[item].path
    }

    fn check_spine_items(&self, limits: &Limits) -> Result<(), Error> {
        if self.spine.len() as u64 >= limits.spine_items {
            let (found, limit) = (self.spine.len() as u64 + 1, limits.spine_items);
            return Err(Error::LimitExceeded {
                name: "spine_items",
                found,
                limit,
            });
        }
        Ok(())
    }

    /// Without a usable spine the chapters come in the manifest's order.
    fn fill_spine(&mut self, has_spine: bool, limits: &Limits) -> Result<(), Error> {
        if !self.spine.is_empty() {
            return Ok(());
        }
        for item in 0..self.items.len() {
            let chapter = matches!(
                self.items[item].media_type.as_str(),
                "application/xhtml+xml" | "text/html" | "text/x-oeb1-document"
            );
            if chapter && !self.items[item].has("nav") {
                self.check_spine_items(limits)?;
                self.spine.push(ItemRef {
                    item,
                    linear: true,
                    step: String::new(),
                    page: PageProperties::default(),
                });
            }
        }
        self.spine_made_up = true;
        match (self.spine.is_empty(), has_spine) {
            (false, _) => Ok(()),
            (true, true) => Err(Error::EmptySpine),
            (true, false) => Err(Error::MissingPackage("the package has no spine".into())),
        }
    }

    /// The place in the spine that a CFI into the package leads to (EPUB CFI 1.1 § 2.3):
    /// `epubcfi(/6/4[id]!…)` is the second.
    pub fn place_of_cfi(&self, fragment: &str) -> Option<usize> {
        let last = |steps: &str| -> Option<(String, u64)> {
            let end = steps.find(['[', '!', ')', ',']).unwrap_or(steps.len());
            let (above, last) = steps[..end].rsplit_once('/')?;
            Some((above.to_owned(), last.parse().ok()?))
        };
        let wanted = last(fragment.strip_prefix("epubcfi(")?)?;
        // The steps grow along the spine.
        let number = |place: &ItemRef| last(&place.step).map_or(0, |(_, number)| number);
        let at = self.spine.partition_point(|place| number(place) < wanted.1);
        let place = self.spine.get(at)?;
        (last(&place.step).as_ref() == Some(&wanted)).then_some(at)
    }

    pub(super) fn item_at_href(&self, href: &str) -> Option<usize> {
        match Href::parse(&self.path, &self.root, href) {
            Href::Local { path, .. } => self.item_at(&path),
            _ => None,
        }
    }

    /// Adds an item and returns its number; the first at a path keeps it.
    pub fn add(&mut self, item: Item) -> usize {
        let i = self.items.len();
        self.by_path.entry(item.path.clone()).or_insert(i);
        self.items.push(item);
        i
    }

    /// The item at a normalised path.
    pub fn item_at(&self, path: &str) -> Option<usize> {
        self.by_path.get(path).copied()
    }

    /// `item` and its fallbacks, each once.
    pub fn fallbacks(&self, item: usize) -> Vec<usize> {
        let mut chain = vec![item];
        while let Some(next) = chain.last().and_then(|&last| self.items[last].fallback) {
            if chain.contains(&next) || chain.len() > 32 {
                break;
            }
            chain.push(next);
        }
        chain
    }
}

/// The CFI steps from the root element to every child of the spine.
fn steps(document: &Document, spine: u32) -> HashMap<u32, String> {
    let package = document
        .children(0)
        .find(|&root| document.contains(root, spine));
    let place = package.and_then(|package| document.children(package).position(|at| at == spine));
    let Some(place) = place else {
        return HashMap::new();
    };
    document
        .children(spine)
        .enumerate()
        .map(|(i, at)| {
            let mut step = format!("/{}/{}", 2 * (place + 1), 2 * (i + 1));
            if let Some(id) = document.attribute(at, "id") {
                step.push('[');
                crate::locators::escape(id.trim(), &mut step);
                step.push(']');
            }
            (at, step)
        })
        .collect()
}
