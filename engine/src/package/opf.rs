//! The package document: manifest, spine, guide.

use std::collections::HashMap;

use super::href::Href;
use super::metadata;
use super::rendition::{PageProperties, Rendition};
use super::xml::Document;
use crate::{Direction, Error, Limits, Metadata};

/// A manifest item which lies in the archive (or claims to).
#[derive(Debug, Clone, Default)]
pub(crate) struct Item {
    pub id: String,
    /// Normalised path from the archive's root.
    pub path: String,
    /// As declared, lower case, without parameters.
    pub media_type: String,
    pub properties: Vec<String>,
    /// Index of the item that stands in when this one cannot be shown.
    pub fallback: Option<usize>,
    /// Index of the media overlay.
    pub overlay: Option<usize>,
}

impl Item {
    /// Whether `properties` holds `name`.
    pub fn has(&self, name: &str) -> bool {
        self.properties.iter().any(|property| property == name)
    }
}

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
    by_path: HashMap<String, usize>,
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
        book.read_spine(&document, spine, &ids, limits)?;
        let metadata = document.find("metadata").unwrap_or(package);
        book.metadata = metadata::read(&document, package, metadata, limits);
        book.rendition = Rendition::read(&document, metadata);
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

    fn read_items(
        &mut self,
        document: &Document,
        package: u32,
        limits: &Limits,
    ) -> Result<HashMap<String, usize>, Error> {
        let mut ids = HashMap::new();
        let mut links = Vec::new();
        let manifest = document
            .descendants(package, "manifest")
            .next()
            .unwrap_or(package);
        for at in document.descendants(manifest, "item") {
            let get = |name| document.attribute(at, name);
            let (Some(id), Some(href)) = (get("id"), get("href")) else {
                continue;
            };
            // Items on other hosts are never fetched, so they are not items here.
            let Href::Local { path, .. } = Href::parse(&self.path, &self.root, href) else {
                continue;
            };
            if path.is_empty() {
                continue;
            }
            if self.items.len() as u64 >= limits.manifest_items {
                let (found, limit) = (self.items.len() as u64 + 1, limits.manifest_items);
                return Err(Error::LimitExceeded {
                    name: "manifest_items",
                    found,
                    limit,
                });
            }
            let media_type = get("media-type").unwrap_or_default();
            let i = self.items.len();
            links.push((get("fallback"), get("media-overlay")));
            self.items.push(Item {
                id: id.trim().into(),
                path: path.clone(),
                media_type: media_type
                    .split(';')
                    .next()
                    .unwrap_or_default()
                    .trim()
                    .to_ascii_lowercase(),
                properties: get("properties")
                    .unwrap_or_default()
                    .split_ascii_whitespace()
                    .map(Into::into)
                    .collect(),
                ..Item::default()
            });
            ids.entry(id.trim().to_owned()).or_insert(i);
            self.by_path.entry(path).or_insert(i);
        }
        for (i, (fallback, overlay)) in links.into_iter().enumerate() {
            self.items[i].fallback = fallback.and_then(|id| ids.get(id.trim()).copied());
            self.items[i].overlay = overlay.and_then(|id| ids.get(id.trim()).copied());
        }
        Ok(ids)
    }

    fn read_spine(
        &mut self,
        document: &Document,
        spine: u32,
        ids: &HashMap<String, usize>,
        limits: &Limits,
    ) -> Result<(), Error> {
        let steps = steps(document, spine);
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
                step: steps.get(&at).cloned().unwrap_or_default(),
                page: PageProperties::read(
                    document.attribute(at, "properties").unwrap_or_default(),
                ),
            });
        }
        if self.spine.is_empty() {
            Err(Error::EmptySpine)
        } else {
            Ok(())
        }
    }

    fn read_guide(&mut self, document: &Document) {
        let Some(guide) = document.find("guide") else {
            return;
        };
        for at in document.descendants(guide, "reference") {
            let get = |name| {
                document
                    .attribute(at, name)
                    .unwrap_or_default()
                    .trim()
                    .to_owned()
            };
            self.guide.push((get("type"), get("title"), get("href")));
        }
    }

    /// Cover candidates that the package itself names, in the order of trust.
    fn find_covers(&mut self, document: &Document, metadata: u32, ids: &HashMap<String, usize>) {
        let mut found: Vec<usize> = Vec::new();
        found.extend(self.items.iter().position(|item| item.has("cover-image")));
        for meta in document.descendants(metadata, "meta") {
            if document.attribute(meta, "name") == Some("cover") {
                let named = document
                    .attribute(meta, "content")
                    .unwrap_or_default()
                    .trim();
                found.extend(ids.get(named).copied().or_else(|| self.item_at_href(named)));
            }
        }
        for id in ["cover-image", "coverimage", "cover-img", "cover"] {
            found.extend(
                self.items
                    .iter()
                    .position(|item| item.id.eq_ignore_ascii_case(id)),
            );
        }
        for (kind, _, href) in &self.guide {
            if kind.eq_ignore_ascii_case("cover")
                || kind.eq_ignore_ascii_case("other.ms-coverimage-standard")
            {
                found.extend(self.item_at_href(href));
            }
        }
        for item in found {
            if !self.covers.contains(&item) {
                self.covers.push(item);
            }
        }
    }

    fn item_at_href(&self, href: &str) -> Option<usize> {
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
