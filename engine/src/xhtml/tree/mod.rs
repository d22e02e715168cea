//! The output side: open elements, the moves an HTML parser would make, and the
//! cuts between slices.
//!
//! Every start tag goes through [`Tree::start`], which first closes or opens what
//! an HTML parser would (HTML § 13.2.6.4: `p` before blocks, `li` before `li`,
//! the implied `tbody`, …), so that both parsers agree on the result.

mod cut;
mod going_on;
mod nesting;
mod prose;

use self::going_on::GoingOn;
use self::prose::Prose;
use super::allow::{BLOCK, BREAKS, CLOSES_P, Element, HEADING, Space, TOGETHER, VOID, WHOLE};
use super::escape::{escape_into, is_dropped};
use super::trail::{Trail, units};
use crate::locators::TextBlock;

/// Where a slice begins inside its item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Split {
    /// Byte of the pass's input. Unlike `offset` it is unique for every event.
    pub at: u64,
    /// Scalars of the decoded source before it (offset definition 1).
    pub offset: u64,
}

/// Whether the tree looks for places to cut, or cuts where it is told.
#[derive(Debug)]
pub(crate) enum Splitting<'a> {
    /// Pass 1: sizes in bytes; places are collected.
    Find {
        soft: usize,
        hard: usize,
        found: Vec<Split>,
    },
    /// Pass 2: the places of pass 1 that are still ahead.
    Follow(&'a [Split]),
}

/// One finished slice's body.
#[derive(Debug, Clone, Default)]
pub(crate) struct Body {
    pub html: String,
    pub text: Vec<TextBlock>,
}

struct Open {
    element: &'static Element,
    /// Names the source element; 0 for implied ones.
    serial: u64,
    /// Where its attributes begin in [`Tree::attributes`].
    attributes: usize,
    /// Where its tag begins in the slice.
    start: usize,
    /// What an element has to know to go on in another slice.
    going_on: GoingOn,
}

/// Attributes longer than this are not repeated when an element continues.
const REPEATED_ATTRIBUTES: usize = 2048;
/// All repeated attributes together.
const REPEATED_TOTAL: usize = 64 << 10;

#[derive(Clone, Copy, PartialEq, Eq)]
enum PreStart {
    /// Not at the start of a `pre`.
    No,
    /// After the `pre` of the source: a newline there is layout of the source.
    Fresh,
    /// After a `pre` opened again by a cut, or after what is not written: a newline there is content.
    Continued,
}

/// The output tree.
pub(crate) struct Tree<'a> {
    html: String,
    open: Vec<Open>,
    /// Serialised attributes of the open elements, one after the other, without `id`.
    attributes: String,
    splitting: Splitting<'a>,
    /// Bytes of `html` that repeat the ancestors.
    base: usize,
    /// Open elements a slice may not end in.
    whole: u32,
    /// Open elements a slice ends in only when it must.
    together: u32,
    after_heading: bool,
    /// Nothing stands yet in the open `pre`, where HTML ignores one newline.
    pre_start: PreStart,
    prose: Prose,
    /// Open `rt` and `rp`, whose text is not part of the sentence.
    glosses: u32,
    keep_text: bool,
    on_slice: &'a mut dyn FnMut(Body),
}

impl<'a> Tree<'a> {
    /// `expected` is how many bytes a body may become; `on_slice` is given every finished one, in
    /// order.
    pub fn new(
        splitting: Splitting<'a>,
        keep_text: bool,
        expected: usize,
        on_slice: &'a mut dyn FnMut(Body),
    ) -> Self {
        Self {
            html: String::with_capacity(expected),
            open: Vec::new(),
            attributes: String::new(),
            splitting,
            base: 0,
            whole: 0,
            together: 0,
            after_heading: false,
            pre_start: PreStart::No,
            prose: Prose::default(),
            glosses: 0,
            keep_text,
            on_slice,
        }
    }

    /// Whether nothing has been written into this slice.
    pub fn is_fresh(&self) -> bool {
        self.html.is_empty()
    }

    /// Number of open elements.
    pub fn depth(&self) -> usize {
        self.open.len()
    }

    /// Opens `element`. `attributes` are serialised, without `id`.
    pub fn start(
        &mut self,
        element: &'static Element,
        serial: u64,
        id: &str,
        attributes: &str,
        place: Split,
    ) {
        self.cut_before(element, place);
        if element.space == Space::Html || matches!(element.name, "svg" | "math") {
            if element.name == "a" && self.is_open("a") {
                return;
            }
            if !self.prepare(element, place) {
                return;
            }
        }
        self.push(element, serial, id, attributes, place);
    }

    /// Closes the element opened with `serial`, if the tree has not closed it already.
    pub fn end(&mut self, serial: u64) {
        if let Some(i) = self.open.iter().rposition(|open| open.serial == serial) {
            self.close_to(i);
        }
    }

    /// Writes text that stands at `place` in the source; `linear` when a byte of
    /// `text` is a byte of the pass's input, so that it may be cut anywhere.
    pub fn text(&mut self, text: &str, place: Split, linear: bool, trail: &Trail) {
        let mut rest = text;
        let mut place = place;
        while let Some(bytes) = self.text_cut(rest, place, linear) {
            let before = &text[..text.len() - rest.len()];
            self.write_text(&rest[..bytes], before, place, trail);
            place.offset += rest[..bytes].chars().count() as u64;
            place.at += bytes as u64;
            rest = &rest[bytes..];
            self.cut(place);
        }
        let before = &text[..text.len() - rest.len()];
        self.write_text(rest, before, place, trail);
    }

