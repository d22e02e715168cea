//! The page: three compositions of a title, its author, a pattern and a rosette.

use super::block::{AUTHOR, Block, Room, SMALL, TITLE, fit};
use super::canvas::{Ramp, STEPS};
use super::ornament::{PATTERNS, ROSETTES};
use super::palette::{ACCENT, INK, Inks, PALETTES, Palette};
use super::text::{Shaper, Text};

/// The page's units; a canvas is this large, or a whole fraction of it.
pub(super) const WIDTH: f32 = 1200.0;
/// See [`WIDTH`].
pub(super) const HEIGHT: f32 = 1800.0;

/// Something to paint, in units of the page, in painting order.
#[derive(Debug)]
pub(super) enum Element {
    /// Left, top, right, bottom in one palette index.
    Rect([f32; 4], u8),
    /// The pattern within left, top, right, bottom.
    Pattern([f32; 4]),
    /// A rosette: centre and radius.
    Rosette((f32, f32), f32),
    /// Lines of type: where each line's origin stands.
    Type(Block, Vec<(f32, f32)>, Ramp),
}

/// A cover, composed and not yet painted.
#[derive(Debug)]
pub(super) struct Page {
    pub inks: Inks,
    pub pattern: u8,
    pub rosette: u8,
    /// Period of the pattern: a multiple of 7.5 so that it is whole at every size.
    pub period: f32,
    pub elements: Vec<Element>,
}

/// What stands on the cover.
pub(super) struct Words {
    pub title: Option<Text>,
    pub subtitle: Option<Text>,
    pub author: Option<Text>,
    pub series: Option<Text>,
}

/// Composes the page. `dice` are bytes of a hash: the same words always fall the same way.
pub(super) fn compose(shaper: &mut Shaper, words: &Words, dice: &[u8]) -> Page {
    let die = |i: usize, sides: usize| usize::from(dice.get(i).copied().unwrap_or(0)) % sides;
    let palette = PALETTES[die(0, PALETTES.len())];
    let mut page = Page {
        inks: on_pale(&palette),
        pattern: die(1, usize::from(PATTERNS)) as u8,
        rosette: die(2, usize::from(ROSETTES)) as u8,
        period: [60.0, 90.0, 120.0, 120.0][die(3, 4)],
        elements: Vec::new(),
    };
    match die(4, 4) {
        0 => page.frame(shaper, words, &palette),
        1 => page.band(shaper, words, &palette),
        _ => page.label(shaper, words),
    }
    page
}

fn on_pale(palette: &Palette) -> Inks {
    Inks {
        field: (palette.deep, palette.mid),
        ink: (palette.pale, palette.deep),
        accent: (palette.pale, palette.warm),
    }
}

fn on_deep(palette: &Palette) -> Inks {
    Inks {
        field: (palette.deep, palette.mid),
        ink: (palette.deep, palette.pale),
        accent: (palette.deep, palette.glow),
    }
}

/// Where lines begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Align {
    Centre,
    /// Left, or right in scripts that run from right to left.
    Start,
}

/// The column that type is set in.
#[derive(Debug, Clone, Copy)]
struct Column {
    left: f32,
    right: f32,
    align: Align,
}

impl Column {
    fn width(&self) -> f32 {
        self.right - self.left
    }
}

/// A block that waits for its place, with the space above it.
struct Stacked {
    gap: f32,
    height: f32,
    kind: Kind,
}

enum Kind {
    Type(Block, bool, Ramp),
    Rule,
    Rosette(f32),
}

