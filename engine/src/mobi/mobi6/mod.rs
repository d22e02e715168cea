//! Mobipocket 6: one long HTML text, cut at its page breaks.
//! Source: MobileRead wiki, "MOBI" (filepos, recindex, mbp:pagebreak, guide).

mod layout;
mod plan;
mod rewrite;
mod write;

use self::plan::Plan;
use self::write::Writer;
use super::Opening;
use super::contents::{Line, Place};
use super::tags::{attribute, name_of, number};
use crate::Error;
use crate::xhtml::escape;

const BREAK: &[u8] = b"<mbp:pagebreak";
/// The stylesheet of all documents.
const STYLE: &str = "flows/mobi6.css";

/// Makes the documents and contents of a Mobipocket 6 book.
///
/// # Errors
/// `EmptySpine` when there is no text; `LimitExceeded`.
pub(super) fn build(book: &mut Opening<'_, '_>, raw: Vec<u8>) -> Result<(), Error> {
    if !is_markup(&raw, book.header.mobi) {
        let text = plain(&book.header.decode(&raw));
        return book.chapter(path(0), "text/html", text.into_bytes());
    }
    let toc = book.read_ncx();
    let guide = guide(&raw, book);
    let words = book.read_headwords();
    let lines = toc.iter().chain(&guide);
    let plan = Plan::read(&raw, lines, words, book.limits.spine_items as usize);
    let written = Writer::new(&raw, &plan, book).write()?;
    for (i, part) in written.parts.into_iter().enumerate() {
        let text = book.header.decoded(part);
        book.chapter(path(i), "text/html", text)?;
    }
    let style = written.style.into_bytes();
    book.store
        .made(&mut book.package, STYLE.into(), "text/css", style);
    let target = |place: Place| match place {
        Place::Byte(at) => Some(plan.target(at, raw.len())),
        _ => None,
    };
    book.contents.toc = book.lines(toc, target);
    book.contents.landmarks = book.lines(guide, target);
    Ok(())
}

/// The path of document `i`.
fn path(i: usize) -> String {
    format!("text/part{i:04}.html")
}

/// Whether a text is markup. Bare PalmDOC files often are none; there a tag has to be known.
fn is_markup(raw: &[u8], mobi: bool) -> bool {
    const KNOWN: [&[u8]; 9] = [
        b"html", b"body", b"p", b"br", b"div", b"h1", b"h2", b"font", b"span",
    ];
    let known = |at: usize| {
        let name = name_of(&raw[at + 1..raw.len().min(at + 8)]);
        let name = name.split(|&b| b == b'>').next().unwrap_or_default();
        KNOWN.iter().any(|tag| tag.eq_ignore_ascii_case(name))
    };
    memchr::memchr_iter(b'<', raw).any(|at| mobi || known(at))
}

/// A text without markup: a paragraph for every line.
fn plain(text: &str) -> String {
    let mut out = String::from("<html><body>");
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        out.push_str("<p>");
        out.push_str(&escape(line));
        out.push_str("</p>");
    }
    out.push_str("</body></html>");
    out
}

/// The references of the `guide` in the text's head.
fn guide(raw: &[u8], book: &Opening<'_, '_>) -> Vec<Line> {
    const HEAD: usize = 64 << 10;
    let head = &raw[..raw.len().min(HEAD)];
    let mut lines = Vec::new();
    for at in plan::find_iter(head, b"<reference ").take(256) {
        let tag = &head[at + 1..];
        let tag = &tag[..memchr::memchr(b'>', tag).unwrap_or(tag.len())];
        let text = |name: &[u8]| {
            let value = book.header.decode(attribute(tag, name).unwrap_or_default());
            crate::source::unescape(&value).into_owned()
        };
        if let Some(at) = attribute(tag, b"filepos").and_then(number) {
            lines.push(Line {
                depth: 0,
                title: text(b"title"),
                kind: Some(text(b"type")),
                place: Place::Byte(at),
            });
        }
    }
    lines
}
