//! Show operators to runs.

use hayro_interpret::font::{Glyph, GlyphRun, OutlineGlyph};
use hayro_interpret::hayro_cmap::WritingMode;
use hayro_interpret::{DrawMode, DrawProps};
use kurbo::{Affine, Point, Shape};

use super::device::{Recorder, pen};
use super::{identity, type3};
use crate::pdf::glyphs::{Found, Key};
use crate::pdf::page::{Ink, Item, Paint, Placed, Run};

/// Marks glyphs that are turned for vertical lines.
const VERTICAL: u32 = 1 << 16;
/// Where the origin of a vertical glyph lies in its horizontal em square, in 1/1000.
const VERTICAL_ORIGIN: Point = Point::new(500.0, 880.0);
/// Advance of a vertical glyph in 1/1000.
const VERTICAL_ADVANCE: f32 = 1000.0;
/// Stretch of one.
const PLAIN: u32 = 256;

/// A glyph's transform, taken apart.
struct Pose {
    /// Points for each em.
    size: f64,
    matrix: [f64; 4],
    at: Point,
    /// How much wider than `matrix` says, in 1/256.
    stretch: u32,
}

impl Recorder<'_, '_> {
    pub(super) fn glyph_run<'a>(
        &mut self,
        run: &GlyphRun<'_, 'a>,
        props: &DrawProps<'a>,
        mode: &DrawMode,
    ) {
        let vertical = run.writing_mode() == WritingMode::Vertical;
        let glyphs = run.glyphs();
        let even = is_even(glyphs.iter().map(|glyph| glyph.transform()));
        let mut current: Option<Run> = None;
        for glyph in glyphs {
            let ordinal = self.ordinal;
            self.ordinal += 1;
            let transform = props.transform * glyph.transform();
            let Some(pose) = pose(transform, even, vertical) else {
                continue;
            };
            let number = match &**glyph {
                Glyph::Outline(outline) => self.outline(outline, pose.stretch),
                Glyph::Type3(drawn) => {
                    match type3::number(self, drawn, &props.paint, pose.stretch) {
                        Some(number) => number,
                        None => {
                            self.flush(&mut current);
                            if !matches!(mode, DrawMode::Invisible) {
                                drawn.interpret(
                                    self,
                                    props.transform,
                                    glyph.transform(),
                                    &props.paint,
                                );
                            }
                            type3::hidden(self, drawn)
                        }
                    }
                }
            };
            let hidden = self.glyphs.is_hidden(number);
            let fits = current.as_ref().is_some_and(|run| {
                run.size == pose.size
                    && run.matrix == pose.matrix
                    && run.ink.is_invisible() == (hidden || matches!(mode, DrawMode::Invisible))
            });
            if !fits {
                self.flush(&mut current);
                let ink = if hidden {
                    Ink::invisible()
                } else {
                    self.ink(props, mode, &pose)
                };
                let from = self.page.glyphs.len() as u32;
                current = Some(Run {
                    from,
                    to: from,
                    size: pose.size,
                    matrix: pose.matrix,
                    ink,
                    ordinal,
                    mark: self.mark(),
                });
            }
            self.page.glyphs.push(Placed {
                glyph: number,
                x: pose.at.x as f32,
                y: pose.at.y as f32,
            });
        }
        self.flush(&mut current);
    }

    /// Ends a run.
    fn flush(&mut self, current: &mut Option<Run>) {
        let Some(mut run) = current.take() else {
            return;
        };
        run.to = self.page.glyphs.len() as u32;
        if run.from == run.to {
            return;
        }
        // Text that is filled and stroked comes twice.
        if let (Some(Item::Run(last)), Some(stroke), None) =
            (self.page.items.last_mut(), &run.ink.stroke, &run.ink.fill)
            && last.ink.stroke.is_none()
            && last.ink.fill.is_some()
            && last.to == run.from
            && last.to - last.from == run.to - run.from
            && (0..run.to - run.from).all(|i| {
                let (a, b) = (
                    self.page.glyphs[(last.from + i) as usize],
                    self.page.glyphs[(run.from + i) as usize],
                );
                a.glyph == b.glyph && a.x == b.x && a.y == b.y
            })
        {
            last.ink.stroke = Some(stroke.clone());
            self.page.glyphs.truncate(run.from as usize);
            return;
        }
        self.page.items.push(Item::Run(run));
    }

    fn outline(&mut self, glyph: &OutlineGlyph, stretch: u32) -> u32 {
        let (program, number) = identity::of(glyph);
        let key = Key {
            program,
            glyph: number,
            code: glyph.char_code(),
            shape: stretch,
        };
        let texts = &mut *self.texts;
        self.glyphs
            .number(key, || look(glyph, stretch, texts.of(glyph)))
    }

    fn ink<'a>(&mut self, props: &DrawProps<'a>, mode: &DrawMode, pose: &Pose) -> Ink {
        let around = kurbo::Circle::new(pose.at, pose.size).bounding_box();
        let stroke = match mode {
            DrawMode::Invisible => return Ink::invisible(),
            DrawMode::Fill(_) => None,
            DrawMode::Stroke(props) | DrawMode::FillAndStroke(_, props) => Some(props),
        };
        let bounds = if matches!(props.paint, hayro_interpret::Paint::Pattern(_)) {
            // A shading's extent is that of the page: where the run ends is not known yet.
            around.union(kurbo::Rect::new(
                0.0,
                0.0,
                self.page.width,
                self.page.height,
            ))
        } else {
            around
        };
        let (paint, _) = self.paint(&props.paint, bounds, stroke.is_some());
        let Some(paint) = paint else {
            return Ink::invisible();
        };
        match stroke {
            None => Ink::fill(paint, false),
            Some(stroke) => {
                let [a, b, c, d, _, _] = props.transform.as_coeffs();
                let scale = (a * d - b * c).abs().sqrt();
                let pen = pen(stroke, scale);
                Ink {
                    fill: matches!(mode, DrawMode::FillAndStroke(..)).then(|| paint.clone()),
                    even_odd: false,
                    stroke: Some((paint, pen)),
                }
            }
        }
    }
}

