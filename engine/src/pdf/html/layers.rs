//! What is painted over what: graphics over text begin a new layer.

use kurbo::Rect;

use super::Count;
use super::canvas::{Canvas, contains};
use crate::pdf::glyphs::Glyphs;
use crate::pdf::page::{Ink, Item, Page, Run};

/// Layers of a page. What comes after goes into the last one, with outlines for text.
const MOST: usize = 64;
/// How far (em) a run may reach over what clips it before it is seen to be cut.
const OVER: f64 = 0.35;
/// Overlaps of less (points) are none.
const TOUCH: f64 = 0.4;

/// One layer.
#[derive(Debug)]
pub(crate) enum Layer {
    Graphics(String),
    Text(Vec<Run>),
}

#[derive(Debug)]
pub(crate) struct Layers {
    pub layers: Vec<Layer>,
    pub count: Count,
}

/// The layers of a page.
pub(crate) fn layers(page: &Page, glyphs: &Glyphs) -> Layers {
    let mut builder = Builder {
        page,
        glyphs,
        canvas: Canvas::new(page, glyphs),
        runs: Vec::new(),
        boxes: Vec::new(),
        out: Vec::new(),
        count: Count::default(),
    };
    for item in &page.items {
        builder.item(item);
    }
    builder.canvas.finish();
    builder.flush();
    Layers {
        layers: builder.out,
        count: builder.count,
    }
}

struct Builder<'b> {
    page: &'b Page,
    glyphs: &'b Glyphs,
    canvas: Canvas<'b>,
    /// Text of the layer that is being made.
    runs: Vec<Run>,
    /// Where it is.
    boxes: Vec<Rect>,
    out: Vec<Layer>,
    count: Count,
}

impl Builder<'_> {
    fn item(&mut self, item: &Item) {
        match item {
            Item::Run(run) => self.run(run),
            Item::Drawing(drawing) => {
                self.over(drawing.bounds);
                self.canvas.drawing(drawing);
            }
            Item::Picture(picture) => {
                let unit = Rect::new(0.0, 0.0, 1.0, 1.0);
                self.over(picture.transform.transform_rect_bbox(unit));
                self.canvas.picture(picture);
            }
            Item::Clip(clip) => self.canvas.clip(clip),
            Item::Unclip => self.canvas.unclip(),
            Item::Group(group) => {
                // What is in the group cannot be cut, so all that is before it goes below.
                if self.canvas.depth == 0 && !self.boxes.is_empty() {
                    self.flush();
                }
                self.canvas.group(group);
            }
            Item::Ungroup => self.canvas.ungroup(),
        }
    }

    /// Graphics will cover `bounds`: text that is there stays below.
    fn over(&mut self, bounds: Rect) {
        let seen = bounds.intersect(self.canvas.window());
        if self.canvas.depth > 0 || seen.width() < 0.0 || seen.height() < 0.0 {
            return;
        }
        let covers = |text: &Rect| {
            let both = text.intersect(seen.inflate(0.1, 0.1));
            both.width() > TOUCH && both.height() > TOUCH
        };
        if self.out.len() < MOST && self.boxes.iter().any(covers) {
            self.flush();
        }
    }

    /// Ends the layer.
    fn flush(&mut self) {
        if self.canvas.depth == 0 {
            let svg = self.canvas.take();
            if !svg.is_empty() {
                self.out.push(Layer::Graphics(svg));
            }
        }
        if !self.runs.is_empty() {
            self.out.push(Layer::Text(std::mem::take(&mut self.runs)));
        }
        self.boxes.clear();
    }

    fn run(&mut self, run: &Run) {
        let window = self.canvas.window();
        let inside: Vec<bool> = (run.from..run.to)
            .map(|index| self.is_inside(run, index, window))
            .collect();
        let Some(first) = inside.iter().position(|inside| *inside) else {
            self.count.dropped += 1;
            return;
        };
        let last = inside.iter().rposition(|inside| *inside).unwrap_or(first);
        let kept = Run {
            from: run.from + first as u32,
            to: run.from + last as u32 + 1,
            ordinal: run.ordinal + first as u32,
            ..run.clone()
        };
        let bounds = self.bounds(&kept);
        let cut = !contains(window, bounds, OVER * run.size);
        if run.ink.is_invisible() {
            self.count.hidden += 1;
            self.runs.push(kept);
            return;
        }
        let is_text =
            run.ink.plain().is_some() && self.canvas.depth == 0 && !cut && self.out.len() < MOST;
        if is_text {
            self.count.text += 1;
            self.boxes.push(bounds);
            self.runs.push(kept);
            return;
        }
        self.count.outlined += 1;
        self.over(bounds);
        self.canvas
            .run(run, self.bounds(run).inflate(run.size, run.size));
        self.runs.push(Run {
            ink: Ink::invisible(),
            ..kept
        });
    }

    /// Whether the middle of a glyph is in the window.
    fn is_inside(&self, run: &Run, index: u32, window: Rect) -> bool {
        let placed = self.page.glyphs[index as usize];
        let advance = f64::from(self.glyphs.list[placed.glyph as usize].advance) / 1000.0;
        let [a, b, c, d] = run.matrix.map(|part| part * run.size);
        let x = f64::from(placed.x) + a * advance / 2.0 + c * 0.3;
        let y = f64::from(placed.y) + b * advance / 2.0 + d * 0.3;
        x >= window.x0 && x <= window.x1 && y >= window.y0 && y <= window.y1
    }

    /// Where most letters of a run are.
    fn bounds(&self, run: &Run) -> Rect {
        let [a, b, c, d] = run.matrix.map(|part| part * run.size);
        let mut bounds: Option<Rect> = None;
        for index in [run.from, run.to - 1] {
            let placed = self.page.glyphs[index as usize];
            let advance = f64::from(self.glyphs.list[placed.glyph as usize].advance) / 1000.0;
            let (x, y) = (f64::from(placed.x), f64::from(placed.y));
            for (across, up) in [(0.0, -0.2), (0.0, 0.7), (advance, -0.2), (advance, 0.7)] {
                let point = kurbo::Point::new(x + a * across + c * up, y + b * across + d * up);
                let spot = Rect::from_points(point, point);
                bounds = Some(bounds.map_or(spot, |known| known.union(spot)));
            }
        }
        bounds.unwrap_or(Rect::ZERO)
    }
}
