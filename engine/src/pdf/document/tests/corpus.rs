//! What real files, many of them broken, say of themselves. Needs the corpus; see CONTRIBUTING.md.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::super::{Document, Entry, open};
use crate::Limits;

/// The PDFs of the corpus, or nothing where there is none.
pub(in crate::pdf) fn files() -> Vec<PathBuf> {
    let corpus = std::env::var_os("BINDERY_CORPUS").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpora"),
        PathBuf::from,
    );
    let Ok(list) = std::fs::read_dir(corpus.join("pdf")) else {
        return Vec::new();
    };
    let mut files: Vec<PathBuf> = list
        .filter_map(|file| Some(file.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|ext| ext == "pdf"))
        .collect();
    files.sort();
    files
}

fn count(entries: &[Entry]) -> usize {
    entries.iter().map(|entry| 1 + count(&entry.children)).sum()
}

#[test]
fn every_file_of_the_corpus_is_described_or_refused_quickly() {
    let files = files();
    let mut opened = 0;
    for path in &files {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let begun = Instant::now();
        let pdf = match open(std::fs::read(path).unwrap(), None) {
            Ok(pdf) => pdf,
            Err(error) => {
                println!("{name}: {} ({error})", error.code());
                continue;
            }
        };
        opened += 1;
        let mut warnings = Vec::new();
        let document = Document::read(&pdf, &Limits::default(), &mut warnings).unwrap();
        let pages = document.sheets.len() as u32;
        let links: usize = (0..pages).map(|n| document.links(&pdf, n).len()).sum();
        let before = begun.elapsed();
        let checked = pdf.pages().iter().map(|page| document.guard.check(page));
        let (mut refused, mut large) = (0, 0);
        for result in checked {
            match result {
                Ok(checked) => large += u32::from(checked.large_images),
                Err(_) => refused += 1,
            }
        }
        let metadata = &document.metadata;
        println!(
            "{name}: {pages} pages, {} lines, {links} links, {refused} refused, {large} with large images, {:?}+{:?}, {:?} by {:?} ({:?}) {warnings:?}",
            count(&document.outline),
            before,
            begun.elapsed() - before,
            metadata.title,
            metadata.authors,
            metadata.language,
        );
        assert!(
            document
                .sheets
                .iter()
                .all(|sheet| sheet.width >= 0.001 && sheet.height >= 0.001)
        );
        assert!(begun.elapsed() < Duration::from_secs(20), "{name}");
        assert_eq!(refused, 0, "{name}");
    }
    assert!(
        files.is_empty() || opened >= 98,
        "{opened} of {}",
        files.len()
    );
}
