//! The documents: cut at page breaks, with anchors where links lead.

use super::super::tags::name_of;
use super::super::{Opening, dictionary};
use super::layout::Layout;
use super::plan::{Mark, Plan, find_iter};
use super::{BREAK, STYLE};
use crate::Error;

/// Elements that are opened again behind a page break, and the longest such tag.
const MOST_OPEN: usize = 32;
const LONGEST_TAG: usize = 256;
/// Elements without an end.
const VOID: [&[u8]; 11] = [
    b"br", b"hr", b"img", b"col", b"meta", b"link", b"area", b"base", b"input", b"param", b"source",
];
/// All documents and their stylesheet.
pub(super) struct Written {
    pub parts: Vec<Vec<u8>>,
    pub style: String,
}

/// Writes the documents.
pub(super) struct Writer<'r, 'b> {
    pub(super) raw: &'r [u8],
    pub(super) plan: &'r Plan,
    pub(super) book: &'r Opening<'b, 'b>,
    pub(super) out: Vec<u8>,
    parts: Vec<Vec<u8>>,
    /// What every document begins with.
    head: String,
    pub(super) layout: Layout<'r>,
    /// Open elements: name and whole tag.
    open: Vec<(&'r [u8], &'r [u8])>,
    next_mark: usize,
    next_break: usize,
    /// Bytes of the documents so far.
    total: usize,
}

impl<'r, 'b> Writer<'r, 'b> {
    pub fn new(raw: &'r [u8], plan: &'r Plan, book: &'r Opening<'b, 'b>) -> Self {
        Self {
            raw,
            plan,
            book,
            out: Vec::new(),
            parts: Vec::new(),
            head: format!("<html><head><link rel=\"stylesheet\" href=\"/{STYLE}\"/></head><body>"),
            layout: Layout::new(),
            open: Vec::new(),
            next_mark: 0,
            next_break: 0,
            total: 0,
        }
    }

    /// Writes everything behind the head. Heads hold the guide and old metadata, which
    /// are no text.
    pub fn write(mut self) -> Result<Written, Error> {
        let raw = self.raw;
        self.out.extend_from_slice(self.head.as_bytes());
        let mut at = self.plan.body;
        self.skip_marks(at);
        while at < raw.len() {
            let tag = at + memchr::memchr(b'<', &raw[at..]).unwrap_or(raw.len() - at);
            self.text(at, tag);
            if tag >= raw.len() {
                break;
            }
            let end = memchr::memchr(b'>', &raw[tag..]).map_or(raw.len(), |end| tag + end + 1);
            self.marks_to(tag, end);
            at = self.tag(tag, end)?;
        }
        self.out.extend_from_slice(b"</body></html>");
        self.parts.push(self.out);
        Ok(Written {
            parts: self.parts,
            style: self.layout.into_style(),
        })
    }

    /// Leaves out the marks before `to`.
    fn skip_marks(&mut self, to: usize) {
        self.next_mark += self.plan.marks[self.next_mark..].partition_point(|&(at, _)| at < to);
    }

    fn mark_before(&self, to: usize) -> Option<(usize, Mark)> {
        let mark = self.plan.marks.get(self.next_mark).copied();
        mark.filter(|&(at, _)| at < to)
    }

    /// Copies text with the marks that stand in it.
    fn text(&mut self, mut from: usize, to: usize) {
        while let Some((at, mark)) = self.mark_before(to) {
            let mut cut = at.max(from);
            // Never within a character.
            while cut > from && !self.book.header.western && self.raw[cut] & 0xC0 == 0x80 {
                cut -= 1;
            }
            self.out.extend_from_slice(&self.raw[from..cut]);
            from = cut;
            self.mark(at, mark);
        }
        self.out.extend_from_slice(&self.raw[from..to]);
    }

    /// Writes the marks that lead into the tag at `from..to`, before it.
    fn marks_to(&mut self, from: usize, to: usize) {
        // A page break's own go behind it: they are the beginning of the page.
        if self.raw[from..].starts_with(BREAK) {
            return;
        }
        while let Some((at, mark)) = self.mark_before(to) {
            self.mark(at, mark);
        }
    }

