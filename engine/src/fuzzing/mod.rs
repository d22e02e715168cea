//! What the fuzz targets of `fuzz/` run, and what they assert.
//!
//! Compiled for tests and under `--cfg fuzzing` alone, so nothing of it is in the
//! crate that ships. Each function takes any bytes and panics when a promise of
//! the engine is broken; the committed seeds are replayed by an ordinary test.

mod archive;
mod books;
mod markup;
mod palm;
mod sheets;

#[path = "../../tests/support/judge.rs"]
mod judge;
#[path = "../../tests/support/polyglot.rs"]
mod polyglot;
#[cfg(test)]
mod replay;

pub use archive::zip;
pub use books::{epub, mobi, package, pdf};
pub use markup::{overlay, svg, xhtml};
pub use palm::{huff, indx, palmdoc};
pub use sheets::css;

/// Stands between the parts of a seed that is made of several texts.
pub const SEPARATOR: &str = "\n====\n";

/// A target by its name, which is also the name of its folder of seeds.
pub type Target = (&'static str, fn(&[u8]));

/// Every target.
pub const TARGETS: &[Target] = &[
    ("zip", zip),
    ("package", package),
    ("xhtml", xhtml),
    ("css", css),
    ("svg", svg),
    ("overlay", overlay),
    ("epub", epub),
    ("mobi", mobi),
    ("pdf", pdf),
    ("huff", huff),
    ("palmdoc", palmdoc),
    ("indx", indx),
];

/// The parts of a seed.
fn parts(data: &[u8]) -> Vec<&[u8]> {
    let mut parts = Vec::new();
    let mut rest = data;
    while let Some(at) = memchr::memmem::find(rest, SEPARATOR.as_bytes()) {
        parts.push(&rest[..at]);
        rest = &rest[at + SEPARATOR.len()..];
    }
    parts.push(rest);
    parts
}
