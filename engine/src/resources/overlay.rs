//! Media overlays: SMIL (EPUB 3.3 § 9) to a timeline in JSON.
//!
//! The form is Readium's Synchronized Narration (`application/vnd.syncnarr+json`):
//! `narration` holds items of `text` and `audio`, and, for a `seq`, a `narration` of its
//! own; `role` is the first `epub:type`, by which a player skips or leaves. Three things
//! go beyond it. `text` is a whole reference (`../slices/4.html#id`), because a chapter
//! may be cut into several slices, and so is `audio`, because a chapter may be read from
//! several files; `textRef` and `audioRef` name the first of each. `roles` holds all
//! types when there are several. A `seq` may have a `text` of its own: what it reads.

use serde_json::{Map, Value, json};

use crate::book::{Book, Resolver};
use crate::package::{Document, seconds};
use crate::slices::Index;
use crate::source::decode;
use crate::xhtml::Links;

/// The timeline of one file. Links are relative to the timeline's own place.
pub(super) fn timeline(book: &Book<'_>, index: &Index, item: usize, bytes: &[u8]) -> Vec<u8> {
    let document = Document::parse(&decode(bytes));
    let reader = Reader {
        resolver: Resolver {
            targets: Some(index),
            ..Resolver::new(book, &book.package.items[item].path, "")
        },
        document: &document,
    };
    let body = document.find("body").unwrap_or(0);
    let mut out = Map::new();
    reader.roles(body, &mut out);
    let (narration, first) = reader.narration(body);
    for (name, reference) in [("textRef", first.text), ("audioRef", first.audio)] {
        if let Some(reference) = reference {
            out.insert(name.into(), reference.into());
        }
    }
    if let Some(duration) = book.package.overlays.durations.get(&item) {
        out.insert("duration".into(), json!(duration));
    }
    out.insert("narration".into(), narration.into());
    serde_json::to_vec(&out).unwrap_or_default()
}

/// The first file of each kind that a timeline refers to.
#[derive(Default)]
struct First {
    text: Option<String>,
    audio: Option<String>,
}

/// A `seq` that is being filled.
struct Open {
    node: u32,
    value: Map<String, Value>,
    items: Vec<Value>,
}

struct Reader<'r> {
    resolver: Resolver<'r>,
    document: &'r Document,
}

impl Reader<'_> {
    /// Everything below `body`, `seq`s nested, without recursion. Past `overlay_pairs` the
    /// rest is dropped, deeper than `overlay_depth` it is lifted.
    fn narration(&self, body: u32) -> (Vec<Value>, First) {
        let limits = &self.resolver.book.limits;
        let (mut root, mut first) = (Vec::new(), First::default());
        let mut open: Vec<Open> = Vec::new();
        let mut pairs = 0;
        for node in self.document.elements(body) {
            while open
                .last()
                .is_some_and(|seq| !self.document.contains(seq.node, node))
            {
                close(&mut open, &mut root);
            }
            match self.document.name(node) {
                "seq" if (open.len() as u64) < limits.overlay_depth => {
                    let mut value = Map::new();
                    self.roles(node, &mut value);
                    if let Some(text) = self.text(node, "epub:textref") {
                        value.insert("text".into(), text.into());
                    }
                    open.push(Open {
                        node,
                        value,
                        items: Vec::new(),
                    });
                }
                "par" if pairs < limits.overlay_pairs => {
                    let Some(pair) = self.pair(node, &mut first) else {
                        continue;
                    };
                    pairs += 1;
                    open.last_mut()
                        .map_or(&mut root, |seq| &mut seq.items)
                        .push(pair);
                }
                _ => {}
            }
        }
        while !open.is_empty() {
            close(&mut open, &mut root);
        }
        (root, first)
    }

    /// One `par`. Without sound the text is for a speech synthesiser; without text it is
    /// nothing a reader can show.
    fn pair(&self, par: u32, first: &mut First) -> Option<Value> {
        let mut out = Map::new();
        self.roles(par, &mut out);
        let text = self.text(self.document.child(par, "text")?, "src")?;
        first.text.get_or_insert_with(|| bare(&text).to_owned());
        out.insert("text".into(), text.into());
        if let Some(audio) = self
            .document
            .child(par, "audio")
            .and_then(|at| self.audio(at))
        {
            first.audio.get_or_insert_with(|| bare(&audio).to_owned());
            out.insert("audio".into(), audio.into());
        }
        Some(Value::Object(out))
    }

    fn text(&self, at: u32, attribute: &str) -> Option<String> {
        let url = self.document.attribute(at, attribute)?;
        let mut slice = String::new();
        let found = self.resolver.navigate(url, &mut slice);
        // Pictures and other hosts can be followed too, and cannot be read from.
        (found && is_slice(&slice)).then(|| format!("../slices/{slice}"))
    }

    /// The file with its part as a media fragment in seconds (Media Fragments URI 1.0 § 4.2.1).
    fn audio(&self, at: u32) -> Option<String> {
        let mut audio = String::new();
        let url = self.document.attribute(at, "src")?;
        if !self.resolver.resource(url, &mut audio) {
            return None;
        }
        let clock = |name| self.document.attribute(at, name).and_then(seconds);
        let begin = clock("clipBegin").unwrap_or(0.0);
        // An end that does not follow is none: the clip runs to the end of its file.
        let end = clock("clipEnd").filter(|end| *end > begin);
        let file = bare(&audio);
        Some(match end {
            Some(end) => format!("{file}#t={begin},{end}"),
            None if begin > 0.0 => format!("{file}#t={begin}"),
            None => file.to_owned(),
        })
    }

    fn roles(&self, at: u32, out: &mut Map<String, Value>) {
        let types: Vec<&str> = self
            .document
            .attribute(at, "epub:type")
            .unwrap_or_default()
            .split_ascii_whitespace()
            .collect();
        if let Some(first) = types.first() {
            out.insert("role".into(), (*first).into());
        }
        if types.len() > 1 {
            out.insert("roles".into(), json!(types));
        }
    }
}

/// Ends the innermost `seq`; an empty one leaves nothing.
fn close(open: &mut Vec<Open>, root: &mut Vec<Value>) {
    let Some(Open {
        mut value, items, ..
    }) = open.pop()
    else {
        return;
    };
    if items.is_empty() {
        return;
    }
    value.insert("narration".into(), items.into());
    open.last_mut()
        .map_or(root, |seq| &mut seq.items)
        .push(Value::Object(value));
}

fn bare(reference: &str) -> &str {
    reference.split('#').next().unwrap_or_default()
}
/// Whether a link leads to a slice: `{n}.html`.
fn is_slice(link: &str) -> bool {
    link.split('#')
        .next()
        .and_then(|file| file.strip_suffix(".html"))
        .is_some_and(|n| !n.is_empty() && n.bytes().all(|byte| byte.is_ascii_digit()))
}
