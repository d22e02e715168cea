//! How long packed data is, found without keeping it.

use std::borrow::Cow;
use std::io::Read;

use flate2::bufread::{DeflateDecoder, ZlibDecoder};
use hayro_syntax::Filter;

/// Most bytes that one byte can become.
const FLATE: u64 = 1_032;
const LZW: u64 = 2_731;
const RUN_LENGTH: u64 = 64;
const ASCII_85: u64 = 4;

/// The most that `raw` can become. Image filters are measured by their pixels, not here.
pub(super) fn could_be(raw: &[u8], filters: &[Filter]) -> u64 {
    filters.iter().fold(raw.len() as u64, |size, filter| {
        size.saturating_mul(match filter {
            Filter::FlateDecode => FLATE,
            Filter::LzwDecode => LZW,
            Filter::RunLengthDecode => RUN_LENGTH,
            Filter::Ascii85Decode => ASCII_85,
            _ => 1,
        })
    })
}

/// Whether `raw` unpacks to at most `most` bytes, by unpacking it without keeping it.
pub(super) fn fits(raw: &[u8], filters: &[Filter], most: u64) -> bool {
    let mut data: Cow<'_, [u8]> = raw.into();
    for (at, filter) in filters.iter().enumerate() {
        // What is left can do no harm.
        if could_be(&data, &filters[at..]) <= most {
            return true;
        }
        let is_last = could_be(&[0], &filters[at + 1..]) == 1;
        match filter {
            Filter::FlateDecode if is_last => return inflates_to_at_most(&data, most),
            // One kind of packing within another: kept small, for it has to be kept.
            Filter::FlateDecode => {
                let mut out = Vec::new();
                let room = most.min(NESTED);
                let mut unpacked = ZlibDecoder::new(&*data).take(room + 1);
                if unpacked.read_to_end(&mut out).is_err() || out.len() as u64 > room {
                    return false;
                }
                data = out.into();
            }
            Filter::Ascii85Decode => data = ascii_85(&data).into(),
            Filter::AsciiHexDecode => data = ascii_hex(&data).into(),
            Filter::RunLengthDecode if is_last => return run_length(&data) <= most,
            Filter::LzwDecode if is_last => {
                // Which of the two it is stands in a dictionary that is not asked.
                return [0, 1]
                    .into_iter()
                    .all(|early| lzw(&data, most, early) <= most);
            }
            Filter::RunLengthDecode | Filter::LzwDecode => return false,
            // Images end the chain.
            _ => return true,
        }
    }
    data.len() as u64 <= most
}

/// Bytes that one packing within another may have in between.
const NESTED: u64 = 16 << 20;

/// Inflates as hayro does (zlib, else bare deflate) and counts.
fn inflates_to_at_most(data: &[u8], most: u64) -> bool {
    let zlib = count(ZlibDecoder::new(data), most);
    let (ended, size) = match zlib {
        Counted::Broken { consumed, size } if consumed <= 2 && size == 0 => {
            match count(DeflateDecoder::new(data), most) {
                Counted::Whole(size) => (data.len() as u64, size),
                Counted::Broken { consumed, size } => (consumed, size),
            }
        }
        Counted::Whole(size) => (data.len() as u64, size),
        Counted::Broken { consumed, size } => (consumed, size),
    };
    // hayro goes on behind some errors: what is left is counted at its worst.
    let rest = (data.len() as u64).saturating_sub(ended);
    size.saturating_add(rest.saturating_mul(FLATE)) <= most
}

enum Counted {
    Whole(u64),
    Broken { consumed: u64, size: u64 },
}

/// How far a decoder is in its input.
trait Consumed: Read {
    fn consumed(&self) -> u64;
}
impl Consumed for ZlibDecoder<&[u8]> {
    fn consumed(&self) -> u64 {
        self.total_in()
    }
}
impl Consumed for DeflateDecoder<&[u8]> {
    fn consumed(&self) -> u64 {
        self.total_in()
    }
}

fn count(mut decoder: impl Consumed, most: u64) -> Counted {
    let mut room = vec![0; 64 << 10];
    let mut size = 0;
    loop {
        match decoder.read(&mut room) {
            Ok(0) => return Counted::Whole(size),
            Ok(n) => {
                size += n as u64;
                if size > most {
                    return Counted::Whole(size);
                }
            }
            Err(_) => {
                return Counted::Broken {
                    consumed: decoder.consumed(),
                    size,
                };
            }
        }
    }
}

/// ASCII85 as far as its size matters: five signs are four bytes, `z` is four.
pub(super) fn ascii_85(data: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(data.len() / 5 * 4 + 4);
    let mut group = 0_u32;
    let mut held = 0;
    for &sign in data {
        match sign {
            b'z' if held == 0 => out.extend_from_slice(&[0; 4]),
            b'!'..=b'u' => {
                group = group.wrapping_mul(85).wrapping_add(u32::from(sign - b'!'));
                held += 1;
                if held == 5 {
                    out.extend_from_slice(&group.to_be_bytes());
                    (group, held) = (0, 0);
                }
            }
            b'~' => break,
            _ => {}
        }
    }
    if held > 1 {
        for _ in held..5 {
            group = group.wrapping_mul(85).wrapping_add(84);
        }
        out.extend_from_slice(&group.to_be_bytes()[..held - 1]);
    }
    out
}

pub(super) fn ascii_hex(data: &[u8]) -> Vec<u8> {
    let digits: Vec<u8> = data
        .iter()
        .take_while(|&&sign| sign != b'>')
        .filter_map(|&sign| char::from(sign).to_digit(16))
        .map(|digit| digit as u8)
        .collect();
    digits
        .chunks(2)
        .map(|pair| pair[0] << 4 | pair.get(1).unwrap_or(&0))
        .collect()
}

fn run_length(data: &[u8]) -> u64 {
    let (mut at, mut size) = (0, 0);
    while let Some(&length) = data.get(at) {
        match length {
            0..=127 => {
                at += usize::from(length) + 2;
                size += u64::from(length) + 1;
            }
            128 => break,
            129.. => {
                at += 2;
                size += 257 - u64::from(length);
            }
        }
    }
    size
}

/// The length of LZW data, from the lengths of its phrases; counted on until past `most`.
/// `early` is `/EarlyChange`: codes grow longer one code before they must.
fn lzw(data: &[u8], most: u64, early: usize) -> u64 {
    let mut lengths: Vec<u64> = Vec::with_capacity(4096);
    let (mut bits, mut held, mut size, mut last) = (0_u32, 0_u32, 0_u64, 0_u64);
    let mut width = 9;
    for &byte in data {
        bits = bits << 8 | u32::from(byte);
        held += 8;
        if held < width {
            continue;
        }
        held -= width;
        let code = (bits >> held) & ((1 << width) - 1);
        match code {
            256 => {
                lengths.clear();
                (width, last) = (9, 0);
                continue;
            }
            257 => break,
            _ => {}
        }
        let length = match code {
            0..=255 => 1,
            _ => lengths
                .get(code as usize - 258)
                .copied()
                .unwrap_or(last + 1),
        };
        if last > 0 && lengths.len() < 4096 - 258 {
            lengths.push(last + 1);
        }
        last = length;
        size += length;
        if size > most {
            break;
        }
        width = match lengths.len() + 258 + early {
            0..512 => 9,
            512..1024 => 10,
            1024..2048 => 11,
            _ => 12,
        };
    }
    size
}
