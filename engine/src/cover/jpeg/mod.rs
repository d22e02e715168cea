//! Pixels to JPEG: baseline, colours at half the resolution (ITU-T T.81; JFIF 1.02).
//!
//! `image`'s encoder stores colours at full resolution and costs six times as much; covers in two
//! sizes were a fifth of all the work for a book. Only addition, multiplication and conversion of
//! `f32` are used, whose results IEEE 754 fixes: every machine writes the same bytes.

mod entropy;
mod strip;
mod transform;

use image::RgbImage;

use self::entropy::{AC, Bits, Coder, DC};
use self::strip::Strip;
use self::transform::{Divisors, Lanes, ZIGZAG, coefficients};

/// Steps of brightness for quality 50 (T.81, table K.1).
const LUMA: [u8; 64] = [
    16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56,
    14, 17, 22, 29, 51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113,
    92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
];
/// The same for colour (table K.2).
const CHROMA: [u8; 64] = [
    17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99,
    47, 66, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
];
/// Side of the square that is coded at once: four blocks of brightness, one of each colour.
const UNIT: usize = 16;

/// What the three values of a pixel are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Space {
    Rgb,
    /// Brightness, blue and red as JFIF has them, that is, as a JPEG stores them.
    Ycc,
}

/// A JPEG of `picture`, no side of which may be longer than 65,535 pixels. `quality`, 1 to 100,
/// scales the standard's tables as the Independent JPEG Group does.
pub(super) fn encode(picture: &RgbImage, space: Space, quality: u8) -> Vec<u8> {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let tables = [scaled(&LUMA, quality), scaled(&CHROMA, quality)];
    let mut out = Vec::with_capacity(width * height / 6 + 1024);
    head(&mut out, width, height, &tables);
    let [luma, chroma] = tables.map(|table| Divisors::new(&table));
    let mut coders = [Coder::new(0), Coder::new(1), Coder::new(1)];
    let mut strip = Strip::new(width);
    let mut bits = Bits::new(&mut out);
    for top in (0..height).step_by(UNIT) {
        strip.read(picture, space, top);
        for left in (0..strip.stride).step_by(UNIT) {
            let block = |plane: &[f32], stride: usize, x: usize, y: usize| -> [Lanes; 8] {
                std::array::from_fn(|row| {
                    let at = (y + row) * stride + x;
                    plane[at..at + 8].try_into().unwrap_or_default()
                })
            };
            for (x, y) in [(0, 0), (8, 0), (0, 8), (8, 8)] {
                let block = block(&strip.luma, strip.stride, left + x, y);
                coders[0].put(&mut bits, &coefficients(&block, &luma));
            }
            for (coder, plane) in coders[1..].iter_mut().zip(&strip.chroma) {
                let block = block(plane, strip.stride / 2, left / 2, 0);
                coder.put(&mut bits, &coefficients(&block, &chroma));
            }
        }
    }
    bits.finish();
    out.extend(b"\xFF\xD9");
    out
}

/// A table of steps in the order of `LUMA`.
fn scaled(table: &[u8; 64], quality: u8) -> [u8; 64] {
    let quality = u32::from(quality.clamp(1, 100));
    let percent = if quality < 50 {
        5000 / quality
    } else {
        200 - 2 * quality
    };
    table.map(|step| ((u32::from(step) * percent + 50) / 100).clamp(1, 255) as u8)
}

