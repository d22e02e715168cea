//! The commands that need no server.

use std::{fs, path::Path, process::Output};

use serde_json::Value;

use crate::{book, server};

fn run(dir: &Path, args: &[&str]) -> Output {
    server::bindery()
        .args(args)
        .current_dir(dir)
        .env("BINDERY_DATA_DIR", dir.join("data"))
        .output()
        .expect("bindery runs")
}

fn json(path: &Path) -> Value {
    let text = fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    serde_json::from_str(&text).expect("json")
}

#[test]
fn convert_leaves_a_folder_a_book_and_a_report_for_each_failure() {
    let dir = tempfile::tempdir().expect("folder");
    fs::write(dir.path().join("good.epub"), book::epub("Good", 2)).expect("book");
    fs::write(dir.path().join("bad.epub"), b"PK\x03\x04 nothing").expect("book");
    let out = run(
        dir.path(),
        &[
            "convert",
            "good.epub",
            "bad.epub",
            "missing.epub",
            "--out",
            "html",
            "--threads",
            "2",
        ],
    );
    assert_eq!(out.status.code(), Some(1), "some failed");
    let good = dir.path().join("html/good");
    let report = json(&good.join("report.json"));
    assert_eq!(
        (&report["format"], &report["slices"]),
        (&"epub".into(), &2.into())
    );
    assert!(
        report["bytes"].as_u64() > Some(0)
            && report["warnings"].is_array()
            && report["timings_ms"]["total"].is_number()
    );
    assert_eq!(
        json(&good.join("manifest.json"))["metadata"]["title"],
        "Good"
    );
    assert!(json(&good.join("positions.json"))["total"].as_u64() > Some(0));
    for file in ["slices/0.html", "slices/1.html", "text/0.json"] {
        assert!(good.join(file).is_file(), "{file}");
    }
    for size in ["original", "medium", "thumbnail"] {
        let found = fs::read_dir(good.join("cover")).expect("cover").flatten();
        assert!(
            found
                .into_iter()
                .any(|f| f.path().file_stem().is_some_and(|s| s == size)),
            "{size}"
        );
    }
    let failed = json(&dir.path().join("html/bad/report.json"));
    assert!(failed["error"]["code"].is_string() && failed["error"]["message"].is_string());
    let stderr = String::from_utf8_lossy(&out.stderr);
    assert!(
        stderr.contains("bad.epub") && stderr.contains("missing.epub"),
        "{stderr}"
    );
}

#[test]
fn convert_gives_the_same_bytes_with_any_number_of_threads() {
    let dir = tempfile::tempdir().expect("folder");
    fs::write(dir.path().join("b.epub"), book::epub("Same", 30)).expect("book");
    for threads in ["1", "2"] {
        let out = run(
            dir.path(),
            &[
                "convert",
                "b.epub",
                "--out",
                threads,
                "--threads",
                threads,
                "--json",
            ],
        );
        assert_eq!(
            out.status.code(),
            Some(0),
            "{}",
            String::from_utf8_lossy(&out.stderr)
        );
        let line: Value = serde_json::from_slice(&out.stdout).expect("one JSON object");
        assert_eq!(line["slices"], 30);
    }
    let tree = |t: &str| {
        let mut files = Vec::new();
        collect(&dir.path().join(t), &mut files);
        files.sort();
        files
            .into_iter()
            .map(|p| {
                (
                    p.strip_prefix(dir.path().join(t))
                        .expect("inside")
                        .to_owned(),
                    fs::read(&p).expect("file"),
                )
            })
            .filter(|(p, _)| !p.ends_with("report.json"))
            .collect::<Vec<_>>()
    };
    assert_eq!(tree("1"), tree("2"));
}

fn collect(dir: &Path, files: &mut Vec<std::path::PathBuf>) {
    for entry in fs::read_dir(dir).expect("folder").flatten() {
        if entry.path().is_dir() {
            collect(&entry.path(), files)
        } else {
            files.push(entry.path())
        }
    }
}

