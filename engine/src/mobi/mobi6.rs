//! Mobipocket 6: one long HTML text, cut at its page breaks.
//! Source: MobileRead wiki, "MOBI" (filepos, recindex, mbp:pagebreak, guide).

use super::Opening;
use super::anchors::attribute;
use super::contents::{Line, Place};
use crate::Error;
use crate::xhtml::escape;

/// Elements that are opened again behind a page break, and the longest such tag.
const MOST_OPEN: usize = 32;
const LONGEST_TAG: usize = 256;
/// Elements without an end.
const VOID: [&[u8]; 10] = [
    b"br", b"hr", b"img", b"col", b"meta", b"link", b"area", b"base", b"input", b"param",
];
const BREAK: &[u8] = b"<mbp:pagebreak";

/// What the first look at the text finds.
struct Plan {
    /// Page breaks: from the tag's first byte to behind its last.
    breaks: Vec<(usize, usize)>,
    /// Bytes that links lead to, in order, each once.
    targets: Vec<usize>,
    /// Where the body's content begins.
    body: usize,
}

/// Makes the documents and contents of a Mobipocket 6 book.
///
/// # Errors
/// `EmptySpine` when there is no text; `LimitExceeded`.
pub(super) fn build(book: &mut Opening<'_, '_>, raw: Vec<u8>) -> Result<(), Error> {
    if memchr::memchr(b'<', &raw).is_none() {
        let text = plain(&book.header.decode(&raw));
        return book.chapter(path(0), "text/html", text.into_bytes());
    }
    let toc = book.read_ncx();
    let guide = guide(&raw, book);
    let plan = plan(
        &raw,
        toc.iter().chain(&guide),
        book.limits.spine_items as usize,
    );
    for (i, part) in Writer::new(&raw, &plan, book)
        .write()?
        .into_iter()
        .enumerate()
    {
        let text = book.header.decode(&part).into_owned();
        book.chapter(path(i), "text/html", text.into_bytes())?;
    }
    let target = |place: Place| match place {
        Place::Byte(at) => Some(plan.target(at, raw.len())),
        _ => None,
    };
    book.contents.toc = book.lines(toc, target);
    book.contents.landmarks = book.lines(guide, target);
    Ok(())
}

/// The path of document `i`.
fn path(i: usize) -> String {
    format!("text/part{i:04}.html")
}

/// A text without markup: a paragraph for every line.
fn plain(text: &str) -> String {
    let mut out = String::from("<html><body>");
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        out.push_str(&format!("<p>{}</p>", escape(line)));
    }
    out.push_str("</body></html>");
    out
}

/// The references of the `guide` in the text's head.
fn guide(raw: &[u8], book: &Opening<'_, '_>) -> Vec<Line> {
    const HEAD: usize = 64 << 10;
    let head = &raw[..raw.len().min(HEAD)];
    let mut lines = Vec::new();
    for at in memchr::memmem::find_iter(head, b"<reference ").take(256) {
        let tag = &head[at..];
        let tag = &tag[..memchr::memchr(b'>', tag).unwrap_or(tag.len())];
        let text = |name: &[u8]| {
            let value = book.header.decode(attribute(tag, name).unwrap_or_default());
            crate::source::unescape(&value).into_owned()
        };
        if let Some(at) = attribute(tag, b"filepos").and_then(number) {
            lines.push(Line {
                depth: 0,
                title: text(b"title"),
                kind: Some(text(b"type")),
                place: Place::Byte(at),
            });
        }
    }
    lines
}

/// A decimal number in an attribute, as far as its digits go.
fn number(value: &[u8]) -> Option<usize> {
    let end = value.iter().position(|b| !b.is_ascii_digit());
    let digits = &value[..end.unwrap_or(value.len())];
    std::str::from_utf8(digits).ok()?.parse().ok()
}

