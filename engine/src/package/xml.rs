//! A small read-only tree for the package's own documents.
//!
//! Nodes lie in document order in one vector and know where their subtree ends,
//! so nothing here recurses, however deep the document is.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::source;

/// More nodes than any real package has; the rest of a longer document is ignored.
const NODES: usize = 600_000;

/// A label or title is not longer than this; without a cap nested labels cost their depth squared.
const CONTENT_NODES: u32 = 4096;

/// An element, or a text when `name` is empty.
#[derive(Debug, Default)]
struct Node {
    name: Box<str>,
    attributes: Box<[(Box<str>, Box<str>)]>,
    text: Box<str>,
    /// One past the last node of the subtree.
    end: u32,
}

/// A parsed document; node 0 is a root without a name.
#[derive(Debug)]
pub(crate) struct Document {
    nodes: Vec<Node>,
    /// The document ended early or was not well-formed; what came before is here.
    pub damaged: bool,
}

impl Document {
    /// Parses `text` as far as it goes. Names lose their prefixes.
    pub fn parse(text: &str) -> Self {
        let mut reader = Reader::from_str(text);
        let config = reader.config_mut();
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        config.allow_dangling_amp = true;
        let mut document = Self {
            nodes: vec![Node::default()],
            damaged: false,
        };
        let mut open = vec![0u32];
        loop {
            match reader.read_event() {
                Ok(Event::Start(tag)) => {
                    let at = document.push(element(&tag));
                    open.push(at);
                }
                Ok(Event::Empty(tag)) => {
                    document.push(element(&tag));
                }
                Ok(Event::End(_)) if open.len() > 1 => document.close(open.pop()),
                Ok(Event::Text(text)) => document.text(&String::from_utf8_lossy(&text)),
                Ok(Event::CData(text)) => document.text(&String::from_utf8_lossy(&text)),
                Ok(Event::GeneralRef(name)) => {
                    let found = std::str::from_utf8(&name).ok().and_then(source::resolve);
                    document.text(&found.unwrap_or_default());
                }
                Ok(Event::Eof) => break,
                Err(_) => {
                    document.damaged = true;
                    break;
                }
                Ok(_) => {}
            }
            if document.nodes.len() > NODES {
                document.damaged = true;
                break;
            }
        }
        document.damaged |= open.len() > 1;
        while let Some(at) = open.pop() {
            document.close(Some(at));
        }
        document
    }

    fn push(&mut self, mut node: Node) -> u32 {
        let at = self.nodes.len() as u32;
        node.end = at + 1;
        self.nodes.push(node);
        at
    }

    fn text(&mut self, text: &str) {
        if !text.is_empty() {
            self.push(Node {
                text: text.into(),
                ..Node::default()
            });
        }
    }

    fn close(&mut self, at: Option<u32>) {
        if let Some(at) = at {
            self.nodes[at as usize].end = self.nodes.len() as u32;
        }
    }

    /// All elements below `of`, in document order.
    pub fn elements(&self, of: u32) -> impl Iterator<Item = u32> + '_ {
        (of + 1..self.nodes[of as usize].end).filter(|&i| !self.nodes[i as usize].name.is_empty())
    }

    /// All elements below `of` called `name`, in document order.
    pub fn descendants<'d>(&'d self, of: u32, name: &'d str) -> impl Iterator<Item = u32> + 'd {
        (of + 1..self.nodes[of as usize].end)
            .filter(move |&i| &*self.nodes[i as usize].name == name)
    }

    /// The first element of the document called `name`.
    pub fn find(&self, name: &str) -> Option<u32> {
        self.descendants(0, name).next()
    }

    /// The first element called `name` among the nodes just below `of`.
    pub fn near(&self, of: u32, name: &str) -> Option<u32> {
        let end = self.nodes[of as usize].end;
        (of + 1..end.min(of + CONTENT_NODES)).find(|&at| self.name(at) == name)
    }

    /// Child elements of `of`.
    pub fn children(&self, of: u32) -> impl Iterator<Item = u32> + '_ {
        let end = self.nodes[of as usize].end;
        let mut next = of + 1;
        std::iter::from_fn(move || {
            while next < end {
                let at = next;
                next = self.nodes[at as usize].end;
                if !self.nodes[at as usize].name.is_empty() {
                    return Some(at);
                }
            }
            None
        })
    }

    /// The first child element of `of` called `name`.
    pub fn child(&self, of: u32, name: &str) -> Option<u32> {
        self.children(of).find(|&at| self.name(at) == name)
    }

    /// The element's local name.
    pub fn name(&self, at: u32) -> &str {
        &self.nodes[at as usize].name
    }

    /// Whether `inner` lies below `outer`.
    pub fn contains(&self, outer: u32, inner: u32) -> bool {
        inner > outer && inner < self.nodes[outer as usize].end
    }

    /// An attribute by its name as written, else by its local name: books bind
    /// namespaces to other prefixes, or to none.
    pub fn attribute(&self, at: u32, name: &str) -> Option<&str> {
        let attributes = &self.nodes[at as usize].attributes;
        let wanted = name.rsplit(':').next();
        let local = |key: &str| key.rsplit(':').next() == wanted;
        let found = attributes.iter().find(|(key, _)| **key == *name);
        found
            .or_else(|| attributes.iter().find(|(key, _)| local(key)))
            .map(|(_, value)| &**value)
    }

    /// The text below `at`, blanks collapsed and trimmed. Images count by their `alt`,
    /// what ruby says about the text not at all.
    pub fn content(&self, at: u32) -> String {
        let mut out = String::new();
        let end = self.nodes[at as usize].end.min(at + CONTENT_NODES);
        let mut i = at + 1;
        while i < end {
            let node = &self.nodes[i as usize];
            match &*node.name {
                "" => collapse(&node.text, &mut out),
                "img" => {
                    let text = self
                        .attribute(i, "alt")
                        .or_else(|| self.attribute(i, "title"));
                    collapse(text.unwrap_or_default(), &mut out);
                }
                "br" => collapse(" ", &mut out),
                "rt" | "rp" => {
                    i = node.end;
                    continue;
                }
                _ => {}
            }
            i += 1;
        }
        out.truncate(out.trim_end().len());
        out
    }
}

/// Appends `text` with runs of blanks made one space.
pub(crate) fn collapse(text: &str, out: &mut String) {
    for c in text.chars() {
        if !(c.is_ascii_whitespace() || c.is_control()) {
            out.push(c);
        } else if !out.is_empty() && !out.ends_with(' ') {
            out.push(' ');
        }
    }
}

fn element(tag: &BytesStart<'_>) -> Node {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let attributes = tag
        .attributes()
        .with_checks(false)
        .flatten()
        .map(|attribute| {
            let value = text(&attribute.value);
            (
                text(attribute.key.as_ref()).into_boxed_str(),
                source::unescape(&value).into(),
            )
        })
        .collect();
    Node {
        name: text(tag.local_name().as_ref()).into_boxed_str(),
        attributes,
        ..Node::default()
    }
}