#[test]
fn wrong_usage_is_status_two_and_help_is_complete() {
    let dir = tempfile::tempdir().expect("folder");
    assert_eq!(run(dir.path(), &["convert"]).status.code(), Some(2));
    let help = run(dir.path(), &["--help"]);
    let text = String::from_utf8_lossy(&help.stdout);
    for command in [
        "serve", "api", "worker", "migrate", "import", "user", "openapi", "convert",
    ] {
        assert!(text.contains(command), "{command}");
    }
}

#[test]
fn a_wrong_setting_stops_the_start_and_names_the_key() {
    let dir = tempfile::tempdir().expect("folder");
    let out = server::bindery()
        .args(["serve"])
        .current_dir(dir.path())
        .env("BINDERY_LISTEN", "here")
        .output()
        .expect("runs");
    let stderr = String::from_utf8_lossy(&out.stderr);
    assert_eq!(out.status.code(), Some(2), "{stderr}");
    assert!(
        stderr.contains("listen (from BINDERY_LISTEN) is `here`, but must be"),
        "{stderr}"
    );
}

#[test]
fn openapi_prints_the_committed_document() {
    let dir = tempfile::tempdir().expect("folder");
    let committed = fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/openapi/openapi.json"))
        .expect("openapi.json");
    assert_eq!(run(dir.path(), &["openapi"]).stdout, committed);
}

#[test]
fn import_reads_a_calibre_library_skips_duplicates_and_lists_failures() {
    let dir = tempfile::tempdir().expect("folder");
    let folder = dir.path().join("Library/Jane/Emma (1)");
    fs::create_dir_all(&folder).expect("folders");
    fs::write(folder.join("emma.epub"), book::epub("wrong title", 1)).expect("book");
    fs::write(folder.join("copy.epub"), book::epub("wrong title", 1)).expect("book");
    fs::write(folder.join("metadata.opf"), r#"<package><metadata><title>Emma</title><creator>Jane Austen</creator></metadata></package>"#).expect("opf");
    fs::write(dir.path().join("Library/broken.epub"), b"not a book").expect("book");
    let first = run(dir.path(), &["import", "Library"]);
    let said = String::from_utf8_lossy(&first.stdout).into_owned()
        + &String::from_utf8_lossy(&first.stderr);
    assert_eq!(first.status.code(), Some(1), "one failed: {said}");
    assert!(
        said.contains("1 added") && said.contains("1 already there") && said.contains("1 failed"),
        "{said}"
    );
    assert!(said.contains("broken.epub"), "{said}");
    let again = run(dir.path(), &["import", "Library/Jane"]);
    let said = String::from_utf8_lossy(&again.stdout).into_owned()
        + &String::from_utf8_lossy(&again.stderr);
    assert_eq!(again.status.code(), Some(0), "{said}");
    assert!(
        said.contains("0 added") && said.contains("2 already there"),
        "{said}"
    );
}

#[test]
fn others_may_read_nothing_also_in_a_folder_they_may_enter() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().expect("folder");
    let data = dir.path().join("data");
    fs::create_dir(&data).expect("folder");
    fs::set_permissions(&data, fs::Permissions::from_mode(0o755)).expect("mode");
    fs::write(dir.path().join("good.epub"), book::epub("Good", 1)).expect("book");
    let out = run(dir.path(), &["import", "good.epub"]);
    assert_eq!(out.status.code(), Some(0), "{out:?}");
    let mut folders = vec![data];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("folder") {
            let entry = entry.expect("entry");
            let meta = entry.metadata().expect("there");
            assert_eq!(meta.permissions().mode() & 0o007, 0, "{:?}", entry.path());
            files += u32::from(meta.is_file());
            if meta.is_dir() {
                folders.push(entry.path());
            }
        }
    }
    assert!(files >= 2, "a database and an original");
}
