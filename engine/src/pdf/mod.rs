//! PDF (ISO 32000-2): pages that look like the original and read like text.
//!
//! `document/` reads what the file says about itself; `interpret/` turns a page's content into our
//! own description of it (`page/`); `layout/` finds lines and blocks; `fonts/` and `images/` make
//! files that browsers show; `html/` writes slices. Pages are made in chunks (`chunk.rs`), which
//! share fonts and nothing else. `unicode/` finds characters where fonts name none.

mod chunk;
mod document;
mod fonts;
mod glyphs;
mod html;
mod images;
mod index;
mod interpret;
mod layout;
mod lent;
mod manifest;
mod page;
mod render;
mod unicode;

pub(crate) use self::render::{render, render_slice};
