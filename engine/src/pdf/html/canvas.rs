//! Graphics as SVG.

use std::fmt::Write;
use std::rc::Rc;

use kurbo::{Affine, BezPath, Cap, Join, Rect};
use rustc_hash::FxHashMap;

use super::number::{color, exact, number};
use super::path;
use crate::pdf::glyphs::Glyphs;
use crate::pdf::page::{
    Blend, Clip, Drawing, Gradient, GradientKind, Group, Item, Mask, Page, Paint, Pen, Picture,
    Run, Tiling,
};

/// Thinner strokes (points) would fade away.
const THINNEST: f64 = 0.4;
/// Side of a picture before it is transformed. Chromium scales a picture of one unit down to one
/// pixel before it stretches it.
const SIDE: f64 = 1000.0;
/// Copies of a cell that is larger than its step, in each direction.
const COPIES: i32 = 4;

/// What is clipped at a place: a rectangle, and shapes by their number.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
struct Shapes(Vec<u32>);

#[derive(Debug, Clone)]
struct ClipState {
    /// Within this everything is.
    rect: Rect,
    shapes: Shapes,
}

/// Bytes of a layer from which on the cells of patterns stay empty.
const TILED: usize = 4 << 20;

/// Writes items to SVG markup. Ids are counted over the whole page.
pub(super) struct Canvas<'c> {
    pub page: &'c Page,
    pub glyphs: &'c Glyphs,
    pub svg: String,
    clips: Vec<ClipState>,
    /// The shapes that `ClipState` names.
    shapes: Vec<Rc<Clip>>,
    /// Clips that have been written in this layer: rectangle in 1/100, shapes.
    written: FxHashMap<([i64; 4], Shapes), u32>,
    /// The clip of the group that is open for it.
    open: Option<u32>,
    masks: FxHashMap<*const Mask, u32>,
    ids: u32,
    /// Groups that are open.
    pub depth: u32,
    nested: u32,
}

impl<'c> Canvas<'c> {
    pub fn new(page: &'c Page, glyphs: &'c Glyphs) -> Self {
        let rect = Rect::new(0.0, 0.0, page.width, page.height);
        Self {
            page,
            glyphs,
            svg: String::new(),
            clips: vec![ClipState {
                rect,
                shapes: Shapes::default(),
            }],
            shapes: Vec::new(),
            written: FxHashMap::default(),
            open: None,
            masks: FxHashMap::default(),
            ids: 0,
            depth: 0,
            nested: 0,
        }
    }

    /// Within which all that is painted now is seen.
    pub fn window(&self) -> Rect {
        self.clips.last().map_or(Rect::ZERO, |clip| clip.rect)
    }

    /// The layer's markup; another one begins.
    pub fn take(&mut self) -> String {
        self.close();
        self.written.clear();
        self.masks.clear();
        std::mem::take(&mut self.svg)
    }

    pub fn clip(&mut self, clip: &Clip) {
        let last = self.clips.last().cloned();
        let Some(mut state) = last else { return };
        state.rect = state.rect.intersect(clip.bounds);
        if !clip.is_rect {
            state.shapes.0.push(self.shapes.len() as u32);
            self.shapes.push(Rc::new(clip.clone()));
        }
        self.clips.push(state);
    }

    pub fn unclip(&mut self) {
        if self.clips.len() > 1 {
            self.clips.pop();
        }
    }

    pub fn group(&mut self, group: &Group) {
        self.close();
        let mask = group.mask.as_ref().map(|mask| self.mask(mask));
        self.svg.push_str("<g");
        if let Some(mask) = mask {
            let _ = write!(self.svg, " mask=\"url(#m{mask})\"");
        }
        if group.opacity < 0.999 {
            self.svg.push_str(" opacity=\"");
            number(&mut self.svg, f64::from(group.opacity));
            self.svg.push('"');
        }
        if let Blend::Named(name) = group.blend {
            let _ = write!(self.svg, " style=\"mix-blend-mode:{name}\"");
        }
        self.svg.push('>');
        self.depth += 1;
    }

    pub fn ungroup(&mut self) {
        if self.depth > 0 {
            self.close();
            self.svg.push_str("</g>");
            self.depth -= 1;
        }
    }

    /// Closes what the page left open.
    pub fn finish(&mut self) {
        while self.depth > 0 {
            self.ungroup();
        }
        self.close();
    }

