//! The glyphs of a chunk: each outline once, with its text and the face that will hold it.

use kurbo::BezPath;
use rustc_hash::{FxHashMap, FxHashSet};

/// First code of the private use area, for glyphs whose text no font can stand for.
const PRIVATE: u32 = 0xE000;
const PRIVATE_END: u32 = 0xF8FF;
/// A second one, behind which there is no third.
const PRIVATE_MORE: u32 = 0xF_0000;

/// What tells glyphs apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    /// The font program.
    pub program: u128,
    pub glyph: u32,
    /// The character code; it decides on text and advance.
    pub code: u32,
    /// Stretch in 1/256, or a mark for glyphs of vertical lines.
    pub shape: u32,
}

/// A glyph as first met.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// In 1/1000 em, y upwards.
    pub outline: BezPath,
    /// In 1/1000 em.
    pub advance: f32,
    /// What it stands for; empty when nobody knows.
    pub text: String,
    /// It is drawn otherwise than by its outline.
    pub hidden: bool,
}

#[derive(Debug)]
pub(crate) struct Glyph {
    pub outline: BezPath,
    pub advance: f32,
    pub text: Box<str>,
    pub hidden: bool,
    /// Its text is of letters that browsers would shape anew: it is drawn under a private code, and
    /// the text lies over it unseen.
    pub shaped: bool,
    /// Index into [`Glyphs::faces`].
    pub face: u32,
    pub code: Code,
}

/// How a glyph is written in HTML.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Code {
    /// One character of the face.
    Char(char),
    /// The characters of its text, which the face makes one glyph of.
    Sequence,
    /// A space.
    Space,
    /// Not at all: it shows nothing and stands for nothing.
    Nothing,
}

/// Glyphs that share a font file: no two of them are written alike.
#[derive(Debug, Default)]
pub(crate) struct Face {
    /// Indices into [`Glyphs::list`].
    pub glyphs: Vec<u32>,
    chars: FxHashSet<char>,
    pub sequences: FxHashSet<Box<str>>,
    /// Advance of the space, in 1/1000 em, where it has one.
    pub space: Option<f32>,
    /// Codes given to glyphs without a character of their own.
    private: u32,
}

/// The table of a chunk.
#[derive(Debug, Default)]
pub(crate) struct Glyphs {
    pub list: Vec<Glyph>,
    pub faces: Vec<Face>,
    known: FxHashMap<Key, u32>,
    /// Faces of each program, in order.
    programs: FxHashMap<u128, Vec<u32>>,
    composed: FxHashMap<Box<[Part]>, u32>,
}

/// A glyph of several, and where it stands from the first one's origin, in 1/1000 em.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Part {
    pub glyph: u32,
    pub x: i32,
    pub y: i32,
}

/// The program of glyphs that are made of others.
const COMPOSED: u128 = 4;

impl Glyphs {
    /// The number of a glyph, which is looked at closely the first time only.
    pub fn number(&mut self, key: Key, look: impl FnOnce() -> Found) -> u32 {
        if let Some(&known) = self.known.get(&key) {
            return known;
        }
        let found = look();
        let number = self.add(key.program, found);
        self.known.insert(key, number);
        number
    }

    /// The number of what these glyphs are together; it stands for `text`.
    pub fn compose(&mut self, parts: Vec<Part>, text: String) -> u32 {
        if let Some(&known) = self.composed.get(&parts[..]) {
            return known;
        }
        let mut outline = BezPath::new();
        let mut advance = 0.0_f32;
        for part in &parts {
            let glyph = &self.list[part.glyph as usize];
            let by = kurbo::Affine::translate((f64::from(part.x), f64::from(part.y)));
            outline.extend(glyph.outline.iter().map(|element| by * element));
            advance = advance.max(part.x as f32 + glyph.advance);
        }
        let found = Found {
            outline,
            advance,
            text,
            hidden: false,
        };
        let number = self.add(COMPOSED, found);
        self.composed.insert(parts.into(), number);
        number
    }

    fn add(&mut self, program: u128, found: Found) -> u32 {
        let number = self.list.len() as u32;
        let (face, code) = self.place(program, &found, number);
        self.list.push(Glyph {
            outline: found.outline,
            advance: found.advance,
            shaped: is_shaped(&found.text),
            text: found.text.into(),
            hidden: found.hidden,
            face,
            code,
        });
        number
    }

    pub fn known(&self, key: &Key) -> Option<u32> {
        self.known.get(key).copied()
    }

    pub fn is_hidden(&self, number: u32) -> bool {
        self.list[number as usize].hidden
    }

