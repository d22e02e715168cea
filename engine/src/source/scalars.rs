//! Counting Unicode scalar values while walking through a text.

/// Turns byte positions that only grow into counts of scalars before them.
pub(crate) struct Scalars<'a> {
    text: &'a [u8],
    at: usize,
    count: u64,
}

impl<'a> Scalars<'a> {
    pub fn new(text: &'a str) -> Self {
        Self {
            text: text.as_bytes(),
            at: 0,
            count: 0,
        }
    }

    /// Scalars before byte `to`. A position behind the last asked gives the last answer.
    pub fn before(&mut self, to: usize) -> u64 {
        if to > self.at {
            let to = to.min(self.text.len());
            self.count += count(&self.text[self.at..to]);
            self.at = to;
        }
        self.count
    }
}

/// Scalars that begin in `bytes`: all bytes but the continuations.
fn count(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|&&byte| (byte as i8) >= -0x40).count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scalars_are_counted_not_bytes() {
        let mut scalars = Scalars::new("aé𝒳z");
        assert_eq!(scalars.before(0), 0);
        assert_eq!(scalars.before(3), 2);
        assert_eq!(scalars.before(7), 3);
        assert_eq!(scalars.before(99), 4);
    }
}