/// Looks through the text for page breaks and for what links lead to.
fn plan<'l>(raw: &[u8], lines: impl Iterator<Item = &'l Line>, most: usize) -> Plan {
    let mut targets: Vec<usize> = memchr::memmem::find_iter(raw, b"filepos=")
        .filter_map(|at| {
            let value = &raw[at + 8..raw.len().min(at + 32)];
            number(
                value
                    .strip_prefix(b"\"")
                    .or(value.strip_prefix(b"'"))
                    .unwrap_or(value),
            )
        })
        .collect();
    targets.extend(lines.filter_map(|line| match line.place {
        Place::Byte(at) => Some(at),
        _ => None,
    }));
    targets.retain(|&at| at < raw.len());
    targets.sort_unstable();
    targets.dedup();
    let body = memchr::memmem::find(raw, b"<body")
        .and_then(|at| memchr::memchr(b'>', &raw[at..]).map(|end| at + end + 1))
        .unwrap_or(0);
    let mut breaks: Vec<(usize, usize)> = Vec::new();
    let mut last = body;
    for at in memchr::memmem::find_iter(raw, BREAK) {
        let end = memchr::memchr(b'>', &raw[at..]).map_or(raw.len(), |end| at + end + 1);
        if at < body {
            continue;
        }
        // Nothing but blanks since the last one: the page would be empty.
        let empty = raw[last.min(at)..at].trim_ascii().is_empty();
        let room = breaks.len() + 1 < most;
        match breaks.last_mut() {
            Some(before) if empty => before.1 = end,
            None if empty => {}
            _ if room => breaks.push((at, end)),
            _ => {}
        }
        last = end;
    }
    // A break at the very end opens no page.
    if breaks
        .last()
        .is_some_and(|&(_, end)| is_closing(&raw[end..]))
    {
        breaks.pop();
    }
    Plan {
        breaks,
        targets,
        body,
    }
}

/// Whether only end tags and blanks are left.
fn is_closing(rest: &[u8]) -> bool {
    rest.len() < 256
        && rest
            .split(|&b| b == b'>')
            .all(|piece| piece.trim_ascii().is_empty() || piece.trim_ascii().starts_with(b"</"))
}

impl Plan {
    /// The document that holds byte `at`.
    fn part(&self, at: usize) -> usize {
        self.breaks.partition_point(|&(from, _)| from <= at)
    }

    /// Whether byte `at` is the beginning of its document.
    fn is_start(&self, at: usize) -> bool {
        let part = self.part(at);
        at <= part.checked_sub(1).map_or(self.body, |i| self.breaks[i].1)
    }

    /// Path and fragment of byte `at` in a text of `len` bytes.
    fn target(&self, at: usize, len: usize) -> String {
        let file = path(self.part(at));
        if at >= len || self.is_start(at) {
            return format!("/{file}");
        }
        format!("/{file}#filepos{at}")
    }
}

/// Writes the documents.
struct Writer<'r, 'b> {
    raw: &'r [u8],
    plan: &'r Plan,
    book: &'r Opening<'b, 'b>,
    out: Vec<u8>,
    parts: Vec<Vec<u8>>,
    /// Open elements: name and whole tag.
    open: Vec<(&'r [u8], &'r [u8])>,
    next_target: usize,
    next_break: usize,
    /// Bytes of the documents so far.
    total: usize,
}

impl<'r, 'b> Writer<'r, 'b> {
    fn new(raw: &'r [u8], plan: &'r Plan, book: &'r Opening<'b, 'b>) -> Self {
        Self {
            raw,
            plan,
            book,
            out: Vec::new(),
            parts: Vec::new(),
            open: Vec::new(),
            next_target: 0,
            next_break: 0,
            total: 0,
        }
    }

    fn write(mut self) -> Result<Vec<Vec<u8>>, Error> {
        let raw = self.raw;
        let mut at = 0;
        while at < raw.len() {
            let tag = at + memchr::memchr(b'<', &raw[at..]).unwrap_or(raw.len() - at);
            self.text(at, tag);
            if tag >= raw.len() {
                break;
            }
            let end = memchr::memchr(b'>', &raw[tag..]).map_or(raw.len(), |end| tag + end + 1);
            self.targets_to(tag, end);
            self.tag(tag, end)?;
            at = end;
        }
        self.parts.push(self.out);
        Ok(self.parts)
    }

    /// Copies text with the anchors that stand in it.
    fn text(&mut self, mut from: usize, to: usize) {
        while let Some(&target) = self.plan.targets.get(self.next_target).filter(|&&t| t < to) {
            let mut cut = target.max(from);
            // Never within a character.
            while cut > from && !self.book.header.western && self.raw[cut] & 0xC0 == 0x80 {
                cut -= 1;
            }
            self.out.extend_from_slice(&self.raw[from..cut]);
            from = cut;
            self.anchor(target);
        }
        self.out.extend_from_slice(&self.raw[from..to]);
    }

