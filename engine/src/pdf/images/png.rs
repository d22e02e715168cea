//! PNG (ISO/IEC 15948), as much of it as is needed here. Depth and filters are chosen for what PDFs
//! hold: scans of one bit, plots with few colours, screenshots.

use libdeflater::{CompressionLvl, Compressor, Crc};

/// Effort of deflate: past it files shrink by a few per cent for twice the time.
const LEVEL: i32 = 6;

/// What a row holds.
#[derive(Debug, Clone, Copy)]
pub(super) enum Pixels {
    Grey,
    Rgb,
    Rgba,
    /// One bit each, 1 is white.
    Bits,
    /// One bit each, 1 is this colour and 0 is nothing.
    Stencil([u8; 4]),
}

impl Pixels {
    /// Bits of a pixel, bit depth, colour type.
    fn form(self) -> (usize, u8, u8) {
        match self {
            Self::Grey => (8, 8, 0),
            Self::Rgb => (24, 8, 2),
            Self::Rgba => (32, 8, 6),
            Self::Bits => (1, 1, 0),
            Self::Stencil(_) => (1, 1, 3),
        }
    }
}

/// Packs one byte for each pixel to one bit.
pub(super) fn bits(
    data: &[u8],
    width: u32,
    height: u32,
    is_set: impl Fn(u8) -> bool,
) -> Option<Vec<u8>> {
    let width = width as usize;
    let rows = data.chunks_exact(width.max(1)).take(height as usize);
    let mut out = Vec::with_capacity(width.div_ceil(8) * height as usize);
    for row in rows {
        for eight in row.chunks(8) {
            let byte = eight.iter().enumerate().fold(0u8, |byte, (i, value)| {
                byte | u8::from(is_set(*value)) << (7 - i)
            });
            out.push(byte);
        }
    }
    (out.len() == width.div_ceil(8) * height as usize).then_some(out)
}

/// The file. `None` when `data` is shorter than the picture.
pub(super) fn encode(data: &[u8], width: u32, height: u32, pixels: Pixels) -> Option<Vec<u8>> {
    let (bits, depth, color) = pixels.form();
    let stride = (width as usize * bits).div_ceil(8);
    let data = data.get(..stride * height as usize)?;
    if data.is_empty() {
        return None;
    }
    let rows = filtered(data, stride, bits);
    let mut compressor = Compressor::new(CompressionLvl::new(LEVEL).ok()?);
    let mut packed = vec![0; compressor.zlib_compress_bound(rows.len())];
    let length = compressor.zlib_compress(&rows, &mut packed).ok()?;
    drop(rows);
    let mut out = Vec::with_capacity(length + 128);
    out.extend_from_slice(b"\x89PNG\r\n\x1A\n");
    let mut header = Vec::with_capacity(13);
    header.extend_from_slice(&width.to_be_bytes());
    header.extend_from_slice(&height.to_be_bytes());
    header.extend_from_slice(&[depth, color, 0, 0, 0]);
    chunk(&mut out, b"IHDR", &header);
    if let Pixels::Stencil([red, green, blue, alpha]) = pixels {
        chunk(&mut out, b"PLTE", &[255, 255, 255, red, green, blue]);
        chunk(&mut out, b"tRNS", &[0, alpha]);
    }
    chunk(&mut out, b"IDAT", &packed[..length]);
    chunk(&mut out, b"IEND", &[]);
    Some(out)
}

fn chunk(out: &mut Vec<u8>, kind: &[u8; 4], body: &[u8]) {
    out.extend_from_slice(&(body.len() as u32).to_be_bytes());
    let from = out.len();
    out.extend_from_slice(kind);
    out.extend_from_slice(body);
    let mut crc = Crc::new();
    crc.update(&out[from..]);
    out.extend_from_slice(&crc.sum().to_be_bytes());
}

/// Rows with their filters: for whole bytes `Up` where it leaves more zeros than none does.
fn filtered(data: &[u8], stride: usize, bits: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(data.len() + data.len() / stride);
    let mut above: &[u8] = &[];
    for row in data.chunks_exact(stride) {
        let step = bits / 8;
        let same_above = above.iter().zip(row).filter(|(a, b)| a == b).count();
        let same_left = match step {
            0 => 0,
            step => row.iter().zip(&row[step..]).filter(|(a, b)| a == b).count(),
        };
        if step > 0 && same_above >= same_left && !above.is_empty() {
            out.push(2);
            out.extend(row.iter().zip(above).map(|(b, a)| b.wrapping_sub(*a)));
        } else if step > 0 {
            out.push(1);
            out.extend_from_slice(&row[..step]);
            out.extend(row[step..].iter().zip(row).map(|(b, a)| b.wrapping_sub(*a)));
        } else {
            out.push(0);
            out.extend_from_slice(row);
        }
        above = row;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(bytes: &[u8]) -> image::RgbaImage {
        image::load_from_memory(bytes).unwrap().into_rgba8()
    }

    #[test]
    fn what_was_encoded_is_decoded_again() {
        let grey: Vec<u8> = (0..7 * 5).map(|n| (n * 37 % 251) as u8).collect();
        let picture = decoded(&encode(&grey, 7, 5, Pixels::Grey).unwrap());
        assert!(
            picture
                .pixels()
                .zip(&grey)
                .all(|(p, g)| p.0[..3] == [*g; 3])
        );
        let rgba: Vec<u8> = (0..7 * 5 * 4).map(|n| (n * 73 % 256) as u8).collect();
        let picture = decoded(&encode(&rgba, 7, 5, Pixels::Rgba).unwrap());
        assert_eq!(picture.into_raw(), rgba);
        let rgb: Vec<u8> = (0..7 * 5 * 3).map(|n| (n / 4 % 256) as u8).collect();
        let picture = decoded(&encode(&rgb, 7, 5, Pixels::Rgb).unwrap());
        assert!(
            picture
                .pixels()
                .zip(rgb.chunks(3))
                .all(|(p, c)| p.0[..3] == *c)
        );
    }

    #[test]
    fn one_bit_is_enough_for_black_and_white() {
        let data: Vec<u8> = (0..19 * 3)
            .map(|n| if n % 3 == 0 { 255 } else { 0 })
            .collect();
        let packed = bits(&data, 19, 3, |v| v == 255).unwrap();
        let picture = decoded(&encode(&packed, 19, 3, Pixels::Bits).unwrap());
        assert!(picture.pixels().zip(&data).all(|(p, v)| p.0[0] == *v));
        let stencil = encode(&packed, 19, 3, Pixels::Stencil([9, 8, 7, 128])).unwrap();
        let picture = decoded(&stencil);
        assert_eq!(picture.get_pixel(0, 0).0, [9, 8, 7, 128]);
        assert_eq!(picture.get_pixel(1, 0).0[3], 0);
    }

    #[test]
    fn too_little_data_is_no_picture() {
        assert!(encode(&[0; 10], 4, 4, Pixels::Grey).is_none());
        assert!(encode(&[], 0, 0, Pixels::Grey).is_none());
        assert!(bits(&[0; 10], 4, 4, |_| true).is_none());
    }
}
