//! Book bytes in; HTML slices, a manifest and a cover out.
//!
//! The engine is a pure function: the same bytes, options and engine version
//! give the same output, bit for bit. It has no clock, environment, network or
//! async runtime; parallel work runs on the rayon pool of the caller.
//!
//! A render writes files through a [`Sink`], most urgent first:
//! `index.json`, `manifest.json`, `positions.json`, then `slices/{n}.html` with
//! `text/{n}.json`, `resources/…` and `cover/{original,medium,thumbnail}.*`.

mod book;
mod cover;
mod css;
mod error;
mod format;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
mod locators;
mod manifest;
mod mobi;
mod options;
mod output;
mod package;
#[cfg(feature = "parts")]
#[doc(hidden)]
pub mod parts;
mod pdf;
mod render;
mod report;
mod resources;
mod sink;
mod slices;
mod source;
mod svg;
mod xhtml;
mod zip;

pub use error::Error;
pub use format::Format;
pub use locators::{Piece, SliceText, TextBlock};
pub use options::{Limits, Options};
pub use report::{
    Collection, Contributor, Direction, Identifier, LinkedRecord, Metadata, Report, Title, Warning,
};
pub use sink::{Observer, Silent, Sink, Stage};

/// Renders a whole book into `sink`.
///
/// The format is found from the bytes, never from a name. `observer` learns the
/// stages and the number of finished slices; the caller keeps the clock.
///
/// # Errors
/// Every error has a stable [`Error::code`]. What the sink was given before the
/// error is incomplete and must not be served.
pub fn render(
    book: &[u8],
    options: &Options,
    sink: &dyn Sink,
    observer: &dyn Observer,
) -> Result<Report, Error> {
    match Format::sniff(book) {
        Some(format @ (Format::Epub | Format::Mobi)) => {
            render::render(format, book, options, sink, observer)
        }
        Some(Format::Pdf) => pdf::render(book, options, sink, observer),
        None => Err(format::refusal(book)),
    }
}

/// Renders slice `n` alone, byte-equal to what [`render`] gives for it.
///
/// `index` is the `index.json` which [`render`] put for the same book and options.
///
/// # Errors
/// As [`render`]; also [`Error::BadIndex`] when the index is not one of ours and
/// [`Error::NoSuchSlice`] when `n` is past the end.
pub fn render_slice(
    book: &[u8],
    options: &Options,
    index: &[u8],
    n: u32,
) -> Result<Vec<u8>, Error> {
    match Format::sniff(book) {
        Some(format @ (Format::Epub | Format::Mobi)) => {
            render::render_slice(format, book, options, index, n)
        }
        Some(Format::Pdf) => pdf::render_slice(book, options, index, n),
        None => Err(format::refusal(book)),
    }
}

/// Makes `cover/original.*`, `cover/medium.*` and `cover/thumbnail.*` of a picture that comes
/// without a book.
///
/// # Errors
/// [`Error::BadImage`] when it is no picture we decode, damaged, or larger than
/// [`Limits::cover_pixels`] and [`Limits::cover_memory`] allow; [`Error::Sink`].
pub fn render_cover(image: &[u8], options: &Options, sink: &dyn Sink) -> Result<(), Error> {
    for size in cover::of_image(image, &options.limits)? {
        let path = format!("cover/{}.{}", size.name, size.extension);
        sink.put(&path, size.media_type, &size.bytes)?;
    }
    Ok(())
}
