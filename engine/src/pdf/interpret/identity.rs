//! Which font program a glyph belongs to, and which glyph of it it is.
//!
//! hayro keeps both to itself but lets a glyph's identity be hashed: program and number are what
//! it hashes. A hasher that writes down what it is given is also quicker than a real one.

use std::hash::{Hash, Hasher};

use hayro_interpret::font::OutlineGlyph;

#[derive(Debug, Default)]
struct Scribe {
    program: u128,
    number: u32,
    rest: u64,
}

impl Hasher for Scribe {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.rest = self.rest.rotate_left(5) ^ u64::from(*byte);
        }
    }

    fn write_u128(&mut self, value: u128) {
        self.program = value;
    }

    fn write_u32(&mut self, value: u32) {
        self.number = value;
    }

    fn write_isize(&mut self, value: isize) {
        self.rest = self.rest.rotate_left(5) ^ value as u64;
    }

    fn finish(&self) -> u64 {
        self.rest
    }
}

/// The program's key and the glyph's number; a hidden glyph has a number of its own.
pub(super) fn of(glyph: &OutlineGlyph) -> (u128, u32) {
    let mut scribe = Scribe::default();
    glyph.identifier().hash(&mut scribe);
    let hidden = scribe.finish() == 0 && scribe.number == 0;
    let number = if hidden { u32::MAX } else { scribe.number };
    (scribe.program, number)
}
