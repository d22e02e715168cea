//! What goes into the pass and what comes out of it.

use super::tree::Split;

/// Where references lead. Everything that is not answered with `true` is dropped.
pub(crate) trait Links {
    /// The target of a link that a reader may follow.
    fn navigate(&self, url: &str, out: &mut String) -> bool;
    /// A file the page shows: image, sound, film, track.
    fn resource(&self, url: &str, out: &mut String) -> bool;
    /// As `resource`, for images only.
    fn image(&self, url: &str, out: &mut String) -> bool;
    /// Safe declarations for a `style` attribute.
    fn declarations(&self, css: &str) -> String;
    /// A safe value for a presentation attribute.
    fn value(&self, css: &str) -> String;
}

/// A chapter's text and where its bytes came from.
pub(crate) struct Document<'a> {
    pub xml: &'a str,
    /// For repaired text: (byte of `xml`, scalars of the source), both growing in `xml`'s order.
    pub origins: Option<&'a [(u64, u64)]>,
    /// The elements are the source's own, so that paths of them mean something.
    pub has_tree: bool,
    /// Elements that may be open at once.
    pub depth: usize,
}

/// A stylesheet the chapter asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StyleRef {
    /// The reference as written, or the rules themselves.
    pub source: StyleSource,
    /// The media query; empty for all.
    pub media: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum StyleSource {
    Href(String),
    Rules(String),
}

/// What a chapter holds besides its slices.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub title: String,
    /// Text of the first heading.
    pub heading: String,
    /// Attributes for `html` and `body`, serialised.
    pub html: String,
    pub body: String,
    pub viewport: Option<(u32, u32)>,
    pub styles: Vec<StyleRef>,
    /// (id, slice within the item, offset).
    pub ids: Vec<(String, u32, u64)>,
    /// Some elements were deeper than allowed.
    pub flattened: bool,
}

/// The end of a pass.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub found: Found,
    /// The places found, when they were looked for.
    pub splits: Vec<Split>,
}

/// Not well-formed; the caller repairs and comes back.
#[derive(Debug)]
pub(crate) struct Malformed;
