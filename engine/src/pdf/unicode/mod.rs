//! Characters for glyphs whose fonts name none (ISO 32000-2, 9.10.2).
//!
//! hayro reads `ToUnicode` and glyph names. What is left are mostly composite fonts without
//! `ToUnicode`: their CIDs are looked up in the character collection they are from (Adobe's
//! published tables), and where that is `Identity`, the glyph in the `cmap` of the font program
//! itself, turned around.
//!
//! ```text
//! let mut texts = Texts::default();       // one for an interpreter: not shared between threads
//! texts.turn_to(page);                    // before each page; costs nothing until a glyph needs it
//! texts.of(&outline_glyph)                // text of a glyph, ready to be written; empty when unknown
//! texts.of_drawn(found, code)             // the same for a Type 3 glyph, from `as_unicode()`
//! ```

mod charmap;
mod collections;
mod composite;
mod forms;

use std::rc::Rc;

use hayro_cmap::BfString;
use hayro_interpret::font::OutlineGlyph;
use hayro_syntax::page::Page;
use rustc_hash::FxHashMap;

use self::charmap::Charmap;
use self::composite::Composite;
pub(crate) use self::forms::expand;

/// What is known of the fonts of some pages.
#[derive(Default)]
pub(crate) struct Texts<'p> {
    page: Option<&'p Page<'p>>,
    /// Composite fonts of the page without `ToUnicode`; read when first asked for.
    fonts: Option<Rc<Vec<Composite>>>,
    /// Font programs' own maps, by hayro's key of the program.
    charmaps: FxHashMap<u128, Rc<Charmap>>,
}

impl<'p> Texts<'p> {
    /// Glyphs asked for from now on are on this page.
    pub fn turn_to(&mut self, page: &'p Page<'p>) {
        self.page = Some(page);
        self.fonts = None;
    }

    /// What a glyph stands for: ligatures as letters, no control characters, blanks as spaces.
    /// Empty when nobody knows.
    pub fn of(&mut self, glyph: &OutlineGlyph) -> String {
        let said = said(glyph.as_unicode());
        if !said.is_empty() && !said.chars().all(is_private) {
            return said;
        }
        let found = self.look_up(glyph).unwrap_or_default();
        if found.is_empty() { said } else { found }
    }

    /// What a glyph of a Type 3 font stands for.
    pub fn of_drawn(&self, found: Option<BfString>, _code: u32) -> String {
        said(found)
    }

    fn look_up(&mut self, glyph: &OutlineGlyph) -> Option<String> {
        // Only font programs of sfnt and CFF make are given out: all that composite fonts can have.
        let font = glyph.font_data()?;
        let program = (*font.data).as_ref();
        let name = font.postscript_name.as_deref().unwrap_or_default();
        if let Some(composite) = self.composite(name, program)
            && let Some(text) = composite.text(glyph.char_code())
        {
            return Some(expand(&text));
        }
        let charmap = self
            .charmaps
            .entry(font.cache_key)
            .or_insert_with(|| Rc::new(Charmap::read(program)));
        charmap
            .text(glyph.glyph_id().to_u32())
            .map(|c| expand(&c.to_string()))
    }

    /// The page's composite font of this name; of several the one with this program.
    fn composite(&mut self, name: &str, program: &[u8]) -> Option<&Composite> {
        if self.fonts.is_none() {
            let fonts = self.page.map(composite::of_page).unwrap_or_default();
            self.fonts = Some(Rc::new(fonts));
        }
        let fonts = self.fonts.as_deref()?;
        let mut named = fonts.iter().filter(|font| font.name == name);
        let first = named.next()?;
        let alike = named.all(|other| other.reads_like(first));
        if alike {
            return Some(first);
        }
        fonts
            .iter()
            .find(|font| font.name == name && font.has_program(program))
    }
}

/// A font's word for a glyph, ready to be written.
fn said(found: Option<BfString>) -> String {
    match found {
        Some(BfString::Char(c)) => expand(c.encode_utf8(&mut [0; 4])),
        Some(BfString::String(text)) => expand(&text),
        None => String::new(),
    }
}

/// Private use: known to the font's maker alone.
fn is_private(c: char) -> bool {
    matches!(c, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..)
}

#[cfg(test)]
mod tests;