/// Everything before the coded pixels.
fn head(out: &mut Vec<u8>, width: usize, height: usize, tables: &[[u8; 64]; 2]) {
    let mut segment = |marker: u8, content: &[u8]| {
        out.extend([0xFF, marker]);
        out.extend((content.len() as u16 + 2).to_be_bytes());
        out.extend(content);
    };
    let [[h1, h0], [w1, w0]] = [height, width].map(|side| (side as u16).to_be_bytes());
    segment(0xE0, b"JFIF\0\x01\x02\0\0\x01\0\x01\0\0");
    for (i, table) in tables.iter().enumerate() {
        let steps = ZIGZAG.iter().map(|&at| table[at]);
        segment(
            0xDB,
            &[i as u8].into_iter().chain(steps).collect::<Vec<_>>(),
        );
    }
    // Eight bits; three components, brightness sampled twice as densely each way.
    segment(
        0xC0,
        &[8, h1, h0, w1, w0, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1],
    );
    for (i, (dc, ac)) in DC.iter().zip(&AC).enumerate() {
        segment(0xC4, &[&[i as u8], &dc.counts[..], dc.symbols].concat());
        segment(
            0xC4,
            &[&[0x10 | i as u8], &ac.counts[..], ac.symbols].concat(),
        );
    }
    segment(0xDA, &[3, 1, 0x00, 2, 0x11, 3, 0x11, 0, 63, 0]);
    out.splice(0..0, *b"\xFF\xD8");
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgb;

    fn decoded(jpeg: &[u8]) -> RgbImage {
        image::load_from_memory(jpeg).unwrap().into_rgb8()
    }

    /// Mean of squared differences of all channels.
    fn error(a: &RgbImage, b: &RgbImage) -> f64 {
        assert_eq!(a.dimensions(), b.dimensions());
        let pairs = a.as_raw().iter().zip(b.as_raw());
        let squares = pairs.map(|(a, b)| f64::from(a.abs_diff(*b)).powi(2));
        squares.sum::<f64>() / a.as_raw().len() as f64
    }

    fn waves(width: u32, height: u32) -> RgbImage {
        RgbImage::from_fn(width, height, |x, y| {
            let wave = |v: u32, by: f32| ((v as f32 / by).sin() * 100.0 + 128.0) as u8;
            Rgb([wave(x, 9.0), wave(y, 7.0), wave(x + y, 15.0)])
        })
    }

    #[test]
    fn pictures_of_all_sizes_come_back() {
        for (width, height) in [
            (1, 1),
            (7, 9),
            (8, 8),
            (15, 17),
            (16, 16),
            (33, 31),
            (160, 213),
        ] {
            let picture = waves(width, height);
            let found = error(&picture, &decoded(&encode(&picture, Space::Rgb, 90)));
            assert!(found < 30.0, "{width} × {height}: {found:.1}");
        }
    }

    #[test]
    fn flat_colours_stay_what_they_are() {
        for colour in [
            [0, 0, 0],
            [255, 255, 255],
            [200, 20, 20],
            [20, 20, 200],
            [17, 99, 180],
        ] {
            let picture = RgbImage::from_pixel(40, 24, Rgb(colour));
            let back = decoded(&encode(&picture, Space::Rgb, 82));
            let off = |pixel: &Rgb<u8>| [0, 1, 2].map(|i| pixel.0[i].abs_diff(colour[i]));
            let worst = back.pixels().flat_map(off);
            assert!(worst.max() <= Some(2), "{colour:?}");
        }
    }

    #[test]
    fn a_picture_that_is_brightness_and_colour_already_is_stored_as_it_is() {
        let grey = waves(50, 40);
        let converted = RgbImage::from_fn(50, 40, |x, y| {
            let [r, g, b] = grey.get_pixel(x, y).0.map(f32::from);
            let luma = 0.299 * r + 0.587 * g + 0.114 * b;
            let near = |v: f32| (v + 128.5) as u8;
            let (blue, red) = ((b - luma) / 1.772, (r - luma) / 1.402);
            Rgb([(luma + 0.5) as u8, near(blue), near(red)])
        });
        let direct = decoded(&encode(&grey, Space::Rgb, 90));
        let found = error(&direct, &decoded(&encode(&converted, Space::Ycc, 90)));
        assert!(found < 2.0, "{found:.2}");
    }

    #[test]
    fn noise_is_stored_and_quality_costs_bytes() {
        let mut seed = 1u32;
        // Every kind of code: long runs of zeros, large values, bytes of 255 in the data.
        let noise = RgbImage::from_fn(129, 95, |x, _| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let [a, b, c, _] = seed.to_be_bytes();
            if x < 60 {
                Rgb([a, b, c])
            } else {
                Rgb([if a > 250 { 255 } else { 0 }; 3])
            }
        });
        let sizes = [1, 30, 82, 100].map(|quality| {
            let jpeg = encode(&noise, Space::Rgb, quality);
            decoded(&jpeg);
            jpeg.len()
        });
        assert!(sizes.is_sorted(), "{sizes:?}");
        let grey = RgbImage::from_fn(129, 95, |x, y| Rgb([noise.get_pixel(x, y).0[0]; 3]));
        let best = error(&grey, &decoded(&encode(&grey, Space::Rgb, 100)));
        assert!(best < 4.0, "{best:.1}");
    }

    /// `image`'s encoder stores colours at full resolution: brightness must be as good.
    #[test]
    fn brightness_is_as_good_as_that_of_another_encoder() {
        let grey = RgbImage::from_fn(96, 96, |x, y| {
            Rgb([((x * x + y * 3) % 256) as u8 / 2 + (x ^ y) as u8 % 100; 3])
        });
        let mut theirs = Vec::new();
        image::codecs::jpeg::JpegEncoder::new_with_quality(&mut theirs, 82)
            .encode_image(&grey)
            .unwrap();
        let (ours, theirs) = (
            error(&grey, &decoded(&encode(&grey, Space::Rgb, 82))),
            error(&grey, &decoded(&theirs)),
        );
        assert!(ours < theirs * 1.05, "{ours:.2} {theirs:.2}");
    }

    #[test]
    fn the_same_pixels_give_the_same_bytes_everywhere() {
        use sha2::{Digest, Sha256};
        let picture = RgbImage::from_fn(100, 70, |x, y| {
            Rgb([(x * 2) as u8, (y * 3) as u8, (x * y % 251) as u8])
        });
        let digest = hex::encode(Sha256::digest(encode(&picture, Space::Rgb, 82)));
        assert_eq!(&digest[..16], "90cfbf8849e40828");
    }
}