    pub fn drawing(&mut self, drawing: &Drawing) {
        if !self.enter(drawing.bounds) {
            return;
        }
        if let (Some(Paint::Texture(texture)), false) = (&drawing.ink.fill, drawing.ink.even_odd) {
            let id = self.id();
            let _ = write!(self.svg, "<clipPath id=\"c{id}\"><path d=\"");
            path::data(&mut self.svg, &drawing.path, None);
            let _ = write!(
                self.svg,
                "\"/></clipPath><image href=\"../resources/{}\" preserveAspectRatio=\"none\" clip-path=\"url(#c{id})\"",
                texture.file
            );
            self.area(texture.area);
            self.svg.push_str("/>");
            return;
        }
        let fill = drawing.ink.fill.as_ref().map(|paint| self.paint(paint));
        let stroke = drawing
            .ink
            .stroke
            .as_ref()
            .map(|(paint, _)| self.paint(paint));
        self.svg.push_str("<path");
        self.inks(
            &drawing.ink,
            fill.as_ref(),
            stroke.as_ref(),
            drawing.warp.is_some(),
        );
        if let Some(warp) = drawing.warp {
            self.transform(warp);
        }
        self.svg.push_str(" d=\"");
        path::data(&mut self.svg, &drawing.path, None);
        self.svg.push_str("\"/>");
    }

    pub fn picture(&mut self, picture: &Picture) {
        let unit = Rect::new(0.0, 0.0, 1.0, 1.0);
        if !self.enter(picture.transform.transform_rect_bbox(unit)) {
            return;
        }
        let veil = picture.veil.as_ref().map(|file| {
            let id = self.id();
            let _ = write!(
                self.svg,
                "<mask id=\"m{id}\" maskUnits=\"userSpaceOnUse\" x=\"0\" y=\"0\" width=\"{SIDE}\" height=\"{SIDE}\">\
                 <image href=\"../resources/{file}\" width=\"{SIDE}\" height=\"{SIDE}\" preserveAspectRatio=\"none\"/></mask>"
            );
            id
        });
        let _ = write!(
            self.svg,
            "<image href=\"../resources/{}\" preserveAspectRatio=\"none\"",
            picture.file
        );
        let [a, b, c, d, e, f] = picture.transform.as_coeffs();
        if veil.is_none() && a > 0.0 && d > 0.0 && b.abs() + c.abs() < 1e-3 {
            self.area(Rect::new(e, f, e + a, f + d));
        } else {
            let _ = write!(self.svg, " width=\"{SIDE}\" height=\"{SIDE}\"");
            self.transform(picture.transform * Affine::scale(1.0 / SIDE));
        }
        if let Some(veil) = veil {
            let _ = write!(self.svg, " mask=\"url(#m{veil})\"");
        }
        if !picture.smooth {
            self.svg.push_str(" style=\"image-rendering:pixelated\"");
        }
        self.svg.push_str("/>");
    }

    /// Glyphs as outlines.
    pub fn run(&mut self, run: &Run, bounds: Rect) {
        if run.ink.is_invisible() || !self.enter(bounds) {
            return;
        }
        let fill = run.ink.fill.as_ref().map(|paint| self.paint(paint));
        let stroke = run.ink.stroke.as_ref().map(|(paint, _)| self.paint(paint));
        let mut path = BezPath::new();
        let [a, b, c, d] = run.matrix.map(|part| part * run.size / 1000.0);
        for placed in &self.page.glyphs[run.from as usize..run.to as usize] {
            let outline = &self.glyphs.list[placed.glyph as usize].outline;
            let place = Affine::new([a, b, c, d, f64::from(placed.x), f64::from(placed.y)]);
            path.extend(outline.iter().map(|element| place * element));
        }
        if path.is_empty() {
            return;
        }
        self.svg.push_str("<path");
        self.inks(&run.ink, fill.as_ref(), stroke.as_ref(), false);
        self.svg.push_str(" d=\"");
        path::data(&mut self.svg, &path, None);
        self.svg.push_str("\"/>");
    }

    fn id(&mut self) -> u32 {
        self.ids += 1;
        self.ids
    }

