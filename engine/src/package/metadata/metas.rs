//! The `meta` elements of both versions, by property and by the element they refine.

use std::collections::{BTreeMap, HashMap};

use super::tidy;
use crate::package::prefixes::Prefixes;
use crate::package::xml::Document;

pub(super) struct Metas<'d> {
    pub document: &'d Document,
    /// `xml:lang` of elements that say none themselves.
    pub language: Option<String>,
    /// (refined id or empty, property) → elements in order.
    values: HashMap<(&'d str, String), Vec<u32>>,
    /// Property → elements in order, whatever they refine.
    all: HashMap<String, Vec<u32>>,
}

impl<'d> Metas<'d> {
    pub fn read(document: &'d Document, metadata: u32, prefixes: &Prefixes) -> Self {
        let mut out = Self {
            document,
            language: None,
            values: HashMap::new(),
            all: HashMap::new(),
        };
        for at in document.descendants(metadata, "meta") {
            let property = document
                .attribute(at, "property")
                .or_else(|| document.attribute(at, "name"))
                .unwrap_or_default();
            let property = prefixes.resolve(property.trim()).into_owned();
            let refines = document.attribute(at, "refines").unwrap_or_default().trim();
            let id = refines.rsplit('#').next().unwrap_or_default();
            out.all.entry(property.clone()).or_default().push(at);
            out.values.entry((id, property)).or_default().push(at);
        }
        out
    }

    /// Elements with this property that refine `id`; with none, those about the book.
    pub fn nodes(&self, id: &'d str, property: &str) -> &[u32] {
        self.values
            .get(&(id, property.to_owned()))
            .map(Vec::as_slice)
            .unwrap_or_default()
    }

    /// Elements with this property, refining or not.
    pub fn everywhere(&self, property: &str) -> &[u32] {
        self.all
            .get(property)
            .map(Vec::as_slice)
            .unwrap_or_default()
    }

    /// Values about the book.
    pub fn all(&self, property: &str) -> Vec<String> {
        self.texts(self.nodes("", property))
    }

    /// The first value about the book.
    pub fn first(&self, property: &str) -> Option<String> {
        self.all(property).into_iter().next()
    }

    /// Values that refine the element `at`, by its id.
    pub fn refinements(&self, at: u32, property: &str) -> Vec<String> {
        self.texts(self.refining(at, property))
    }

    /// The first value that refines the element `at`.
    pub fn refined(&self, at: u32, property: &str) -> Option<String> {
        self.refinements(at, property).into_iter().next()
    }

    /// Elements that refine the element `at`.
    pub fn refining(&self, at: u32, property: &str) -> &[u32] {
        match self.document.attribute(at, "id").map(str::trim) {
            Some(id) if !id.is_empty() => self.nodes(id, property),
            _ => &[],
        }
    }

    fn texts(&self, nodes: &[u32]) -> Vec<String> {
        nodes
            .iter()
            .map(|&at| self.value(at))
            .filter(|value| !value.is_empty())
            .collect()
    }

    /// OPF 3 has the value as text, OPF 2 in `content`.
    pub fn value(&self, at: u32) -> String {
        let text = self.document.content(at);
        if text.is_empty() {
            tidy(self.document.attribute(at, "content").unwrap_or_default())
        } else {
            text
        }
    }

    /// The language of an element: its own, the metadata's or package's.
    pub fn language_of(&self, at: u32) -> Option<String> {
        self.document
            .attribute(at, "xml:lang")
            .map(tidy)
            .filter(|tag| !tag.is_empty())
            .or_else(|| self.language.clone())
    }

    /// How the element sorts: refined, or as OPF 2 wrote it.
    pub fn file_as(&self, at: u32) -> Option<String> {
        self.refined(at, "file-as").or_else(|| {
            self.document
                .attribute(at, "opf:file-as")
                .map(tidy)
                .filter(|text| !text.is_empty())
        })
    }

    /// The text in other scripts or languages, by language tag (EPUB 3.3, annex D.3.2;
    /// EPUB 3.1 had attributes for it).
    pub fn alternates(&self, at: u32) -> BTreeMap<String, String> {
        let mut out = BTreeMap::new();
        for &other in self.refining(at, "alternate-script") {
            let tag = self.document.attribute(other, "xml:lang").map(tidy);
            let text = self.value(other);
            if let (Some(tag), false) = (tag.filter(|tag| !tag.is_empty()), text.is_empty()) {
                out.entry(tag).or_insert(text);
            }
        }
        let attribute = |name| self.document.attribute(at, name).map(tidy);
        if let (Some(text), Some(tag)) = (attribute("opf:alt-rep"), attribute("opf:alt-rep-lang")) {
            out.entry(tag).or_insert(text);
        }
        out
    }
}