    /// Writes text that is not the book's: it has no place in the source.
    pub fn aside(&mut self, text: &str) {
        escape_into(text, &mut self.html);
    }

    /// Ends the document: the last slice, and the places found.
    pub fn finish(mut self) -> Vec<Split> {
        self.close_to(0);
        self.hand_over();
        match self.splitting {
            Splitting::Find { found, .. } => found,
            Splitting::Follow(_) => Vec::new(),
        }
    }

    fn is_open(&self, name: &str) -> bool {
        self.open.iter().any(|open| open.element.name == name)
    }

    fn current(&self) -> Option<&'static Element> {
        self.open.last().map(|open| open.element)
    }

    /// The name of the innermost open element.
    pub fn current_name(&self) -> &'static str {
        self.current().map_or("", |element| element.name)
    }

    fn push(
        &mut self,
        element: &'static Element,
        serial: u64,
        id: &str,
        attributes: &str,
        place: Split,
    ) {
        if element.flags & (CLOSES_P | BLOCK | BREAKS) != 0 {
            self.prose.end_block();
        }
        if let Some(around) = self.open.last_mut() {
            around.going_on.child(element, attributes);
        }
        if matches!(element.name, "tr" | "td" | "th")
            && let Some(table) = self
                .open
                .iter_mut()
                .rfind(|open| open.element.name == "table")
        {
            table.going_on.span(element, attributes);
        }
        let start = self.html.len();
        if element.name == "br" {
            self.prose.blank();
        }
        self.html.push('<');
        self.html.push_str(element.name);
        if !id.is_empty() {
            super::escape::write("id", id, &mut self.html);
        }
        self.html.push_str(attributes);
        if element.flags & BLOCK != 0 {
            self.html.push_str(" data-o=\"");
            super::escape::push_number(place.offset, &mut self.html);
            self.html.push('"');
        }
        self.after_heading = element.flags & HEADING != 0;
        self.pre_start = if element.name == "pre" {
            PreStart::Fresh
        } else {
            PreStart::No
        };
        if element.flags & VOID != 0 {
            self.html.push_str("/>");
            return;
        }
        self.html.push('>');
        let kept = self.attributes.len();
        if attributes.len() <= REPEATED_ATTRIBUTES && kept + attributes.len() <= REPEATED_TOTAL {
            self.attributes.push_str(attributes);
        }
        self.whole += u32::from(element.flags & WHOLE != 0);
        self.together += u32::from(element.flags & TOGETHER != 0);
        self.glosses += u32::from(matches!(element.name, "rt" | "rp"));
        self.open.push(Open {
            element,
            serial,
            attributes: kept,
            start,
            going_on: GoingOn::new(element, attributes),
        });
    }

    /// Closes elements until `len` are open.
    fn close_to(&mut self, len: usize) {
        while self.open.len() > len {
            let Some(open) = self.open.pop() else { return };
            self.attributes.truncate(open.attributes);
            self.write_end(open.element);
            if let ("thead" | "colgroup", Some(table)) = (open.element.name, self.open.last_mut()) {
                table
                    .going_on
                    .repeat(self.html.get(open.start..).unwrap_or_default());
            }
            self.whole -= u32::from(open.element.flags & WHOLE != 0);
            self.together -= u32::from(open.element.flags & TOGETHER != 0);
            self.glosses -= u32::from(matches!(open.element.name, "rt" | "rp"));
            if open.element.flags & (CLOSES_P | BLOCK | BREAKS) != 0 {
                self.prose.end_block();
            }
            self.after_heading = open.element.flags & HEADING != 0;
            self.pre_start = PreStart::No;
        }
    }

    fn write_end(&mut self, element: &Element) {
        self.html.push_str("</");
        self.html.push_str(element.name);
        self.html.push('>');
    }

    /// `before` is what stands before `text` in the same event.
    fn write_text(&mut self, text: &str, before: &str, place: Split, trail: &Trail) {
        if text.is_empty() {
            return;
        }
        if let Some(element) = self
            .current()
            .filter(|element| element.space == Space::Html)
        {
            let structural = matches!(
                element.name,
                "table" | "tbody" | "thead" | "tfoot" | "tr" | "colgroup"
            );
            let blank = |byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
            if structural && !text.bytes().all(blank) {
                self.imply_cell(place);
            }
        }
        if self.keep_text && self.glosses == 0 {
            self.prose.text(text, place.offset, units(before), trail);
        }
        let text = match self.pre_start {
            PreStart::No => text,
            _ => self.begin_pre(text),
        };
        escape_into(text, &mut self.html);
    }

    /// The first text of a `pre`, without the newline that HTML ignores there.
    fn begin_pre<'t>(&mut self, text: &'t str) -> &'t str {
        let mut shown = text.trim_start_matches(is_dropped);
        if shown.len() < text.len() {
            // What was dropped stood before the newline in the source.
            self.pre_start = PreStart::Continued;
        }
        if self.pre_start == PreStart::Fresh {
            let rest = shown
                .strip_prefix("\r\n")
                .or_else(|| shown.strip_prefix(['\n', '\r']));
            shown = rest.unwrap_or(shown);
        }
        if shown.starts_with(['\n', '\r']) {
            // Something must stand before this newline, or HTML would ignore it.
            self.html.push_str("<span></span>");
        }
        if !shown.is_empty() {
            self.pre_start = PreStart::No;
        }
        shown
    }
}
