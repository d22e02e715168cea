//! A page as a slice: layers of graphics (SVG) and of text, in the order of painting.

mod canvas;
mod clusters;
mod layers;
mod number;
mod path;
mod slice;
mod styles;
mod text;

pub(crate) use self::layers::{Layer, Layers, layers};
pub(crate) use self::slice::{Frame, Slice, lost, slice, source, viewport};
pub(crate) use self::styles::Styles;

/// How runs of glyphs were shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Count {
    /// As text that is seen.
    pub text: u32,
    /// As outlines, with text that is not seen.
    pub outlined: u32,
    /// As text that is not seen and was never meant to be.
    pub hidden: u32,
    /// Not at all: outside the page or what clips it.
    pub dropped: u32,
}

impl Count {
    pub fn add(&mut self, other: Self) {
        self.text += other.text;
        self.outlined += other.outlined;
        self.hidden += other.hidden;
        self.dropped += other.dropped;
    }
}
