//! How much memory decoding an image takes: pixels by what its dictionary says, and by what its data
//! says, for the decoders believe the data; bytes for each by its colours.

use std::borrow::Cow;
use std::io::Read;

use flate2::bufread::ZlibDecoder;
use hayro_syntax::Filter;
use hayro_syntax::object::{Array, Dict, Name, Object, Stream};

/// How far into the data its size must stand.
const HEAD: usize = 256 << 10;

/// Bytes that are held at once while an image is decoded, about.
pub(super) fn bytes(stream: &Stream<'_>) -> u64 {
    pixels(stream).saturating_mul(bytes_of_a_pixel(stream.dict()))
}

/// Samples as unpacked, samples of eight bits, and colours where those are not grey.
fn bytes_of_a_pixel(dict: &Dict<'_>) -> u64 {
    let either = |short: &str, long: &str| dict.get::<bool>(short).or_else(|| dict.get(long));
    if either("IM", "ImageMask") == Some(true) {
        return 2;
    }
    let space = dict.get::<Object<'_>>("CS");
    let samples = match space.or_else(|| dict.get("ColorSpace")) {
        Some(Object::Name(name)) => samples(&name),
        Some(Object::Array(array)) => {
            let mut items = array.iter::<Object<'_>>();
            match (items.next().and_then(Object::into_name), items.next()) {
                (Some(kind), Some(Object::Stream(profile))) if kind.as_ref() == b"ICCBased" => {
                    profile.dict().get::<u8>("N").unwrap_or(4)
                }
                (Some(kind), Some(Object::Array(names))) if kind.as_ref() == b"DeviceN" => {
                    inks(&names)
                }
                (Some(kind), _) => samples(&kind),
                _ => 4,
            }
        }
        _ => 4,
    };
    let depth = dict
        .get::<u8>("BPC")
        .or_else(|| dict.get("BitsPerComponent"));
    let wide = u64::from(depth == Some(16));
    match u64::from(samples) {
        1 => 2 + wide,
        samples => samples * (2 + wide) + 3,
    }
}

fn inks(names: &Array<'_>) -> u8 {
    names.raw_iter().take(32).count() as u8
}

/// Samples of a pixel; two stand for one that has to be looked up in a table of colours.
fn samples(space: &Name<'_>) -> u8 {
    match space.as_ref() {
        b"DeviceGray" | b"G" | b"CalGray" => 1,
        b"Indexed" | b"I" | b"Separation" => 2,
        b"DeviceRGB" | b"RGB" | b"CalRGB" | b"Lab" => 3,
        _ => 4,
    }
}

/// Pixels of an image, the larger of what is said.
fn pixels(stream: &Stream<'_>) -> u64 {
    let dict = stream.dict();
    let side = |dict: &Dict<'_>, short: &str, long: &str| {
        let side = dict.get::<u32>(short).or_else(|| dict.get::<u32>(long));
        u64::from(side.unwrap_or(0))
    };
    let declared = side(dict, "W", "Width") * side(dict, "H", "Height");
    let filters = stream.filters();
    let inside = match filters.last() {
        Some(Filter::DctDecode) => head(stream, &filters).and_then(|data| jpeg(&data)),
        Some(Filter::JpxDecode) => head(stream, &filters).and_then(|data| jpeg2000(&data)),
        Some(Filter::Jbig2Decode) => head(stream, &filters).and_then(|data| jbig2(&data)),
        // The width is a parameter of its own, the height ends where the data does.
        Some(Filter::CcittFaxDecode) => {
            let parameters = dict.get::<Dict<'_>>("DecodeParms");
            let columns = parameters.and_then(|dict| dict.get::<u32>("Columns"));
            columns.map(|columns| u64::from(columns) * side(dict, "H", "Height"))
        }
        _ => None,
    };
    declared.max(inside.unwrap_or(0))
}

/// The data of the image format itself, as far as its size is likely to stand.
fn head<'a>(stream: &Stream<'a>, filters: &[Filter]) -> Option<Cow<'a, [u8]>> {
    let mut data = stream.raw_data();
    for filter in &filters[..filters.len() - 1] {
        match filter {
            Filter::FlateDecode => {
                let mut out = Vec::new();
                // Damage behind the head is not of interest here.
                let _ = ZlibDecoder::new(&*data)
                    .take(HEAD as u64)
                    .read_to_end(&mut out);
                data = out.into();
            }
            Filter::Ascii85Decode => data = super::measure::ascii_85(&data).into(),
            Filter::AsciiHexDecode => data = super::measure::ascii_hex(&data).into(),
            Filter::Crypt => {}
            _ => return None,
        }
    }
    Some(data)
}

fn u16_at(data: &[u8], at: usize) -> Option<u64> {
    let bytes = data.get(at..at + 2)?;
    Some(u64::from(u16::from_be_bytes([bytes[0], bytes[1]])))
}

