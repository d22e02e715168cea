//! Titles (EPUB 3.3 § 5.5.3.1.2, annex D.3.7).

use super::clip;
use super::direction;
use super::metas::Metas;
use crate::{Metadata, Title};

/// All titles in the order they are shown in. The main one is refined as such, else
/// the first that is not refined as anything.
pub(super) fn read(metas: &Metas<'_>, metadata: u32, caps: (usize, usize), out: &mut Metadata) {
    let (chars, cap) = caps;
    let document = metas.document;
    let package = out.text_direction;
    let text = |at: u32| {
        let declared = direction::of(document.attribute(at, "dir"), package);
        direction::directed(clip(document.content(at), chars), declared)
    };
    let mut titles: Vec<(u64, Title)> = document
        .descendants(metadata, "title")
        .filter(|&at| !document.content(at).is_empty())
        .take(cap)
        .map(|at| {
            let sequence = metas.refined(at, "display-seq");
            let title = Title {
                text: text(at),
                kind: metas.refined(at, "title-type"),
                language: metas.language_of(at),
                sort_as: metas.file_as(at),
                alternates: metas.alternates(at),
            };
            let place = sequence.and_then(|text| text.parse().ok());
            (place.unwrap_or(u64::MAX), title)
        })
        .collect();
    let of = |kind: &str| {
        titles
            .iter()
            .find(|(_, title)| title.kind.as_deref() == Some(kind))
    };
    let main = of("main")
        .or_else(|| titles.iter().find(|(_, title)| title.kind.is_none()))
        .or_else(|| titles.first());
    if let Some((_, main)) = main {
        out.title = main.text.clone();
        out.sort_title = main
            .sort_as
            .clone()
            .or_else(|| metas.first("calibre:title_sort"));
    }
    out.subtitle = of("subtitle").map(|(_, title)| title.text.clone());
    titles.sort_by_key(|(place, _)| *place);
    out.titles = titles.into_iter().map(|(_, title)| title).collect();
}
