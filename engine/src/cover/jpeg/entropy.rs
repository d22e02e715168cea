//! Coefficients to bits: T.81's Huffman coding with the standard's own tables (annex K.3).

use super::transform::ZIGZAG;

/// A table as it is sent: how many codes of 1 to 16 bits, and their symbols.
pub(super) struct Table {
    pub counts: [u8; 16],
    pub symbols: &'static [u8],
}

/// For means of brightness and of colours (tables K.3 and K.4).
pub(super) const DC: [Table; 2] = [
    Table {
        counts: [0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0],
        symbols: &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
    },
    Table {
        counts: [0, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0],
        symbols: &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
    },
];

/// For the other coefficients (tables K.5 and K.6).
pub(super) const AC: [Table; 2] = [
    Table {
        counts: [0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 125],
        symbols: &[
            0x01, 0x02, 0x03, 0x00, 0x04, 0x11, 0x05, 0x12, 0x21, 0x31, 0x41, 0x06, 0x13, 0x51,
            0x61, 0x07, 0x22, 0x71, 0x14, 0x32, 0x81, 0x91, 0xA1, 0x08, 0x23, 0x42, 0xB1, 0xC1,
            0x15, 0x52, 0xD1, 0xF0, 0x24, 0x33, 0x62, 0x72, 0x82, 0x09, 0x0A, 0x16, 0x17, 0x18,
            0x19, 0x1A, 0x25, 0x26, 0x27, 0x28, 0x29, 0x2A, 0x34, 0x35, 0x36, 0x37, 0x38, 0x39,
            0x3A, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x49, 0x4A, 0x53, 0x54, 0x55, 0x56, 0x57,
            0x58, 0x59, 0x5A, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6A, 0x73, 0x74, 0x75,
            0x76, 0x77, 0x78, 0x79, 0x7A, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8A, 0x92,
            0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99, 0x9A, 0xA2, 0xA3, 0xA4, 0xA5, 0xA6, 0xA7,
            0xA8, 0xA9, 0xAA, 0xB2, 0xB3, 0xB4, 0xB5, 0xB6, 0xB7, 0xB8, 0xB9, 0xBA, 0xC2, 0xC3,
            0xC4, 0xC5, 0xC6, 0xC7, 0xC8, 0xC9, 0xCA, 0xD2, 0xD3, 0xD4, 0xD5, 0xD6, 0xD7, 0xD8,
            0xD9, 0xDA, 0xE1, 0xE2, 0xE3, 0xE4, 0xE5, 0xE6, 0xE7, 0xE8, 0xE9, 0xEA, 0xF1, 0xF2,
            0xF3, 0xF4, 0xF5, 0xF6, 0xF7, 0xF8, 0xF9, 0xFA,
        ],
    },
    Table {
        counts: [0, 2, 1, 2, 4, 4, 3, 4, 7, 5, 4, 4, 0, 1, 2, 119],
        symbols: &[
            0x00, 0x01, 0x02, 0x03, 0x11, 0x04, 0x05, 0x21, 0x31, 0x06, 0x12, 0x41, 0x51, 0x07,
            0x61, 0x71, 0x13, 0x22, 0x32, 0x81, 0x08, 0x14, 0x42, 0x91, 0xA1, 0xB1, 0xC1, 0x09,
            0x23, 0x33, 0x52, 0xF0, 0x15, 0x62, 0x72, 0xD1, 0x0A, 0x16, 0x24, 0x34, 0xE1, 0x25,
            0xF1, 0x17, 0x18, 0x19, 0x1A, 0x26, 0x27, 0x28, 0x29, 0x2A, 0x35, 0x36, 0x37, 0x38,
            0x39, 0x3A, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x49, 0x4A, 0x53, 0x54, 0x55, 0x56,
            0x57, 0x58, 0x59, 0x5A, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6A, 0x73, 0x74,
            0x75, 0x76, 0x77, 0x78, 0x79, 0x7A, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89,
            0x8A, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99, 0x9A, 0xA2, 0xA3, 0xA4, 0xA5,
            0xA6, 0xA7, 0xA8, 0xA9, 0xAA, 0xB2, 0xB3, 0xB4, 0xB5, 0xB6, 0xB7, 0xB8, 0xB9, 0xBA,
            0xC2, 0xC3, 0xC4, 0xC5, 0xC6, 0xC7, 0xC8, 0xC9, 0xCA, 0xD2, 0xD3, 0xD4, 0xD5, 0xD6,
            0xD7, 0xD8, 0xD9, 0xDA, 0xE2, 0xE3, 0xE4, 0xE5, 0xE6, 0xE7, 0xE8, 0xE9, 0xEA, 0xF2,
            0xF3, 0xF4, 0xF5, 0xF6, 0xF7, 0xF8, 0xF9, 0xFA,
        ],
    },
];

/// "No more in this block", and "sixteen zeros".
const END: usize = 0x00;
const SIXTEEN: usize = 0xF0;

/// Code and length of every symbol (T.81, annex C).
type Codes = [(u16, u8); 256];

