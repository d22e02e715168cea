//! SVG files: through the same pass and allowlist as drawings in chapters.

use crate::book::{Book, Resolver};
use crate::css::Rewriter;
use crate::source::decode;
use crate::xhtml::{self, Body, Splitting, StyleSource, escape};

/// A safe SVG file, or `None` when the bytes hold no drawing.
///
/// Styles are put back as one `style` element: an image may not load sheets.
/// Returns the resources it refers to besides.
pub(crate) fn file(book: &Book<'_>, path: &str, bytes: &[u8]) -> Option<(String, Vec<usize>)> {
    let resolver = Resolver::new(book, path, "");
    let drawing = safe(&resolver, &decode(bytes))?;
    Some((drawing, resolver.used.into_inner().into_iter().collect()))
}

/// The drawing of a `data:` URL: as a file's, without references to anything but itself.
pub(crate) fn sealed(book: &Book<'_>, text: &str) -> Option<String> {
    let mut resolver = Resolver::new(book, "", "");
    resolver.sealed = true;
    safe(&resolver, text)
}

fn safe(resolver: &Resolver<'_>, text: &str) -> Option<String> {
    let limits = &resolver.book.limits;
    let mut body = String::new();
    let run = |xml: &str, body: &mut String| {
        body.clear();
        let document = xhtml::Document {
            xml,
            origins: None,
            has_tree: true,
            depth: limits.depth as usize,
        };
        let whole = Splitting::Follow(&[]);
        xhtml::run(&document, resolver, whole, false, &mut |done: Body| {
            body.push_str(&done.html)
        })
    };
    let outcome = run(text, &mut body)
        .or_else(|_| run(&xhtml::repair(text, limits).xml, &mut body))
        .ok()?;
    // What stands around the drawing (a repaired file has a page around it) is not part of it.
    let start = body.find("<svg ")?;
    let end = body.rfind("</svg>")? + "</svg>".len();
    let drawing = body.get(start..end)?;
    let mut rules = String::new();
    let rewriter = Rewriter {
        references: resolver,
        depth: limits.css_depth as usize,
        most: limits.css_bytes as usize,
    };
    for style in &outcome.found.styles {
        match &style.source {
            StyleSource::Rules(css) if style.media.is_empty() => {
                rules.push_str(&rewriter.sheet(css))
            }
            _ => {}
        }
    }
    if rules.trim().is_empty() {
        return Some(drawing.to_owned());
    }
    let after_root = drawing.find('>')? + 1;
    let (root, rest) = drawing.split_at(after_root);
    Some(format!("{root}<style>{}</style>{rest}", escape(&rules)))
}
