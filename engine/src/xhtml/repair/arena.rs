//! The tree that html5ever builds: nodes in one vector, linked by index.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};

use html5ever::interface::{ElemName, ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::StrTendril;
use html5ever::{Attribute, LocalName, Namespace, QualName};

use super::Repaired;
use crate::xhtml::escape;

/// No node.
const NONE: usize = usize::MAX;

enum Data {
    Document,
    Element(QualName, Vec<Attribute>),
    Text(StrTendril),
    /// Comments and the like.
    Nothing,
}

struct Node {
    data: Data,
    parent: usize,
    first: usize,
    last: usize,
    before: usize,
    after: usize,
    /// Scalars of the source before the piece that made it.
    origin: u64,
}

pub(super) struct Arena {
    nodes: RefCell<Vec<Node>>,
    most: usize,
    element_origin: Cell<u64>,
    text_origin: Cell<u64>,
}

#[derive(Debug)]
pub(super) struct Name(QualName);

impl ElemName for Name {
    fn ns(&self) -> &Namespace {
        &self.0.ns
    }
    fn local_name(&self) -> &LocalName {
        &self.0.local
    }
}

impl Arena {
    pub fn new(most: usize) -> Self {
        let arena = Self {
            nodes: RefCell::default(),
            most,
            element_origin: Cell::new(0),
            text_origin: Cell::new(0),
        };
        arena.add(Data::Document, 0);
        arena
    }

    /// Where elements and texts made from now on come from.
    pub fn at(&self, element: u64, text: u64) {
        self.element_origin.set(element);
        self.text_origin.set(text);
    }

    pub fn is_full(&self) -> bool {
        self.nodes.borrow().len() > self.most
    }

    fn add(&self, data: Data, origin: u64) -> usize {
        let mut nodes = self.nodes.borrow_mut();
        nodes.push(Node {
            data,
            parent: NONE,
            first: NONE,
            last: NONE,
            before: NONE,
            after: NONE,
            origin,
        });
        nodes.len() - 1
    }

    fn unlink(&self, at: usize) {
        let mut nodes = self.nodes.borrow_mut();
        let (parent, before, after) = (nodes[at].parent, nodes[at].before, nodes[at].after);
        if parent == NONE {
            return;
        }
        match before {
            NONE => nodes[parent].first = after,
            _ => nodes[before].after = after,
        }
        match after {
            NONE => nodes[parent].last = before,
            _ => nodes[after].before = before,
        }
        (nodes[at].parent, nodes[at].before, nodes[at].after) = (NONE, NONE, NONE);
    }

    /// Puts `child` into `parent`, in front of `next` or at the end.
    fn link(&self, parent: usize, child: usize, next: usize) {
        self.unlink(child);
        let mut nodes = self.nodes.borrow_mut();
        let before = if next == NONE {
            nodes[parent].last
        } else {
            nodes[next].before
        };
        (nodes[child].parent, nodes[child].before, nodes[child].after) = (parent, before, next);
        match before {
            NONE => nodes[parent].first = child,
            _ => nodes[before].after = child,
        }
        match next {
            NONE => nodes[parent].last = child,
            _ => nodes[next].before = child,
        }
    }

    fn insert(&self, parent: usize, child: NodeOrText<usize>, next: usize) {
        match child {
            NodeOrText::AppendNode(node) => self.link(parent, node, next),
            NodeOrText::AppendText(text) => {
                let before = {
                    let nodes = self.nodes.borrow();
                    if next == NONE {
                        nodes[parent].last
                    } else {
                        nodes[next].before
                    }
                };
                if before != NONE
                    && let Data::Text(known) = &mut self.nodes.borrow_mut()[before].data
                {
                    known.push_tendril(&text);
                    return;
                }
                let node = self.add(Data::Text(text), self.text_origin.get());
                self.link(parent, node, next);
            }
        }
    }

    /// Writes the tree as XML, without recursion.
    pub fn write(&self) -> Repaired {
        let nodes = self.nodes.borrow();
        let mut out = Repaired::default();
        let mut at = nodes[0].first;
        while at != NONE {
            let node = &nodes[at];
            open(node, &mut out);
            if node.first != NONE {
                at = node.first;
                continue;
            }
            let mut done = at;
            loop {
                close(&nodes[done], &mut out);
                if nodes[done].after != NONE {
                    at = nodes[done].after;
                    break;
                }
                done = nodes[done].parent;
                if done == NONE || done == 0 {
                    at = NONE;
                    break;
                }
            }
        }
        out
    }
}

fn open(node: &Node, out: &mut Repaired) {
    match &node.data {
        Data::Element(name, attributes) if is_name(&name.local) => {
            out.origins.push((out.xml.len() as u64, node.origin));
            out.xml.push('<');
            out.xml.push_str(&name.local);
            for attribute in attributes {
                let prefix = attribute
                    .name
                    .prefix
                    .as_ref()
                    .map(|prefix| format!("{prefix}:"))
                    .unwrap_or_default();
                if is_name(&attribute.name.local) {
                    let value = escape(&attribute.value);
                    out.xml
                        .push_str(&format!(" {prefix}{}=\"{value}\"", attribute.name.local));
                }
            }
            out.xml.push('>');
        }
        Data::Text(text) => {
            out.origins.push((out.xml.len() as u64, node.origin));
            out.xml.push_str(&escape(text));
        }
        _ => {}
    }
}

fn close(node: &Node, out: &mut Repaired) {
    if let Data::Element(name, _) = &node.data
        && is_name(&name.local)
    {
        out.xml.push_str("</");
        out.xml.push_str(&name.local);
        out.xml.push('>');
    }
}

/// A name that XML can hold; others lose their tags.
fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b':' | b'.'))
}

