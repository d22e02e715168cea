//! Another reader of EPUBs agrees on spine and table of contents.

mod support;

use std::path::{Path, PathBuf};

use support::rendered;

/// Good books of the corpus, if it is there; always our own.
fn books() -> Vec<(String, Vec<u8>)> {
    let folder = std::env::var_os("BINDERY_CORPUS")
        .map_or_else(
            || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpora"),
            PathBuf::from,
        )
        .join("epub");
    let nav = "<html xmlns=\"http://www.w3.org/1999/xhtml\" xmlns:epub=\"http://www.idpf.org/2007/ops\"><head><title>t</title></head><body><nav epub:type=\"toc\"><ol><li><a href=\"a.xhtml\">A</a></li><li><a href=\"b.xhtml\">B</a></li></ol></nav></body></html>";
    let own = support::Epub::new()
        .item("nav.xhtml", "application/xhtml+xml", "nav", nav)
        .chapter("a.xhtml", "<p>a</p>")
        .chapter("b.xhtml", "<p>b</p>")
        .build();
    let mut books = vec![("own".to_owned(), own)];
    let Ok(entries) = std::fs::read_dir(&folder) else {
        eprintln!(
            "SKIPPED: engine oracle on the corpus: no {}",
            folder.display()
        );
        return books;
    };
    let mut names: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    names.sort();
    for path in names {
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if ["se-", "idpf-", "deb-"]
            .iter()
            .any(|kind| name.starts_with(kind))
            && name.ends_with(".epub")
        {
            books.push((name, std::fs::read(path).unwrap_or_default()));
        }
    }
    books
}

#[test]
fn spine_and_contents_are_those_the_oracle_reads() {
    let mut compared = 0;
    for (name, bytes) in books() {
        let Ok(oracle) = rbook::Epub::read(std::io::Cursor::new(bytes.clone())) else {
            continue;
        };
        let (_, files) = rendered(&bytes);
        let manifest = files.json("manifest.json");
        let order = manifest["readingOrder"].as_array().unwrap();
        let mut sources: Vec<(String, u64)> = Vec::new();
        for link in order {
            // A slice that starts at 0 is the first of a place in the spine.
            if link["properties"]["start"] == 0 {
                sources.push((link["properties"]["source"].as_str().unwrap().to_owned(), 0));
            }
        }
        let expected: Vec<String> = oracle
            .spine()
            .iter()
            .filter_map(|entry| entry.manifest_entry())
            .map(|entry| {
                entry
                    .href()
                    .path()
                    .decode()
                    .trim_start_matches('/')
                    .to_owned()
            })
            .collect();
        let found: Vec<String> = sources.into_iter().map(|(path, _)| path).collect();
        assert_eq!(found, expected, "{name}");
        let mut lines = Vec::new();
        flatten(&manifest["toc"], &mut lines);
        if let Some(root) = oracle.toc().contents() {
            let expected: Vec<String> = root.flatten().map(|entry| words(entry.label())).collect();
            let leads = root.flatten().any(|entry| entry.manifest_entry().is_some());
            if leads && !expected.is_empty() {
                // Lines that lead to no file of the book are left out here, and only those.
                let mut theirs = expected.iter();
                let lost = lines
                    .iter()
                    .find(|line| !theirs.any(|known| known == *line));
                assert_eq!(lost, None, "{name}: not in the oracle's order");
                let leading = root
                    .flatten()
                    .filter(|entry| entry.manifest_entry().is_some())
                    .count();
                assert!(
                    lines.len() >= leading,
                    "{name}: {} of {leading}",
                    lines.len()
                );
            }
        }
        compared += 1;
    }
    assert!(compared > 0);
}

fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn flatten(list: &serde_json::Value, out: &mut Vec<String>) {
    for entry in list.as_array().into_iter().flatten() {
        out.push(words(entry["title"].as_str().unwrap_or_default()));
        flatten(&entry["children"], out);
    }
}
