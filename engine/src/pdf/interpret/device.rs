//! The device: writes down what the interpreter draws.

use std::rc::Rc;

use hayro_interpret::font::GlyphRun;
use hayro_interpret::hayro_syntax::object::{Dict, String as PdfString};
use hayro_interpret::{
    BlendMode, ClipPath, Device, DrawMode, DrawProps, FillRule, Image, ImageDrawProps, MaskType,
    SoftMask, StrokeProps,
};
use kurbo::{Affine, BezPath, PathEl, Rect, Shape};
use rustc_hash::FxHashMap;

use super::budget::Budget;
use super::pictures::Pictures;
use crate::Limits;
use crate::pdf::document::{Sheet, decode_text};
use crate::pdf::glyphs::Glyphs;
use crate::pdf::page::{Blend, Clip, Drawing, Group, Ink, Item, Mark, Mask, Page, Pen, Tiling};
use crate::pdf::unicode::Texts;

/// Stretched strokes this near to even ones are taken for even.
const EVEN: f64 = 1.02;

pub(super) struct Recorder<'r, 'p> {
    pub page: Page,
    pub glyphs: &'r mut Glyphs,
    pub texts: &'r mut Texts<'p>,
    pub pictures: &'r Pictures<'r>,
    pub budget: Budget,
    /// Glyphs shown so far, also those that are dropped.
    pub ordinal: u32,
    pub tilings: FxHashMap<(u128, bool), Option<Rc<Tiling>>>,
    masks: FxHashMap<u128, Rc<Mask>>,
    /// The marked content that is open, innermost last.
    open: Vec<u32>,
    /// For each group of the interpreter whether an item stands for it.
    groups: Vec<bool>,
    /// Inside a mask or a cell nothing counts as the page's text.
    depth: u32,
}

impl<'r, 'p> Recorder<'r, 'p> {
    pub fn new(
        sheet: &Sheet,
        glyphs: &'r mut Glyphs,
        texts: &'r mut Texts<'p>,
        pictures: &'r Pictures<'r>,
        limits: &'r Limits,
    ) -> Self {
        Self {
            page: Page {
                width: sheet.width,
                height: sheet.height,
                marks: vec![Mark::default()],
                ..Page::default()
            },
            glyphs,
            texts,
            pictures,
            budget: Budget::new(limits),
            ordinal: 0,
            tilings: FxHashMap::default(),
            masks: FxHashMap::default(),
            open: Vec::new(),
            groups: Vec::new(),
            depth: 0,
        }
    }

    pub fn finish(self) -> Page {
        self.page
    }

    /// The marked content that is open.
    pub fn mark(&self) -> u32 {
        self.open.last().copied().unwrap_or(0)
    }

    /// Notes that something was left out.
    pub fn cut(&mut self, name: &'static str) {
        if !self.page.cut.contains(&name) {
            self.page.cut.push(name);
        }
    }

    /// What `draw` draws, by itself.
    pub fn aside(&mut self, draw: impl FnOnce(&mut Self)) -> Vec<Item> {
        let outside = std::mem::take(&mut self.page.items);
        let groups = std::mem::take(&mut self.groups);
        self.depth += 1;
        draw(self);
        self.depth -= 1;
        self.groups = groups;
        std::mem::replace(&mut self.page.items, outside)
    }

    /// Puts an item, within a group where its props ask for one.
    pub fn put(&mut self, item: Item, mask: Option<Rc<Mask>>, blend: Blend) {
        if mask.is_none() && blend == Blend::Normal {
            self.page.items.push(item);
            return;
        }
        let group = Group {
            opacity: 1.0,
            blend,
            mask,
        };
        self.page.items.push(Item::Group(Box::new(group)));
        self.page.items.push(item);
        self.page.items.push(Item::Ungroup);
    }