impl Page {
    /// Patterned paper with a label, as on old pocket editions.
    fn label(&mut self, shaper: &mut Shaper, words: &Words) {
        let [left, right] = [165.0, WIDTH - 165.0];
        let column = Column {
            left: left + 95.0,
            right: right - 95.0,
            align: Align::Centre,
        };
        let mut stack = Vec::new();
        if let Some(author) = &words.author {
            let block = small(shaper, author, column, AUTHOR, 230.0);
            stack.push(typed(0.0, block, author, INK));
            stack.push(Stacked {
                gap: 46.0,
                height: 4.0,
                kind: Kind::Rule,
            });
        }
        let taken = if words.subtitle.is_some() {
            700.0
        } else {
            860.0
        };
        self.title(shaper, words, column, taken, &mut stack, 58.0);
        if let Some(subtitle) = &words.subtitle {
            let block = small(shaper, subtitle, column, SMALL, 230.0);
            stack.push(typed(60.0, block, subtitle, ACCENT));
        }
        if let Some(series) = &words.series {
            stack.push(Stacked {
                gap: 52.0,
                height: 64.0,
                kind: Kind::Rosette(32.0),
            });
            let block = small(shaper, series, column, &SMALL[2..3], 110.0);
            stack.push(typed(30.0, block, series, INK));
        }
        let inner = height(&stack);
        let outer = (inner + 210.0).max(620.0);
        let top = ((HEIGHT - outer) * 0.42).max(110.0);
        let (frame, bottom) = ([left, top, right, top + outer], top + outer);
        self.elements
            .push(Element::Pattern([0.0, 0.0, WIDTH, HEIGHT]));
        self.elements.push(Element::Rect(frame, INK.first));
        self.border(frame, 20.0, 6.0);
        self.border(frame, 36.0, 2.0);
        let start = top + (outer - inner) * 0.5;
        debug_assert!(start + inner < bottom, "the label grows with its words");
        self.pile(stack, column, start);
    }

    /// Type on a quiet ground, and a band of pattern at the foot.
    fn band(&mut self, shaper: &mut Shaper, words: &Words, palette: &Palette) {
        let edge = 1230.0;
        if self.pattern.is_multiple_of(2) {
            self.inks = on_deep(palette);
            self.inks.field = (palette.mid, palette.deep);
        }
        let column = Column {
            left: 115.0,
            right: WIDTH - 115.0,
            align: Align::Start,
        };
        self.elements
            .push(Element::Rect([0.0, 0.0, WIDTH, edge], INK.first));
        self.elements
            .push(Element::Pattern([0.0, edge, WIDTH, HEIGHT]));
        self.elements.push(Element::Rect(
            [0.0, edge - 15.0, WIDTH, edge],
            ACCENT.first + STEPS,
        ));
        let mut stack = Vec::new();
        if let Some(author) = &words.author {
            let block = small(shaper, author, column, AUTHOR, 200.0);
            stack.push(typed(0.0, block, author, ACCENT));
        }
        let room = if words.subtitle.is_some() {
            520.0
        } else {
            700.0
        };
        let gap = if stack.is_empty() { 0.0 } else { 70.0 };
        self.title(shaper, words, column, room, &mut stack, gap);
        if let Some(subtitle) = &words.subtitle {
            let block = small(shaper, subtitle, column, SMALL, 200.0);
            stack.push(typed(64.0, block, subtitle, INK));
        }
        self.pile(stack, column, 120.0);
        if let Some(series) = &words.series {
            let block = small(shaper, series, column, &SMALL[2..3], 60.0);
            let top = edge - 60.0 - block.height;
            self.place(block, series.rtl, column, top, ACCENT);
        }
    }

    /// A frame on a dark ground, a rosette, the author at the foot.
    fn frame(&mut self, shaper: &mut Shaper, words: &Words, palette: &Palette) {
        self.inks = on_deep(palette);
        let column = Column {
            left: 175.0,
            right: WIDTH - 175.0,
            align: Align::Centre,
        };
        let page = [0.0, 0.0, WIDTH, HEIGHT];
        self.elements.push(Element::Rect(page, INK.first));
        self.border(page, 60.0, 8.0);
        self.border(page, 82.0, 3.0);
        if let Some(series) = &words.series {
            let block = small(shaper, series, column, &SMALL[2..3], 60.0);
            self.place(block, series.rtl, column, 165.0, ACCENT);
        }
        let mut stack = Vec::new();
        let room = if words.subtitle.is_some() {
            600.0
        } else {
            800.0
        };
        self.title(shaper, words, column, room, &mut stack, 0.0);
        if let Some(subtitle) = &words.subtitle {
            let block = small(shaper, subtitle, column, SMALL, 200.0);
            stack.push(typed(64.0, block, subtitle, ACCENT));
        }
        let titled = words.title.is_some();
        let tall = height(&stack);
        let top = 270.0 + (850.0 - tall).max(0.0) * 0.5;
        self.pile(stack, column, top);
        if titled {
            self.elements
                .push(Element::Rosette((WIDTH * 0.5, 1290.0), 110.0));
        }
        if let Some(author) = &words.author {
            let block = small(shaper, author, column, AUTHOR, 200.0);
            let top = 1660.0 - block.height - (200.0 - block.height) * 0.35;
            self.place(block, author.rtl, column, top, ACCENT);
        }
    }

