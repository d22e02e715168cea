//! Glyphs that are little drawings (Type 3): where they are plain shapes they become outlines like
//! all others, and then their text is real.

use hayro_interpret::font::{GlyphRun, Type3Glyph};
use hayro_interpret::{
    BlendMode, CacheKey, ClipPath, Device, DrawMode, DrawProps, FillRule, Image, ImageDrawProps,
    Paint, SoftMask,
};
use kurbo::{Affine, BezPath, Stroke};

use super::budget::Exceeded;
use super::device::Recorder;
use super::glyphs::color_of;
use crate::pdf::glyphs::{Found, Key};
use crate::pdf::images::trace;

/// The program that all of them belong to.
const PROGRAM: u128 = 3;
/// Marks those that are drawn, not set.
const HIDDEN: u32 = 1 << 17;
/// Points of an outline; more are drawn otherwise.
const MOST: usize = 4000;

/// The number of a glyph that is a plain shape.
pub(super) fn number<'a>(
    recorder: &mut Recorder<'_, '_>,
    glyph: &Type3Glyph<'a>,
    paint: &Paint<'a>,
    stretch: u32,
) -> Option<u32> {
    let color = color_of(paint)?;
    let identity = glyph.cache_key();
    let key = Key {
        program: PROGRAM,
        glyph: (identity as u32) ^ (identity >> 32) as u32,
        code: (identity >> 64) as u32,
        shape: stretch,
    };
    if let Some(known) = recorder.glyphs.known(&key) {
        return (!recorder.glyphs.is_hidden(known)).then_some(known);
    }
    let mut shape = ShapeOnly {
        path: BezPath::new(),
        color,
        failed: false,
        calls: CALLS,
    };
    glyph.interpret(&mut shape, Affine::IDENTITY, Affine::IDENTITY, paint);
    recorder.budget.points(shape.path.elements().len());
    let fits = !shape.failed && shape.path.elements().len() <= MOST && shape.path.is_finite();
    let text = recorder
        .texts
        .of_drawn(glyph.as_unicode(), glyph.char_code());
    let found = Found {
        outline: if fits { shape.path } else { BezPath::new() },
        advance: advance(glyph),
        text,
        hidden: !fits,
    };
    let number = recorder.glyphs.number(key, || found);
    fits.then_some(number)
}

/// The number of a glyph that is drawn: its text alone.
pub(super) fn hidden(recorder: &mut Recorder<'_, '_>, glyph: &Type3Glyph<'_>) -> u32 {
    let key = Key {
        program: PROGRAM,
        glyph: glyph.char_code(),
        code: glyph.char_code(),
        shape: HIDDEN,
    };
    let text = recorder
        .texts
        .of_drawn(glyph.as_unicode(), glyph.char_code());
    recorder.glyphs.number(key, || Found {
        outline: BezPath::new(),
        advance: advance(glyph),
        text,
        hidden: true,
    })
}

fn advance(glyph: &Type3Glyph<'_>) -> f32 {
    let advance = glyph.advance_width().unwrap_or(500.0);
    if advance.is_finite() { advance } else { 500.0 }
}

/// Calls of the interpreter for one glyph.
const CALLS: u32 = 100_000;

/// A device for shapes of one colour.
struct ShapeOnly {
    path: BezPath,
    color: [u8; 4],
    failed: bool,
    /// Calls of the interpreter that are left.
    calls: u32,
}

impl ShapeOnly {
    /// A glyph that goes on and on is not to be waited for.
    fn call(&mut self) {
        match self.calls.checked_sub(1) {
            Some(left) => self.calls = left,
            None => std::panic::resume_unwind(Box::new(Exceeded("pdf_operations"))),
        }
    }
}

impl<'a> Device<'a> for ShapeOnly {
    fn draw_path(&mut self, path: &BezPath, props: DrawProps<'a>, mode: &DrawMode) {
        self.call();
        if color_of(&props.paint) != Some(self.color) || self.path.elements().len() > MOST {
            self.failed = true;
            return;
        }
        match mode {
            DrawMode::Fill(rule) => {
                let single = path
                    .elements()
                    .iter()
                    .filter(|element| matches!(element, kurbo::PathEl::MoveTo(_)))
                    .count()
                    < 2;
                self.failed |= *rule == FillRule::EvenOdd && !single;
                self.path.extend(props.transform * path);
            }
            DrawMode::Stroke(pen) => {
                let style = Stroke::new(f64::from(pen.line_width))
                    .with_caps(pen.line_cap)
                    .with_join(pen.line_join)
                    .with_miter_limit(f64::from(pen.miter_limit));
                let outline = kurbo::stroke(path.iter(), &style, &Default::default(), 1.0);
                self.failed |= !pen.dash_array.is_empty();
                self.path.extend(props.transform * outline);
            }
            DrawMode::FillAndStroke(..) => self.failed = true,
            DrawMode::Invisible => {}
        }
    }

    fn push_clip_path(&mut self, _: &ClipPath) {
        self.call();
        self.failed = true;
    }

    fn push_transparency_group(
        &mut self,
        opacity: f32,
        mask: Option<SoftMask<'a>>,
        mode: BlendMode,
    ) {
        self.failed |= opacity < 1.0 || mask.is_some() || mode != BlendMode::Normal;
    }

    fn draw_glyph_run(&mut self, _: &GlyphRun<'_, 'a>, _: DrawProps<'a>, _: &DrawMode) {
        self.failed = true;
    }

    fn draw_image(&mut self, image: Image<'a, '_>, props: ImageDrawProps<'a>) {
        let Image::Stencil(stencil) = image else {
            self.failed = true;
            return;
        };
        let Some(color) =
            Some(self.color).filter(|_| stencil.width() < 1024 && stencil.height() < 1024)
        else {
            self.failed = true;
            return;
        };
        let mut traced = None;
        stencil.with_stencil(
            |luma, paint| {
                if color_of(paint) == Some(color) {
                    traced = Some(trace(&luma.data, luma.width, luma.height));
                }
            },
            None,
        );
        match traced {
            Some(path) => self.path.extend(props.transform * path),
            None => self.failed = true,
        }
    }

    fn pop_clip(&mut self) {}

    fn pop_transparency_group(&mut self) {}
}
