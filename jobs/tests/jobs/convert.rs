//! `bindery convert`, one input at a time.

use std::path::Path;

use bindery_engine::Options;
use bindery_jobs::convert::{Converter, Outcome};
use serde_json::Value;

use crate::books;
use crate::sandbox::sandbox;

fn converter(out: &Path) -> Converter {
    Converter::new(
        sandbox(&["render-child"]),
        Options::default(),
        out.to_owned(),
    )
    .unwrap()
}

fn write(folder: &Path, name: &str, bytes: &[u8]) -> std::path::PathBuf {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, bytes).unwrap();
    path
}

fn report(outcome: &Outcome) -> Value {
    let path = outcome.folder.as_ref().unwrap().join("report.json");
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_book_becomes_a_folder_with_its_report() {
    let dir = tempfile::tempdir().unwrap();
    let book = write(
        dir.path(),
        "Some Book.epub",
        &books::epub("Some Book", 2, 10),
    );
    let out = dir.path().join("out");
    let outcome = converter(&out).convert(&book);
    assert_eq!(outcome.failure(), None);
    let report = report(&outcome);
    assert_eq!(report["format"], "epub");
    assert_eq!(report["slices"].as_u64().unwrap(), 2);
    assert!(report["bytes"].as_u64().unwrap() > 0);
    assert!(report["warnings"].is_array());
    for stage in ["start", "open", "scan", "emit", "cover", "total"] {
        assert!(
            report["timings_ms"][stage].as_f64().unwrap() >= 0.0,
            "{stage}"
        );
    }
    let folder = out.join("Some Book");
    for path in [
        "manifest.json",
        "positions.json",
        "slices/0.html",
        "slices/1.html",
    ] {
        assert!(folder.join(path).is_file(), "{path}");
    }
    assert_eq!(names(&out), ["Some Book"]);
}

#[test]
fn a_book_that_fails_leaves_only_its_report() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    let book = write(dir.path(), "broken.epub", b"PK\x03\x04 nothing");
    let outcome = converter(&out).convert(&book);
    let failure = outcome.failure().unwrap();
    let report = report(&outcome);
    assert_eq!(report["error"]["code"], failure.code);
    assert_eq!(report["error"]["message"], failure.message);
    assert_eq!(names(&out.join("broken")), ["report.json"]);
    let outcome = converter(&out).convert(&dir.path().join("absent.epub"));
    assert_eq!(outcome.failure().unwrap().code, "cannot_read");
    let outcome = converter(&out).convert(&write(dir.path(), "folder.epub/x", b""));
    assert_eq!(outcome.failure().unwrap().code, "unsupported_format");
    let outcome = converter(&out).convert(&dir.path().join("folder.epub"));
    assert_eq!(outcome.failure().unwrap().code, "cannot_read");
}

#[test]
fn an_earlier_run_is_replaced_whole() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    let book = write(dir.path(), "b.epub", &books::epub("Long", 5, 5));
    assert_eq!(converter(&out).convert(&book).failure(), None);
    assert!(out.join("b/slices/4.html").exists());
    std::fs::write(&book, books::epub("Short", 2, 5)).unwrap();
    assert_eq!(converter(&out).convert(&book).failure(), None);
    assert!(out.join("b/slices/1.html").exists());
    assert!(!out.join("b/slices/4.html").exists());
    assert_eq!(names(&out), ["b"]);
}

#[test]
fn somebody_elses_folder_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    write(&out, "b/diary.txt", b"mine");
    let book = write(dir.path(), "b.epub", &books::epub("B", 1, 1));
    let outcome = converter(&out).convert(&book);
    assert_eq!(outcome.failure().unwrap().code, "name_taken");
    assert_eq!(names(&out.join("b")), ["diary.txt"]);
}

#[test]
fn two_inputs_of_one_name_do_not_overwrite_each_other() {
    let dir = tempfile::tempdir().unwrap();
    let first = write(dir.path(), "1/b.epub", &books::epub("First", 1, 1));
    let second = write(dir.path(), "2/b.epub", &books::epub("Second", 1, 1));
    let converter = converter(&dir.path().join("out"));
    assert_eq!(converter.convert(&first).failure(), None);
    assert_eq!(
        converter.convert(&second).failure().unwrap().code,
        "name_taken"
    );
    let manifest = std::fs::read_to_string(dir.path().join("out/b/manifest.json")).unwrap();
    assert!(manifest.contains("First"));
}

#[test]
fn a_child_that_dies_half_way_leaves_no_half_book() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    let book = write(dir.path(), "b.epub", &books::epub("B", 1, 1));
    let dying = Converter::new(
        sandbox(&["hostile", "half"]),
        Options::default(),
        out.clone(),
    );
    let outcome = dying.unwrap().convert(&book);
    assert_eq!(outcome.failure().unwrap().code, "sandbox_killed");
    assert_eq!(names(&out.join("b")), ["report.json"]);
    assert_eq!(names(&out), ["b"]);
}

#[test]
fn threads_share_a_converter() {
    let dir = tempfile::tempdir().unwrap();
    let converter = converter(&dir.path().join("out"));
    let books: Vec<_> = (0..8)
        .map(|n| {
            write(
                dir.path(),
                &format!("{n}.epub"),
                &books::epub(&n.to_string(), 2, 5),
            )
        })
        .collect();
    std::thread::scope(|scope| {
        for book in &books {
            scope.spawn(|| assert_eq!(converter.convert(book).failure(), None));
        }
    });
    assert_eq!(names(&dir.path().join("out")).len(), 8);
}
