//! From places in the pass's input to places in the source.

use super::document::Document;
use crate::source::Scalars;

/// From bytes of the pass's input to scalars of the decoded source.
pub(super) struct Origin<'a> {
    scalars: Scalars<'a>,
    map: Option<&'a [(u64, u64)]>,
    next: usize,
    /// Scalars of the input before the map's last entry.
    base: u64,
}

impl<'a> Origin<'a> {
    pub fn new(document: &Document<'a>) -> Self {
        Self {
            scalars: Scalars::new(document.xml),
            map: document.origins,
            next: 0,
            base: 0,
        }
    }

    /// Positions are asked in growing order.
    pub fn scalars(&mut self, at: u64) -> u64 {
        let Some(map) = self.map else {
            return self.scalars.before(at as usize);
        };
        while let Some((from, _)) = map.get(self.next).filter(|(from, _)| *from <= at) {
            self.base = self.scalars.before(*from as usize);
            self.next += 1;
        }
        let Some((_, origin)) = self.next.checked_sub(1).map(|i| map[i]) else {
            return 0;
        };
        // Within a text: as if it stood in the source as it was written out, but not
        // past what follows.
        let guess = origin + (self.scalars.before(at as usize) - self.base);
        match map.get(self.next) {
            Some((_, next)) if *next >= origin => guess.min(*next),
            _ => guess,
        }
    }
}