    pub fn mask<'a>(&mut self, mask: Option<&SoftMask<'a>>) -> Option<Rc<Mask>> {
        use hayro_interpret::CacheKey;
        let mask = mask?;
        let key = mask.cache_key();
        if let Some(known) = self.masks.get(&key) {
            return Some(known.clone());
        }
        let items = self.aside(|recorder| mask.interpret(recorder));
        let backdrop = (mask.mask_type() == MaskType::Luminosity).then(|| {
            let [red, green, blue, _] = mask.background_color().to_rgba().to_rgba8();
            [red, green, blue]
        });
        let transfer = mask.transfer_function().map(|function| {
            let mut values: Vec<u8> = (0..=16).map(|n| (n * 255 / 16) as u8).collect();
            function.apply_to(&mut values);
            values.iter().map(|v| f32::from(*v) / 255.0).collect()
        });
        let made = Rc::new(Mask {
            items,
            backdrop,
            transfer,
        });
        self.masks.insert(key, made.clone());
        Some(made)
    }

    fn path(&mut self, path: &BezPath, transform: Affine, mode: &DrawMode) -> Option<Outline> {
        self.budget.points(path.elements().len());
        let stroke = match mode {
            DrawMode::Stroke(props) | DrawMode::FillAndStroke(_, props) => Some(props),
            DrawMode::Fill(_) => None,
            DrawMode::Invisible => return None,
        };
        if !transform.is_finite() || !path.is_finite() {
            return None;
        }
        let Some(props) = stroke else {
            let path = transform * path;
            let bounds = bounds_of(&path);
            return Some(Outline {
                path,
                warp: None,
                bounds,
                pen: None,
            });
        };
        let (longer, shorter) = scales(transform);
        let reach = f64::from(props.line_width).max(0.0) * longer / 2.0
            * if props.line_join == kurbo::Join::Miter {
                1.5
            } else {
                1.0
            };
        let even = longer <= shorter * EVEN;
        let shown = transform * path;
        let bounds = bounds_of(&shown).inflate(reach, reach);
        let scale = if even { (longer * shorter).sqrt() } else { 1.0 };
        Some(Outline {
            path: if even { shown } else { path.clone() },
            warp: (!even).then_some(transform),
            bounds,
            pen: Some(pen(props, scale)),
        })
    }
}

struct Outline {
    path: BezPath,
    warp: Option<Affine>,
    bounds: Rect,
    pen: Option<Pen>,
}

/// The most and the least that a transform stretches.
pub(super) fn scales(transform: Affine) -> (f64, f64) {
    let [a, b, c, d, _, _] = transform.as_coeffs();
    let (sum, difference) = ((a + d).hypot(b - c), (a - d).hypot(b + c));
    ((sum + difference) / 2.0, ((sum - difference) / 2.0).abs())
}

/// The box of a path's points: never smaller than the path, and quick.
pub(super) fn bounds_of(path: &BezPath) -> Rect {
    let mut bounds: Option<Rect> = None;
    let mut add = |p: kurbo::Point| {
        let point = Rect::from_points(p, p);
        bounds = Some(bounds.map_or(point, |known| known.union_pt(p)));
    };
    for element in path.elements() {
        match *element {
            PathEl::MoveTo(p) | PathEl::LineTo(p) => add(p),
            PathEl::QuadTo(a, p) => [a, p].into_iter().for_each(&mut add),
            PathEl::CurveTo(a, b, p) => [a, b, p].into_iter().for_each(&mut add),
            PathEl::ClosePath => {}
        }
    }
    bounds.unwrap_or(Rect::ZERO)
}

pub(super) fn pen(props: &StrokeProps, scale: f64) -> Pen {
    Pen {
        width: f64::from(props.line_width).max(0.0) * scale,
        cap: props.line_cap,
        join: props.line_join,
        miter: f64::from(props.miter_limit),
        dashes: props
            .dash_array
            .iter()
            .map(|d| f64::from(*d) * scale)
            .collect(),
        dash_offset: f64::from(props.dash_offset) * scale,
    }
}

fn blend(mode: BlendMode) -> Blend {
    Blend::Named(match mode {
        BlendMode::Normal => return Blend::Normal,
        BlendMode::Multiply => "multiply",
        BlendMode::Screen => "screen",
        BlendMode::Overlay => "overlay",
        BlendMode::Darken => "darken",
        BlendMode::Lighten => "lighten",
        BlendMode::ColorDodge => "color-dodge",
        BlendMode::ColorBurn => "color-burn",
        BlendMode::HardLight => "hard-light",
        BlendMode::SoftLight => "soft-light",
        BlendMode::Difference => "difference",
        BlendMode::Exclusion => "exclusion",
        BlendMode::Hue => "hue",
        BlendMode::Saturation => "saturation",
        BlendMode::Color => "color",
        BlendMode::Luminosity => "luminosity",
    })
}

impl<'a> Device<'a> for Recorder<'_, '_> {
    fn draw_path(&mut self, path: &BezPath, props: DrawProps<'a>, mode: &DrawMode) {
        self.budget.operation();
        let Some(outline) = self.path(path, props.transform, mode) else {
            return;
        };
        let is_stroke = matches!(mode, DrawMode::Stroke(_));
        let (paint, limits) = self.paint(&props.paint, outline.bounds, is_stroke);
        let Some(paint) = paint else { return };
        let even_odd = matches!(
            mode,
            DrawMode::Fill(FillRule::EvenOdd) | DrawMode::FillAndStroke(FillRule::EvenOdd, _)
        );
        let ink = match (mode, outline.pen) {
            (DrawMode::Stroke(_), Some(pen)) => Ink {
                fill: None,
                even_odd,
                stroke: Some((paint, pen)),
            },
            (_, Some(pen)) => Ink {
                fill: Some(paint.clone()),
                even_odd,
                stroke: Some((paint, pen)),
            },
            (_, None) => Ink::fill(paint, even_odd),
        };
        let drawing = Drawing {
            path: outline.path,
            warp: outline.warp,
            bounds: outline.bounds,
            ink,
        };
        let mask = self.mask(props.soft_mask.as_ref());
        let limited = limits.is_some();
        if let Some(clip) = limits {
            self.page.items.push(Item::Clip(Box::new(clip)));
        }
        self.put(
            Item::Drawing(Box::new(drawing)),
            mask,
            blend(props.blend_mode),
        );
        if limited {
            self.page.items.push(Item::Unclip);
        }
    }

