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
        let spine = document
            .descendants(package, "spine")
            .next()
            .ok_or_else(|| Error::MissingPackage("the package has no spine".into()))?;
        let mut book = Self {
            path: path.into(),
            root: root.into(),
            ..Self::default()
        };
        let ids = book.read_items(&document, package, limits)?;
        book.read_spine(&document, spine, (&ids, &prefixes), limits)?;
        let metadata = document.find("metadata").unwrap_or(package);
        book.metadata = metadata::read(&document, package, metadata, &prefixes, limits);
        book.overlays = OverlayMetadata::read(&document, metadata, &ids, &prefixes);
        book.rendition = Rendition::read(&document, metadata, &prefixes);
        book.metadata.fixed_layout = book.rendition.is_fixed();
        book.metadata.direction = match document.attribute(spine, "page-progression-direction") {
            Some("rtl") => Direction::Rtl,
            Some("ltr") => Direction::Ltr,
            _ => Direction::Auto,
        };
        book.nav = book.items.iter().position(|item| item.has("nav"));
        let is_ncx = |item: &Item| item.media_type == "application/x-dtbncx+xml";
        book.ncx = document
            .attribute(spine, "toc")
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
        for at in document.descendants(spine, "itemref") {
            let id = document.attribute(at, "idref").unwrap_or_default().trim();
            let Some(&item) = ids.get(id) else {
                self.dangling.push(id.to_owned());
                continue;
            };
            if self.spine.len() as u64 >= limits.spine_items {
                let (found, limit) = (self.spine.len() as u64 + 1, limits.spine_items);
                return Err(Error::LimitExceeded {
                    name: "spine_items",
                    found,
                    limit,
                });
            }
            self.spine.push(ItemRef {
                item,
                linear: document.attribute(at, "linear").map(str::trim) != Some("no"),
                page: PageProperties::read(
                    document.attribute(at, "properties").unwrap_or_default(),
                    prefixes,
                ),
            });
        }
        if self.spine.is_empty() {
            Err(Error::EmptySpine)
        } else {
            Ok(())
        }
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
