//! A page as pixels, for the cover and where HTML cannot show it.

use std::panic::{AssertUnwindSafe, catch_unwind};

use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::vello_cpu::{Pixmap, RasterizerSettings, RenderContext, Resources, TargetInit};
use hayro::{RenderCache, RenderSettings};
use hayro_interpret::InterpreterSettings;
use hayro_syntax::Pdf;
use kurbo::Affine;

use super::meter;
use crate::pdf::document::Document;

/// Longest side that the rasterizer takes.
const LONGEST: f64 = 16_384.0;

/// Opaque RGB pixels, row by row.
pub(crate) struct Raster {
    pub width: u32,
    pub height: u32,
    pub rgb: Vec<u8>,
}

/// Draws page `n` with at most `pixels` pixels, at most `scale` for each point.
pub(crate) fn raster(
    pdf: &Pdf,
    document: &Document,
    n: u32,
    scale: f64,
    pixels: u64,
) -> Option<Raster> {
    let sheet = &document.sheets[n as usize];
    let page = pdf.pages().get(n as usize)?;
    // The rasterizer decodes whatever comes.
    let checked = document.guard.check(page).ok()?;
    if checked.large_images || !meter::is_cheap(pdf, page, sheet, document.limits()) {
        return None;
    }
    let most = (pixels as f64 / (sheet.width * sheet.height)).sqrt();
    let scale = scale.min(most).min(LONGEST / sheet.width.max(sheet.height));
    let side = |points: f64| ((points * scale).round() as u16).max(1);
    let (width, height) = (side(sheet.width), side(sheet.height));
    let draw = || {
        let cache = RenderCache::new();
        let mut context = RenderContext::new(width, height);
        hayro::render_into(
            page,
            &cache,
            &InterpreterSettings::default(),
            &RenderSettings::default(),
            &mut context,
            Affine::scale(scale) * sheet.transform,
        );
        context.flush();
        let mut pixmap = Pixmap::new(width, height);
        let white = RasterizerSettings {
            target_init: TargetInit::Clear(WHITE),
            ..Default::default()
        };
        context.render_with(&mut pixmap, &mut Resources::default(), white);
        pixmap
    };
    let pixmap = catch_unwind(AssertUnwindSafe(draw)).ok()?;
    let rgb = pixmap
        .data_as_u8_slice()
        .chunks_exact(4)
        .flat_map(|pixel| [pixel[0], pixel[1], pixel[2]])
        .collect();
    Some(Raster {
        width: u32::from(width),
        height: u32::from(height),
        rgb,
    })
}
