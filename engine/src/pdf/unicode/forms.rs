//! Presentation forms as the letters they stand for, so that text can be found and read aloud.

use unicode_normalization::UnicodeNormalization;

/// Ligatures and presentation forms taken apart; control characters, marks of byte order and
/// replacement characters dropped; every blank a space.
pub(crate) fn expand(text: &str) -> String {
    // Nearly always one plain letter.
    if let &[byte @ 0x20..=0x7E] = text.as_bytes() {
        return char::from(byte).into();
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\u{A0}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}' | '\u{3000}' => {
                out.push(' ');
            }
            // A soft hyphen that is drawn is a hyphen.
            '\u{AD}' => out.push('-'),
            '\u{FFFD}' | '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}' => {}
            _ if c.is_control() => {}
            _ if is_form(c) => out.extend(std::iter::once(c).nfkc()),
            _ => out.push(c),
        }
    }
    out
}

/// Forms of letters that Unicode has only because older encodings had them.
fn is_form(c: char) -> bool {
    matches!(
        c,
        // Latin and Armenian ligatures, Hebrew and Arabic presentation forms.
        '\u{FB00}'..='\u{FB06}' | '\u{FB13}'..='\u{FB17}' | '\u{FB1D}'..='\u{FDFC}'
        | '\u{FE70}'..='\u{FEFC}'
        // Forms for vertical lines and small ones.
        | '\u{FE10}'..='\u{FE19}' | '\u{FE30}'..='\u{FE48}'
        // Radicals that stand for the character itself.
        | '\u{2E9F}' | '\u{2EF3}' | '\u{2F00}'..='\u{2FD5}'
        // Ideographs that are canonically others.
        | '\u{F900}'..='\u{FAD9}'
        // Digraphs.
        | '\u{0132}' | '\u{0133}' | '\u{01C7}'..='\u{01CC}' | '\u{01F1}'..='\u{01F3}'
    )
}