fn u32_at(data: &[u8], at: usize) -> Option<u64> {
    Some(u16_at(data, at)? << 16 | u16_at(data, at + 2)?)
}

/// The start of frame (ITU T.81, B.2.2).
fn jpeg(data: &[u8]) -> Option<u64> {
    let mut at = 2;
    loop {
        while *data.get(at)? != 0xFF {
            at += 1;
        }
        let marker = *data.get(at + 1)?;
        match marker {
            0xC0..=0xCF if !matches!(marker, 0xC4 | 0xC8 | 0xCC) => {
                return Some(u16_at(data, at + 5)? * u16_at(data, at + 7)?);
            }
            0xFF => at += 1,
            0x00 | 0x01 | 0xD0..=0xD8 => at += 2,
            _ => at += 2 + u16_at(data, at + 2)? as usize,
        }
    }
}

/// The `SIZ` marker of the code stream (ITU T.800, A.5.1).
fn jpeg2000(data: &[u8]) -> Option<u64> {
    let at = memchr::memmem::find(data, &[0xFF, 0x4F, 0xFF, 0x51])? + 4;
    let side = |end: usize, origin: usize| {
        Some(u32_at(data, at + end)?.saturating_sub(u32_at(data, at + origin)?))
    };
    Some(side(4, 12)? * side(8, 16)?)
}

/// The largest page or region among the segments (ITU T.88, 7.2 and 7.4.1).
fn jbig2(data: &[u8]) -> Option<u64> {
    /// Of a page whose height is not known beforehand.
    const UNKNOWN: u64 = 0xFFFF_FFFF;
    let (mut at, mut most) = (0, 0);
    loop {
        let Some((kind, body, length)) = segment(data, at) else {
            return (most > 0).then_some(most);
        };
        let has_size = matches!(
            kind,
            4 | 6 | 7 | 20 | 22 | 23 | 36 | 38 | 39 | 40 | 42 | 43 | 48
        );
        if has_size
            && let (Some(width), Some(height)) = (u32_at(data, body), u32_at(data, body + 4))
        {
            let height = if kind == 48 && height == UNKNOWN {
                1
            } else {
                height
            };
            most = most.max(width.saturating_mul(height));
        }
        if length == UNKNOWN {
            return Some(most);
        }
        at = body + length as usize;
    }
}

/// Kind, place of the body and its length of the segment at `at`.
fn segment(data: &[u8], at: usize) -> Option<(u8, usize, u64)> {
    let number = u32_at(data, at)?;
    let flags = *data.get(at + 4)?;
    let short = *data.get(at + 5)? >> 5;
    let (referred, retained) = if short < 7 {
        (u64::from(short), 1)
    } else {
        let count = u32_at(data, at + 5)? & 0x1FFF_FFFF;
        (count, 4 + (count as usize + 1).div_ceil(8))
    };
    let reference = match number {
        0..=256 => 1,
        257..=65_536 => 2,
        _ => 4,
    };
    let page = if flags & 0x40 == 0 { 1 } else { 4 };
    let length_at = at + 5 + retained + referred as usize * reference + page;
    Some((flags & 0x3F, length_at + 4, u32_at(data, length_at)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_found_in_the_data() {
        let mut photo = vec![0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 1, 2, 0xFF, 0xC2, 0, 17, 8];
        photo.extend([0x75, 0x30, 0x10, 0x00]);
        assert_eq!(jpeg(&photo), Some(30_000 * 4_096));
        let mut wavelets = vec![0, 0, 0, 12, 0xFF, 0x4F, 0xFF, 0x51, 0, 47, 0, 0];
        for side in [30_010_u32, 2_000, 10, 0] {
            wavelets.extend(side.to_be_bytes());
        }
        assert_eq!(jpeg2000(&wavelets), Some(30_000 * 2_000));
        let mut fax = vec![0, 0, 0, 0, 48, 0, 1, 0, 0, 0, 19];
        fax.extend([0, 0, 1, 0, 0, 0, 2, 0]);
        fax.extend([0; 11]);
        // A region larger than the page, referring to one segment.
        fax.extend([
            0, 0, 0, 1, 38, 0x20, 0, 1, 0, 0, 0, 17, 0, 1, 0, 0, 0, 0, 0, 9,
        ]);
        assert_eq!(jbig2(&fax), Some(65_536 * 9));
    }

    #[test]
    fn damage_says_nothing_and_ends() {
        for data in [&[][..], &[0xFF; 40], &[0; 40], &[0xFF, 0xD8, 0xFF, 0xC0]] {
            assert_eq!(jpeg(data), None);
            assert_eq!(jpeg2000(data), None);
        }
        assert_eq!(jbig2(&[0xFF; 400]), None);
    }
}
