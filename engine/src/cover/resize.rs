//! Decoding within limits, resizing, JPEG.

use std::io::Cursor;

use fast_image_resize::images::Image;
use fast_image_resize::{IntoImageView, PixelType, ResizeOptions, Resizer};
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageDecoder, ImageReader, RgbImage};

use crate::Limits;

/// Quality of the JPEGs: text on covers stays readable, files stay small.
const QUALITY: u8 = 82;

/// Decodes a picture whose header promises to stay within the limits.
pub(super) fn decode(bytes: &[u8], limits: &Limits) -> Result<DynamicImage, String> {
    let mut reader = ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .map_err(|error| error.to_string())?;
    let mut caps = image::Limits::default();
    caps.max_alloc = Some(limits.cover_memory);
    reader.limits(caps);
    let decoder = reader
        .into_decoder()
        .map_err(|error| format!("the cover's header is unreadable: {error}"))?;
    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width) * u64::from(height);
    if pixels == 0 || pixels > limits.cover_pixels {
        return Err(format!(
            "cover_pixels: the cover has {width} × {height} pixels"
        ));
    }
    if u64::from(width.max(height)) > limits.cover_side {
        return Err(format!(
            "cover_side: the cover has {width} × {height} pixels"
        ));
    }
    if decoder.total_bytes() > limits.cover_memory {
        return Err("cover_memory: the cover needs too much memory".into());
    }
    DynamicImage::from_decoder(decoder).map_err(|error| format!("the cover is damaged: {error}"))
}

/// The picture as a JPEG at most `widest` pixels wide, and its size. Never enlarged.
pub(super) fn jpeg(picture: &DynamicImage, widest: u32) -> Result<(Vec<u8>, u32, u32), String> {
    let (width, height) = (picture.width(), picture.height());
    let to_width = width.min(widest);
    // A picture of extreme shape would otherwise come out endlessly tall.
    let to_height = ((u64::from(height) * u64::from(to_width)) / u64::from(width))
        .clamp(1, u64::from(widest) * 4) as u32;
    let small = shrink(picture, to_width, to_height)?;
    let mut out = Vec::new();
    JpegEncoder::new_with_quality(&mut out, QUALITY)
        .encode_image(&small)
        .map_err(|error| error.to_string())?;
    Ok((out, to_width, to_height))
}

fn shrink(picture: &DynamicImage, width: u32, height: u32) -> Result<RgbImage, String> {
    let failed = |error: String| format!("the cover cannot be resized: {error}");
    let Some(kind) = picture.pixel_type() else {
        return Ok(flatten(&picture.thumbnail_exact(width, height)));
    };
    let mut small = Image::new(width, height, kind);
    Resizer::new()
        .resize(picture, &mut small, &ResizeOptions::new())
        .map_err(|error| failed(error.to_string()))?;
    let bytes = small.into_vec();
    let rebuilt = match kind {
        PixelType::U8 => {
            image::GrayImage::from_raw(width, height, bytes).map(DynamicImage::ImageLuma8)
        }
        PixelType::U8x2 => {
            image::GrayAlphaImage::from_raw(width, height, bytes).map(DynamicImage::ImageLumaA8)
        }
        PixelType::U8x3 => RgbImage::from_raw(width, height, bytes).map(DynamicImage::ImageRgb8),
        PixelType::U8x4 => {
            image::RgbaImage::from_raw(width, height, bytes).map(DynamicImage::ImageRgba8)
        }
        // Sixteen bits and floats are rare enough for the slow way.
        _ => Some(picture.thumbnail_exact(width, height)),
    };
    rebuilt
        .map(|picture| flatten(&picture))
        .ok_or_else(|| failed("wrong size".into()))
}

/// Transparent pixels on white: JPEG has no alpha.
fn flatten(picture: &DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.to_rgb8();
    }
    let rgba = picture.to_rgba8();
    let mut out = RgbImage::new(rgba.width(), rgba.height());
    for (to, from) in out.pixels_mut().zip(rgba.pixels()) {
        let [red, green, blue, alpha] = from.0.map(u32::from);
        let over = |channel: u32| ((channel * alpha + 255 * (255 - alpha)) / 255) as u8;
        to.0 = [over(red), over(green), over(blue)];
    }
    out
}
