//! References of one file, answered from the manifest. Default: no.

use std::cell::RefCell;
use std::collections::BTreeSet;

use super::{Book, Kind, data_url};
use crate::css::{self, Import, References};
use crate::package::Href;
use crate::svg;
use crate::xhtml::{Links, WAITING};
use crate::zip::percent_decode;

/// Knows in which slice an id stands.
pub(crate) trait Targets: Sync {
    /// The slice that holds `id` of the item at `place` in the spine; its first without one.
    fn slice(&self, place: usize, id: Option<&str>) -> u32;
}

/// Answers for the file at `base`.
pub(crate) struct Resolver<'b> {
    pub book: &'b Book<'b>,
    /// Path of the file the references stand in.
    pub base: &'b str,
    /// Its place in the spine, for links within it.
    pub place: Option<usize>,
    /// Where resources lie, seen from the output file.
    pub prefix: &'static str,
    /// `None` while slices are not known; links then have only their length right.
    pub targets: Option<&'b dyn Targets>,
    /// Whether nothing of the book may be referred to: inside a `data:` URL no address leads anywhere.
    pub sealed: bool,
    /// Links that wait for `targets`, when they are to be filled in later.
    pub waiting: Option<RefCell<Vec<Waiting>>>,
    /// Resources that were referred to.
    pub used: RefCell<BTreeSet<usize>>,
}

/// A link into a slice whose number is not known yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Waiting {
    /// Where the target stands in the spine; `None` for the file that holds the link.
    pub place: Option<usize>,
    pub id: Option<String>,
}

/// Links of one file that can wait: their numbers have four hexadecimal digits.
pub(crate) const MOST_WAITING: usize = 1 << 16;

impl<'b> Resolver<'b> {
    pub fn new(book: &'b Book<'b>, base: &'b str, prefix: &'static str) -> Self {
        Self {
            book,
            base,
            place: None,
            prefix,
            targets: None,
            sealed: false,
            waiting: None,
            used: RefCell::default(),
        }
    }

    /// The resource of one of `kinds` that `url` leads to, fallbacks included, with its fragment.
    fn find(&self, url: &str, kinds: &[Kind]) -> Option<String> {
        let (path, fragment) = match self.book.href(self.base, url) {
            Href::Data(url) => return self.data(&url, kinds),
            Href::Local { path, fragment } if !self.sealed => (path, fragment),
            Href::Local { .. } | Href::Web(_) | Href::Foreign => return None,
        };
        let item = self.book.item_at(&path)?;
        let fit = |i: &usize| {
            kinds.contains(&self.book.atlas.kinds[*i]) && self.book.atlas.resources[*i].is_some()
        };
        let found = self.book.package.fallbacks(item).into_iter().find(fit)?;
        self.used.borrow_mut().insert(found);
        let name = &self.book.atlas.resources[found].as_ref()?.name;
        let fragment = fragment
            .map(|fragment| format!("#{}", encode(&fragment)))
            .unwrap_or_default();
        Some(format!("{}{name}{fragment}", self.prefix))
    }

    /// `data:` is allowed for raster images in plain base64, and for drawings, which go through the
    /// allowlist of SVG files.
    fn data(&self, url: &str, kinds: &[Kind]) -> Option<String> {
        let small = url.len() as u64 <= self.book.limits.data_url_bytes;
        if !small || !kinds.contains(&Kind::Image) {
            return None;
        }
        let raster = data_url::raster(url);
        if raster.is_some() || self.sealed || !kinds.contains(&Kind::Svg) {
            return raster;
        }
        let drawing = svg::sealed(self.book, &data_url::svg_text(url)?)?;
        let safe = data_url::of_svg(&drawing);
        (safe.len() as u64 <= self.book.limits.data_url_bytes).then_some(safe)
    }