    /// Opens what clips an item within `bounds`; `false` when nothing of it is seen.
    fn enter(&mut self, bounds: Rect) -> bool {
        let Some(state) = self.clips.last().cloned() else {
            return false;
        };
        let seen = state.rect.intersect(bounds);
        if seen.width() < 0.0 || seen.height() < 0.0 || !bounds.is_finite() {
            return false;
        }
        if state.rect.x1 < state.rect.x0 || state.rect.y1 < state.rect.y0 {
            return false;
        }
        let inside = contains(state.rect, bounds, 0.01);
        let paper = Rect::new(0.0, 0.0, self.page.width, self.page.height);
        // What leaves the page is cut by the drawing's own edge.
        let is_paper = self.nested == 0 && contains(state.rect, paper, 0.01);
        if state.shapes.0.is_empty() && (inside || is_paper) {
            self.close();
            return true;
        }
        let id = self.clip_id(&state);
        if self.open != Some(id) {
            self.close();
            let _ = write!(self.svg, "<g clip-path=\"url(#c{id})\">");
            self.open = Some(id);
        }
        true
    }

    fn close(&mut self) {
        if self.open.take().is_some() {
            self.svg.push_str("</g>");
        }
    }

    fn clip_id(&mut self, state: &ClipState) -> u32 {
        let round = |x: f64| (x * 100.0).round().clamp(-1e9, 1e9) as i64;
        let rect = state.rect;
        let key = (
            [
                round(rect.x0),
                round(rect.y0),
                round(rect.x1),
                round(rect.y1),
            ],
            state.shapes.clone(),
        );
        if let Some(&known) = self.written.get(&key) {
            return known;
        }
        self.close();
        let mut parent = self.id();
        let _ = write!(self.svg, "<clipPath id=\"c{parent}\"><path d=\"");
        path::data(&mut self.svg, &kurbo::Shape::to_path(&rect, 0.1), None);
        self.svg.push_str("\"/></clipPath>");
        for &shape in &state.shapes.0 {
            let clip = self.shapes[shape as usize].clone();
            let id = self.id();
            let _ = write!(
                self.svg,
                "<clipPath id=\"c{id}\" clip-path=\"url(#c{parent})\"><path{} d=\"",
                if clip.even_odd {
                    " clip-rule=\"evenodd\""
                } else {
                    ""
                }
            );
            path::data(&mut self.svg, &clip.path, None);
            self.svg.push_str("\"/></clipPath>");
            parent = id;
        }
        self.written.insert(key, parent);
        parent
    }

    fn area(&mut self, area: Rect) {
        for (name, value) in [
            ("x", area.x0),
            ("y", area.y0),
            ("width", area.width()),
            ("height", area.height()),
        ] {
            let _ = write!(self.svg, " {name}=\"");
            number(&mut self.svg, value);
            self.svg.push('"');
        }
    }

    fn transform(&mut self, transform: Affine) {
        self.svg.push_str(" transform=\"");
        matrix(&mut self.svg, transform);
        self.svg.push('"');
    }

    fn inks(
        &mut self,
        ink: &crate::pdf::page::Ink,
        fill: Option<&String>,
        stroke: Option<&String>,
        warped: bool,
    ) {
        match (fill, &ink.fill) {
            (_, Some(Paint::Color([0, 0, 0, 255]))) => {}
            (Some(fill), _) => self.svg.push_str(fill),
            (None, _) => self.svg.push_str(" fill=\"none\""),
        }
        if ink.even_odd && fill.is_some() {
            self.svg.push_str(" fill-rule=\"evenodd\"");
        }
        if let (Some(stroke), Some((_, pen))) = (stroke, &ink.stroke) {
            self.svg.push_str(&stroke.replace(" fill", " stroke"));
            pen_attributes(&mut self.svg, pen, warped);
        }
    }

    /// The attributes for a paint, as a fill.
    fn paint(&mut self, paint: &Paint) -> String {
        let mut out = String::from(" fill=\"");
        match paint {
            Paint::Color([red, green, blue, alpha]) => {
                out.push('#');
                color(&mut out, [*red, *green, *blue, 255]);
                if *alpha < 255 {
                    out.push_str("\" fill-opacity=\"");
                    number(&mut out, f64::from(*alpha) / 255.0);
                }
            }
            Paint::Gradient(gradient) => {
                let id = self.gradient(gradient);
                let _ = write!(out, "url(#p{id})");
            }
            Paint::Tiling(tiling) => {
                let id = self.tiling(tiling);
                let _ = write!(out, "url(#p{id})");
            }
            // Drawn otherwise where it is alone; here its colour is lost.
            Paint::Texture(_) => out.push_str("#888"),
        }
        out.push('"');
        out
    }

