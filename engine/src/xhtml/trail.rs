//! Where the pass stands in the tree of the *source*, counted as EPUB CFI counts
//! (EPUB CFI 1.1 § 2.2 and 2.3): elements have even numbers, the text between
//! them odd ones, a place in text is a number of UTF-16 units. It is noted before
//! anything is dropped, unwrapped or moved.

use quick_xml::events::BytesStart;

use super::escape;
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
    /// Steps of the open elements below the root, one after the other.
    steps: String,
    /// UTF-16 units since the last tag, line ends normalised (XML 1.0 § 2.11).
    units: u64,
    /// Tags so far: names a text node.
    node: u64,
    /// Without it nothing is counted: pass 1 needs no paths.
    on: bool,
}

#[derive(Debug)]
struct Level {
    /// Child elements so far.
    children: u32,
    /// Where its id begins in [`Trail::ids`].
    id: usize,
    /// Where its step ends in [`Trail::steps`].
    step: usize,
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
        if let Some(parent) = self.levels.last_mut() {
            parent.children += 1;
            push_step(u64::from(parent.children) * 2, &mut self.steps);
        }
        let id = self.ids.len();
        // Most tags have none, and looking at attributes is dear.
        if memchr::memmem::find(tag, b"id").is_some() {
            self.note_id(tag);
        }
        self.levels.push(Level {
            children: 0,
            id,
            step: self.steps.len(),
        });
        self.pass();
    }

    /// Its end tag.
    pub fn leave(&mut self) {
        if let Some(level) = self.levels.pop() {
            self.ids.truncate(level.id);
            let step = self.levels.last().map_or(0, |parent| parent.step);
            self.steps.truncate(step);
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
        let Some(here) = self
            .levels
            .last()
            .filter(|_| self.levels.len() <= MOST_STEPS)
        else {
            return String::new();
        };
        let end = |i: usize| {
            self.levels
                .get(i + 1)
                .map_or(self.ids.len(), |next| next.id)
        };
        let named = (1..self.levels.len())
            .rev()
            .take(ASSERTED)
            .find(|&i| self.levels[i].id < end(i));
        let mut out = String::with_capacity(self.steps.len() + 24);
        let mut written = 0;
        if let Some(i) = named {
            written = self.levels[i].step;
            out.push_str(&self.steps[..written]);
            out.push('[');
            out.push_str(&self.ids[self.levels[i].id..end(i)]);
            out.push(']');
        }
        out.push_str(&self.steps[written..]);
        push_step(u64::from(here.children) * 2 + 1, &mut out);
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
    escape::push_number(step, out);
}

/// UTF-16 units of `text` once its line ends are `\n`.
pub(super) fn units(text: &str) -> u64 {
    let bytes = text.as_bytes();
    let (scalars, wide) = scalars_and_wide(text);
    // A line end of two characters is one.
    let ends = memchr::memchr_iter(b'\r', bytes).filter(|i| bytes.get(i + 1) == Some(&b'\n'));
    scalars + wide - ends.count() as u64
}

/// Unicode scalars of `text`, and how many of them are two UTF-16 units (four bytes).
pub(super) fn scalars_and_wide(text: &str) -> (u64, u64) {
    if text.is_ascii() {
        return (text.len() as u64, 0);
    }
    // All bytes but the continuations begin a scalar.
    let scalars = text.bytes().filter(|&byte| byte as i8 >= -0x40).count();
    let wide = text.bytes().filter(|&byte| byte >= 0xF0).count();
    (scalars as u64, wide as u64)
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
