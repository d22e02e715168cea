//! Single parts of the engine, for `benches/parts.rs` alone (feature `parts`). Nothing here is
//! part of the interface.

use crate::book::Book;
use crate::css::{Import, References, Rewriter};
use crate::xhtml::{self, Links, Splitting};
use crate::zip::Archive;
use crate::{Format, Limits, mobi};

/// Inflates and checks every entry of an archive; their bytes together.
#[must_use]
pub fn inflate(archive: &[u8]) -> Option<u64> {
    let limits = Limits::default();
    let archive = Archive::open(archive, &limits).ok()?;
    let read = |i| archive.read_entry(i, limits.entry_bytes).ok();
    (0..archive.entries().len()).try_fold(0, |sum, i| Some(sum + read(i)?.len() as u64))
}

/// Opens a book: directory, package and contents of an EPUB; records, text and parts of a MOBI.
#[must_use]
pub fn open(book: &[u8]) -> bool {
    Format::sniff(book)
        .is_some_and(|format| Book::open(format, book, &Limits::default(), &mut Vec::new()).is_ok())
}

/// The allowlist pass over one chapter: bytes put out. `None` when it is not well-formed.
#[must_use]
pub fn pass(xml: &str) -> Option<usize> {
    let document = xhtml::Document {
        xml,
        origins: None,
        has_tree: true,
        depth: Limits::default().depth as usize,
    };
    let mut bytes = 0;
    let mut count = |body: xhtml::Body| bytes += body.html.len();
    xhtml::run(&document, &Kept, Splitting::Follow(&[]), true, &mut count).ok()?;
    Some(bytes)
}

/// The rewriter over one stylesheet.
#[must_use]
pub fn sheet(css: &str) -> String {
    let limits = Limits::default();
    Rewriter {
        references: &Kept,
        depth: limits.css_depth as usize,
        most: limits.css_bytes as usize,
    }
    .sheet(css)
}

/// One record of PalmDOC.
#[must_use]
pub fn palmdoc(packed: &[u8]) -> Option<Vec<u8>> {
    let (mut scratch, mut out) = (Vec::new(), Vec::new());
    let cap = Limits::default().text_record_bytes as usize;
    mobi::unpack_palmdoc(packed, cap, &mut scratch, &mut out)?;
    Some(out)
}

/// Every reference leads somewhere.
struct Kept;

impl Links for Kept {
    fn navigate(&self, url: &str, out: &mut String) -> bool {
        out.push_str(url);
        true
    }

    fn resource(&self, url: &str, out: &mut String) -> bool {
        self.navigate(url, out)
    }

    fn image(&self, url: &str, out: &mut String) -> bool {
        self.navigate(url, out)
    }

    fn declarations(&self, css: &str) -> String {
        crate::css::declarations(css, self, Limits::default().css_depth as usize)
    }

    fn value(&self, css: &str) -> String {
        crate::css::value(css, self, Limits::default().css_depth as usize)
    }
}

impl References for Kept {
    fn resource(&self, url: &str) -> Option<String> {
        Some(url.to_owned())
    }

    fn import(&self, _url: &str) -> Option<Import> {
        None
    }
}
