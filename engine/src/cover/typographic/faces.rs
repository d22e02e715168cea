//! The bundled fonts, and which of them sets a character. `assets/fonts/README.md` says what they
//! are, how they were made, and under which licences they stand.

use std::sync::OnceLock;

use harfrust::font::Font;
use unicode_normalization::char::is_combining_mark;

/// A bundled font. All have 1,000 units in the em.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Face {
    Roman,
    Italic,
    Arabic,
    Hebrew,
    EastAsian,
    Thai,
    Devanagari,
    Bengali,
    Tamil,
    Georgian,
    Armenian,
}

/// How a line is set where the script knows the difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Style {
    Roman,
    Italic,
    /// Small capitals, letterspaced.
    SmallCapitals,
}

macro_rules! file {
    ($name:literal) => {
        include_bytes!(concat!("../../../assets/fonts/", $name)).as_slice()
    };
}

impl Face {
    /// The parsed font; parsed once in a process, and only when a text needs it.
    pub fn font(self) -> &'static Font {
        static FONTS: [OnceLock<Font>; 11] = [const { OnceLock::new() }; 11];
        FONTS[self as usize]
            .get_or_init(|| Font::new(self.file(), 0).expect("a bundled font can be read"))
    }

    fn file(self) -> &'static [u8] {
        match self {
            Self::Roman => file!("roman.otf"),
            Self::Italic => file!("italic.otf"),
            Self::Arabic => file!("arabic.ttf"),
            Self::Hebrew => file!("hebrew.ttf"),
            Self::EastAsian => file!("east-asian.otf"),
            Self::Thai => file!("thai.ttf"),
            Self::Devanagari => file!("devanagari.ttf"),
            Self::Bengali => file!("bengali.ttf"),
            Self::Tamil => file!("tamil.ttf"),
            Self::Georgian => file!("georgian.ttf"),
            Self::Armenian => file!("armenian.ttf"),
        }
    }

    /// Distance of baselines, in thousandths of the type size.
    pub fn leading(self) -> f32 {
        match self {
            Self::Roman | Self::Italic => 1120.0,
            Self::Georgian | Self::Armenian | Self::Hebrew => 1220.0,
            Self::EastAsian => 1300.0,
            Self::Tamil | Self::Thai | Self::Devanagari | Self::Bengali => 1400.0,
            Self::Arabic => 1600.0,
        }
    }

    /// Size beside Garamond's small letters, so that mixed lines look even.
    pub fn scale(self) -> f32 {
        match self {
            Self::Roman | Self::Italic => 1.0,
            Self::Arabic => 1.2,
            Self::Hebrew => 0.86,
            Self::EastAsian => 0.86,
            Self::Thai | Self::Devanagari | Self::Bengali => 0.86,
            Self::Tamil | Self::Georgian | Self::Armenian => 0.8,
        }
    }

    /// Whether long words may be broken with a hyphen.
    pub fn hyphenates(self) -> bool {
        matches!(
            self,
            Self::Roman | Self::Italic | Self::Georgian | Self::Armenian
        )
    }

    pub fn covers(self, c: char) -> bool {
        self.font().charmap().map_unicode(c).is_some()
    }
}

/// The face that sets `c` after something set in `before`, or `None` when no face has it.
///
/// Spaces, digits, marks and punctuation stay with their neighbours.
pub(super) fn face_of(c: char, before: Option<Face>, style: Style) -> Option<Face> {
    let western = if style == Style::Italic {
        Face::Italic
    } else {
        Face::Roman
    };
    let home = home(c);
    let own = home.into_iter();
    let first = match home {
        // Kana, wide punctuation and the like are of one script only; the rest stays.
        None if !c.is_alphabetic() || is_combining_mark(c) => before,
        _ => None,
    };
    first
        .into_iter()
        .chain(own)
        .chain([western, Face::Roman])
        .find(|face| face.covers(c))
}

/// The face of a script.
fn home(c: char) -> Option<Face> {
    Some(match c as u32 {
        0x0530..=0x058F | 0xFB13..=0xFB17 => Face::Armenian,
        0x0590..=0x05FF | 0xFB1D..=0xFB4F => Face::Hebrew,
        0x0600..=0x06FF | 0x0750..=0x077F | 0x08A0..=0x08FF | 0xFB50..=0xFDFF | 0xFE70..=0xFEFC => {
            Face::Arabic
        }
        0x0900..=0x097F => Face::Devanagari,
        0x0980..=0x09FF => Face::Bengali,
        0x0B80..=0x0BFF => Face::Tamil,
        0x0E00..=0x0E7F => Face::Thai,
        0x10A0..=0x10FF | 0x1C90..=0x1CBF | 0x2D00..=0x2D2F => Face::Georgian,
        0x1100..=0x11FF
        | 0x2E80..=0xA4CF
        | 0xAC00..=0xD7A3
        | 0xF900..=0xFAFF
        | 0xFE30..=0xFE6F
        | 0xFF00..=0xFFEF
        | 0x20000..=0x3FFFD => Face::EastAsian,
        _ => return None,
    })
}
