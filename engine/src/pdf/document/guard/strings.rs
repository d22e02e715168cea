//! How much one operator shows. hayro holds all glyphs of an operator at once, some 270 bytes each,
//! before anybody can count them.

use hayro_syntax::content::TypedIter;
use hayro_syntax::content::ops::TypedInstruction;
use hayro_syntax::object::{Array, Object};

/// Content up to this size has no string that matters.
pub(super) const SHORT: u64 = 256 << 10;

/// Whether no operator shows more than `most` bytes of text.
pub(super) fn are_short(content: &[u8], most: u64) -> bool {
    if content.len() as u64 <= SHORT.min(most) {
        return true;
    }
    let mut operators = TypedIter::new(content);
    while let Some(operator) = operators.next() {
        let shown = match &operator {
            TypedInstruction::ShowText(shown) => shown.0.len(),
            TypedInstruction::NextLineAndShowText(shown) => shown.0.len(),
            TypedInstruction::ShowTextWithParameters(shown) => shown.2.len(),
            TypedInstruction::ShowTexts(shown) => length(shown.0),
            _ => 0,
        };
        if shown as u64 > most {
            return false;
        }
    }
    true
}

fn length(parts: &Array<'_>) -> usize {
    let strings = parts.iter::<Object<'_>>().filter_map(|part| match part {
        Object::String(text) => Some(text.as_bytes().len()),
        _ => None,
    });
    strings.sum()
}
