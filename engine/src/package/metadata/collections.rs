//! Series and sets (EPUB 3.3, annex D.3.3 and D.3.4; calibre's names for them).

use super::metas::Metas;
use crate::{Collection, Metadata};

/// All collections, and of them the series that the book is filed under.
pub(super) fn read(metas: &Metas<'_>, cap: usize, out: &mut Metadata) {
    let document = metas.document;
    let nodes = metas.everywhere("belongs-to-collection");
    let name_of = |id: &str| {
        let at = nodes
            .iter()
            .find(|&&at| document.attribute(at, "id").map(str::trim) == Some(id))?;
        Some(metas.value(*at))
    };
    for &at in nodes.iter().take(cap) {
        let name = metas.value(at);
        if name.is_empty() {
            continue;
        }
        // A collection that refines another is a part of it.
        let within = document
            .attribute(at, "refines")
            .and_then(|refined| name_of(refined.trim().rsplit('#').next()?));
        out.collections.push(Collection {
            name,
            kind: metas.refined(at, "collection-type"),
            position: metas
                .refined(at, "group-position")
                .as_deref()
                .and_then(position),
            identifier: metas.refined(at, "dcterms:identifier"),
            sort_as: metas.file_as(at),
            within,
        });
    }
    if let Some(name) = metas.first("calibre:series")
        && !out.collections.iter().any(|known| known.name == name)
    {
        out.collections.push(Collection {
            name,
            kind: Some("series".into()),
            position: metas
                .first("calibre:series_index")
                .as_deref()
                .and_then(position),
            ..Collection::default()
        });
    }
    let is_series = |one: &&Collection| one.kind.as_deref() == Some("series");
    // The outermost series is the one a shelf knows.
    let series = out
        .collections
        .iter()
        .filter(is_series)
        .find(|one| one.within.is_none())
        .or_else(|| out.collections.iter().find(is_series))
        // Without a type only a number tells a series from a set.
        .or_else(|| {
            let numbered = |one: &&Collection| one.kind.is_none() && one.position.is_some();
            out.collections.iter().find(numbered)
        });
    if let Some(series) = series {
        out.series = Some(series.name.clone());
        out.series_index = series.position;
    }
}

/// The first number of a position: `2`, `2.5`, and of `2.1.3` the `2.1`.
fn position(text: &str) -> Option<f64> {
    let mut end = 0;
    for (dots, part) in text.trim().split('.').take(2).enumerate() {
        if part.is_empty() || !part.bytes().all(|byte| byte.is_ascii_digit()) {
            break;
        }
        end += part.len() + dots;
    }
    text.trim().get(..end)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::position;

    #[test]
    fn positions_are_numbers() {
        for (text, expected) in [
            ("2", Some(2.0)),
            (" 2.5 ", Some(2.5)),
            ("2.1.3", Some(2.1)),
            ("7.", Some(7.0)),
            ("", None),
            ("II", None),
            ("NaN", None),
        ] {
            assert_eq!(position(text), expected, "{text}");
        }
    }
}
