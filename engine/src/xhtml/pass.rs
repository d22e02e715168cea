//! The one pass: XML events in, allowed elements out.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::allow::{self, Element, Space, Verdict};
use super::document::{Document, Found, Links, Malformed, Outcome, StyleRef, StyleSource};
use super::dtbook;
use super::filter;
use super::formulas::{self, Fence};
use super::origin::Origin;
use super::trail::Trail;
use super::tree::{Body, Split, Splitting, Tree};
use crate::package::collapse;
use crate::source;

/// Runs the pass. `on_slice` is given each finished body in order.
///
/// # Errors
/// [`Malformed`] as soon as the text is not well-formed; bodies given so far are void.
pub(crate) fn run(
    document: &Document<'_>,
    links: &dyn Links,
    splitting: Splitting<'_>,
    keep_text: bool,
    on_slice: &mut dyn FnMut(Body),
) -> Result<Outcome, Malformed> {
    let mut slice = 0;
    let counter = std::cell::Cell::new(0u32);
    let mut counted = |body: Body| {
        slice += 1;
        counter.set(slice);
        on_slice(body);
    };
    // Offsets and closed tags make it a little longer than the source.
    let expected = (document.xml.len() + document.xml.len() / 8).min(MOST_EXPECTED);
    let pass = Pass {
        links,
        depth: document.depth,
        repaired: document.origins.is_some(),
        dtbook: false,
        tree: Tree::new(splitting, keep_text, expected, &mut counted),
        slice: &counter,
        frames: Vec::new(),
        skipping: 0,
        serial: 0,
        found: Found::default(),
        origin: Origin::new(document),
        trail: Trail::new(keep_text && document.has_tree),
        buffer: String::new(),
        media: String::new(),
        style_set: None,
        heading: None,
        fences: Vec::new(),
        here: Split { at: 0, offset: 0 },
        written: String::new(),
    };
    pass.read(document.xml)
}

/// An open source element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Frame {
    /// Written, with this serial; children are of `space`.
    Kept {
        serial: u64,
        space: Space,
        text_only: bool,
    },
    /// Not written, its children are.
    Unwrapped {
        space: Space,
        text_only: bool,
    },
    /// A row that stands for an `mfenced`.
    Fenced {
        serial: u64,
    },
    Head,
    Title,
    Style {
        space: Space,
    },
    /// `epub:switch`: whether a case was taken.
    Switch {
        taken: bool,
    },
}

pub(super) struct Pass<'a, 'l> {
    pub(super) links: &'l dyn Links,
    depth: usize,
    /// html5ever has been over it: raw text is what HTML takes for it.
    pub(super) repaired: bool,
    /// The document is DTBook, not XHTML.
    dtbook: bool,
    pub(super) tree: Tree<'a>,
    slice: &'a std::cell::Cell<u32>,
    pub(super) frames: Vec<Frame>,
    /// Open elements inside one that was dropped, itself included.
    skipping: usize,
    pub(super) serial: u64,
    pub(super) found: Found,
    origin: Origin<'a>,
    trail: Trail,
    /// Text of the open `style` or `title`.
    pub(super) buffer: String,
    pub(super) media: String,
    /// The title of the preferred style sheets, once one has a title.
    pub(super) style_set: Option<String>,
    /// Depth of frames at the heading whose text is being noted.
    heading: Option<usize>,
    /// Open `mfenced`s.
    pub(super) fences: Vec<Fence>,
    /// The last start tag.
    pub(super) here: Split,
    /// Attributes being written; kept for its memory.
    written: String,
}

impl Pass<'_, '_> {
    fn read(mut self, xml: &str) -> Result<Outcome, Malformed> {
        let mut reader = Reader::from_str(xml);
        let config = reader.config_mut();
        config.allow_dangling_amp = true;
        config.check_end_names = true;
        loop {
            let at = reader.buffer_position();
            match reader.read_event().map_err(|_| Malformed)? {
                Event::Start(tag) => self.start(&tag, at, false)?,
                Event::Empty(tag) => self.start(&tag, at, true)?,
                Event::End(_) => self.end(),
                Event::Text(text) => self.text(part(xml, &text)?, at, true),
                Event::CData(text) => {
                    let start = at + "<![CDATA[".len() as u64;
                    self.text(part(xml, &text)?, start, true);
                }
                Event::GeneralRef(name) => {
                    let name = part(xml, &name)?;
                    match source::resolve(name) {
                        Some(text) => self.text(&text, at, false),
                        None => self.text(&format!("&{name};"), at, false),
                    }
                }
                Event::PI(instruction) => self.instruction(&String::from_utf8_lossy(&instruction)),
                Event::Eof if self.frames.is_empty() && self.skipping == 0 => break,
                Event::Eof => return Err(Malformed),
                Event::Comment(_) | Event::Decl(_) | Event::DocType(_) => {}
            }
        }
        let splits = self.tree.finish();
        Ok(Outcome {
            found: self.found,
            splits,
        })
    }

