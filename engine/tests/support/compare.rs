//! Our reading of a book beside another reader's. Used by both oracles; needs nothing
//! but the engine, `serde_json` and the standard library.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use bindery_engine::{Options, Silent, Sink, render};
use serde_json::Value;

/// What a reader says about a book.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// Paths of the spine's files, repeats kept.
    pub spine: Vec<String>,
    /// Titles of the table of contents in document order; `None` if there is none.
    pub toc: Option<Vec<String>>,
    /// The same without lines that lead to no file of the book, as far as the reader knows:
    /// we leave those out, and mend some that others lose.
    pub leading: Option<Vec<String>>,
    /// Kind → bytes of every file that is passed on unchanged; sorted.
    pub files: BTreeMap<&'static str, Vec<Vec<u8>>>,
}

/// The kind of file by media type, of those that every reader passes on as they are.
pub fn kind(media_type: &str) -> Option<&'static str> {
    Some(match media_type.split(';').next()?.trim() {
        "image/jpeg" | "image/png" | "image/gif" | "image/webp" => "image",
        "audio/mpeg" | "audio/mp4" | "audio/ogg" => "audio",
        "video/mp4" | "video/webm" => "video",
        "application/vnd.ms-opentype"
        | "application/font-woff"
        | "application/font-sfnt"
        | "application/x-font-ttf"
        | "application/x-font-otf"
        | "application/x-font-truetype"
        | "application/x-font-opentype"
        | "application/x-font-woff"
        | "font/otf"
        | "font/ttf"
        | "font/woff"
        | "font/woff2" => "font",
        _ => return None,
    })
}

/// Words with single blanks.
pub fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[derive(Default)]
struct Memory(Mutex<BTreeMap<String, Vec<u8>>>);

impl Sink for Memory {
    fn put(&self, path: &str, _media_type: &str, bytes: &[u8]) -> io::Result<()> {
        let mut files = self.0.lock().expect("no test panics while holding it");
        files.insert(path.to_owned(), bytes.to_vec());
        Ok(())
    }
}

/// Our reading. `ncx` asks for the NCX's table of contents where the book has two.
pub fn ours(book: &[u8], ncx: bool) -> Result<Reading, bindery_engine::Error> {
    let sink = Memory::default();
    render(book, &Options::default(), &sink, &Silent)?;
    let files = sink.0.into_inner().expect("the render is over");
    let manifest: Value = serde_json::from_slice(&files["manifest.json"]).unwrap_or_default();
    let mut out = Reading::default();
    for link in manifest["readingOrder"].as_array().into_iter().flatten() {
        // A slice that starts at 0 is the first of a place in the spine.
        if link["properties"]["start"] == 0 {
            let source = link["properties"]["source"].as_str().unwrap_or_default();
            out.spine.push(source.to_owned());
        }
    }
    let second = ncx.then(|| &manifest["ncx"]).filter(|list| list.is_array());
    let mut titles = Vec::new();
    flatten(second.unwrap_or(&manifest["toc"]), &mut titles);
    out.toc = Some(titles);
    for link in manifest["resources"].as_array().into_iter().flatten() {
        let href = link["href"].as_str().unwrap_or_default();
        if let Some(kind) = kind(link["type"].as_str().unwrap_or_default())
            && href.starts_with("resources/")
        {
            let bytes = files.get(href).cloned().unwrap_or_default();
            out.files.entry(kind).or_default().push(bytes);
        }
    }
    out.files.values_mut().for_each(|list| list.sort());
    Ok(out)
}

fn flatten(list: &Value, out: &mut Vec<String>) {
    for entry in list.as_array().into_iter().flatten() {
        out.push(words(entry["title"].as_str().unwrap_or_default()));
        flatten(&entry["children"], out);
    }
}