    fn local_link(&self, path: &str, fragment: Option<&str>, out: &mut String) -> bool {
        // A drawing below `resources/` stands beside no slice.
        if self.place.is_none() && self.targets.is_none() {
            return false;
        }
        let mut own = path.is_empty();
        let place = if own {
            self.place
        } else if let Some(place) = self.book.cfi_place(path, fragment) {
            Some(place)
        } else {
            let Some(item) = self.book.item_at(path) else {
                return false;
            };
            match self.book.atlas.first_place[item] {
                // A link within the file stays in this copy of it.
                Some(_)
                    if self
                        .place
                        .is_some_and(|own| self.book.package.spine[own].item == item) =>
                {
                    own = true;
                    self.place
                }
                Some(first) => Some(first),
                None => return self.linked_file(item, out),
            }
        };
        let Some(place) = place else { return false };
        // CFIs point into the book's own markup, which is not what readers get.
        let fragment =
            fragment.filter(|fragment| !fragment.is_empty() && !fragment.starts_with("epubcfi("));
        let id = fragment.map(percent_decode);
        self.number((!own).then_some(place), place, id, out);
        out.push_str(".html");
        if let Some(fragment) = fragment {
            out.push('#');
            out.push_str(&encode(fragment));
        }
        true
    }

    /// The number of the slice that holds `id`, or a mark of the same length as is assumed for it.
    fn number(&self, wanted: Option<usize>, place: usize, id: Option<String>, out: &mut String) {
        match (self.targets, &self.waiting) {
            (Some(targets), _) => {
                out.push_str(&targets.slice(place, id.as_deref()).to_string());
            }
            (None, Some(waiting)) if waiting.borrow().len() < MOST_WAITING => {
                let mut waiting = waiting.borrow_mut();
                out.push_str(&format!("{WAITING}{:04x}", waiting.len()));
                waiting.push(Waiting { place: wanted, id });
            }
            (None, _) => out.push_str("10000"),
        }
    }

    /// A link to a picture or sound of its own.
    fn linked_file(&self, item: usize, out: &mut String) -> bool {
        let kind = self.book.atlas.kinds[item];
        let Some(resource) = &self.book.atlas.resources[item] else {
            return false;
        };
        if !matches!(kind, Kind::Image | Kind::Audio | Kind::Video) {
            return false;
        }
        self.used.borrow_mut().insert(item);
        out.push_str(self.prefix);
        out.push_str(&resource.name);
        true
    }

    /// The stylesheet item that `url` names.
    pub fn sheet(&self, url: &str) -> Option<usize> {
        let Href::Local { path, .. } = self.book.href(self.base, url) else {
            return None;
        };
        let item = self.book.item_at(&path).filter(|_| !self.sealed)?;
        let found =
            self.book.atlas.kinds[item] == Kind::Style && self.book.atlas.resources[item].is_some();
        found.then_some(item)
    }
}

impl Links for Resolver<'_> {
    fn navigate(&self, url: &str, out: &mut String) -> bool {
        if self.sealed {
            return false;
        }
        match self.book.href(self.base, url) {
            Href::Web(url) => {
                out.push_str(&url);
                true
            }
            Href::Local { path, fragment } => self.local_link(&path, fragment.as_deref(), out),
            Href::Data(_) | Href::Foreign => false,
        }
    }

    fn resource(&self, url: &str, out: &mut String) -> bool {
        let found = self.find(url, &[Kind::Audio, Kind::Video, Kind::Track]);
        found.inspect(|url| out.push_str(url)).is_some()
    }

    fn image(&self, url: &str, out: &mut String) -> bool {
        let found = self.find(url, &[Kind::Image, Kind::Svg]);
        found.inspect(|url| out.push_str(url)).is_some()
    }

    fn declarations(&self, css: &str) -> String {
        css::declarations(css, self, self.book.limits.css_depth as usize)
    }

    fn value(&self, css: &str) -> String {
        css::value(css, self, self.book.limits.css_depth as usize)
    }
}

impl References for Resolver<'_> {
    fn resource(&self, url: &str) -> Option<String> {
        self.find(url, &[Kind::Image, Kind::Svg, Kind::Font])
    }

    fn import(&self, url: &str) -> Option<Import> {
        let item = self.sheet(url)?;
        self.used.borrow_mut().insert(item);
        let name = &self.book.atlas.resources[item].as_ref()?.name;
        Some(Import::Link(format!("{}{name}", self.prefix)))
    }
}

/// Keeps a fragment one word in every syntax it is written into.
fn encode(fragment: &str) -> String {
    let mut out = String::with_capacity(fragment.len());
    for c in fragment.chars() {
        match c {
            ' ' | '"' | '<' | '>' | '`' | '\\' | '{' | '}' | '|' | '^' | '\0'..='\x1F' | ',' => {
                out.push_str(&format!("%{:02X}", c as u32));
            }
            _ => out.push(c),
        }
    }
    out
}