/// Whether all transforms differ in place only.
fn is_even(mut transforms: impl Iterator<Item = Affine>) -> bool {
    let linear = |t: Affine| {
        let [a, b, c, d, _, _] = t.as_coeffs();
        [a, b, c, d]
    };
    let Some(first) = transforms.next().map(linear) else {
        return true;
    };
    let near = 1e-6 * first.iter().fold(0.0, |most: f64, x| most.max(x.abs()));
    transforms.all(|t| {
        linear(t)
            .iter()
            .zip(first)
            .all(|(x, y)| (x - y).abs() <= near)
    })
}

fn pose(transform: Affine, even: bool, vertical: bool) -> Option<Pose> {
    let [a, b, c, d, e, f] = transform.as_coeffs();
    let unit = c.hypot(d);
    if !transform.is_finite() || unit < 1e-9 || a.hypot(b) < 1e-9 {
        return None;
    }
    let round = |x: f64| (x * 1e6).round() / 1e6;
    let (mut a, mut b, c, d) = (a / unit, b / unit, c / unit, d / unit);
    let mut stretch = PLAIN;
    if !even {
        let wide = a.hypot(b);
        stretch = ((wide * 256.0).round() as u32).clamp(1, 0xFFFF);
        (a, b) = (a / wide, b / wide);
    }
    let size = round(unit * 1000.0);
    if vertical {
        let at = transform * VERTICAL_ORIGIN;
        return Some(Pose {
            size,
            matrix: [-c, -d, a, b].map(round),
            at,
            stretch: stretch | VERTICAL,
        });
    }
    Some(Pose {
        size,
        matrix: [a, b, c, d].map(round),
        at: Point::new(e, f),
        stretch,
    })
}

/// A glyph seen for the first time.
fn look(glyph: &OutlineGlyph, stretch: u32, text: String) -> Found {
    let mut outline = glyph.outline();
    let wide = f64::from(stretch & 0xFFFF) / f64::from(PLAIN);
    let mut advance = glyph.advance_width().unwrap_or(500.0);
    if stretch & 0xFFFF != PLAIN {
        outline.apply_affine(Affine::scale_non_uniform(wide, 1.0));
    }
    if stretch & VERTICAL != 0 {
        let turned = Affine::new([0.0, 1.0, -1.0, 0.0, VERTICAL_ORIGIN.y, -VERTICAL_ORIGIN.x]);
        outline.apply_affine(turned);
        advance = VERTICAL_ADVANCE;
    }
    if !advance.is_finite() || !outline.is_finite() {
        return Found::default();
    }
    Found {
        outline,
        advance,
        text,
        hidden: false,
    }
}

/// The paint's colour, where it is one.
pub(super) fn color_of(paint: &hayro_interpret::Paint<'_>) -> Option<[u8; 4]> {
    match paint {
        hayro_interpret::Paint::Color(color) => Some(color.to_rgba().to_rgba8()),
        hayro_interpret::Paint::Pattern(_) => None,
    }
}

/// A plain colour as our paint.
pub(super) fn plain(color: [u8; 4]) -> Paint {
    Paint::Color(color)
}
