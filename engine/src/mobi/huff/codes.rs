//! The prefix code: from bits to numbers of phrases.

use super::super::bytes::{u32_at, usize_at};

/// What a code of eight bits says.
#[derive(Debug, Clone, Copy, Default)]
struct Short {
    /// Bits of the code, or the fewest it can have.
    bits: u32,
    /// The code is no longer than eight bits.
    whole: bool,
    /// The greatest code of that length, aligned to the left.
    greatest: u32,
}

/// The codes.
#[derive(Debug)]
pub(super) struct Codes {
    short: Vec<Short>,
    /// For every length: the least and the greatest code, aligned to the left.
    long: [(u32, u32); 33],
}

/// Aligns the end of a code's range to the left: all bits behind it are ones.
fn greatest(code: u32, bits: u32) -> u32 {
    let end = (u64::from(code) + 1) << (32 - bits);
    end.wrapping_sub(1) as u32
}

impl Codes {
    /// Reads a `HUFF` record.
    pub fn read(huff: &[u8]) -> Option<Self> {
        if huff.get(..4)? != b"HUFF" {
            return None;
        }
        let (first, second) = (usize_at(huff, 8)?, usize_at(huff, 12)?);
        let mut short = Vec::with_capacity(256);
        for i in 0..256 {
            let value = u32_at(huff, first.checked_add(4 * i)?)?;
            let bits = value & 0x1F;
            let whole = value & 0x80 != 0;
            if bits == 0 || bits <= 8 && !whole {
                // Unused; a text which uses it is damaged.
                short.push(Short::default());
            } else {
                short.push(Short {
                    bits,
                    whole,
                    greatest: greatest(value >> 8, bits),
                });
            }
        }
        let mut long = [(0, 0); 33];
        for (bits, slot) in (1u32..).zip(&mut long[1..]) {
            let at = second.checked_add(8 * (bits as usize - 1))?;
            let least = u64::from(u32_at(huff, at)?) << (32 - bits);
            *slot = (least as u32, greatest(u32_at(huff, at + 4)?, bits));
        }
        Some(Self { short, long })
    }

    /// Calls `phrase` for the number behind every code in `packed`.
    pub fn decode(&self, packed: &[u8], mut phrase: impl FnMut(usize) -> Option<()>) -> Option<()> {
        let mut left = packed.len() as u64 * 8;
        let (mut at, mut window, mut held) = (0usize, 0u64, 0u32);
        while left > 0 {
            while held <= 56 {
                let byte = packed.get(at).copied().unwrap_or(0);
                window |= u64::from(byte) << (56 - held);
                at += 1;
                held += 8;
            }
            let (number, bits) = self.next((window >> 32) as u32)?;
            // What is left over at the end of a record is padding.
            if u64::from(bits) > left {
                break;
            }
            left -= u64::from(bits);
            window <<= bits;
            held -= bits;
            phrase(number as usize)?;
        }
        Some(())
    }

    /// The number of the phrase at the head of `window`, and the bits of its code.
    fn next(&self, window: u32) -> Option<(u32, u32)> {
        let Short {
            mut bits,
            whole,
            mut greatest,
        } = self.short[(window >> 24) as usize];
        if bits == 0 {
            return None;
        }
        if !whole {
            while window < self.long.get(bits as usize)?.0 {
                bits += 1;
            }
            greatest = self.long.get(bits as usize)?.1;
        }
        let number = greatest.wrapping_sub(window);
        Some((
            if bits == 32 {
                number
            } else {
                number >> (32 - bits)
            },
            bits,
        ))
    }
}
