//! The MOBI files of the corpus against mobitool: the same text, white space aside.
//!
//! `tests/judges/mobi.py` prints the whole table; this is what must never get worse.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use super::support::{rendered_with, skip};

/// Text between tags, without white space and without what stands in heads.
fn squeezed(markup: &str) -> String {
    let mut out = String::new();
    let mut rest = markup;
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let is_tag = rest[1..]
            .starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'));
        let name: String = rest[1..]
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .collect();
        let inner = ["head", "style", "title", "script"]
            .into_iter()
            .find(|known| known.eq_ignore_ascii_case(&name));
        let end = match inner {
            Some(name) => find(rest, &format!("</{name}")),
            None if rest.starts_with("<!--") => rest.find("-->"),
            None => Some(0),
        };
        rest = &rest[end.unwrap_or(0)..];
        if !is_tag {
            out.push('<');
            rest = &rest[1..];
        } else {
            rest = rest.find('>').map_or("", |end| &rest[end + 1..]);
        }
    }
    out.push_str(rest);
    let soft = ['\u{AD}', '\u{200B}', '\u{FEFF}', '\u{FFFD}'];
    let text = unescaped(&out);
    text.chars()
        .filter(|c| !c.is_whitespace() && !c.is_control() && !soft.contains(c))
        .collect()
}

fn find(text: &str, tag: &str) -> Option<usize> {
    let hit = |at: usize| {
        text.as_bytes()[at..]
            .get(..tag.len())
            .is_some_and(|b| b.eq_ignore_ascii_case(tag.as_bytes()))
    };
    memchr::memchr_iter(b'<', text.as_bytes()).find(|&at| hit(at))
}

/// Reads references, each kind once, with the HTML parser of the tests.
fn unescaped(text: &str) -> String {
    let mut known: HashMap<&str, String> = HashMap::new();
    let mut pieces = text.split('&');
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let end = piece.bytes().take(12).position(|b| b == b';');
        let (name, rest) = piece.split_at(end.map_or(0, |end| end + 1));
        out.push_str(known.entry(name).or_insert_with(|| reference(name)));
        out.push_str(rest);
    }
    out
}

fn reference(name: &str) -> String {
    use html5ever::tendril::TendrilSink;
    use markup5ever_rcdom::{Handle, NodeData, RcDom};
    fn collect(node: &Handle, out: &mut String) {
        if let NodeData::Text { contents } = &node.data {
            out.push_str(&contents.borrow());
        }
        let children = node.children.borrow();
        children.iter().for_each(|child| collect(child, out));
    }
    let parser = html5ever::parse_document(RcDom::default(), html5ever::ParseOpts::default());
    let mut out = String::new();
    collect(&parser.one(format!("&{name}")).document, &mut out);
    out
}

/// All parts that mobitool writes, in order; `None` when it writes none.
fn theirs(book: &Path) -> Option<String> {
    let folder = tempfile::tempdir().ok()?;
    Command::new("mobitool")
        .arg("-s")
        .arg("-o")
        .arg(folder.path())
        .arg(book)
        .output()
        .ok()?;
    let made = fs::read_dir(folder.path()).ok()?.flatten().next()?.path();
    let mut parts: Vec<PathBuf> = fs::read_dir(made)
        .ok()?
        .flatten()
        .map(|entry| entry.path())
        .collect();
    parts.retain(|path| {
        path.file_name()
            .is_some_and(|name| name.to_string_lossy().starts_with("part"))
    });
    parts.sort();
    let read =
        |path: &PathBuf| String::from_utf8_lossy(&fs::read(path).unwrap_or_default()).into_owned();
    Some(
        parts
            .iter()
            .map(|path| squeezed(&with_headwords(&read(path))))
            .collect(),
    )
}

/// Headwords of a dictionary, which mobitool keeps in attributes, where the entry does
/// not show them.
fn with_headwords(markup: &str) -> String {
    const ORTH: &str = "<idx:orth value=\"";
    let mut pieces = markup.split(ORTH);
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (word, rest) = piece.split_once("\">").unwrap();
        let entry = rest.split("</idx:entry>").next().unwrap();
        if !squeezed(entry).contains(&squeezed(word)) {
            out.push_str(word);
        }
        out.push_str(rest);
    }
    out
}

#[test]
fn every_book_of_the_corpus_has_the_text_that_mobitool_finds() {
    let folder = env::var_os("BINDERY_CORPUS").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpora"),
        PathBuf::from,
    );
    let folder = folder.join("mobi");
    let Ok(list) = fs::read_to_string(folder.join("LIST.tsv")) else {
        return skip(&format!("mobi oracle: no {}/LIST.tsv", folder.display()));
    };
    if Command::new("mobitool").arg("-v").output().is_err() {
        return skip("mobi oracle: no mobitool (Debian: libmobi-tools)");
    }
    let mut wrong = Vec::new();
    let mut compared = 0;
    for line in list.lines().skip(1) {
        let columns: Vec<&str> = line.split('\t').collect();
        let (name, kind) = (columns[0], columns[3]);
        if kind == "hostile-mobi" || name.contains("-drm") {
            continue;
        }
        let Ok(bytes) = fs::read(folder.join(name)) else {
            continue;
        };
        let Some(expected) = theirs(&folder.join(name)) else {
            continue;
        };
        let (_, files) = rendered_with(&bytes, &bindery_engine::Options::default()).unwrap();
        let found: String = files.slices().iter().map(|slice| squeezed(slice)).collect();
        compared += 1;
        if found != expected {
            let at = found
                .bytes()
                .zip(expected.bytes())
                .take_while(|(a, b)| a == b)
                .count();
            wrong.push(format!(
                "{name}: differs at byte {at} of {} and {}",
                found.len(),
                expected.len()
            ));
        }
    }
    assert!(compared > 0, "no book was compared");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
