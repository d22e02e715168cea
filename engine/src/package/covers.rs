//! The guide, and what the package says about its cover.

use std::collections::HashMap;

use super::opf::Package;
use super::xml::Document;

impl Package {
    /// Reads the guide of EPUB 2 (OPF 2.0.1 § 2.6), tours not: no reader ever offered them.
    pub(super) fn read_guide(&mut self, document: &Document) {
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
    pub(super) fn find_covers(
        &mut self,
        document: &Document,
        metadata: u32,
        ids: &HashMap<String, usize>,
    ) {
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
}