    /// The first of a program's faces in which the text is free.
    fn place(&mut self, program: u128, found: &Found, number: u32) -> (u32, Code) {
        let faces = self.programs.entry(program).or_default();
        let blank = found.outline.is_empty() && !found.text.is_empty();
        if blank && found.text.chars().all(|c| c == ' ') {
            let face = *faces.first().unwrap_or(&(self.faces.len() as u32));
            if faces.is_empty() {
                faces.push(face);
                self.faces.push(Face::default());
            }
            let space = &mut self.faces[face as usize].space;
            space.get_or_insert(found.advance);
            return (face, Code::Space);
        }
        let wish = Wish::new(&found.text);
        if matches!(wish, Wish::Private) && found.outline.is_empty() {
            return (faces.first().copied().unwrap_or(0), Code::Nothing);
        }
        for &face in faces.iter() {
            if let Some(code) = self.faces[face as usize].give(wish, number) {
                return (face, code);
            }
        }
        let face = self.faces.len() as u32;
        faces.push(face);
        let mut fresh = Face::default();
        let code = fresh.give(wish, number).unwrap_or(Code::Sequence);
        self.faces.push(fresh);
        (face, code)
    }
}

#[derive(Debug, Clone, Copy)]
enum Wish<'t> {
    Char(char),
    Sequence(&'t str),
    Private,
}

impl<'t> Wish<'t> {
    fn new(text: &'t str) -> Self {
        let mut chars = text.chars();
        match (chars.next(), chars.next()) {
            (Some(c), None) if is_safe(c) => Self::Char(c),
            (Some(_), Some(_)) if text.chars().all(is_safe) && text.chars().count() <= 8 => {
                Self::Sequence(text)
            }
            _ => Self::Private,
        }
    }
}

impl Face {
    fn give(&mut self, wish: Wish<'_>, number: u32) -> Option<Code> {
        let code = match wish {
            Wish::Char(c) => self.chars.insert(c).then_some(Code::Char(c))?,
            Wish::Sequence(text) => self
                .sequences
                .insert(text.into())
                .then_some(Code::Sequence)?,
            Wish::Private => {
                let n = self.private;
                let code = if PRIVATE + n <= PRIVATE_END {
                    PRIVATE + n
                } else {
                    PRIVATE_MORE + n
                };
                self.private += 1;
                Code::Char(char::from_u32(code)?)
            }
        };
        self.glyphs.push(number);
        Some(code)
    }
}

/// Whether a text has letters that browsers would shape, turn around or combine.
fn is_shaped(text: &str) -> bool {
    let is_known = |c: char| c != ' ' && !matches!(u32::from(c), 0xE000..=0xF8FF | 0xF_0000..);
    text.chars().any(|c| is_known(c) && !is_safe(c))
}

/// Whether browsers draw a character by just looking it up in a font: no blank, nothing
/// invisible, nothing that combines, turns around or joins.
fn is_safe(c: char) -> bool {
    match u32::from(c) {
        0x21..=0x7E | 0xA1..=0xAC | 0xAE..=0x2FF => true,
        // Combining marks, and scripts whose letters change their shape or order.
        0x300..=0x36F | 0x483..=0x489 | 0x590..=0x109F => false,
        0x115F..=0x1160 | 0x135D..=0x135F | 0x1680 | 0x1700..=0x18AF => false,
        0x1A00..=0x1CFF | 0x1DC0..=0x1DFF => false,
        0x2000..=0x200F | 0x2028..=0x202F | 0x205F..=0x206F | 0x20D0..=0x20FF => false,
        0x2CEF..=0x2CF1 | 0x2D7F | 0x2DE0..=0x2DFF | 0x3000 | 0x302A..=0x302F | 0x3099..=0x309A => {
            false
        }
        0x3164 | 0xA66F..=0xA67D | 0xA69E..=0xA69F | 0xA6F0..=0xA6F1 | 0xA800..=0xA8FF => false,
        0xA900..=0xABFF | 0xD800..=0xF8FF | 0xFB1D..=0xFDFF | 0xFE00..=0xFE2F => false,
        0xFE70..=0xFEFF | 0xFFA0 | 0xFFF0..=0xFFFF => false,
        0x1_0000..=0x1_013F => true,
        0x1_0140..=0x1_CFFF | 0x1_D165..=0x1_D1AD => false,
        0x1_D000..=0x1_D7FF | 0x1_F000..=0x1_FAFF | 0x2_0000..=0x3_FFFF => true,
        0x370..=0x1DBF | 0x1E00..=0x1FFF | 0x2010..=0xD7FF | 0xF900..=0xFFEF => true,
        _ => false,
    }
}
