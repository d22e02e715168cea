//! Words to glyphs: cleaning, bidirectional order, shaping, lines.

use std::collections::HashMap;

use harfrust::font::glyph::outline::{DrawMemory, DrawOptions, PathElement};
use harfrust::{
    Buffer, BufferFlags, Direction, Feature, GlyphId, Language, Script, ShapeOptions, ShapePlan,
    ShaperFont, Tag, shape,
};
use unicode_bidi::{BidiInfo, Level};
use unicode_linebreak::linebreaks;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use unicode_segmentation::UnicodeSegmentation;

use super::coverage;
use super::faces::{Face, Style, face_of};

/// More than this of a text is not even looked at.
const MOST_CHARS: usize = 500;
/// Marks on one letter; more would climb into the line above.
const MOST_MARKS: usize = 2;
/// Space between letters of small capitals, in thousandths of the size.
const TRACKING: f32 = 70.0;

/// A text as it can be set: only characters that a face has, spaces single.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Text {
    pub text: String,
    pub style: Style,
    pub rtl: bool,
}

impl Text {
    /// `None` when nothing can be set, or only the smaller part of the letters: a title in a
    /// script that no face has is left out as a whole, so that no stray digit stands for it.
    pub fn new(raw: &str, style: Style, rtl: Option<bool>) -> Option<Self> {
        let mut text = String::new();
        let (mut before, mut marks) = (None, 0);
        let (mut kept, mut lost) = (0, 0);
        for c in raw.nfc().take(MOST_CHARS) {
            if c.is_whitespace() || c.is_control() {
                if !text.is_empty() && !text.ends_with(' ') {
                    text.push(' ');
                }
                continue;
            }
            marks = if is_combining_mark(c) { marks + 1 } else { 0 };
            let joiner = matches!(c, '\u{200C}' | '\u{200D}');
            // Strokes through letters have no anchors and land beside them.
            let stroke = matches!(c, '\u{334}'..='\u{338}');
            if marks > MOST_MARKS || stroke || (is_invisible(c) && !joiner) {
                continue;
            }
            match face_of(c, before, style) {
                Some(face) => {
                    before = Some(face);
                    kept += usize::from(c.is_alphanumeric());
                    text.push(c);
                }
                None if joiner => {}
                None => lost += usize::from(c.is_alphanumeric()),
            }
        }
        let text = text.trim().to_owned();
        let drawn = text.chars().any(|c| !c.is_whitespace() && !is_invisible(c));
        if !drawn || lost > kept {
            return None;
        }
        let rtl = rtl.unwrap_or_else(|| {
            BidiInfo::new(&text, None)
                .paragraphs
                .first()
                .is_some_and(|paragraph| paragraph.level.is_rtl())
        });
        Some(Self { text, style, rtl })
    }

    fn faces(&self, text: &str) -> Vec<(usize, Face)> {
        let mut faces: Vec<(usize, Face)> = Vec::new();
        for (at, c) in text.char_indices() {
            let before = faces.last().map(|(_, face)| *face);
            let face = face_of(c, before, self.style).unwrap_or(Face::Roman);
            if before != Some(face) {
                faces.push((at, face));
            }
        }
        faces
    }

    /// The widest distance of baselines that a face of this text asks for.
    pub fn leading(&self) -> f32 {
        let faces = self.faces(&self.text).into_iter();
        faces.map(|(_, face)| face.leading()).fold(0.0, f32::max)
    }

    /// Pieces between which a line may end (UAX 14), with the spaces after them.
    pub fn pieces(&self) -> Vec<&str> {
        let mut pieces = Vec::new();
        let mut start = 0;
        for (end, _) in linebreaks(&self.text) {
            let before = self.text[..end].chars().next_back();
            let after = self.text[end..].chars().next();
            // Korean words stay whole, as printers set them.
            if let (Some(before), Some(after)) = (before, after)
                && is_hangul(before)
                && is_hangul(after)
            {
                continue;
            }
            pieces.push(&self.text[start..end]);
            start = end;
        }
        pieces
    }

