//! Chapters to safe markup: one pass over XML events with one allowlist.
//!
//! What the pass writes is *polyglot*: an XML parser and an HTML parser build the
//! same tree from it. So what was judged safe here is what the browser sees, and
//! markup cannot change its meaning between the two (mutation XSS). To hold this,
//! [`tree`] moves elements as an HTML parser would move them, and foreign content
//! (SVG, MathML) never holds HTML.

mod allow;
mod attributes;
mod filter;
mod pass;
mod repair;
mod roles;
mod structure;
mod tree;

pub(crate) use attributes::{WAITING, escape};
pub(crate) use pass::{Document, Found, Links, Outcome, StyleRef, StyleSource, run};
pub(crate) use repair::repair;
pub(crate) use tree::{Body, Split, Splitting, TextBlock};
