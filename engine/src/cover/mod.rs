//! The cover: found, checked, resized; or set in type when the book has none.

mod drawing;
mod encode;
mod find;
mod jpeg;
mod picture;
mod typographic;

use std::borrow::Cow;

use image::DynamicImage;
use image::metadata::Orientation;

use self::find::Candidate;
use self::jpeg::Space;
use crate::book::{Book, warning};
use crate::slices::Index;
use crate::{Error, Limits, Warning};

/// Widest `medium`, in pixels.
const MEDIUM: u32 = 480;
/// A JPEG no wider than this, in pixels, is its own `medium`: shrinking it by a quarter at most
/// would cost it sharpness and us time, for nothing.
const NEAR_MEDIUM: u32 = 640;
/// Unless it has more bytes than this.
const LIGHT: usize = 96 * 1024;
/// Widest `thumbnail`, in pixels.
const THUMBNAIL: u32 = 160;
/// A first page's picture with a side below this is an ornament or a logo, not a cover.
const LEAST_SIDE: u32 = 200;

/// One file of the cover.
pub(crate) struct Size {
    /// `original`, `medium` or `thumbnail`.
    pub name: &'static str,
    pub extension: &'static str,
    pub media_type: &'static str,
    pub bytes: Vec<u8>,
    /// As shown, that is, after turning by what EXIF says.
    pub width: u32,
    pub height: u32,
}

/// The three sizes of the first usable picture among those that the package names before all
/// others. Needs no index, so it can be made beside it. Candidates that cannot be decoded cost a
/// warning each.
pub(crate) fn named(book: &Book<'_>, warnings: &mut Vec<Warning>) -> Option<Vec<Size>> {
    let mut candidates = find::named(book).into_iter();
    candidates.find_map(|candidate| attempt(book, candidate, warnings))
}

/// The three sizes where [`named`] found none: of another picture, or set in type.
pub(crate) fn other(book: &Book<'_>, index: &Index, warnings: &mut Vec<Warning>) -> Vec<Size> {
    let tried = find::named(book).len();
    let mut candidates = find::candidates(book, index).into_iter().skip(tried);
    candidates
        .find_map(|candidate| attempt(book, candidate, warnings))
        .unwrap_or_else(|| typographic::cover(&book.package.metadata))
}

fn attempt(
    book: &Book<'_>,
    candidate: Candidate,
    warnings: &mut Vec<Warning>,
) -> Option<Vec<Size>> {
    let item = candidate.item();
    let made = match book.read(item, book.limits.entry_bytes) {
        Err(error) => Err(format!("a cover is lost: {error}")),
        Ok(bytes) => match candidate {
            Candidate::Drawing(_) => drawing::sizes(book, &bytes),
            Candidate::Named(_) => sizes(bytes, None, &book.limits),
            Candidate::Shown(_) => sizes(bytes, Some(LEAST_SIDE), &book.limits),
        },
    };
    made.unwrap_or_else(|why| {
        let path = &book.package.items[item].path;
        warnings.push(warning("cover_unusable", why, Some(path)));
        None
    })
}

/// The three sizes of a drawn page, opaque RGB. `None` when there are too few pixels.
pub(crate) fn of_pixels(rgb: Vec<u8>, width: u32, height: u32) -> Option<Vec<Size>> {
    let page = image::RgbImage::from_raw(width, height, rgb)?;
    let size = |name, page: &image::RgbImage| encode::size(name, page, Space::Rgb, true).ok();
    let original = size("original", &page)?;
    let within = |most| picture::Widest::new(most, Orientation::NoTransforms);
    let page = DynamicImage::ImageRgb8(page);
    let medium = picture::shrunk(&page, within(MEDIUM)).ok()?.unwrap_or(page);
    let small = picture::shrunk(&medium, within(THUMBNAIL)).ok()?;
    let small = small.unwrap_or_else(|| medium.clone());
    Some(vec![
        original,
        size("medium", &medium.into_rgb8())?,
        size("thumbnail", &small.into_rgb8())?,
    ])
}

/// A cover made of nothing but metadata.
pub(crate) fn in_type(metadata: &crate::Metadata) -> Vec<Size> {
    typographic::cover(metadata)
}

/// The three sizes of a picture that stands alone.
pub(crate) fn of_image(image: &[u8], limits: &Limits) -> Result<Vec<Size>, Error> {
    let made = sizes(Cow::Borrowed(image), None, limits).map_err(Error::BadImage)?;
    Ok(made.unwrap_or_default())
}

/// Decodes once; the thumbnail is made from the medium size. `None` when a side has fewer than
/// `least` pixels.
fn sizes(
    bytes: Cow<'_, [u8]>,
    least: Option<u32>,
    limits: &Limits,
) -> Result<Option<Vec<Size>>, String> {
    let header = picture::Header::read(&bytes, limits)?;
    if least.is_some_and(|least| header.width.min(header.height) < least) {
        return Ok(None);
    }
    let (extension, media_type) = (header.extension, header.media_type);
    let ((width, height), orientation) = (header.shown(), header.orientation);
    let light = width <= NEAR_MEDIUM && height <= NEAR_MEDIUM * 2 && bytes.len() <= LIGHT;
    let own_medium = light && header.is_plain();
    let lossless = media_type != "image/jpeg";
    let (mut picture, space) = header.decode()?;
    let mut medium = None;
    if !own_medium {
        // EXIF may lay the picture on its side: it is turned after shrinking, when that is cheap.
        let widest = picture::Widest::new(MEDIUM, orientation);
        let mut small = picture::shrunk(&picture, widest)?.unwrap_or(picture);
        small.apply_orientation(orientation);
        let flat = picture::flat(small);
        medium = Some(encode::size("medium", &flat, space, lossless)?);
        picture = DynamicImage::ImageRgb8(flat);
    }
    let upright = picture::Widest::new(THUMBNAIL, Orientation::NoTransforms);
    let small = picture::shrunk(&picture, upright)?.unwrap_or(picture);
    let thumbnail = encode::size("thumbnail", &picture::flat(small), space, lossless)?;
    let original = Size {
        name: "original",
        extension,
        media_type,
        bytes: bytes.into_owned(),
        width,
        height,
    };
    let medium = medium.unwrap_or_else(|| Size {
        name: "medium",
        bytes: original.bytes.clone(),
        ..original
    });
    Ok(Some(vec![original, medium, thumbnail]))
}