    fn gradient(&mut self, gradient: &Gradient) -> u32 {
        let id = self.id();
        let name = match gradient.kind {
            GradientKind::Linear { .. } => "linearGradient",
            GradientKind::Radial { .. } => "radialGradient",
        };
        let _ = write!(
            self.svg,
            "<{name} id=\"p{id}\" gradientUnits=\"userSpaceOnUse\""
        );
        let values: Vec<(&str, f64)> = match gradient.kind {
            GradientKind::Linear { start, end } => vec![
                ("x1", start.x),
                ("y1", start.y),
                ("x2", end.x),
                ("y2", end.y),
            ],
            GradientKind::Radial {
                start,
                start_radius,
                end,
                end_radius,
            } => vec![
                ("fx", start.x),
                ("fy", start.y),
                ("fr", start_radius),
                ("cx", end.x),
                ("cy", end.y),
                ("r", end_radius),
            ],
        };
        for (attribute, value) in values {
            let _ = write!(self.svg, " {attribute}=\"");
            exact(&mut self.svg, value);
            self.svg.push('"');
        }
        self.svg.push_str(" gradientTransform=\"");
        matrix(&mut self.svg, gradient.transform);
        self.svg.push_str("\">");
        for stop in &gradient.stops {
            self.svg.push_str("<stop offset=\"");
            exact(&mut self.svg, f64::from(stop.offset));
            self.svg.push_str("\" stop-color=\"#");
            color(&mut self.svg, stop.color);
            self.svg.push_str("\"/>");
        }
        let _ = write!(self.svg, "</{name}>");
        id
    }

    /// Writes items that are not of the page itself.
    fn inner(&mut self, items: &[Item], window: Rect) {
        let outside = std::mem::replace(
            &mut self.clips,
            vec![ClipState {
                rect: window,
                shapes: Shapes::default(),
            }],
        );
        let (open, depth) = (self.open.take(), std::mem::take(&mut self.depth));
        self.nested += 1;
        self.items(items);
        self.finish();
        self.nested -= 1;
        (self.open, self.depth) = (open, depth);
        self.clips = outside;
    }

    fn items(&mut self, items: &[Item]) {
        for item in items {
            match item {
                Item::Run(run) => {
                    let window = self.window();
                    self.run(run, window);
                }
                Item::Drawing(drawing) => self.drawing(drawing),
                Item::Picture(picture) => self.picture(picture),
                Item::Clip(clip) => self.clip(clip),
                Item::Unclip => self.unclip(),
                Item::Group(group) => self.group(group),
                Item::Ungroup => self.ungroup(),
            }
        }
    }

    fn mask(&mut self, mask: &Rc<Mask>) -> u32 {
        let key = Rc::as_ptr(mask);
        if let Some(&known) = self.masks.get(&key) {
            return known;
        }
        let id = self.id();
        let whole = Rect::new(0.0, 0.0, self.page.width, self.page.height);
        if let Some(values) = &mask.transfer {
            let _ = write!(
                self.svg,
                "<filter id=\"f{id}\" color-interpolation-filters=\"sRGB\"><feComponentTransfer>"
            );
            let table: Vec<String> = values.iter().map(|v| format!("{v:.3}")).collect();
            let parts: &[char] = if mask.backdrop.is_some() {
                &['R', 'G', 'B']
            } else {
                &['A']
            };
            for part in parts {
                let _ = write!(
                    self.svg,
                    "<feFunc{part} type=\"table\" tableValues=\"{}\"/>",
                    table.join(" ")
                );
            }
            self.svg.push_str("</feComponentTransfer></filter>");
        }
        let kind = if mask.backdrop.is_some() {
            "luminance"
        } else {
            "alpha"
        };
        let _ = write!(
            self.svg,
            "<mask id=\"m{id}\" maskUnits=\"userSpaceOnUse\" style=\"mask-type:{kind}\""
        );
        self.area(whole);
        self.svg.push('>');
        if mask.transfer.is_some() {
            let _ = write!(self.svg, "<g filter=\"url(#f{id})\">");
        }
        if let Some([red, green, blue]) = mask
            .backdrop
            .filter(|rgb| *rgb != [0; 3] || mask.transfer.is_some())
        {
            self.svg.push_str("<rect fill=\"#");
            color(&mut self.svg, [red, green, blue, 255]);
            self.svg.push('"');
            self.area(whole);
            self.svg.push_str("/>");
        }
        self.inner(&mask.items, whole);
        if mask.transfer.is_some() {
            self.svg.push_str("</g>");
        }
        self.svg.push_str("</mask>");
        self.masks.insert(key, id);
        id
    }