    /// Writes the anchors that lead into the tag at `from..to`, before it.
    fn targets_to(&mut self, from: usize, to: usize) {
        // A page break's own go behind it: they are the beginning of the page.
        if self.raw[from..].starts_with(BREAK) {
            return;
        }
        while let Some(&target) = self.plan.targets.get(self.next_target).filter(|&&t| t < to) {
            self.anchor(target);
        }
    }

    fn anchor(&mut self, target: usize) {
        self.next_target += 1;
        if target >= self.plan.body && !self.plan.is_start(target) {
            let anchor = format!("<a id=\"filepos{target}\"></a>");
            self.out.extend_from_slice(anchor.as_bytes());
        }
    }

    fn tag(&mut self, from: usize, to: usize) -> Result<(), Error> {
        let tag = &self.raw[from..to];
        let inside = tag[1..].strip_suffix(b">").unwrap_or(&tag[1..]);
        let closing = inside.starts_with(b"/");
        let bare = inside.strip_prefix(b"/").unwrap_or(inside);
        let len = bare
            .iter()
            .position(|b| b.is_ascii_whitespace() || *b == b'/');
        let name = &bare[..len.unwrap_or(bare.len())];
        if name.starts_with(b"mbp:pagebreak") {
            return match self.plan.breaks.get(self.next_break) {
                Some(&(at, _)) if at == from => self.page(),
                _ => Ok(()),
            };
        }
        if closing {
            if let Some(i) = self
                .open
                .iter()
                .rposition(|(open, _)| open.eq_ignore_ascii_case(name))
            {
                self.open.truncate(i);
            }
            self.out.extend_from_slice(tag);
            return Ok(());
        }
        if name.first().is_some_and(u8::is_ascii_alphabetic) {
            self.opened(name, tag, inside.ends_with(b"/"));
        }
        self.rewritten(tag, &bare[name.len()..], name);
        Ok(())
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

    /// Copies a start tag; `filepos` becomes `href`, `recindex` becomes `src`.
    fn rewritten(&mut self, tag: &[u8], attributes: &[u8], name: &[u8]) {
        let reference = if name.eq_ignore_ascii_case(b"a") {
            let at = attribute(attributes, b"filepos").and_then(number);
            at.map(|at| ("href", self.plan.target(at, self.raw.len())))
        } else if name.eq_ignore_ascii_case(b"img") {
            let n = [&b"recindex"[..], b"hirecindex", b"lorecindex"]
                .iter()
                .find_map(|name| attribute(attributes, name).and_then(number));
            n.and_then(|n| self.book.store.embeds.get(&n).cloned())
                .map(|path| ("src", path))
        } else {
            None
        };
        let Some((attribute_name, value)) = reference else {
            self.out.extend_from_slice(tag);
            return;
        };
        self.out.push(b'<');
        self.out.extend_from_slice(name);
        self.out
            .extend_from_slice(format!(" {attribute_name}=\"{value}\"").as_bytes());
        // The others stay, but for unquoted ones of ours.
        self.out.extend_from_slice(&without(attributes));
        self.out.push(b'>');
    }

    /// Ends a document and begins the next with the same elements open.
    fn page(&mut self) -> Result<(), Error> {
        self.next_break += 1;
        for (name, _) in self.open.iter().rev() {
            self.out.extend_from_slice(b"</");
            self.out.extend_from_slice(name);
            self.out.push(b'>');
        }
        self.total += self.out.len();
        if self.total as u64 > self.book.limits.spine_bytes {
            return Err(Error::LimitExceeded {
                name: "spine_bytes",
                found: self.total as u64,
                limit: self.book.limits.spine_bytes,
            });
        }
        self.parts.push(std::mem::take(&mut self.out));
        for (_, tag) in &self.open {
            self.out.extend_from_slice(tag);
        }
        Ok(())
    }
}

/// The attributes without those that have been read.
fn without(attributes: &[u8]) -> Vec<u8> {
    let mut out = attributes.to_vec();
    for name in [&b"filepos"[..], b"hirecindex", b"lorecindex", b"recindex"] {
        let Some(value) = attribute(&out, name).map(<[u8]>::to_vec) else {
            continue;
        };
        let Some(at) = memchr::memmem::find(&out, name) else {
            continue;
        };
        let Some(len) = memchr::memmem::find(&out[at..], &value) else {
            continue;
        };
        let mut end = at + len + value.len();
        if matches!(out.get(end), Some(b'"' | b'\'')) {
            end += 1;
        }
        out.drain(at..end);
    }
    out
}
