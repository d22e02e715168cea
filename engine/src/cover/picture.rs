//! Decoding within limits, and shrinking.

use std::io::Cursor;

use fast_image_resize::images::Image;
use fast_image_resize::{IntoImageView, PixelType, ResizeOptions, Resizer};
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, RgbImage};

use crate::Limits;
use crate::book::sniff_image;

/// A picture whose header was read and found within the limits. Nothing is decoded yet.
pub(super) struct Header<'b> {
    decoder: Box<dyn ImageDecoder + 'b>,
    pub extension: &'static str,
    pub media_type: &'static str,
    /// As stored.
    pub width: u32,
    /// As stored.
    pub height: u32,
    /// How it wants to be turned (EXIF 2.32, tag 0x0112).
    pub orientation: Orientation,
}

impl<'b> Header<'b> {
    /// Goes by the first bytes, whatever the file is called.
    pub fn read(bytes: &'b [u8], limits: &Limits) -> Result<Self, String> {
        let media_type = sniff_image(bytes).ok_or("the cover is not a picture")?;
        let (extension, format) = match media_type {
            "image/jpeg" => ("jpg", ImageFormat::Jpeg),
            "image/png" => ("png", ImageFormat::Png),
            "image/gif" => ("gif", ImageFormat::Gif),
            "image/webp" => ("webp", ImageFormat::WebP),
            "image/bmp" => ("bmp", ImageFormat::Bmp),
            _ => return Err("the cover's format cannot be decoded".into()),
        };
        let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
        let mut caps = image::Limits::default();
        caps.max_alloc = Some(limits.cover_memory);
        reader.limits(caps);
        let mut decoder: Box<dyn ImageDecoder + 'b> = Box::new(
            reader
                .into_decoder()
                .map_err(|error| format!("the cover's header is unreadable: {error}"))?,
        );
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
        let orientation = match format {
            ImageFormat::Jpeg => decoder.orientation().unwrap_or(Orientation::NoTransforms),
            _ => Orientation::NoTransforms,
        };
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

    /// The pixels; of an animation, the first frame's.
    pub fn decode(self) -> Result<DynamicImage, String> {
        DynamicImage::from_decoder(self.decoder)
            .map_err(|error| format!("the cover is damaged: {error}"))
    }
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

/// The picture no wider than `widest`.
pub(super) fn shrunk(picture: DynamicImage, widest: Widest) -> Result<DynamicImage, String> {
    let (width, height) = widest.of(picture.width(), picture.height());
    if (width, height) == (picture.width(), picture.height()) {
        return Ok(picture);
    }
    resized(&picture, width, height)
}

fn resized(picture: &DynamicImage, width: u32, height: u32) -> Result<DynamicImage, String> {
    let failed = |error: String| format!("the cover cannot be resized: {error}");
    let Some(kind) = picture.pixel_type() else {
        return Ok(picture.thumbnail_exact(width, height));
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
