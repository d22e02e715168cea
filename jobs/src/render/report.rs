//! From the engine's words to the library's.

use bindery_engine::{Metadata, Report};
use bindery_library::catalogue::{Cover, FoundMetadata, Ready};

/// What the library keeps of a finished render.
pub(super) fn ready(report: Report, bytes: u64, cover: Cover) -> Ready {
    let kept = serde_json::to_value(&report).unwrap_or_default();
    Ready {
        slices: report.slices,
        bytes,
        cover: (cover != Cover::default()).then_some(cover),
        metadata: found(report.metadata),
        report: kept,
    }
}

fn found(metadata: Metadata) -> FoundMetadata {
    FoundMetadata {
        title: Some(metadata.title).filter(|title| !title.is_empty()),
        authors: metadata.authors,
        language: metadata.language,
        description: metadata.description,
        isbn: metadata.isbn,
        publisher: metadata.publisher,
        published: metadata.published,
        series: metadata.series,
        series_index: metadata.series_index,
        subjects: metadata.subjects,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_book_without_title_or_cover_claims_neither() {
        let report = Report {
            format: bindery_engine::Format::Epub,
            metadata: Metadata {
                authors: vec!["Ada".into()],
                ..Metadata::default()
            },
            slices: 2,
            bytes: 7,
            warnings: Vec::new(),
        };
        let ready = ready(report, 9, Cover::default());
        assert_eq!((ready.slices, ready.bytes, ready.cover), (2, 9, None));
        assert_eq!(ready.metadata.title, None);
        assert_eq!(ready.metadata.authors, ["Ada"]);
        assert_eq!(ready.report["slices"], 2);
    }
}
