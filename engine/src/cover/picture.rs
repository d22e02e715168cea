//! Decoding within limits, and shrinking.

use std::fmt::Display;
use std::io::Cursor;

use fast_image_resize::images::Image;
use fast_image_resize::{FilterType, IntoImageView, PixelType, ResizeAlg, ResizeOptions, Resizer};
use image::metadata::Orientation;
use image::{DynamicImage, GrayImage, ImageDecoder, ImageFormat, ImageReader, RgbImage};
use zune_jpeg::JpegDecoder;
use zune_jpeg::errors::DecodeErrors;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::jpeg::Space;
use crate::Limits;
use crate::book::sniff_image;

/// A picture whose header was read and found within the limits. Nothing is decoded yet.
pub(super) struct Header<'b> {
    decoder: Decoder<'b>,
    pub extension: &'static str,
    pub media_type: &'static str,
    /// As stored.
    pub width: u32,
    /// As stored.
    pub height: u32,
    /// How it wants to be turned (EXIF 2.32, tag 0x0112).
    pub orientation: Orientation,
}

enum Decoder<'b> {
    /// Without `image` between, which would copy the file, read its header three times and turn
    /// its colours into RGB only for us to turn them back.
    Jpeg(Box<JpegDecoder<ZCursor<&'b [u8]>>>),
    Other(Box<dyn ImageDecoder + 'b>),
}

impl<'b> Header<'b> {
    /// Goes by the first bytes, whatever the file is called.
    pub fn read(bytes: &'b [u8], limits: &Limits) -> Result<Self, String> {
        let media_type = sniff_image(bytes).ok_or("the cover is not a picture")?;
        let unreadable = |error: &dyn Display| format!("the cover's header is unreadable: {error}");
        let (extension, format) = match media_type {
            "image/jpeg" => ("jpg", ImageFormat::Jpeg),
            "image/png" => ("png", ImageFormat::Png),
            "image/gif" => ("gif", ImageFormat::Gif),
            "image/webp" => ("webp", ImageFormat::WebP),
            "image/bmp" => ("bmp", ImageFormat::Bmp),
            _ => return Err("the cover's format cannot be decoded".into()),
        };
        let mut orientation = Orientation::NoTransforms;
        let (decoder, (width, height), memory) = if format == ImageFormat::Jpeg {
            let decoder = jpeg(bytes).map_err(|error| unreadable(&error))?;
            let exif = decoder.exif();
            orientation = exif
                .and_then(|exif| Orientation::from_exif_chunk(exif))
                .unwrap_or(orientation);
            let (width, height) = decoder.dimensions().unwrap_or_default();
            let memory = decoder.output_buffer_size().unwrap_or(usize::MAX) as u64;
            let size = (width as u32, height as u32);
            (Decoder::Jpeg(Box::new(decoder)), size, memory)
        } else {
            let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
            let mut caps = image::Limits::default();
            caps.max_alloc = Some(limits.cover_memory);
            reader.limits(caps);
            let decoder = reader.into_decoder().map_err(|error| unreadable(&error))?;
            let (size, memory) = (decoder.dimensions(), decoder.total_bytes());
            (Decoder::Other(Box::new(decoder)), size, memory)
        };
        within(limits, width, height, memory)?;
        Ok(Self {
            decoder,
            extension,
            media_type,
            width,
            height,
            orientation,
        })
    }

    /// Width and height after turning.
    pub fn shown(&self) -> (u32, u32) {
        if swaps(self.orientation) {
            (self.height, self.width)
        } else {
            (self.width, self.height)
        }
    }

    /// Whether every browser shows the file as it should be seen: a JPEG upright and in screen
    /// colours.
    pub fn is_plain(&self) -> bool {
        let space = match &self.decoder {
            Decoder::Jpeg(decoder) => decoder.input_colorspace(),
            Decoder::Other(_) => None,
        };
        self.orientation == Orientation::NoTransforms
            && matches!(space, Some(ColorSpace::YCbCr | ColorSpace::Luma))
    }

    /// The pixels, and what their values are; of an animation, the first frame's.
    pub fn decode(self) -> Result<(DynamicImage, Space), String> {
        let damaged = |error: &dyn Display| format!("the cover is damaged: {error}");
        let mut decoder = match self.decoder {
            Decoder::Other(decoder) => {
                let picture = DynamicImage::from_decoder(decoder);
                return Ok((picture.map_err(|error| damaged(&error))?, Space::Rgb));
            }
            Decoder::Jpeg(decoder) => decoder,
        };
        let pixels = decoder.decode().map_err(|error| damaged(&error))?;
        let (width, height) = (self.width, self.height);
        let (picture, space) = match decoder.output_colorspace() {
            Some(ColorSpace::Luma) => (
                GrayImage::from_raw(width, height, pixels).map(DynamicImage::ImageLuma8),
                Space::Rgb,
            ),
            space => (
                RgbImage::from_raw(width, height, pixels).map(DynamicImage::ImageRgb8),
                if space == Some(ColorSpace::YCbCr) {
                    Space::Ycc
                } else {
                    Space::Rgb
                },
            ),
        };
        let picture = picture.ok_or_else(|| damaged(&"it has other pixels than it says"))?;
        Ok((picture, space))
    }
}

/// A decoder that has read its header, and gives what the file holds: grey, brightness and colour,
/// or, for printing colours and anything else, RGB.
fn jpeg(bytes: &[u8]) -> Result<JpegDecoder<ZCursor<&[u8]>>, DecodeErrors> {
    let options = DecoderOptions::default()
        .set_strict_mode(false)
        .set_max_width(usize::MAX)
        .set_max_height(usize::MAX);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers()?;
    let space = match decoder.input_colorspace() {
        Some(space @ (ColorSpace::Luma | ColorSpace::YCbCr)) => space,
        _ => ColorSpace::RGB,
    };
    decoder.set_options(options.jpeg_set_out_colorspace(space));
    Ok(decoder)
}

fn within(limits: &Limits, width: u32, height: u32, memory: u64) -> Result<(), String> {
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
    if memory > limits.cover_memory {
        return Err("cover_memory: the cover needs too much memory".into());
    }
    Ok(())
}

fn swaps(orientation: Orientation) -> bool {
    matches!(
        orientation,
        Orientation::Rotate90
            | Orientation::Rotate270
            | Orientation::Rotate90FlipH
            | Orientation::Rotate270FlipH
    )
}

/// How wide a picture may be once it is turned.
#[derive(Debug, Clone, Copy)]
pub(super) struct Widest {
    pixels: u32,
    lies: bool,
}

impl Widest {
    pub fn new(pixels: u32, orientation: Orientation) -> Self {
        Self {
            pixels,
            lies: swaps(orientation),
        }
    }

    /// The size of a picture within it; never larger than the picture.
    fn of(self, width: u32, height: u32) -> (u32, u32) {
        let (across, along) = if self.lies {
            (height, width)
        } else {
            (width, height)
        };
        let to = across.min(self.pixels);
        // A picture of extreme shape would otherwise come out endlessly tall.
        let long = (u64::from(along) * u64::from(to) / u64::from(across))
            .clamp(1, u64::from(self.pixels) * 4) as u32;
        if self.lies { (long, to) } else { (to, long) }
    }
}

/// The picture no wider than `widest`; `None` when it is so already.
pub(super) fn shrunk(
    picture: &DynamicImage,
    widest: Widest,
) -> Result<Option<DynamicImage>, String> {
    let (width, height) = widest.of(picture.width(), picture.height());
    if (width, height) == (picture.width(), picture.height()) {
        return Ok(None);
    }
    resized(picture, width, height).map(Some)
}

fn resized(picture: &DynamicImage, width: u32, height: u32) -> Result<DynamicImage, String> {
    let failed = |error: String| format!("the cover cannot be resized: {error}");
    let Some(kind) = picture.pixel_type() else {
        return Ok(picture.thumbnail_exact(width, height));
    };
    // Lanczos costs half as much again, and nobody sees the difference.
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::CatmullRom));
    let mut small = Image::new(width, height, kind);
    Resizer::new()
        .resize(picture, &mut small, &options)
        .map_err(|error| failed(error.to_string()))?;
    let bytes = small.into_vec();
    let rebuilt = match kind {
        PixelType::U8 => GrayImage::from_raw(width, height, bytes).map(DynamicImage::ImageLuma8),
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
    rebuilt.ok_or_else(|| failed("wrong size".into()))
}

/// Transparent pixels on white.
pub(super) fn flat(picture: DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.into_rgb8();
    }
    let rgba = picture.into_rgba8();
    let mut out = RgbImage::new(rgba.width(), rgba.height());
    for (to, from) in out.pixels_mut().zip(rgba.pixels()) {
        let [red, green, blue, alpha] = from.0.map(u32::from);
        let over = |channel: u32| ((channel * alpha + 255 * (255 - alpha)) / 255) as u8;
        to.0 = [over(red), over(green), over(blue)];
    }
    out
}