    fn push_clip_path(&mut self, clip: &ClipPath) {
        self.budget.operation();
        self.budget.points(clip.path.elements().len());
        let path = if clip.path.is_finite() {
            clip.path.clone()
        } else {
            BezPath::new()
        };
        let bounds = bounds_of(&path);
        let is_rect = is_rect(&path);
        let clip = Clip {
            path,
            even_odd: clip.fill == FillRule::EvenOdd,
            bounds,
            is_rect,
        };
        self.page.items.push(Item::Clip(Box::new(clip)));
    }

    fn push_clip_rect(&mut self, rect: &Rect) {
        self.budget.operation();
        let rect = if rect.is_finite() { *rect } else { Rect::ZERO };
        self.page.items.push(Item::Clip(Box::new(Clip::rect(rect))));
    }

    fn pop_clip(&mut self) {
        // A clip around nothing is no clip.
        if matches!(self.page.items.last(), Some(Item::Clip(_))) {
            self.page.items.pop();
        } else {
            self.page.items.push(Item::Unclip);
        }
    }

    fn push_transparency_group(
        &mut self,
        opacity: f32,
        mask: Option<SoftMask<'a>>,
        mode: BlendMode,
    ) {
        self.budget.operation();
        let group = Group {
            opacity,
            blend: blend(mode),
            mask: self.mask(mask.as_ref()),
        };
        self.groups.push(!group.is_plain());
        if !group.is_plain() {
            self.page.items.push(Item::Group(Box::new(group)));
        }
    }

    fn pop_transparency_group(&mut self) {
        if self.groups.pop() == Some(true) {
            self.page.items.push(Item::Ungroup);
        }
    }

    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, mode: &DrawMode) {
        self.budget.operation();
        self.budget.glyphs(run.glyphs().len());
        let mask = self.mask(props.soft_mask.as_ref());
        let before = self.page.items.len();
        self.glyph_run(run, &props, mode);
        let mode = blend(props.blend_mode);
        if self.page.items.len() > before && (mask.is_some() || mode != Blend::Normal) {
            let group = Group {
                opacity: 1.0,
                blend: mode,
                mask,
            };
            self.page.items.insert(before, Item::Group(Box::new(group)));
            self.page.items.push(Item::Ungroup);
        }
    }

    fn draw_image(&mut self, image: Image<'a, '_>, props: ImageDrawProps<'a>) {
        self.budget.operation();
        if !props.transform.is_finite() {
            return;
        }
        if let Some(picture) = self.picture(&image, props.transform) {
            let mask = self.mask(props.soft_mask.as_ref());
            let item = Item::Picture(Box::new(picture));
            self.put(item, mask, blend(props.blend_mode));
        }
    }

    fn begin_marked_content(&mut self, tag: &[u8], properties: Option<&Dict<'_>>) {
        self.budget.operation();
        if self.depth > 0 {
            self.open.push(self.mark());
            return;
        }
        let id = properties.and_then(|dict| dict.get::<u32>("MCID"));
        let actual = properties
            .and_then(|dict| dict.get::<PdfString<'_>>("ActualText"))
            .map(|text| decode_text(&text));
        let mark = Mark {
            tag: String::from_utf8_lossy(tag).into_owned(),
            parent: self.mark(),
            id,
            actual,
        };
        self.open.push(self.page.marks.len() as u32);
        self.page.marks.push(mark);
    }

    fn end_marked_content(&mut self) {
        self.open.pop();
    }
}

/// Whether a path is one rectangle along the axes.
fn is_rect(path: &BezPath) -> bool {
    let mut points = Vec::with_capacity(5);
    for element in path.elements() {
        match *element {
            PathEl::MoveTo(p) if points.is_empty() => points.push(p),
            PathEl::LineTo(p) if points.len() < 5 => points.push(p),
            PathEl::ClosePath => {}
            _ => return false,
        }
    }
    let near = |a: f64, b: f64| (a - b).abs() < 1e-3;
    if points.len() == 5 && near(points[0].x, points[4].x) && near(points[0].y, points[4].y) {
        points.pop();
    }
    points.len() == 4
        && (0..4).all(|i| {
            let (p, q) = (points[i], points[(i + 1) % 4]);
            near(p.x, q.x) || near(p.y, q.y)
        })
        && near(path.area().abs(), bounds_of(path).area().abs())
}