/// Where two readings differ: the aspect and a line about it.
pub fn differences(ours: &Reading, theirs: &Reading) -> Vec<(&'static str, String)> {
    let mut out = Vec::new();
    if ours.spine != theirs.spine {
        let at = first_difference(&ours.spine, &theirs.spine);
        out.push((
            "spine",
            format!(
                "{} against {} places, first at {at:?}",
                ours.spine.len(),
                theirs.spine.len()
            ),
        ));
    }
    if let (Some(mine), Some(other)) = (&ours.toc, &theirs.toc)
        && mine != other
        && Some(mine) != theirs.leading.as_ref()
    {
        let at = first_difference(mine, other);
        out.push((
            "toc",
            format!(
                "{} against {} lines, first at {at:?}",
                mine.len(),
                other.len()
            ),
        ));
    }
    if ours.files != theirs.files {
        let count = |reading: &Reading| -> Vec<(&str, usize)> {
            reading
                .files
                .iter()
                .map(|(kind, list)| (*kind, list.len()))
                .collect()
        };
        out.push((
            "files",
            format!("{:?} against {:?}", count(ours), count(theirs)),
        ));
    }
    out
}

fn first_difference<'a>(
    a: &'a [String],
    b: &'a [String],
) -> Option<(Option<&'a String>, Option<&'a String>)> {
    (0..a.len().max(b.len()))
        .map(|i| (a.get(i), b.get(i)))
        .find(|(a, b)| a != b)
}

/// The corpus's good books as (name, bytes), or `None` where there is no corpus.
pub fn good_books() -> Option<Vec<(String, Vec<u8>)>> {
    let folder = std::env::var_os("BINDERY_CORPUS")
        .map_or_else(
            || {
                let here = Path::new(env!("CARGO_MANIFEST_DIR"));
                let root = here
                    .ancestors()
                    .find(|folder| folder.join("engine/src").is_dir());
                root.unwrap_or(here).join("../shared/corpora")
            },
            PathBuf::from,
        )
        .join("epub");
    let list = std::fs::read_to_string(folder.join("LIST.tsv")).ok()?;
    let good = [
        "novel",
        "techdoc",
        "idpf-sample",
        "epubcheck-valid",
        "w3c-epub-tests",
        "epub",
    ];
    Some(
        list.lines()
            .skip(1)
            .filter_map(|line| {
                let columns: Vec<&str> = line.split('\t').collect();
                good.contains(columns.get(3)?)
                    .then(|| columns[0].to_owned())
            })
            .filter_map(|name| {
                let bytes = std::fs::read(folder.join(&name)).ok()?;
                Some((name, bytes))
            })
            .collect(),
    )
}

/// Compares all books and fails on what `known` does not list, and on what it lists in
/// vain. `known` is (book, aspect, reason).
pub fn judge(
    books: &[(String, Vec<u8>)],
    known: &[(&str, &str, &str)],
    ncx: bool,
    read: impl Fn(&[u8]) -> Option<Reading>,
) {
    let (mut compared, mut unread, mut wrong) = (0, 0, Vec::new());
    let mut met = Vec::new();
    for (name, bytes) in books {
        let Some(theirs) = read(bytes) else {
            unread += 1;
            continue;
        };
        let found = match ours(bytes, ncx) {
            Ok(ours) => differences(&ours, &theirs),
            Err(error) => vec![("opens", error.to_string())],
        };
        compared += 1;
        for (aspect, line) in found {
            let entry = known
                .iter()
                .position(|(book, what, _)| book == name && *what == aspect);
            match entry {
                Some(entry) => met.push(entry),
                None => wrong.push(format!("{name}: {aspect}: {line}")),
            }
        }
    }
    for (i, (book, aspect, _)) in known.iter().enumerate() {
        if books.iter().any(|(name, _)| name == book) && !met.contains(&i) {
            wrong.push(format!(
                "{book}: {aspect}: listed, but there is no difference"
            ));
        }
    }
    eprintln!(
        "{compared} books compared, {unread} the oracle could not read, {} known differences",
        met.len()
    );
    assert!(compared > 0, "nothing was compared");
    assert!(
        wrong.is_empty(),
        "{} differences:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