const fn codes(table: &Table) -> Codes {
    let mut codes = [(0, 0); 256];
    let (mut code, mut length, mut next) = (0, 0, 0);
    while length < 16 {
        let mut i = 0;
        while i < table.counts[length] {
            codes[table.symbols[next] as usize] = (code, length as u8 + 1);
            code += 1;
            next += 1;
            i += 1;
        }
        code <<= 1;
        length += 1;
    }
    codes
}

static DC_CODES: [Codes; 2] = [codes(&DC[0]), codes(&DC[1])];
static AC_CODES: [Codes; 2] = [codes(&AC[0]), codes(&AC[1])];

/// Codes the blocks of one component.
pub(super) struct Coder {
    dc: &'static Codes,
    ac: &'static Codes,
    /// The mean of the block before: only differences are sent.
    mean: i16,
}

impl Coder {
    /// With the tables for brightness, 0, or colours, 1.
    pub fn new(table: usize) -> Self {
        Self {
            dc: &DC_CODES[table],
            ac: &AC_CODES[table],
            mean: 0,
        }
    }

    /// Codes one block, whose coefficients stand column by column.
    pub fn put(&mut self, bits: &mut Bits<'_>, block: &[i16; 64]) {
        let difference = block[0] - self.mean;
        self.mean = block[0];
        bits.value(self.dc, 0, difference);
        // Few are not zero: these alone are brought into the order they are sent in.
        let (mut found, mut left) = (nonzero(block) & !1, 0u64);
        while found != 0 {
            left |= 1 << PLACES[found.trailing_zeros() as usize];
            found &= found - 1;
        }
        let mut last = 0;
        while left != 0 {
            let at = left.trailing_zeros() as usize;
            left &= left - 1;
            let mut zeros = at - last - 1;
            while zeros > 15 {
                bits.code(self.ac[SIXTEEN]);
                zeros -= 16;
            }
            bits.value(self.ac, zeros, block[usize::from(COLUMNS[at])]);
            last = at;
        }
        if last < 63 {
            bits.code(self.ac[END]);
        }
    }
}

/// `ZIGZAG` for a block that lies on its side.
const COLUMNS: [u8; 64] = {
    let mut out = [0; 64];
    let mut i = 0;
    while i < 64 {
        out[i] = (ZIGZAG[i] % 8 * 8 + ZIGZAG[i] / 8) as u8;
        i += 1;
    }
    out
};

/// The reverse: when each coefficient is sent.
const PLACES: [u8; 64] = {
    let mut out = [0; 64];
    let mut i = 0;
    while i < 64 {
        out[COLUMNS[i] as usize] = i as u8;
        i += 1;
    }
    out
};

/// One bit for each value that is not zero.
fn nonzero(block: &[i16; 64]) -> u64 {
    let flags = block.map(|value| u8::from(value != 0));
    let (bytes, _) = flags.as_chunks::<8>();
    bytes.iter().rev().fold(0, |bits, eight| {
        // Moves the eight low bits beside each other into the highest byte.
        let gathered = u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56;
        bits << 8 | gathered
    })
}

/// Bits, the highest first; a byte of ones is followed by a zero (T.81, B.1.1.5).
pub(super) struct Bits<'o> {
    out: &'o mut Vec<u8>,
    held: u64,
    count: u32,
}

impl<'o> Bits<'o> {
    pub fn new(out: &'o mut Vec<u8>) -> Self {
        Self {
            out,
            held: 0,
            count: 0,
        }
    }

    fn code(&mut self, (code, length): (u16, u8)) {
        self.put(u32::from(code), u32::from(length));
    }

    /// The code for zeros before a value and the value's size, then the value (T.81, F.1.2).
    fn value(&mut self, codes: &Codes, zeros: usize, value: i16) {
        let size = 16 - value.unsigned_abs().leading_zeros();
        let (code, length) = codes[(zeros << 4 | size as usize) & 255];
        // Negative values are sent as their complement.
        let low = (value - i16::from(value < 0)) as u16;
        let low = u32::from(low) & ((1 << size) - 1);
        self.put(u32::from(code) << size | low, u32::from(length) + size);
    }

    /// At most 27 bits.
    #[inline]
    fn put(&mut self, bits: u32, count: u32) {
        self.held = self.held << count | u64::from(bits);
        self.count += count;
        if self.count >= 32 {
            self.count -= 32;
            self.word((self.held >> self.count) as u32);
        }
    }

    fn word(&mut self, word: u32) {
        // Whether any byte is 255.
        if (!word).wrapping_sub(0x0101_0101) & word & 0x8080_8080 == 0 {
            self.out.extend_from_slice(&word.to_be_bytes());
            return;
        }
        for byte in word.to_be_bytes() {
            self.byte(byte);
        }
    }

    fn byte(&mut self, byte: u8) {
        self.out.push(byte);
        if byte == 0xFF {
            self.out.push(0);
        }
    }

    /// Fills the last byte with ones.
    pub fn finish(mut self) {
        let more = self.count.wrapping_neg() % 8;
        self.put((1 << more) - 1, more);
        for at in (0..self.count / 8).rev() {
            self.byte((self.held >> (at * 8)) as u8);
        }
    }
}
