//! The package's manifest: every file of the book (EPUB 3.3 § 5.6).

use std::collections::HashMap;

use super::href::Href;
use super::opf::Package;
use super::xml::Document;
use crate::{Error, Limits};

/// A manifest item which lies in the archive (or claims to).
#[derive(Debug, Clone, Default)]
pub(crate) struct Item {
    pub id: String,
    /// Normalised path from the archive's root.
    pub path: String,
    /// The href has a fragment: this names a part of a file.
    pub part: bool,
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

impl Package {
    /// Reads the `item`s; returns them by id.
    pub(super) fn read_items(
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
            let Href::Local { path, fragment } = Href::parse(&self.path, &self.root, href) else {
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
                part: fragment.is_some(),
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
}