    fn tiling(&mut self, tiling: &Tiling) -> u32 {
        let id = self.id();
        let (across, down) = (tiling.step.0.max(1e-3), tiling.step.1.max(1e-3));
        let _ = write!(
            self.svg,
            "<pattern id=\"p{id}\" patternUnits=\"userSpaceOnUse\""
        );
        let cell = tiling.cell;
        self.area(Rect::new(
            cell.x0,
            cell.y0,
            cell.x0 + across,
            cell.y0 + down,
        ));
        self.svg.push_str(" patternTransform=\"");
        matrix(&mut self.svg, tiling.transform);
        self.svg.push_str("\">");
        if tiling.opacity < 0.999 {
            self.svg.push_str("<g opacity=\"");
            number(&mut self.svg, f64::from(tiling.opacity));
            self.svg.push_str("\">");
        }
        // A cell larger than its step reaches into its neighbours.
        let copies = |size: f64, step: f64| ((size / step - 1e-3).ceil() as i32).clamp(1, COPIES);
        let (columns, rows) = (copies(cell.width(), across), copies(cell.height(), down));
        for row in (0..rows).rev() {
            for column in (0..columns).rev() {
                let moved = (row, column) != (0, 0);
                if moved {
                    let by = (-across * f64::from(column), -down * f64::from(row));
                    self.svg.push_str("<g");
                    self.transform(Affine::translate(by));
                    self.svg.push('>');
                }
                // Cells within cells, copied each time, have no other end.
                if self.svg.len() < TILED {
                    self.inner(&tiling.items, cell);
                }
                self.written.clear();
                if moved {
                    self.svg.push_str("</g>");
                }
            }
        }
        if tiling.opacity < 0.999 {
            self.svg.push_str("</g>");
        }
        self.svg.push_str("</pattern>");
        id
    }
}

/// Whether `outer` holds `inner`, give or take `slack`.
pub(super) fn contains(outer: Rect, inner: Rect, slack: f64) -> bool {
    outer.x0 <= inner.x0 + slack
        && outer.y0 <= inner.y0 + slack
        && outer.x1 >= inner.x1 - slack
        && outer.y1 >= inner.y1 - slack
}

fn matrix(out: &mut String, transform: Affine) {
    out.push_str("matrix(");
    for (n, part) in transform.as_coeffs().iter().enumerate() {
        if n > 0 {
            out.push(' ');
        }
        exact(out, *part);
    }
    out.push(')');
}

fn pen_attributes(out: &mut String, pen: &Pen, warped: bool) {
    let width = if warped {
        pen.width
    } else {
        pen.width.max(THINNEST)
    };
    out.push_str(" stroke-width=\"");
    number(out, width);
    out.push('"');
    match pen.cap {
        Cap::Butt => {}
        Cap::Square => out.push_str(" stroke-linecap=\"square\""),
        Cap::Round => out.push_str(" stroke-linecap=\"round\""),
    }
    match pen.join {
        Join::Miter if (pen.miter - 4.0).abs() > 1e-3 => {
            out.push_str(" stroke-miterlimit=\"");
            number(out, pen.miter.max(1.0));
            out.push('"');
        }
        Join::Miter => {}
        Join::Bevel => out.push_str(" stroke-linejoin=\"bevel\""),
        Join::Round => out.push_str(" stroke-linejoin=\"round\""),
    }
    if !pen.dashes.is_empty() {
        out.push_str(" stroke-dasharray=\"");
        for (n, dash) in pen.dashes.iter().enumerate() {
            if n > 0 {
                out.push(' ');
            }
            number(out, dash.max(0.0));
        }
        out.push('"');
        if pen.dash_offset != 0.0 {
            out.push_str(" stroke-dashoffset=\"");
            number(out, pen.dash_offset);
            out.push('"');
        }
    }
}
