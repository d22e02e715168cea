//! What drawings are painted with.

use std::rc::Rc;

use kurbo::{Affine, Cap, Join, Point, Rect};

use super::Item;

/// How a shape becomes visible.
#[derive(Debug, Clone)]
pub(crate) struct Ink {
    /// `None`: not filled.
    pub fill: Option<Paint>,
    pub even_odd: bool,
    pub stroke: Option<(Paint, Pen)>,
}

/// A stroke.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Pen {
    /// In the units of the path.
    pub width: f64,
    pub cap: Cap,
    pub join: Join,
    pub miter: f64,
    pub dashes: Vec<f64>,
    pub dash_offset: f64,
}

#[derive(Debug, Clone)]
pub(crate) enum Paint {
    /// Red, green, blue, alpha.
    Color([u8; 4]),
    Gradient(Rc<Gradient>),
    Texture(Rc<Texture>),
    Tiling(Rc<Tiling>),
}

#[derive(Debug)]
pub(crate) struct Gradient {
    pub kind: GradientKind,
    /// To the page.
    pub transform: Affine,
    pub stops: Vec<Stop>,
}

#[derive(Debug)]
pub(crate) enum GradientKind {
    Linear {
        start: Point,
        end: Point,
    },
    Radial {
        start: Point,
        start_radius: f64,
        end: Point,
        end_radius: f64,
    },
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Stop {
    pub offset: f32,
    pub color: [u8; 4],
}

/// A shading drawn to a picture.
#[derive(Debug)]
pub(crate) struct Texture {
    /// File below `resources/`.
    pub file: String,
    /// Where it lies on the page.
    pub area: Rect,
}

/// A cell that repeats (ISO 32000-2, 8.7.3).
#[derive(Debug)]
pub(crate) struct Tiling {
    pub items: Vec<Item>,
    /// The cell's box in pattern space.
    pub cell: Rect,
    pub step: (f64, f64),
    /// From pattern space to the page.
    pub transform: Affine,
    pub opacity: f32,
}

/// How colours are mixed with what is there already (ISO 32000-2, 11.3.5); all of them are CSS's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Blend {
    #[default]
    Normal,
    /// By its name in CSS.
    Named(&'static str),
}

impl Ink {
    pub fn fill(paint: Paint, even_odd: bool) -> Self {
        Self {
            fill: Some(paint),
            even_odd,
            stroke: None,
        }
    }

    /// Nothing is seen of it.
    pub fn invisible() -> Self {
        Self {
            fill: None,
            even_odd: false,
            stroke: None,
        }
    }

    /// The colour, where it is filled with one colour and nothing else.
    pub fn plain(&self) -> Option<[u8; 4]> {
        match (&self.fill, &self.stroke) {
            (Some(Paint::Color(color)), None) => Some(*color),
            _ => None,
        }
    }

    pub fn is_invisible(&self) -> bool {
        self.fill.is_none() && self.stroke.is_none()
    }
}