    /// What may be added where a word is broken.
    pub fn hyphen(&self, piece: &str) -> &'static str {
        match self.faces(piece).last() {
            Some((_, face)) if face.hyphenates() => "-",
            _ => "",
        }
    }

    pub fn letters<'t>(&self, piece: &'t str) -> impl Iterator<Item = &'t str> {
        piece.graphemes(true)
    }
}

fn is_hangul(c: char) -> bool {
    matches!(c as u32, 0x1100..=0x11FF | 0x3130..=0x318F | 0xAC00..=0xD7A3)
}

/// Characters without ink whose work is done by the layout, or that only emoji need.
fn is_invisible(c: char) -> bool {
    matches!(c as u32,
        0x00AD | 0x034F | 0x061C | 0x180B..=0x180F | 0x200B..=0x200F | 0x202A..=0x202E
        | 0x2060..=0x206F | 0xFE00..=0xFE0F | 0xFEFF | 0xFFF0..=0xFFFD | 0xE0000..=0xE0FFF)
}

/// One glyph of a line; units are thousandths of the type size, y upwards.
#[derive(Debug, Clone, Copy)]
pub(super) struct Glyph {
    pub face: Face,
    pub id: u32,
    pub x: f32,
    pub y: f32,
}

/// A line set in type, in thousandths of its size.
#[derive(Debug, Clone, Default)]
pub(super) struct Line {
    pub glyphs: Vec<Glyph>,
    pub advance: f32,
    /// The ink, y upwards.
    pub ink: Sides,
}

/// Left, bottom, right, top.
type Sides = (f32, f32, f32, f32);

/// A glyph's path and the box around it, in units of its font.
struct Outline {
    path: Vec<PathElement>,
    bounds: Option<Sides>,
}

/// Shapes lines; remembers plans and outlines for one cover.
pub(super) struct Shaper {
    plans: HashMap<(Face, bool, Option<Script>, bool), ShapePlan>,
    outlines: HashMap<(Face, u32), Outline>,
    buffer: Buffer,
    language: Option<Language>,
}

impl Shaper {
    /// `language` (BCP 47) chooses regional letter forms, as of Chinese and Japanese.
    pub fn new(language: Option<&str>) -> Self {
        Self {
            plans: HashMap::new(),
            outlines: HashMap::new(),
            buffer: Buffer::new(),
            language: language.and_then(Language::new),
        }
    }

    /// Sets `words` as one line of `text`.
    pub fn line(&mut self, text: &Text, words: &str) -> Line {
        let words = words.trim_end();
        let level = if text.rtl { Level::rtl() } else { Level::ltr() };
        let mut line = Line::default();
        let faces = text.faces(words);
        let bidi = BidiInfo::new(words, Some(level));
        let Some(paragraph) = bidi.paragraphs.first() else {
            return line;
        };
        let (levels, runs) = bidi.visual_runs(paragraph, paragraph.range.clone());
        for run in runs {
            let rtl = levels[run.start].is_rtl();
            let mut parts: Vec<(usize, usize, Face)> = Vec::new();
            for (i, &(start, face)) in faces.iter().enumerate() {
                let end = faces.get(i + 1).map_or(words.len(), |next| next.0);
                let (start, end) = (start.max(run.start), end.min(run.end));
                if start < end {
                    parts.push((start, end, face));
                }
            }
            if rtl {
                parts.reverse();
            }
            for (start, end, face) in parts {
                self.run(&mut line, &words[start..end], face, rtl, text.style);
            }
        }
        line.ink = self.ink(&line.glyphs);
        line
    }

    /// `text` in small capitals if the face has them for all its letters, else as it is.
    pub fn small_capitals(&mut self, text: Text) -> Text {
        let small = Text {
            style: Style::SmallCapitals,
            ..text.clone()
        };
        // Of these Garamond has them all, which a test holds it to.
        let mut others = text
            .text
            .chars()
            .filter(|c| c.is_lowercase() && !c.is_ascii());
        let whole = others.all(|c| self.is_small(c, &text, &small));
        if whole { small } else { text }
    }

