//! Where the pass stands in the tree of the *source*, counted as EPUB CFI counts
//! (EPUB CFI 1.1 § 2.2 and 2.3): elements have even numbers, the text between
//! them odd ones, a place in text is a number of UTF-16 units. It is noted before
//! anything is dropped, unwrapped or moved.

use quick_xml::events::BytesStart;

use crate::source;

/// Deeper places get no path. Books nest 30 deep; a path of 100,000 steps on every
/// run of text would be an attack.
const MOST_STEPS: usize = 512;
/// Elements around a text that may assert their id.
const ASSERTED: usize = 2;
/// Longer ids are not asserted.
const LONGEST_ID: usize = 64;

/// The way from the root element to here.
#[derive(Debug, Default)]
pub(super) struct Trail {
    levels: Vec<Level>,
    /// Ids of the open elements, one after the other, escaped for a CFI.
    ids: String,
    /// UTF-16 units since the last tag, line ends normalised (XML 1.0 § 2.11).
    units: u64,
    /// Tags so far: names a text node.
    node: u64,
    /// Without it nothing is counted: pass 1 needs no paths.
    on: bool,
}

#[derive(Debug)]
struct Level {
    /// Which child element of its parent it is, from 1.
    number: u32,
    /// Child elements so far.
    children: u32,
    /// Where its id begins in [`Trail::ids`].
    id: usize,
}

impl Trail {
    pub fn new(on: bool) -> Self {
        Self {
            on,
            ..Self::default()
        }
    }

    /// A start tag, whatever becomes of it.
    pub fn enter(&mut self, tag: &BytesStart<'_>) {
        if !self.on {
            return;
        }
        let number = self.levels.last_mut().map_or(1, |parent| {
            parent.children += 1;
            parent.children
        });
        let id = self.ids.len();
        // Most tags have none, and looking at attributes is dear.
        if memchr::memmem::find(tag, b"id").is_some() {
            self.note_id(tag);
        }
        self.levels.push(Level {
            number,
            children: 0,
            id,
        });
        self.pass();
    }

    /// Its end tag.
    pub fn leave(&mut self) {
        if let Some(level) = self.levels.pop() {
            self.ids.truncate(level.id);
            self.pass();
        }
    }

    /// Text that was read, once it has been used.
    pub fn advance(&mut self, text: &str) {
        if self.on {
            self.units += units(text);
        }
    }

    /// UTF-16 units in this text node before the text being read.
    pub fn units(&self) -> u64 {
        self.units
    }

    /// A name for this text node, different from all others.
    pub fn node(&self) -> u64 {
        self.node
    }

    /// The path of this text node from the root element, without its offset. The
    /// nearest element asserts its id, if it is near: for each piece of text to name its
    /// chapter would cost more than the text. Empty when there is none to give.
    pub fn path(&self) -> String {
        let mut out = String::new();
        if !self.on || self.levels.is_empty() || self.levels.len() > MOST_STEPS {
            return out;
        }
        let end = |i: usize| {
            self.levels
                .get(i + 1)
                .map_or(self.ids.len(), |next| next.id)
        };
        let named = (1..self.levels.len())
            .rev()
            .take(ASSERTED)
            .find(|&i| self.levels[i].id < end(i));
        for (i, level) in self.levels.iter().enumerate().skip(1) {
            push_step(u64::from(level.number) * 2, &mut out);
            if named == Some(i) {
                out.push('[');
                out.push_str(&self.ids[level.id..end(i)]);
                out.push(']');
            }
        }
        let children = self.levels.last().map_or(0, |level| level.children);
        push_step(u64::from(children) * 2 + 1, &mut out);
        out
    }

    fn pass(&mut self) {
        self.units = 0;
        self.node += 1;
    }

    fn note_id(&mut self, tag: &BytesStart<'_>) {
        let found = tag
            .attributes()
            .with_checks(false)
            .flatten()
            .find(|attribute| matches!(attribute.key.0, b"id" | b"xml:id" | b"ID"));
        let Some(found) = found else { return };
        let Ok(raw) = std::str::from_utf8(&found.value) else {
            return;
        };
        let id = source::unescape(raw);
        let id = id.trim();
        if id.len() <= LONGEST_ID && !id.chars().any(char::is_control) {
            crate::locators::escape(id, &mut self.ids);
        }
    }
}

fn push_step(step: u64, out: &mut String) {
    out.push('/');
    out.push_str(&step.to_string());
}

/// UTF-16 units of `text` once its line ends are `\n`.
pub(super) fn units(text: &str) -> u64 {
    let mut units = 0;
    let mut before = 0;
    for byte in text.bytes() {
        // Four bytes are two units; a line end of two characters is one.
        units += u64::from(byte as i8 >= -0x40) + u64::from(byte >= 0xF0);
        units -= u64::from(byte == b'\n' && before == b'\r');
        before = byte;
    }
    units
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_those_of_a_dom() {
        assert_eq!(units("aé字𝒳\r\nb\r"), 1 + 1 + 1 + 2 + 1 + 1 + 1);
    }

    #[test]
    fn steps_are_counted_over_all_elements_and_the_nearest_id_is_asserted() {
        let mut trail = Trail::new(true);
        trail.enter(&BytesStart::new("html"));
        trail.enter(&BytesStart::new("head"));
        trail.leave();
        trail.enter(&BytesStart::from_content("body id=\"b\"", 4));
        trail.enter(&BytesStart::from_content("p id='a[1]'", 1));
        trail.enter(&BytesStart::new("i"));
        assert_eq!(trail.path(), "/4/2[a^[1^]]/2/1");
        trail.leave();
        trail.advance("one ");
        assert_eq!(
            (trail.path().as_str(), trail.units()),
            ("/4/2[a^[1^]]/3", 4)
        );
        trail.leave();
        assert_eq!((trail.path().as_str(), trail.units()), ("/4[b]/3", 0));
        (0..2).for_each(|_| trail.enter(&BytesStart::new("div")));
        assert_eq!(trail.path(), "/4/4/2/1");
    }
}
