//! An indexed PNG (W3C PNG, colour type 3) of a canvas.

use super::canvas::Canvas;
use super::deflate::deflate;

/// The file. `period` is that of a pattern on the canvas, if there is one: packing looks for it.
pub(super) fn png(canvas: &Canvas, palette: &[[u8; 3]], period: Option<usize>) -> Vec<u8> {
    let stride = canvas.stride();
    // Flat, and as in the row above.
    let mut distances = vec![1, stride];
    if let Some(period) = period {
        // The next tile; half a tile lower and to the left, as most patterns are; the tile below.
        distances.extend([period, period / 2 * (stride - 1), period * stride]);
    }
    let mut data = vec![0x78, 0x01]; // zlib (RFC 1950): a window of 32 KiB
    deflate(canvas.rows(), &distances, &mut data);
    data.extend(libdeflater::adler32(canvas.rows()).to_be_bytes());
    let mut header = Vec::new();
    header.extend((canvas.width as u32).to_be_bytes());
    header.extend((canvas.height as u32).to_be_bytes());
    header.extend([8, 3, 0, 0, 0]);
    let mut png = Vec::with_capacity(data.len() + 1024);
    png.extend(b"\x89PNG\r\n\x1A\n");
    chunk(&mut png, b"IHDR", &header);
    chunk(&mut png, b"PLTE", palette.as_flattened());
    chunk(&mut png, b"IDAT", &data);
    chunk(&mut png, b"IEND", &[]);
    png
}

fn chunk(png: &mut Vec<u8>, name: &[u8; 4], data: &[u8]) {
    png.extend((data.len() as u32).to_be_bytes());
    let start = png.len();
    png.extend(name);
    png.extend(data);
    let sum = libdeflater::crc32(&png[start..]);
    png.extend(sum.to_be_bytes());
}
