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
    let drawing = first_drawing(&body)?;
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

/// The first whole `svg` element. What stands around it (a repaired file has a page around it,
/// and perhaps a second drawing) is not part of the file, which has one root.
fn first_drawing(body: &str) -> Option<&str> {
    let start = body.find("<svg ")?;
    let (mut depth, mut at) = (0usize, start);
    loop {
        at += body.get(at..)?.find("svg")? + "svg".len();
        // Texts and values hold no `<`, so these are tags.
        let before = body.get(..at)?;
        if before.ends_with("</svg") {
            depth -= 1;
        } else if before.ends_with("<svg") && body.get(at..)?.starts_with([' ', '>']) {
            depth += 1;
        }
        if depth == 0 {
            return body.get(start..=at);
        }
    }
}
