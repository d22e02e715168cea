//! What drawing a page would cost, found by drawing it nowhere.
//!
//! hayro's rasterizer has no budgets of its own, and what it draws of patterns, masks and Type 3
//! glyphs is not drawn by our recorder in the same way. So a page goes through this device first.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use hayro_interpret::font::{Glyph, GlyphRun};
use hayro_interpret::pattern::Pattern;
use hayro_interpret::{
    BlendMode, ClipPath, Device, DrawMode, DrawProps, Image, ImageDrawProps, InterpreterCache,
    InterpreterSettings, Paint, SoftMask, interpret_page,
};
use hayro_syntax::Pdf;
use hayro_syntax::page::Page;
use kurbo::{Affine, BezPath};

use super::budget::Exceeded;
use super::context;
use crate::Limits;
use crate::pdf::document::Sheet;

/// Whether the rasterizer may draw a page: `pdf_operations` and `pdf_points` for all of it, all
/// patterns and masks as often as they are used.
pub(super) fn is_cheap(pdf: &Pdf, page: &Page<'_>, sheet: &Sheet, limits: &Limits) -> bool {
    let cache = InterpreterCache::new();
    let settings = InterpreterSettings::default();
    let mut meter = Meter {
        operations: limits.pdf_operations,
        points: limits.pdf_points,
    };
    let run = || {
        let mut context = context(pdf, sheet, &cache, &settings);
        interpret_page(page, &mut context, &mut meter);
    };
    catch_unwind(AssertUnwindSafe(run)).is_ok()
}

struct Meter {
    operations: u64,
    points: u64,
}

impl Meter {
    fn operation(&mut self) {
        self.operations = left(self.operations, 1, "pdf_operations");
    }

    fn props(&mut self, props: &DrawProps<'_>) {
        self.operation();
        if let Some(mask) = &props.soft_mask {
            mask.interpret(self);
        }
        self.paint(&props.paint);
    }

    fn paint(&mut self, paint: &Paint<'_>) {
        if let Paint::Pattern(pattern) = paint
            && let Pattern::Tiling(tiling) = &**pattern
        {
            tiling.interpret(self, Affine::IDENTITY, false);
        }
    }
}

fn left(budget: u64, count: u64, name: &'static str) -> u64 {
    match budget.checked_sub(count) {
        Some(left) => left,
        // Not `panic!`: nobody's hook is to hear of it.
        None => resume_unwind(Box::new(Exceeded(name))),
    }
}

impl<'a> Device<'a> for Meter {
    fn draw_path(&mut self, path: &BezPath, props: DrawProps<'a>, _: &DrawMode) {
        self.points = left(self.points, path.elements().len() as u64, "pdf_points");
        self.props(&props);
    }

    fn push_clip_path(&mut self, clip: &ClipPath) {
        let points = clip.path.elements().len() as u64;
        self.points = left(self.points, points, "pdf_points");
        self.operation();
    }

    fn push_transparency_group(&mut self, _: f32, mask: Option<SoftMask<'a>>, _: BlendMode) {
        self.operation();
        if let Some(mask) = mask {
            mask.interpret(self);
        }
    }

    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, _: &DrawMode) {
        self.props(&props);
        for glyph in run.glyphs() {
            self.operation();
            if let Glyph::Type3(drawn) = &**glyph {
                drawn.interpret(self, props.transform, glyph.transform(), &props.paint);
            }
        }
    }

    fn draw_image(&mut self, _: Image<'a, '_>, props: ImageDrawProps<'a>) {
        self.operation();
        if let Some(mask) = &props.soft_mask {
            mask.interpret(self);
        }
    }

    fn pop_clip(&mut self) {}
    fn pop_transparency_group(&mut self) {}

    fn begin_marked_content(&mut self, _: &[u8], _: Option<&hayro_syntax::object::Dict<'_>>) {
        self.operation();
    }
}
