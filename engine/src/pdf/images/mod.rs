//! Pixels to files that browsers show.

mod jpeg;
mod png;
mod trace;

use image::ExtendedColorType;
use image::codecs::jpeg::JpegEncoder;

pub(crate) use self::jpeg::header as jpeg;
use self::png::Pixels;
pub(crate) use self::trace::trace;

/// Quality of images that were stored with losses and cannot be kept as they are.
const QUALITY: u8 = 88;

/// A file's bytes and what they are.
#[derive(Debug, Clone)]
pub(crate) struct Encoded {
    pub bytes: Vec<u8>,
    pub extension: &'static str,
    pub media_type: &'static str,
}

impl Encoded {
    fn png(bytes: Vec<u8>) -> Self {
        Self {
            bytes,
            extension: "png",
            media_type: "image/png",
        }
    }

    fn jpeg(bytes: Vec<u8>) -> Self {
        Self {
            bytes,
            extension: "jpg",
            media_type: "image/jpeg",
        }
    }
}

/// Opaque colours. `lossy`: they came from a JPEG or the like.
pub(crate) fn rgb(data: &[u8], width: u32, height: u32, lossy: bool) -> Option<Encoded> {
    if lossy && let Some(encoded) = photograph(data, width, height, ExtendedColorType::Rgb8) {
        return Some(encoded);
    }
    png::encode(data, width, height, Pixels::Rgb).map(Encoded::png)
}

/// Shades of grey; black and white take a bit each.
pub(crate) fn grey(data: &[u8], width: u32, height: u32, lossy: bool) -> Option<Encoded> {
    if data.iter().all(|value| matches!(value, 0 | 255)) {
        let bits = png::bits(data, width, height, |value| value == 255)?;
        return png::encode(&bits, width, height, Pixels::Bits).map(Encoded::png);
    }
    if lossy && let Some(encoded) = photograph(data, width, height, ExtendedColorType::L8) {
        return Some(encoded);
    }
    png::encode(data, width, height, Pixels::Grey).map(Encoded::png)
}

/// One colour through a mask: 255 is painted.
pub(crate) fn stencil(mask: &[u8], width: u32, height: u32, color: [u8; 4]) -> Option<Encoded> {
    if mask.iter().all(|value| matches!(value, 0 | 255)) {
        let bits = png::bits(mask, width, height, |value| value == 255)?;
        return png::encode(&bits, width, height, Pixels::Stencil(color)).map(Encoded::png);
    }
    let [red, green, blue, alpha] = color;
    let rgba: Vec<u8> = mask
        .iter()
        .flat_map(|value| {
            let alpha = u16::from(*value) * u16::from(alpha) / 255;
            [red, green, blue, alpha as u8]
        })
        .collect();
    png::encode(&rgba, width, height, Pixels::Rgba).map(Encoded::png)
}

/// Straight RGBA; without its alpha when that is not needed.
pub(crate) fn rgba(data: &[u8], width: u32, height: u32, transparent: bool) -> Option<Encoded> {
    if transparent {
        return png::encode(data, width, height, Pixels::Rgba).map(Encoded::png);
    }
    let rgb: Vec<u8> = data
        .chunks_exact(4)
        .flat_map(|pixel| [pixel[0], pixel[1], pixel[2]])
        .collect();
    png::encode(&rgb, width, height, Pixels::Rgb).map(Encoded::png)
}

fn photograph(data: &[u8], width: u32, height: u32, kind: ExtendedColorType) -> Option<Encoded> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, QUALITY)
        .encode(data, width, height, kind)
        .ok()?;
    Some(Encoded::jpeg(bytes))
}
