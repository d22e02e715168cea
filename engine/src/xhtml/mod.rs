//! Chapters to safe markup: one pass over XML events with one allowlist.
//!
//! What the pass writes is *polyglot*: an XML parser and an HTML parser build the
//! same tree from it. So what was judged safe here is what the browser sees, and
//! markup cannot change its meaning between the two (mutation XSS). To hold this,
//! [`tree`] moves elements as an HTML parser would move them, and foreign content
//! (SVG, MathML) never holds HTML.
//!
//! `id` and `name` are kept as the book has them. They cannot clobber anything:
//! no script runs in a slice, and the reader's own never looks names up there.

mod allow;
mod attributes;
mod document;
mod dtbook;
mod escape;
mod filter;
mod formulas;
mod origin;
mod pass;
mod repair;
mod roles;
mod structure;
mod trail;
mod tree;

pub(crate) use document::{Document, Found, Links, Outcome, StyleRef, StyleSource};
pub(crate) use escape::{WAITING, escape};
pub(crate) use pass::run;
pub(crate) use repair::{repair, strip};
pub(crate) use tree::{Body, Split, Splitting};
