//! The prefixes of properties (EPUB 3.3, annex D.1.4): a book may rename every
//! vocabulary, so properties are compared by what their prefix stands for.

use std::borrow::Cow;
use std::collections::HashMap;

use super::xml::Document;

/// Reserved prefix → vocabulary. These names are used for it everywhere in the engine.
const RESERVED: &[(&str, &str)] = &[
    ("a11y", "http://www.idpf.org/epub/vocab/package/a11y/#"),
    ("dcterms", "http://purl.org/dc/terms/"),
    ("marc", "http://id.loc.gov/vocabulary/"),
    ("media", "http://www.idpf.org/epub/vocab/overlays/#"),
    (
        "onix",
        "http://www.editeur.org/ONIX/book/codelists/current.html#",
    ),
    ("rendition", "http://www.idpf.org/vocab/rendition/#"),
    ("schema", "http://schema.org/"),
    ("xsd", "http://www.w3.org/2001/XMLSchema#"),
];

/// The prefixes a package declares.
#[derive(Debug, Default)]
pub(crate) struct Prefixes(HashMap<String, String>);

impl Prefixes {
    /// Reads the `prefix` attribute of `package`: `name: IRI name: IRI …`.
    pub fn read(document: &Document, package: u32) -> Self {
        let text = document.attribute(package, "prefix").unwrap_or_default();
        let mut declared = HashMap::new();
        let mut name = None;
        // The blank behind the colon is missing in some books.
        for word in text.split_ascii_whitespace() {
            match (name.take(), word.split_once(':')) {
                (Some(name), _) => {
                    declared.entry(name).or_insert_with(|| word.to_owned());
                }
                (None, Some((prefix, ""))) => name = Some(prefix.to_owned()),
                (None, Some((prefix, iri))) => {
                    declared
                        .entry(prefix.to_owned())
                        .or_insert_with(|| iri.to_owned());
                }
                (None, None) => {}
            }
        }
        Self(declared)
    }

    /// `property` with the prefix the engine knows its vocabulary by.
    pub fn resolve<'p>(&self, property: &'p str) -> Cow<'p, str> {
        let Some((prefix, local)) = property.split_once(':') else {
            return Cow::Borrowed(property);
        };
        let Some(iri) = self.0.get(prefix) else {
            return Cow::Borrowed(property);
        };
        match RESERVED.iter().find(|(_, known)| same(known, iri)) {
            Some((known, _)) if *known == prefix => Cow::Borrowed(property),
            Some((known, _)) => Cow::Owned(format!("{known}:{local}")),
            // A reserved name that was given to another vocabulary is not ours any more.
            None if RESERVED.iter().any(|(known, _)| *known == prefix) => {
                Cow::Owned(format!("{iri}{local}"))
            }
            None => Cow::Borrowed(property),
        }
    }
}

/// Whether two vocabularies are the same but for how the address is written.
fn same(a: &str, b: &str) -> bool {
    fn bare(iri: &str) -> &str {
        let iri = iri.split_once("://").map_or(iri, |(_, rest)| rest);
        iri.trim_start_matches("www.").trim_end_matches(['#', '/'])
    }
    bare(a).eq_ignore_ascii_case(bare(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prefixes(text: &str) -> Prefixes {
        let document = Document::parse(&format!("<package prefix='{text}'/>"));
        Prefixes::read(&document, 1)
    }

    #[test]
    fn properties_are_named_by_their_vocabulary() {
        let book = prefixes(
            "r: http://www.idpf.org/vocab/rendition/# s:https://schema.org media: http://example.org/mine# x: http://example.org/x#",
        );
        for (written, meant) in [
            ("r:layout", "rendition:layout"),
            ("s:accessMode", "schema:accessMode"),
            ("rendition:layout", "rendition:layout"),
            ("media:duration", "http://example.org/mine#duration"),
            ("x:y", "x:y"),
            ("title-type", "title-type"),
        ] {
            assert_eq!(book.resolve(written), meant);
        }
        assert_eq!(prefixes("").resolve("r:layout"), "r:layout");
        assert_eq!(prefixes("odd words : :: a:").resolve("a:b"), "a:b");
    }
}
