//! Pixels to files: JPEG, or lossless WebP where that is smaller.

use std::collections::HashSet;

use image::codecs::webp::WebPEncoder;
use image::{ExtendedColorType, RgbImage};

use super::Size;
use super::jpeg::{self, Space};

/// Quality of the JPEGs: text on covers stays readable, files stay small.
const QUALITY: u8 = 82;
/// Colours up to which a picture counts as a graphic; photographs have many times more, and WebP
/// without loss would only cost time.
const GRAPHIC_COLOURS: usize = 2048;

/// A file of the cover. `drawn`: the original was stored without loss, so it may be a graphic.
pub(super) fn size(
    name: &'static str,
    picture: &RgbImage,
    space: Space,
    drawn: bool,
) -> Result<Size, String> {
    let (width, height) = picture.dimensions();
    let mut bytes = jpeg::encode(picture, space, QUALITY);
    let (mut extension, mut media_type) = ("jpg", "image/jpeg");
    if drawn && space == Space::Rgb && is_graphic(picture) {
        let mut smaller = Vec::new();
        WebPEncoder::new_lossless(&mut smaller)
            .encode(picture, width, height, ExtendedColorType::Rgb8)
            .map_err(|error| error.to_string())?;
        if smaller.len() < bytes.len() {
            (bytes, extension, media_type) = (smaller, "webp", "image/webp");
        }
    }
    Ok(Size {
        name,
        extension,
        media_type,
        bytes,
        width,
        height,
    })
}

fn is_graphic(picture: &RgbImage) -> bool {
    let mut colours = HashSet::new();
    let mut last = None;
    for pixel in picture.pixels() {
        if last != Some(pixel) && colours.insert(pixel) && colours.len() > GRAPHIC_COLOURS {
            return false;
        }
        last = Some(pixel);
    }
    true
}