    fn place(&mut self, at: u64) -> Split {
        Split {
            at,
            offset: self.origin.scalars(at),
        }
    }

    /// The vocabulary of children here, and whether only text may be.
    fn inside(&self) -> (Space, bool) {
        match self.frames.last() {
            None => (Space::Html, false),
            Some(
                Frame::Kept {
                    space, text_only, ..
                }
                | Frame::Unwrapped { space, text_only },
            ) => (*space, *text_only),
            Some(Frame::Fenced { .. }) => (Space::Math, false),
            Some(Frame::Head | Frame::Title | Frame::Switch { .. }) => (Space::Html, false),
            Some(Frame::Style { space }) => (*space, true),
        }
    }

    fn start(&mut self, tag: &BytesStart<'_>, at: u64, empty: bool) -> Result<(), Malformed> {
        if self.skipping > 0 {
            self.skipping += usize::from(!empty);
            return Ok(());
        }
        self.trail.enter(tag);
        let local = tag.local_name();
        let local = std::str::from_utf8(local.as_ref()).map_err(|_| Malformed)?;
        let lower;
        let (space, text_only) = self.inside();
        let local = if space == Space::Html && local.bytes().any(|byte| byte.is_ascii_uppercase()) {
            lower = local.to_ascii_lowercase();
            lower.as_str()
        } else {
            local
        };
        let frame = self.judge(tag, local, space, text_only, at)?;
        match frame {
            None if empty => self.trail.leave(),
            None => self.skipping = 1,
            Some(frame) => {
                self.frames.push(frame);
                if empty {
                    self.end();
                }
            }
        }
        Ok(())
    }

    /// Decides on one start tag and writes what it is to write. `None` drops the element.
    fn judge(
        &mut self,
        tag: &BytesStart<'_>,
        local: &str,
        space: Space,
        text_only: bool,
        at: u64,
    ) -> Result<Option<Frame>, Malformed> {
        let place = self.place(at);
        self.here = place;
        let (local, meaning) = self.translate(tag, local, space);
        if (!text_only || local == "style")
            && let Some(frame) = self.structural(tag, local, space, place)?
        {
            return Ok(frame);
        }
        if text_only {
            if (space, local) == (Space::Math, "mglyph") {
                self.tree.aside(&formulas::words(tag));
            }
            return Ok(self.text_only(local, space));
        }
        let deep = self.tree.depth() + 4 > self.depth;
        if matches!(self.frames.last(), Some(Frame::Fenced { .. })) && !deep {
            self.separate(place);
        }
        if space == Space::Math
            && !deep
            && let Some(frame) = self.formula(tag, local, place)?
        {
            return Ok(frame);
        }
        let element = match allow::judge(space, local) {
            Verdict::Drop => return Ok(None),
            Verdict::Unwrap => {
                return Ok(Some(Frame::Unwrapped {
                    space,
                    text_only: false,
                }));
            }
            Verdict::Keep(element) => element,
        };
        let text_only = element.flags & allow::TEXT != 0;
        if deep {
            self.found.flattened = true;
            return Ok(Some(Frame::Unwrapped {
                space: element.space,
                text_only,
            }));
        }
        let serial = self.keep(tag, element, meaning, space, place)?;
        Ok(Some(Frame::Kept {
            serial,
            space: element.space,
            text_only,
        }))
    }

    /// Writes the start tag of an allowed element and returns its serial.
    fn keep(
        &mut self,
        tag: &BytesStart<'_>,
        element: &'static Element,
        meaning: Option<&'static str>,
        around: Space,
        place: Split,
    ) -> Result<u64, Malformed> {
        let mut written = std::mem::take(&mut self.written);
        written.clear();
        if element.space != around && element.space != Space::Html {
            written.push_str(match element.space {
                Space::Svg => " xmlns=\"http://www.w3.org/2000/svg\"",
                _ => " xmlns=\"http://www.w3.org/1998/Math/MathML\"",
            });
        }
        let id = filter::attributes(tag, element, self.links, &mut written)?;
        if let Some(meaning) = meaning {
            dtbook::mark(tag, element, meaning, self.links, &mut written);
        }
        self.serial += 1;
        if element.flags & allow::HEADING != 0
            && self.found.heading.is_empty()
            && self.heading.is_none()
        {
            self.heading = Some(self.frames.len());
        }
        self.tree.start(element, self.serial, &id, &written, place);
        self.written = written;
        self.note_id(id, place.offset);
        Ok(self.serial)
    }