    /// Whether the letter looks another in small capitals.
    fn is_small(&mut self, c: char, text: &Text, small: &Text) -> bool {
        let (mut one, mut other) = ([0; 4], [0; 4]);
        let plain = self.line(text, c.encode_utf8(&mut one));
        let set = self.line(small, c.encode_utf8(&mut other));
        plain.glyphs.first().map(|glyph| glyph.id) != set.glyphs.first().map(|glyph| glyph.id)
    }

    /// Width of `words`, without the spaces at its end.
    pub fn width(&mut self, text: &Text, words: &str) -> f32 {
        let line = self.line(text, words);
        line.advance.max(line.ink.2 - line.ink.0)
    }

    fn run(&mut self, line: &mut Line, words: &str, face: Face, rtl: bool, style: Style) {
        let small = style == Style::SmallCapitals && face == Face::Roman;
        let features: &[Feature] = if small {
            &[
                Feature::new(Tag::new(b"smcp"), 1, ..),
                Feature::new(Tag::new(b"c2sc"), 1, ..),
            ]
        } else {
            &[]
        };
        let font = face.font();
        let mut buffer = std::mem::take(&mut self.buffer);
        buffer.reset();
        buffer.push_str(words);
        buffer.guess_segment_properties();
        buffer.set_flags(BufferFlags::DO_NOT_INSERT_DOTTED_CIRCLE);
        let direction = if rtl {
            Direction::RightToLeft
        } else {
            Direction::LeftToRight
        };
        buffer.set_direction(direction);
        buffer.set_language(self.language.clone());
        let script = buffer.script();
        let plan = self
            .plans
            .entry((face, rtl, script, small))
            .or_insert_with(|| {
                ShapePlan::new(font, direction, script, self.language.as_ref(), features)
            });
        let options = ShapeOptions::new().plan(Some(plan)).features(features);
        if shape(&ShaperFont::new(font), &mut buffer, options).is_ok() {
            let scale = face.scale();
            for (info, at) in buffer.glyph_infos().iter().zip(buffer.glyph_positions()) {
                line.glyphs.push(Glyph {
                    face,
                    id: info.glyph_id,
                    x: line.advance + at.x_offset as f32 * scale,
                    y: at.y_offset as f32 * scale,
                });
                line.advance += at.x_advance as f32 * scale;
                if small && at.x_advance > 0 {
                    line.advance += TRACKING;
                }
            }
            if small {
                line.advance -= TRACKING;
            }
        }
        self.buffer = buffer;
    }

    /// A glyph's outline in units of its font.
    pub fn outline(&mut self, face: Face, id: u32) -> &[PathElement] {
        &self.outlined(face, id).path
    }

    fn outlined(&mut self, face: Face, id: u32) -> &Outline {
        self.outlines.entry((face, id)).or_insert_with(|| {
            let mut path: Vec<PathElement> = Vec::new();
            if let Some(glyph) = face.font().outline_glyphs().get(GlyphId::new(id)) {
                let drawn = glyph.draw(&DrawOptions::new(), DrawMemory::Scratch, &mut path);
                if drawn.is_err() {
                    path.clear();
                }
            }
            let bounds = coverage::bounds(&path);
            Outline { path, bounds }
        })
    }

    fn ink(&mut self, glyphs: &[Glyph]) -> Sides {
        let mut ink: Option<Sides> = None;
        for glyph in glyphs {
            let scale = glyph.face.scale();
            let Some((left, bottom, right, top)) = self.outlined(glyph.face, glyph.id).bounds
            else {
                continue;
            };
            let (left, right) = (glyph.x + left * scale, glyph.x + right * scale);
            let (bottom, top) = (glyph.y + bottom * scale, glyph.y + top * scale);
            let (l, b, r, t) = ink.unwrap_or((left, bottom, right, top));
            ink = Some((l.min(left), b.min(bottom), r.max(right), t.max(top)));
        }
        ink.unwrap_or((0.0, 0.0, 0.0, 0.0))
    }
}
