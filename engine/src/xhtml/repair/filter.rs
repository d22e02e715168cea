//! Between tokenizer and tree builder: depth, and XML's idea of empty elements.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use html5ever::LocalName;
use html5ever::tokenizer::{Tag, TagKind, Token, TokenSink, TokenSinkResult};
use html5ever::tree_builder::TreeBuilder;

use super::arena::Arena;

/// Tags that close themselves or each other, and so do not nest by being left open.
const SHALLOW: &[&str] = &[
    "area", "base", "br", "col", "colgroup", "dd", "dt", "embed", "hr", "img", "input", "li",
    "link", "meta", "optgroup", "option", "p", "param", "rb", "rp", "rt", "rtc", "source", "tbody",
    "td", "tfoot", "th", "thead", "tr", "track", "wbr",
];

pub(super) struct Filter {
    pub builder: TreeBuilder<usize, Arena>,
    depth: usize,
    total: Cell<usize>,
    /// Start tags that were let through and not ended, by name.
    open: RefCell<HashMap<LocalName, usize>>,
    /// Start tags that were held back, by name: their end tags go too.
    swallowed: RefCell<HashMap<LocalName, usize>>,
}

impl Filter {
    pub fn new(builder: TreeBuilder<usize, Arena>, depth: usize) -> Self {
        Self {
            builder,
            depth,
            total: Cell::new(0),
            open: RefCell::default(),
            swallowed: RefCell::default(),
        }
    }

    /// Whether a tag may go on to the builder.
    fn admit(&self, tag: &Tag) -> bool {
        if SHALLOW.contains(&&*tag.name) || tag.self_closing {
            return true;
        }
        let mut open = self.open.borrow_mut();
        let mut swallowed = self.swallowed.borrow_mut();
        match tag.kind {
            TagKind::StartTag if self.total.get() >= self.depth => {
                *swallowed.entry(tag.name.clone()).or_default() += 1;
                false
            }
            TagKind::StartTag => {
                *open.entry(tag.name.clone()).or_default() += 1;
                self.total.set(self.total.get() + 1);
                true
            }
            TagKind::EndTag => {
                if let Some(held) = swallowed.get_mut(&tag.name).filter(|held| **held > 0) {
                    *held -= 1;
                    return false;
                }
                if let Some(count) = open.get_mut(&tag.name).filter(|count| **count > 0) {
                    *count -= 1;
                    self.total.set(self.total.get() - 1);
                }
                true
            }
        }
    }

    /// Broken chapters are still XHTML at heart: `<title/>` and `<a/>` are empty there,
    /// while HTML would let them swallow what follows.
    fn is_empty_element(&self, tag: &Tag) -> bool {
        tag.kind == TagKind::StartTag
            && tag.self_closing
            && !self
                .builder
                .adjusted_current_node_present_but_not_in_html_namespace()
            && !matches!(&*tag.name, "svg" | "math" | "br" | "p")
            && (!SHALLOW.contains(&&*tag.name))
    }
}

impl TokenSink for Filter {
    type Handle = usize;

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<usize> {
        let Token::TagToken(tag) = token else {
            return self.builder.process_token(token, line);
        };
        if !self.admit(&tag) {
            return TokenSinkResult::Continue;
        }
        if self.is_empty_element(&tag) {
            let end = Tag {
                kind: TagKind::EndTag,
                self_closing: false,
                attrs: Vec::new(),
                ..tag.clone()
            };
            let _ = self.builder.process_token(Token::TagToken(tag), line);
            let _ = self.builder.process_token(Token::TagToken(end), line);
            return TokenSinkResult::Continue;
        }
        match self.builder.process_token(Token::TagToken(tag), line) {
            // Nothing waits for a script that will never run.
            TokenSinkResult::Script(_) => TokenSinkResult::Continue,
            other => other,
        }
    }

    fn end(&self) {
        self.builder.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.builder
            .adjusted_current_node_present_but_not_in_html_namespace()
    }
}
