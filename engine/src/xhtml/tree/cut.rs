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
                    && (size >= *hard || !self.after_heading && (size >= 2 * soft || plain()))
            }
        };
        if cut {
            self.cut(place);
        }
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
                Some(blank.map_or(end, |i| end / 2 + i + 1)).filter(|&cut| cut > 0)
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
        self.hand_over();
        for i in 0..self.open.len() {
            let open = &self.open[i];
            self.html.push('<');
            self.html.push_str(open.element.name);
            let attributes = self.own_attributes(i).to_owned();
            let list_start = open.element.name == "ol" && open.items > 0 && !open.reversed;
            let (items, inside) = (
                open.items,
                self.open
                    .get(i + 1)
                    .is_some_and(|inner| inner.element.name == "li"),
            );
            if list_start {
                // An item that goes on keeps its number; the next one gets its own.
                self.html
                    .push_str(&continued_list(&attributes, items - u32::from(inside)));
            } else {
                self.html.push_str(&attributes);
            }
            self.html.push_str(" data-continued=\"\"");
            if self.open[i].element.flags & BLOCK != 0 {
                self.html.push_str(&format!(" data-o=\"{}\"", place.offset));
            }
            self.html.push('>');
        }
        self.base = self.html.len();
        self.text_open = false;
        self.after_heading = false;
        self.pre_start = if self.current_name() == "pre" {
            PreStart::Continued
        } else {
            PreStart::No
        };
    }

    pub(super) fn hand_over(&mut self) {
        let capacity = self.html.len().min(1 << 20);
        let html = std::mem::replace(&mut self.html, String::with_capacity(capacity));
        let text = std::mem::take(&mut self.text);
        self.text_open = false;
        (self.on_slice)(Body { html, text });
    }
}

/// The attributes of a list that goes on after `done` items.
fn continued_list(attributes: &str, done: u32) -> String {
    let (before, value, after) = match attributes.split_once(" start=\"") {
        Some((before, rest)) => {
            let (value, after) = rest.split_once('"').unwrap_or((rest, ""));
            (before, value.trim().parse::<i64>().unwrap_or(1), after)
        }
        None => (attributes, 1, ""),
    };
    format!(
        "{before}{after} start=\"{}\"",
        value.saturating_add(i64::from(done))
    )
}
