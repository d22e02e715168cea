//! Characters for glyphs of fonts that name none.
