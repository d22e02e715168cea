//! The direction of a title (EPUB 3.3 § 5.3.3, the `dir` attribute).

use crate::Direction;

/// A text of mixed scripts whose declared direction is not the one its first letter gives: a mark in
/// front of it (U+200F or U+200E) says so wherever it is shown (Unicode TR 9, rule P2).
pub(super) fn directed(text: String, declared: Direction) -> String {
    let strong = |rtl: bool| text.find(|c: char| c.is_alphabetic() && is_rtl(c) == rtl);
    let (Some(left), Some(right)) = (strong(false), strong(true)) else {
        return text;
    };
    match declared {
        Direction::Rtl if left < right => format!("\u{200F}{text}"),
        Direction::Ltr if right < left => format!("\u{200E}{text}"),
        _ => text,
    }
}

/// What an element's own `dir` says, else the package's.
pub(super) fn of(own: Option<&str>, package: Direction) -> Direction {
    match own.map(str::trim) {
        Some("rtl") => Direction::Rtl,
        Some("ltr") => Direction::Ltr,
        Some("auto") => Direction::Auto,
        _ => package,
    }
}

/// Letters of the scripts that run from the right.
fn is_rtl(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFF}'
        | '\u{10800}'..='\u{10FFF}' | '\u{1E800}'..='\u{1EFFF}')
}
