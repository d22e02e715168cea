//! Colours, shadings and tilings.

use std::rc::Rc;

use hayro_interpret::encode::{EncodedShadingType, texture_dimensions};
use hayro_interpret::gradient::SvgGradientKind;
use hayro_interpret::pattern::{Pattern, ShadingPattern, TilingPattern};
use hayro_interpret::{CacheKey, Paint as Source};
use kurbo::{Affine, Rect};

use super::device::{Recorder, bounds_of};
use super::glyphs::plain;
use crate::pdf::page::{Clip, Gradient, GradientKind, Paint, Stop, Texture, Tiling};

/// How far a gradient's colours may be from the shading's, in parts of the whole.
const TOLERANCE: f32 = 1.0 / 128.0;
/// Stops of a gradient; a shading that needs more is drawn to a picture.
const STOPS: usize = 256;
/// Pixels of a drawn shading for each point.
const DENSITY: f32 = 2.0;

impl Recorder<'_, '_> {
    /// Our paint, and the clip that a shading brings along. `bounds` is what is painted.
    pub(super) fn paint<'a>(
        &mut self,
        paint: &Source<'a>,
        bounds: Rect,
        is_stroke: bool,
    ) -> (Option<Paint>, Option<Clip>) {
        match paint {
            Source::Color(color) => (Some(plain(color.to_rgba().to_rgba8())), None),
            Source::Pattern(pattern) => match &**pattern {
                Pattern::Shading(shading) => self.shading(shading, bounds),
                Pattern::Tiling(tiling) => (self.tiling(tiling, is_stroke), None),
            },
        }
    }

    fn shading(&mut self, shading: &ShadingPattern, bounds: Rect) -> (Option<Paint>, Option<Clip>) {
        let page = Rect::new(0.0, 0.0, self.page.width, self.page.height);
        let area = bounds.intersect(page);
        if area.width() <= 0.0 || area.height() <= 0.0 || !shading.matrix.is_finite() {
            return (None, None);
        }
        let clip = shading.shading.clip_path.as_ref().map(|path| Clip {
            path: path.clone(),
            even_odd: false,
            bounds: bounds_of(path),
            is_rect: false,
        });
        let encoded = shading.encode();
        if let EncodedShadingType::RadialAxial(radial) = &encoded.shading_type
            && let Some(gradient) = radial.as_svg_gradient(&encoded, area, TOLERANCE)
            && gradient.stops.len() <= STOPS
            && gradient.transform.is_finite()
        {
            return (Some(Paint::Gradient(Rc::new(of_svg(gradient)))), clip);
        }
        let area = area.expand();
        let (width, height) = texture_dimensions(area, DENSITY);
        if !self.budget.pixels(u64::from(width) * u64::from(height)) {
            self.cut("pdf_pixels");
            return (None, None);
        }
        let drawn = encoded.render_texture(area, DENSITY);
        let file = self.pictures.drawn(
            &drawn.data,
            drawn.width,
            drawn.height,
            drawn.has_transparency,
        );
        let side = |pixels: u32| f64::from(pixels) / f64::from(DENSITY);
        let area = Rect::from_origin_size(area.origin(), (side(drawn.width), side(drawn.height)));
        let texture = file.map(|file| Paint::Texture(Rc::new(Texture { file, area })));
        (texture, clip)
    }

    fn tiling<'a>(&mut self, tiling: &TilingPattern<'a>, is_stroke: bool) -> Option<Paint> {
        let key = (tiling.cache_key(), is_stroke);
        if let Some(known) = self.tilings.get(&key) {
            return known.clone().map(Paint::Tiling);
        }
        // A cell that is painted with itself would go on for ever.
        self.tilings.insert(key, None);
        let usable = tiling.matrix.is_finite()
            && tiling.matrix.determinant().abs() > 1e-12
            && tiling.bbox.is_finite();
        let made = usable.then(|| {
            let items = self.aside(|recorder| {
                tiling.interpret(recorder, Affine::IDENTITY, is_stroke);
            });
            Rc::new(Tiling {
                items,
                cell: tiling.bbox,
                step: (
                    f64::from(tiling.x_step).abs(),
                    f64::from(tiling.y_step).abs(),
                ),
                transform: tiling.matrix,
                opacity: tiling.opacity,
            })
        });
        self.tilings.insert(key, made.clone());
        made.map(Paint::Tiling)
    }
}

fn of_svg(gradient: hayro_interpret::gradient::SvgGradient) -> Gradient {
    let kind = match gradient.kind {
        SvgGradientKind::Linear { start, end } => GradientKind::Linear { start, end },
        SvgGradientKind::Radial {
            start_center,
            start_radius,
            end_center,
            end_radius,
        } => GradientKind::Radial {
            start: start_center,
            start_radius: f64::from(start_radius),
            end: end_center,
            end_radius: f64::from(end_radius),
        },
    };
    let stops = gradient
        .stops
        .iter()
        .map(|stop| Stop {
            offset: stop.offset,
            color: stop.color.map(|part| (part * 255.0 + 0.5) as u8),
        })
        .collect();
    Gradient {
        kind,
        transform: gradient.transform,
        stops,
    }
}