    /// The title, or a large rosette for a book that has none.
    fn title(
        &self,
        shaper: &mut Shaper,
        words: &Words,
        column: Column,
        height: f32,
        stack: &mut Vec<Stacked>,
        gap: f32,
    ) {
        let Some(title) = &words.title else {
            let radius = 200.0f32.min(height * 0.4);
            stack.push(Stacked {
                gap: gap + 20.0,
                height: radius * 2.0,
                kind: Kind::Rosette(radius),
            });
            return;
        };
        let room = Room {
            width: column.width(),
            height,
            sizes: TITLE,
        };
        let block = fit(shaper, title, &room);
        stack.push(typed(gap, block, title, INK));
    }

    /// A frame `inset` within a rectangle, `line` thick.
    fn border(&mut self, [left, top, right, bottom]: [f32; 4], inset: f32, line: f32) {
        let (l, t, r, b) = (left + inset, top + inset, right - inset, bottom - inset);
        for side in [
            [l, t, r, t + line],
            [l, b - line, r, b],
            [l, t, l + line, b],
            [r - line, t, r, b],
        ] {
            self.elements
                .push(Element::Rect(side, ACCENT.first + STEPS));
        }
    }

    fn pile(&mut self, stack: Vec<Stacked>, column: Column, top: f32) {
        let mut y = top;
        let centre = (column.left + column.right) * 0.5;
        for item in stack {
            y += item.gap;
            match item.kind {
                Kind::Type(block, rtl, ramp) => self.place(block, rtl, column, y, ramp),
                Kind::Rule => self.elements.push(Element::Rect(
                    [centre - 60.0, y, centre + 60.0, y + item.height],
                    ACCENT.first + STEPS,
                )),
                Kind::Rosette(radius) => {
                    let x = match column.align {
                        Align::Centre => centre,
                        Align::Start => column.left + radius,
                    };
                    self.elements
                        .push(Element::Rosette((x, y + radius), radius));
                }
            }
            y += item.height;
        }
    }

    fn place(&mut self, block: Block, rtl: bool, column: Column, top: f32, ramp: Ramp) {
        let em = block.size / 1000.0;
        let origins = block.lines.iter().zip(&block.baselines);
        let origins = origins
            .map(|(line, baseline)| {
                let (left, right) = (line.ink.0 * em, line.ink.2 * em);
                let x = match (column.align, rtl) {
                    (Align::Centre, _) => (column.left + column.right - left - right) * 0.5,
                    (Align::Start, false) => column.left - left,
                    (Align::Start, true) => column.right - right,
                };
                (x, top + baseline)
            })
            .collect();
        self.elements.push(Element::Type(block, origins, ramp));
    }
}

fn small(
    shaper: &mut Shaper,
    text: &Text,
    column: Column,
    sizes: &[(f32, usize)],
    height: f32,
) -> Block {
    let room = Room {
        width: column.width(),
        height,
        sizes,
    };
    fit(shaper, text, &room)
}

fn typed(gap: f32, block: Block, text: &Text, ramp: Ramp) -> Stacked {
    Stacked {
        gap,
        height: block.height,
        kind: Kind::Type(block, text.rtl, ramp),
    }
}

fn height(stack: &[Stacked]) -> f32 {
    stack.iter().map(|item| item.gap + item.height).sum()
}
