//! Every book of the corpus, when it is there: nothing panics or hangs, what must
//! open opens, and what comes out is safe.
//!
//! The corpus is the folder `BINDERY_CORPUS` (with `epub/LIST.tsv` and `mobi/LIST.tsv`), else
//! `../shared/corpora` beside the workspace.

mod support;

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use bindery_engine::Options;
use support::{judge, places, polyglot, rendered_with, skip, source};

/// Slices judged of one book; the judge's parser is twenty times slower than the engine.
const JUDGED: usize = 12;
const JUDGED_BYTES: usize = 300_000;
/// What counts as hanging, in an unoptimised build on a busy machine. How fast books are is measured
/// in `benches` and `tests/corpus`, not here.
const HANG: Duration = Duration::from_secs(60);

/// The books as (file, kind), or `None` and a line in the list of skipped tests.
fn books(kind: &str) -> Option<(PathBuf, Vec<(String, String)>)> {
    let folder = std::env::var_os("BINDERY_CORPUS").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpora"),
        PathBuf::from,
    );
    let folder = folder.join(kind);
    let Ok(list) = fs::read_to_string(folder.join("LIST.tsv")) else {
        skip(&format!("engine corpus: no {}/LIST.tsv", folder.display()));
        return None;
    };
    let books = list
        .lines()
        .skip(1)
        .filter_map(|line| {
            let columns: Vec<&str> = line.split('\t').collect();
            Some((columns.first()?.to_string(), columns.get(3)?.to_string()))
        })
        .collect();
    Some((folder, books))
}

#[test]
fn every_book_of_the_corpus_opens_or_is_refused_and_is_safe() {
    let Some((folder, books)) = books("epub") else {
        return;
    };
    let mut wrong = Vec::new();
    for (name, kind) in &books {
        let Ok(bytes) = fs::read(folder.join(name)) else {
            continue;
        };
        let start = Instant::now();
        let result = rendered_with(&bytes, &Options::default());
        if start.elapsed() > HANG {
            wrong.push(format!("{name}: {:?}", start.elapsed()));
        }
        match result {
            Ok((_, files)) => {
                for (n, slice) in files.slices().iter().take(JUDGED).enumerate() {
                    if slice.len() > JUDGED_BYTES {
                        continue;
                    }
                    if let Err(found) = judge::check(slice).and_then(|()| polyglot::check(slice)) {
                        wrong.push(format!("{name} slice {n}: {found}"));
                    }
                }
            }
            Err(error) => {
                let must_open = matches!(
                    kind.as_str(),
                    "novel" | "idpf-sample" | "epubcheck-valid" | "techdoc"
                );
                // Listed, but not books: a plain text, and an archive that holds only `mimetype`.
                let not_a_book = matches!(
                    name.as_str(),
                    "deb-docbook-xsl-ns-README.epub" | "se-web.epub"
                );
                if must_open && !not_a_book {
                    wrong.push(format!("{name} ({kind}): {error}"));
                }
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {} books:\n{}",
        wrong.len(),
        books.len(),
        wrong.join("\n")
    );
}

/// Slices of one book whose places are looked up, and bytes of a chapter that is.
const LOCATED: usize = 6;
const LOCATED_BYTES: usize = 400_000;

#[test]
fn every_character_of_the_corpus_is_found_in_its_source_by_offset_and_cfi() {
    let Some((folder, books)) = books("epub") else {
        return;
    };
    let (mut wrong, mut seen) = (Vec::new(), 0);
    for (name, kind) in &books {
        let Ok(bytes) = fs::read(folder.join(name)) else {
            continue;
        };
        // Their archives are damaged in ways that only the engine's own reader forgives.
        if kind.contains("hostile") {
            continue;
        }
        let Ok((_, files)) = rendered_with(&bytes, &Options::default()) else {
            continue;
        };
        let Ok(mut archive) = zip::ZipArchive::new(std::io::Cursor::new(&bytes)) else {
            continue;
        };
        let index = files.json("index.json");
        let items = index["items"].as_array().unwrap();
        let whole = |path: &str| {
            items
                .iter()
                .any(|item| item["path"] == path && item["shape"] == "markup")
        };
        for n in (0..files.slices().len()).take(LOCATED) {
            let text = files.json(&format!("text/{n}.json"));
            let path = text["item"].as_str().unwrap();
            let mut source = String::new();
            let read = archive
                .by_name(path)
                .map(|mut file| file.read_to_string(&mut source));
            // Other encodings are tested where they are decoded.
            if !whole(path) || !matches!(read, Ok(Ok(_))) || source.len() > LOCATED_BYTES {
                continue;
            }
            let root = source::parse(source.trim_start_matches('\u{FEFF}'));
            match places::check(&text, &root) {
                Ok(count) => seen += count,
                Err(found) => wrong.push(format!("{name} slice {n}: {found}")),
            }
        }
    }
    eprintln!("{seen} characters");
    assert!(
        wrong.is_empty(),
        "{} slices:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn every_mobi_without_keys_opens_its_links_resolve_and_it_is_safe() {
    let Some((folder, books)) = books("mobi") else {
        return;
    };
    let mut wrong = Vec::new();
    for (name, kind) in &books {
        let Ok(bytes) = fs::read(folder.join(name)) else {
            continue;
        };
        let start = Instant::now();
        let result = rendered_with(&bytes, &Options::default());
        if start.elapsed() > HANG {
            wrong.push(format!("{name}: {:?}", start.elapsed()));
        }
        match result {
            Ok(_) if name.contains("-drm") => wrong.push(format!("{name} is encrypted")),
            Ok((_, files)) => {
                let slices = files.slices();
                for (n, slice) in slices.iter().take(JUDGED).enumerate() {
                    if slice.len() > JUDGED_BYTES {
                        continue;
                    }
                    if let Err(found) = judge::check(slice).and_then(|()| polyglot::check(slice)) {
                        wrong.push(format!("{name} slice {n}: {found}"));
                    }
                }
                if kind != "hostile-mobi" {
                    wrong.extend(lost_links(name, &slices));
                }
            }
            Err(error) if name.contains("-drm") && error.code() == "drm_protected" => {}
            Err(_) if kind == "hostile-mobi" => {}
            Err(error) => wrong.push(format!("{name}: {error}")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Links between slices that lead to no slice or no id.
fn lost_links(name: &str, slices: &[String]) -> Vec<String> {
    let mut lost = Vec::new();
    for link in slices
        .iter()
        .flat_map(|slice| slice.split(" href=\"").skip(1))
    {
        let link = link.split('"').next().unwrap_or_default();
        let (file, id) = link.split_once('#').unwrap_or((link, ""));
        let Some(Ok(n)) = file.strip_suffix(".html").map(str::parse::<usize>) else {
            continue;
        };
        let found = slices
            .get(n)
            .is_some_and(|slice| id.is_empty() || slice.contains(&format!(" id=\"{id}\"")));
        if !found {
            lost.push(format!("{name}: {link}"));
        }
    }
    lost
}
