//! Tables of contents: the navigation document, else the NCX, else the guide.

use super::href::Href;
use super::ncx;
use super::xml::Document;
use crate::Limits;

/// One line of a table of contents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub title: String,
    /// Where it leads; `None` for a heading without a link.
    pub target: Option<Href>,
    /// What a landmark is (`epub:type` or the guide's type).
    pub kind: Option<String>,
    pub children: Vec<Entry>,
}

/// All that a book has.
#[derive(Debug, Default)]
pub(crate) struct Contents {
    pub toc: Vec<Entry>,
    pub landmarks: Vec<Entry>,
    pub pages: Vec<Entry>,
}

/// A line before it is nested.
pub(crate) struct Flat {
    pub depth: usize,
    pub entry: Entry,
}

/// Reads the navigation document and NCX (path, text); each fills what the ones before left empty.
pub(crate) fn read_contents(
    nav: Option<(&str, &str)>,
    ncx: Option<(&str, &str)>,
    guide: (&str, &[(String, String, String)]),
    root: &str,
    limits: &Limits,
) -> Contents {
    let mut contents = Contents::default();
    if let Some((path, text)) = nav {
        read_nav(path, &Document::parse(text), root, limits, &mut contents);
    }
    if let Some((path, text)) = ncx {
        let document = Document::parse(text);
        if contents.toc.is_empty() {
            contents.toc = nest(ncx::points(path, &document, root, limits), limits);
        }
        if contents.pages.is_empty() {
            contents.pages = nest(ncx::pages(path, &document, root, limits), limits);
        }
    }
    if contents.landmarks.is_empty() {
        let (path, references) = guide;
        contents.landmarks = references
            .iter()
            .take(256)
            .map(|(kind, title, href)| Entry {
                title: if title.is_empty() {
                    kind.clone()
                } else {
                    title.clone()
                },
                target: Some(Href::parse(path, root, href)),
                kind: Some(kind.clone()),
                children: Vec::new(),
            })
            .collect();
    }
    contents
}

fn read_nav(path: &str, document: &Document, root: &str, limits: &Limits, contents: &mut Contents) {
    let mut untyped = None;
    let mut seen = [false; 3];
    for nav in document.descendants(0, "nav") {
        let kinds = document.attribute(nav, "epub:type").unwrap_or_default();
        let has = |kind: &str| kinds.split_ascii_whitespace().any(|k| k == kind);
        let (list, seen) = if has("toc") {
            (&mut contents.toc, &mut seen[0])
        } else if has("landmarks") {
            (&mut contents.landmarks, &mut seen[1])
        } else if has("page-list") {
            (&mut contents.pages, &mut seen[2])
        } else {
            untyped = untyped.or(Some(nav));
            continue;
        };
        if !std::mem::replace(seen, true) {
            *list = nest(lines(path, document, nav, root, limits), limits);
        }
    }
    if contents.toc.is_empty()
        && let Some(nav) = untyped
    {
        contents.toc = nest(lines(path, document, nav, root, limits), limits);
    }
}

/// Every `li` below `nav`, with how many `li` it stands in.
fn lines(path: &str, document: &Document, nav: u32, root: &str, limits: &Limits) -> Vec<Flat> {
    let mut flat = Vec::new();
    let mut open: Vec<u32> = Vec::new();
    for li in document
        .descendants(nav, "li")
        .take(limits.toc_entries as usize)
    {
        while open
            .last()
            .is_some_and(|&outer| !document.contains(outer, li))
        {
            open.pop();
        }
        let label = document
            .children(li)
            .find(|&at| !matches!(document.name(at), "ol" | "ul"));
        if let Some(label) = label {
            // The link may be wrapped: `<p><a href="…">`.
            let link = match document.name(label) {
                "a" => Some(label),
                _ => document.near(label, "a"),
            };
            let mut title = document.content(label);
            if title.is_empty() {
                let named = |at| {
                    document
                        .attribute(at, "title")
                        .or_else(|| document.attribute(at, "aria-label"))
                };
                title = link.and_then(named).unwrap_or_default().trim().into();
            }
            let href = link.and_then(|at| document.attribute(at, "href"));
            let kind = link
                .and_then(|at| document.attribute(at, "epub:type"))
                .map(Into::into);
            let target = href.map(|href| Href::parse(path, root, href));
            flat.push(Flat {
                depth: open.len(),
                entry: Entry {
                    title,
                    target,
                    kind,
                    children: Vec::new(),
                },
            });
        }
        open.push(li);
    }
    flat
}

/// Nests lines by depth; `toc_depth` lifts what is deeper.
pub(crate) fn nest(flat: Vec<Flat>, limits: &Limits) -> Vec<Entry> {
    let deepest = (limits.toc_depth as usize).max(1) - 1;
    let mut roots: Vec<Entry> = Vec::new();
    // The open branch: finished entries move into their parent from the right.
    let mut branch: Vec<(usize, Entry)> = Vec::new();
    for Flat { depth, entry } in flat {
        let depth = depth.min(deepest);
        fold(&mut branch, &mut roots, depth);
        branch.push((depth, entry));
    }
    fold(&mut branch, &mut roots, 0);
    roots
}

fn fold(branch: &mut Vec<(usize, Entry)>, roots: &mut Vec<Entry>, depth: usize) {
    while branch.last().is_some_and(|(open, _)| *open >= depth) {
        let Some((_, done)) = branch.pop() else {
            return;
        };
        match branch.last_mut() {
            Some((_, parent)) => parent.children.push(done),
            None => roots.push(done),
        }
    }
}
