//! The cover: found, checked, resized; or set in type when the book has none.

mod find;
mod resize;
mod typographic;

use crate::book::{Book, sniff_image, warning};
use crate::slices::Index;
use crate::{Error, Limits, Warning};

/// Widest `medium`, in pixels.
const MEDIUM: u32 = 480;
/// Widest `thumbnail`, in pixels.
const THUMBNAIL: u32 = 160;

/// One file of the cover.
pub(crate) struct Size {
    /// `original`, `medium` or `thumbnail`.
    pub name: &'static str,
    pub extension: &'static str,
    pub media_type: &'static str,
    pub bytes: Vec<u8>,
    pub width: u32,
    pub height: u32,
}

/// Makes the three sizes. Candidates that cannot be decoded cost a warning each.
pub(crate) fn make(book: &Book<'_>, index: &Index, warnings: &mut Vec<Warning>) -> Vec<Size> {
    for item in find::candidates(book, index) {
        let path = &book.package.items[item].path;
        let bytes = match book.read(item, book.limits.entry_bytes) {
            Ok(bytes) => bytes,
            Err(error) => {
                warnings.push(warning(
                    "cover_unusable",
                    format!("a cover is lost: {error}"),
                    Some(path),
                ));
                continue;
            }
        };
        match sizes(&bytes, &book.limits) {
            Ok(sizes) => return sizes,
            Err(why) => warnings.push(warning("cover_unusable", why, Some(path))),
        }
    }
    typographic::cover(&book.package.metadata)
}

/// The three sizes of a picture that stands alone.
pub(crate) fn of_image(image: &[u8], limits: &Limits) -> Result<Vec<Size>, Error> {
    sizes(image, limits).map_err(Error::BadImage)
}

fn sizes(bytes: &[u8], limits: &Limits) -> Result<Vec<Size>, String> {
    let media_type = sniff_image(bytes).ok_or("the cover is not a picture")?;
    let extension = match media_type {
        "image/jpeg" => "jpg",
        "image/png" => "png",
        "image/gif" => "gif",
        "image/webp" => "webp",
        "image/bmp" => "bmp",
        _ => return Err("the cover's format cannot be decoded".into()),
    };
    let picture = resize::decode(bytes, limits)?;
    let (width, height) = (picture.width(), picture.height());
    let mut all = vec![Size {
        name: "original",
        extension,
        media_type,
        bytes: bytes.to_vec(),
        width,
        height,
    }];
    for (name, widest) in [("medium", MEDIUM), ("thumbnail", THUMBNAIL)] {
        let (bytes, width, height) = resize::jpeg(&picture, widest)?;
        all.push(Size {
            name,
            extension: "jpg",
            media_type: "image/jpeg",
            bytes,
            width,
            height,
        });
    }
    Ok(all)
}