    fn mark(&mut self, at: usize, mark: Mark) {
        self.next_mark += 1;
        match mark {
            Mark::Target if self.plan.is_start(at) => {}
            Mark::Target => {
                let anchor = format!("<a id=\"filepos{at}\"></a>");
                self.out.extend_from_slice(anchor.as_bytes());
            }
            Mark::Word(i) => {
                let word = &self.plan.words[i];
                let (western, limits) = (self.book.header.western, self.book.limits);
                dictionary::write(word, self.raw, western, limits, &mut self.out);
            }
        }
    }

    /// Writes a tag; returns where to go on.
    fn tag(&mut self, from: usize, to: usize) -> Result<usize, Error> {
        let tag = &self.raw[from..to];
        let inside = tag[1..].strip_suffix(b">").unwrap_or(&tag[1..]);
        let bare = inside.strip_prefix(b"/").unwrap_or(inside);
        let name = name_of(bare);
        if name.starts_with(b"mbp:pagebreak") {
            if self.plan.break_at(self.next_break) == Some(from) {
                self.page()?;
            }
            return Ok(to);
        }
        if is_frame(name) {
            let is_head = name.eq_ignore_ascii_case(b"head") && bare.len() == inside.len();
            let end = is_head.then(|| find_iter(&self.raw[to..], b"</head").next());
            let next = end.flatten().map_or(to, |end| to + end);
            self.skip_marks(next);
            return Ok(next);
        }
        if bare.len() < inside.len() {
            let same = |(open, _): &(&[u8], &[u8])| open.eq_ignore_ascii_case(name);
            if let Some(i) = self.open.iter().rposition(same) {
                self.open.truncate(i);
            }
            self.out.extend_from_slice(tag);
            return Ok(to);
        }
        if name.first().is_some_and(u8::is_ascii_alphabetic) {
            self.opened(name, tag, inside.ends_with(b"/"));
        }
        self.rewritten(tag, &bare[name.len()..], name);
        Ok(to)
    }

    fn opened(&mut self, name: &'r [u8], tag: &'r [u8], empty: bool) {
        // A paragraph ends the one before it.
        if name == b"p" && self.open.last().is_some_and(|(open, _)| *open == b"p") {
            self.open.pop();
        }
        let void = VOID.iter().any(|known| known.eq_ignore_ascii_case(name));
        if !empty && !void && self.open.len() < MOST_OPEN && tag.len() <= LONGEST_TAG {
            self.open.push((name, tag));
        }
    }

    /// Ends a document and begins the next with the same elements open.
    fn page(&mut self) -> Result<(), Error> {
        self.next_break += 1;
        for (name, _) in self.open.iter().rev() {
            self.out.extend_from_slice(b"</");
            self.out.extend_from_slice(name);
            self.out.push(b'>');
        }
        self.out.extend_from_slice(b"</body></html>");
        self.total += self.out.len();
        if self.total as u64 > self.book.limits.spine_bytes {
            return Err(Error::LimitExceeded {
                name: "spine_bytes",
                found: self.total as u64,
                limit: self.book.limits.spine_bytes,
            });
        }
        self.parts.push(std::mem::take(&mut self.out));
        self.out.extend_from_slice(self.head.as_bytes());
        for (_, tag) in &self.open {
            self.out.extend_from_slice(tag);
        }
        Ok(())
    }
}

/// Elements that every document gets anew, and Mobipocket's own, which only hold others.
fn is_frame(name: &[u8]) -> bool {
    let own = name.get(..4).is_some_and(|head| {
        head.eq_ignore_ascii_case(b"mbp:") || head.eq_ignore_ascii_case(b"idx:")
    });
    own || [&b"html"[..], b"head", b"body"]
        .iter()
        .any(|known| name.eq_ignore_ascii_case(known))
}
