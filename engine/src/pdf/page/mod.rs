//! Our own description of what a page shows, filled by `interpret/` and read by all the rest.
//!
//! Lengths are points as shown: origin at the top left, y downwards.

mod paint;

use std::rc::Rc;

use kurbo::{Affine, BezPath, Rect};

pub(crate) use self::paint::{
    Blend, Gradient, GradientKind, Ink, Paint, Pen, Stop, Texture, Tiling,
};

/// One page.
#[derive(Debug, Default)]
pub(crate) struct Page {
    pub width: f64,
    pub height: f64,
    /// In the order of painting.
    pub items: Vec<Item>,
    /// The glyphs of all runs; a run holds a range of them.
    pub glyphs: Vec<Placed>,
    /// Marked content, in order of its beginning. 0 stands for none.
    pub marks: Vec<Mark>,
    /// What was left out, by name of the cap; each once.
    pub cut: Vec<&'static str>,
}

/// Something painted, or a change of what painting does.
#[derive(Debug)]
pub(crate) enum Item {
    Run(Run),
    Drawing(Box<Drawing>),
    Picture(Box<Picture>),
    /// What follows is clipped, until `Unclip`.
    Clip(Box<Clip>),
    Unclip,
    /// What follows is composed by itself, until `Ungroup`.
    Group(Box<Group>),
    Ungroup,
}

/// Glyphs of one show operator that share font, size, direction and paint.
#[derive(Debug, Clone)]
pub(crate) struct Run {
    /// Range in [`Page::glyphs`].
    pub from: u32,
    pub to: u32,
    /// Points for each em.
    pub size: f64,
    /// From the em square (y upwards) to the page, without size and place: `[a b c d]`.
    pub matrix: [f64; 4],
    pub ink: Ink,
    /// Number of the run's first glyph among all that the page shows.
    pub ordinal: u32,
    /// Index into [`Page::marks`].
    pub mark: u32,
}

/// A glyph and the place of its origin.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Placed {
    /// Index into the chunk's table of glyphs.
    pub glyph: u32,
    pub x: f32,
    pub y: f32,
}

/// A path that is filled or stroked.
#[derive(Debug)]
pub(crate) struct Drawing {
    /// On the page, unless `warp` leads there.
    pub path: BezPath,
    /// Leads from the path to the page where the stroke is not the same in all directions.
    pub warp: Option<Affine>,
    /// What it covers, clips not counted.
    pub bounds: Rect,
    pub ink: Ink,
}

/// An image.
#[derive(Debug)]
pub(crate) struct Picture {
    /// File below `resources/`.
    pub file: String,
    /// File of its transparency, a grey picture; the same size or another.
    pub veil: Option<String>,
    /// From the unit square (y downwards) to the page.
    pub transform: Affine,
    /// Whether few pixels are to be shown as blocks.
    pub smooth: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct Clip {
    pub path: BezPath,
    pub even_odd: bool,
    pub bounds: Rect,
    /// Whether the path is just its bounds.
    pub is_rect: bool,
}

/// A transparency group (ISO 32000-2, 11.4).
#[derive(Debug)]
pub(crate) struct Group {
    pub opacity: f32,
    pub blend: Blend,
    pub mask: Option<Rc<Mask>>,
}

/// A soft mask (ISO 32000-2, 11.5).
#[derive(Debug)]
pub(crate) struct Mask {
    pub items: Vec<Item>,
    /// By luminosity over this colour; else by alpha.
    pub backdrop: Option<[u8; 3]>,
    /// The transfer function's values at 0, 1/16 … 1, where it has one.
    pub transfer: Option<Vec<f32>>,
}

/// Marked content (ISO 32000-2, 14.6).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Mark {
    pub tag: String,
    /// The sequence it stands in; index into [`Page::marks`].
    pub parent: u32,
    /// `/MCID`: its place in the structure tree.
    pub id: Option<u32>,
    /// `/ActualText`: what stands for the glyphs.
    pub actual: Option<String>,
}

impl Page {
    /// The text that stands for what is within a mark, and the mark that says so.
    pub fn actual(&self, mut mark: u32) -> Option<(u32, &str)> {
        while mark != 0 {
            let found = self.marks.get(mark as usize)?;
            if let Some(text) = &found.actual {
                return Some((mark, text));
            }
            mark = found.parent;
        }
        None
    }
}

impl Clip {
    pub fn rect(rect: Rect) -> Self {
        Self {
            path: kurbo::Shape::to_path(&rect, 0.1),
            even_odd: false,
            bounds: rect,
            is_rect: true,
        }
    }
}

impl Group {
    /// Whether it changes nothing.
    pub fn is_plain(&self) -> bool {
        self.opacity >= 0.999 && self.blend == Blend::Normal && self.mask.is_none()
    }
}