impl TreeSink for Arena {
    type Handle = usize;
    type Output = Self;
    type ElemName<'a> = Name;

    fn finish(self) -> Self {
        self
    }
    fn parse_error(&self, _message: Cow<'static, str>) {}
    fn get_document(&self) -> usize {
        0
    }
    fn elem_name<'a>(&'a self, target: &'a usize) -> Name {
        match &self.nodes.borrow()[*target].data {
            Data::Element(name, _) => Name(name.clone()),
            // The builder asks elements only.
            _ => Name(QualName::new(
                None,
                Namespace::default(),
                LocalName::default(),
            )),
        }
    }
    fn create_element(
        &self,
        name: QualName,
        attributes: Vec<Attribute>,
        _flags: ElementFlags,
    ) -> usize {
        self.add(Data::Element(name, attributes), self.element_origin.get())
    }
    fn create_comment(&self, _text: StrTendril) -> usize {
        self.add(Data::Nothing, 0)
    }
    fn create_pi(&self, _target: StrTendril, _data: StrTendril) -> usize {
        self.add(Data::Nothing, 0)
    }
    fn append(&self, parent: &usize, child: NodeOrText<usize>) {
        self.insert(*parent, child, NONE);
    }
    fn append_based_on_parent_node(
        &self,
        element: &usize,
        previous: &usize,
        child: NodeOrText<usize>,
    ) {
        let parent = self.nodes.borrow()[*element].parent;
        if parent == NONE {
            self.insert(*previous, child, NONE);
        } else {
            self.insert(parent, child, *element);
        }
    }
    fn append_doctype_to_document(
        &self,
        _name: StrTendril,
        _public: StrTendril,
        _system: StrTendril,
    ) {
    }
    fn get_template_contents(&self, target: &usize) -> usize {
        *target
    }
    fn same_node(&self, x: &usize, y: &usize) -> bool {
        x == y
    }
    fn set_quirks_mode(&self, _mode: QuirksMode) {}
    fn append_before_sibling(&self, sibling: &usize, node: NodeOrText<usize>) {
        let parent = self.nodes.borrow()[*sibling].parent;
        if parent != NONE {
            self.insert(parent, node, *sibling);
        }
    }
    fn add_attrs_if_missing(&self, target: &usize, attributes: Vec<Attribute>) {
        if let Data::Element(_, known) = &mut self.nodes.borrow_mut()[*target].data {
            for attribute in attributes {
                if known.len() < super::TAG_ATTRIBUTES
                    && !known.iter().any(|a| a.name == attribute.name)
                {
                    known.push(attribute);
                }
            }
        }
    }
    fn remove_from_parent(&self, target: &usize) {
        self.unlink(*target);
    }
    fn reparent_children(&self, node: &usize, new_parent: &usize) {
        loop {
            let child = self.nodes.borrow()[*node].first;
            if child == NONE {
                break;
            }
            self.link(*new_parent, child, NONE);
        }
    }
    fn allow_declarative_shadow_roots(&self, _parent: &usize) -> bool {
        false
    }
}
