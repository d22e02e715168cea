//! Start tags as a browser reads them: addresses for places and records, classes for
//! indents.

use super::super::tags::{Attribute, attribute, attributes, number};
use super::write::Writer;

/// Elements whose `width` and `height` are an indent and a space.
const BLOCKS: [&[u8]; 9] = [
    b"p",
    b"div",
    b"blockquote",
    b"h1",
    b"h2",
    b"h3",
    b"h4",
    b"h5",
    b"h6",
];
/// Where pictures, sounds and films are named; the first that is there is taken.
const RECORDS: [&[u8]; 4] = [b"hirecindex", b"recindex", b"mediarecindex", b"lowrecindex"];

impl<'r> Writer<'r, '_> {
    /// Copies a start tag; `filepos` becomes `href`, record numbers become `src`.
    pub(super) fn rewritten(&mut self, tag: &[u8], inside: &'r [u8], name: &[u8]) {
        let is = |known: &[u8]| name.eq_ignore_ascii_case(known);
        let (added, taken): (_, &[&[u8]]) = if is(b"a") {
            let at = attribute(inside, b"filepos").and_then(number);
            let path = at.map(|at| self.plan.target(at, self.raw.len()));
            (path.map(|path| ("href", path)), &[b"filepos", b"href"])
        } else if is(b"img") || is(b"audio") || is(b"video") || is(b"source") {
            let path = RECORDS.iter().find_map(|name| {
                let n = attribute(inside, name).and_then(number)?;
                self.book.store.embeds.get(&n).cloned()
            });
            (path.map(|path| ("src", path)), &RECORDS)
        } else if BLOCKS.iter().any(|known| is(known)) {
            let get = |name| attribute(inside, name).unwrap_or_default();
            let (width, height) = (get(b"width"), get(b"height"));
            let class = if width.is_empty() && height.is_empty() || !get(b"class").is_empty() {
                None
            } else {
                self.layout.class(width, height)
            };
            (class.map(|class| ("class", class)), &[b"width", b"height"])
        } else {
            (None, &[])
        };
        let Some((new, value)) = added else {
            self.out.extend_from_slice(tag);
            return;
        };
        self.out.push(b'<');
        self.out.extend_from_slice(name);
        for part in [" ", new, "=\"", &value, "\""] {
            self.out.extend_from_slice(part.as_bytes());
        }
        let kept = |found: &Attribute<'_>| {
            let same = |name: &&&[u8]| found.name.eq_ignore_ascii_case(name);
            taken.iter().find(same).is_none() && !found.name.eq_ignore_ascii_case(new.as_bytes())
        };
        for attribute in attributes(inside).filter(kept) {
            self.out.push(b' ');
            self.out.extend_from_slice(attribute.whole);
        }
        let end: &[u8] = if inside.ends_with(b"/") { b"/>" } else { b">" };
        self.out.extend_from_slice(end);
    }
}
