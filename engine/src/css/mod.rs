//! Stylesheets: rewritten token by token.
//!
//! Nothing is understood but what can fetch or run: `url()` in every form,
//! `image-set()` and its like, `@import`; and what only EPUB knows: `-epub-…`
//! properties and `epub|type` selectors. Everything else is copied as written.
//! Sources: CSS Syntax 3, CSS Images 4, CSS Values 5, EPUB 3.3 § 6.3.

mod import;
mod names;
mod rewrite;

pub(crate) use rewrite::{Rewriter, declarations, value};

/// Where a reference in a stylesheet leads.
pub(crate) trait References {
    /// The URL to write for a file that a rule shows or loads; `None` drops it.
    fn resource(&self, url: &str) -> Option<String>;
    /// The stylesheet that an `@import` names.
    fn import(&self, url: &str) -> Option<Import>;
}

/// An imported stylesheet.
pub(crate) enum Import {
    /// Its rules, rewritten, to stand in place of the `@import`.
    Inline(String),
    /// The URL of the rewritten file, when inlining is not wanted.
    Link(String),
}

#[cfg(test)]
mod tests;
