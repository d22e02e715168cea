//! Slices: where they begin (pass 1) and what they hold (pass 2).
//!
//! # Offset definition 1
//! An offset into an item is the number of Unicode scalar values that precede a
//! point in the item's *source text*: the entry's bytes, decoded as
//! [`crate::source::decode`] says (byte order mark excluded, line ends and markup
//! as they stand). It does not depend on any parser: two programs that decode
//! alike count alike. `data-o` on a block is the offset of the `<` of the source
//! tag it came from (for the rest of a block that was split: of the character the
//! split stands before). Locators store it; it is frozen. In a repaired chapter
//! the tag is the last one at or before the block's first character.

mod emit;
mod index;
mod kept;
mod page;
mod scan;
mod size;

pub(crate) use emit::{Emitted, emit};
pub(crate) use index::{Index, ItemIndex, Shape};
pub(crate) use kept::{ROOM, Shelf};
pub(crate) use scan::scan_all;

/// Files above this are handled one at a time, so that memory stays bounded.
pub(crate) const LARGE: u64 = 2 << 20;
