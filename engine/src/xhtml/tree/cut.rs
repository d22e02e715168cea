//! Where a slice ends, and how the next one begins.

use super::{Body, PreStart, Split, Splitting, Tree};
use crate::xhtml::allow::{BLOCK, Element, PLAIN};

impl Tree<'_> {
    pub(super) fn cut_before(&mut self, element: &Element, place: Split) {
        let cut = match &self.splitting {
            Splitting::Follow(ahead) => ahead.first().is_some_and(|next| next.at == place.at),
            Splitting::Find { soft, hard, .. } => {
                let size = self.html.len() - self.base;
                let plain = || self.open.iter().all(|open| open.element.flags & PLAIN != 0);
                element.flags & BLOCK != 0
                    && self.whole == 0
                    && size >= *soft
                    && (size >= *hard
                        || self.together == 0
                            && !self.is_spanned(element)
                            && !self.after_heading
                            && (size >= 2 * soft || plain()))
            }
        };
        if cut {
            self.cut(place);
        }
    }

    /// Whether cells of rows before reach into the row that begins.
    fn is_spanned(&self, element: &Element) -> bool {
        let mut tables = self.open.iter().rev();
        element.name == "tr"
            && tables
                .find(|open| open.element.name == "table")
                .is_some_and(|table| table.going_on.is_spanned())
    }

    /// How many bytes of `text` still belong to this slice, if it ends within.
    pub(super) fn text_cut(&self, text: &str, place: Split, linear: bool) -> Option<usize> {
        match &self.splitting {
            Splitting::Follow(ahead) => {
                let at = ahead.first()?.at.checked_sub(place.at)? as usize;
                (at < text.len() && (linear || at == 0)).then_some(at)
            }
            Splitting::Find { hard, .. } => {
                if self.whole > 0 || text.is_empty() {
                    return None;
                }
                let room = hard.saturating_sub(self.html.len() - self.base);
                if room == 0 {
                    return Some(0);
                }
                if !linear || text.len() <= room {
                    return None;
                }
                // At a blank in the second half of the room, else anywhere.
                let end = text.floor_char_boundary(room);
                let blank = text.as_bytes()[end / 2..end]
                    .iter()
                    .rposition(|byte| *byte == b' ' || *byte == b'\n');
                let cut = blank.map_or(end, |i| end / 2 + i + 1);
                // A line end of two characters is one.
                let halves = text[..cut].ends_with('\r') && text[cut..].starts_with('\n');
                Some(cut - usize::from(halves)).filter(|&cut| cut > 0)
            }
        }
    }

    /// Ends the slice here: closes everything, and opens it again in the next.
    pub(super) fn cut(&mut self, place: Split) {
        match &mut self.splitting {
            Splitting::Find { found, .. } => found.push(place),
            Splitting::Follow(ahead) => *ahead = ahead.get(1..).unwrap_or_default(),
        }
        for i in (0..self.open.len()).rev() {
            self.write_end(self.open[i].element);
        }
        // The next slice of a long chapter is likely to become as long.
        let capacity = self.html.len().min(1 << 20);
        self.hand_over();
        self.html.reserve(capacity);
        for i in 0..self.open.len() {
            self.open_again(i, place);
        }
        self.base = self.html.len();
        self.after_heading = false;
        self.pre_start = if self.current_name() == "pre" {
            PreStart::Continued
        } else {
            PreStart::No
        };
    }

    /// Writes the start tag of the `i`-th open element once more.
    fn open_again(&mut self, i: usize, place: Split) {
        let (element, inner) = (self.open[i].element, self.open.get(i + 1));
        let inner = inner.map_or("", |open| open.element.name);
        let attributes = self.own_attributes(i).to_owned();
        let going_on = &self.open[i].going_on;
        let attributes = going_on.attributes(attributes, inner == "li");
        let after = going_on.before_rest(inner);
        self.open[i].start = self.html.len();
        self.html.push('<');
        self.html.push_str(element.name);
        self.html.push_str(&attributes);
        self.html.push_str(" data-continued=\"\"");
        if element.flags & BLOCK != 0 {
            self.html.push_str(" data-o=\"");
            self.html.push_str(&place.offset.to_string());
            self.html.push('"');
        }
        self.html.push('>');
        self.html.push_str(&after);
    }

    pub(super) fn hand_over(&mut self) {
        let html = std::mem::take(&mut self.html);
        let text = self.prose.take();
        (self.on_slice)(Body { html, text });
    }
}