    /// DTBook's names as HTML's, with what an `epub:type` would say.
    fn translate<'n>(
        &mut self,
        tag: &BytesStart<'_>,
        local: &'n str,
        space: Space,
    ) -> (&'n str, Option<&'static str>) {
        if self.frames.is_empty() && local == "dtbook" {
            self.dtbook = true;
        }
        if !self.dtbook || space != Space::Html || self.frames.last() == Some(&Frame::Head) {
            return (local, None);
        }
        if local == "list" {
            return (dtbook::list_name(tag), None);
        }
        dtbook::html_name(local, self.tree.current_name())
    }

    /// Where only text may be, only text stays, except of what is never shown.
    fn text_only(&self, local: &str, space: Space) -> Option<Frame> {
        let never = [
            "script",
            "style",
            "foreignObject",
            "annotation",
            "annotation-xml",
        ];
        let dropped = matches!(allow::judge(space, local), Verdict::Drop) && space != Space::Svg
            || never.contains(&local);
        (!dropped).then_some(Frame::Unwrapped {
            space,
            text_only: true,
        })
    }

    /// Writes an element without content which stands in for another.
    pub(super) fn write_void(
        &mut self,
        element: &'static Element,
        id: &str,
        attributes: &str,
        place: Split,
    ) {
        self.serial += 1;
        self.tree.start(element, self.serial, id, attributes, place);
        self.note_id(id.to_owned(), place.offset);
    }

    pub(super) fn note_id(&mut self, id: String, offset: u64) {
        if !id.is_empty() {
            self.found.ids.push((id, self.slice.get(), offset));
        }
    }

    fn end(&mut self) {
        if self.skipping > 0 {
            self.skipping -= 1;
            if self.skipping == 0 {
                self.trail.leave();
            }
            return;
        }
        self.trail.leave();
        match self.frames.pop() {
            Some(Frame::Kept { serial, .. }) => self.tree.end(serial),
            Some(Frame::Fenced { serial }) => self.end_fence(serial),
            Some(Frame::Title) => {
                let title = std::mem::take(&mut self.buffer);
                if self.found.title.is_empty() {
                    collapse(
                        &title[..title.floor_char_boundary(HEADING_BYTES)],
                        &mut self.found.title,
                    );
                }
            }
            Some(Frame::Style { .. }) => {
                let rules = std::mem::take(&mut self.buffer);
                let media = std::mem::take(&mut self.media);
                self.add_style(StyleSource::Rules(rules), media);
            }
            _ => {}
        }
        if self.heading.is_some_and(|depth| self.frames.len() <= depth) {
            self.heading = None;
            self.found
                .heading
                .truncate(self.found.heading.trim_end().len());
        }
    }

    fn text(&mut self, text: &str, at: u64, linear: bool) {
        if self.skipping > 0 {
            return;
        }
        match self.frames.last() {
            Some(Frame::Head | Frame::Switch { .. } | Frame::Fenced { .. }) => {}
            Some(Frame::Title | Frame::Style { .. }) => self.buffer.push_str(text),
            // Blanks before the first element would stand in front of the body.
            _ if self.tree.is_fresh() && text.trim_ascii().is_empty() => {}
            _ => {
                if self.heading.is_some() {
                    let room = HEADING_BYTES.saturating_sub(self.found.heading.len());
                    collapse(
                        &text[..text.floor_char_boundary(room)],
                        &mut self.found.heading,
                    );
                }
                let place = self.place(at);
                self.tree.text(text, place, linear, &self.trail);
            }
        }
        self.trail.advance(text);
    }

    /// `<?xml-stylesheet href="…"?>` (Associating Style Sheets with XML documents).
    fn instruction(&mut self, text: &str) {
        let Some(rest) = text.strip_prefix("xml-stylesheet") else {
            return;
        };
        let get = |name: &str| {
            let (_, after) = rest.split_once(&format!(" {name}="))?;
            let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''))?;
            after[1..]
                .split(quote)
                .next()
                .map(|value| source::unescape(value).into_owned())
        };
        let is_css = get("type").is_none_or(|kind| kind.eq_ignore_ascii_case("text/css"));
        if let (Some(href), true, None) =
            (get("href"), is_css, get("alternate").filter(|v| v == "yes"))
        {
            let media = get("media").unwrap_or_default();
            self.add_style(StyleSource::Href(href), media);
        }
    }

    /// Notes a stylesheet. Media queries are short; a monstrous one applies to nothing.
    pub(super) fn add_style(&mut self, source: StyleSource, media: String) {
        if self.found.styles.len() < MOST_STYLES && media.len() < 1024 {
            self.found.styles.push(StyleRef { source, media });
        }
    }
}

/// `bytes`, which the reader borrows from `xml`, as text. Text need not be proved twice.
fn part<'x>(xml: &'x str, bytes: &'x [u8]) -> Result<&'x str, Malformed> {
    let at = (bytes.as_ptr() as usize).wrapping_sub(xml.as_ptr() as usize);
    let found = at.checked_add(bytes.len()).and_then(|end| xml.get(at..end));
    found.map_or_else(|| std::str::from_utf8(bytes).map_err(|_| Malformed), Ok)
}

/// Room made for a slice in advance: not more than most become.
const MOST_EXPECTED: usize = 192 << 10;

/// Titles and headings are noted up to this many bytes.
const HEADING_BYTES: usize = 400;
/// Stylesheets of one chapter; every slice of it names them all.
const MOST_STYLES: usize = 64;
