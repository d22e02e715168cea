//! Elements the pass reads itself instead of writing them: the document's frame,
//! styles, and the containers that choose between contents.

use quick_xml::events::BytesStart;

use super::allow::{self, Space, Verdict};
use super::document::{Malformed, StyleSource};
use super::filter;
use super::pass::{Frame, Pass};
use super::tree::Split;
use crate::package::viewport;
use crate::source;

/// Namespaces an `epub:case` may require and still be shown.
const SUPPORTED: &[&str] = &[
    "http://www.w3.org/1998/Math/MathML",
    "http://www.w3.org/2000/svg",
    "http://www.w3.org/1999/xhtml",
];

/// Bytes of attributes on `html` or `body`: every slice repeats them.
const MOST_ATTRIBUTES: usize = 8 << 10;

/// One attribute, by its name as written.
pub(super) fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = tag
        .attributes()
        .with_checks(false)
        .flatten()
        .find(|a| a.key.0.eq_ignore_ascii_case(name.as_bytes()))?;
    Some(source::unescape(&String::from_utf8_lossy(&found.value)).into_owned())
}

/// The size of a drawing that is a page: of its `viewBox`, else of `width` and `height`
/// (EPUB 3.3 § 8.2.2.6.2).
fn drawing_size(tag: &BytesStart<'_>) -> Option<(u32, u32)> {
    let size = |number: &str| {
        let number = number
            .trim()
            .trim_end_matches("px")
            .trim_end()
            .parse::<f64>()
            .ok()?;
        (1.0..=20_000.0)
            .contains(&number)
            .then_some(number.round() as u32)
    };
    let view = attribute(tag, "viewBox").unwrap_or_default();
    let mut numbers = view
        .split([' ', ',', '\t', '\n', '\r'])
        .filter(|number| !number.is_empty())
        .skip(2);
    if let (Some(width), Some(height)) = (numbers.next(), numbers.next()) {
        return size(width).zip(size(height));
    }
    let side = |name| attribute(tag, name).and_then(|value| size(&value));
    side("width").zip(side("height"))
}

impl Pass<'_, '_> {
    /// Handles `tag` if it is one of these. The outer `None`: it is not. The inner: drop it.
    pub(super) fn structural(
        &mut self,
        tag: &BytesStart<'_>,
        local: &str,
        space: Space,
        place: Split,
    ) -> Result<Option<Option<Frame>>, Malformed> {
        let unwrapped = Frame::Unwrapped {
            space,
            text_only: false,
        };
        if local == "style" && space != Space::Math {
            self.media = attribute(tag, "media").unwrap_or_default();
            let is_css = attribute(tag, "type").is_none_or(|kind| {
                kind.trim().is_empty() || kind.trim().eq_ignore_ascii_case("text/css")
            });
            let shown = is_css && self.is_preferred(tag);
            return Ok(Some(shown.then_some(Frame::Style { space })));
        }
        if local == "svg" && self.frames.is_empty() {
            self.found.viewport = drawing_size(tag);
        }
        if space != Space::Html {
            return Ok(None);
        }
        if let Some(Frame::Switch { taken }) = self.frames.last().copied() {
            return Ok(Some(
                self.switch_case(tag, local, taken).then_some(unwrapped),
            ));
        }
        Ok(Some(match local {
            "html" => {
                self.frame_attributes(tag, true)?;
                Some(unwrapped)
            }
            "body" => {
                self.frame_attributes(tag, false)?;
                Some(unwrapped)
            }
            "head" => Some(Frame::Head),
            "title" => Some(Frame::Title),
            "link" => {
                self.stylesheet(tag);
                None
            }
            "meta" => {
                if attribute(tag, "name").is_some_and(|name| name.eq_ignore_ascii_case("viewport"))
                {
                    let content = attribute(tag, "content").unwrap_or_default();
                    self.found.viewport = self.found.viewport.or_else(|| viewport(&content));
                }
                None
            }
            "switch" => Some(Frame::Switch { taken: false }),
            "iframe" if self.repaired => None,
            "audio" | "video" if self.is_silent(tag) => Some(unwrapped),
            "object" | "embed" | "iframe" => return self.object(tag, local, place).map(Some),
            _ => return Ok(None),
        }))
    }

    /// Whether this child of an `epub:switch` is shown: the first supported case, else the default.
    fn switch_case(&mut self, tag: &BytesStart<'_>, local: &str, taken: bool) -> bool {
        let required = attribute(tag, "required-namespace").unwrap_or_default();
        let shown = !taken
            && (local == "default" || local == "case" && SUPPORTED.contains(&required.trim()));
        if shown && let Some(frame) = self.frames.last_mut() {
            *frame = Frame::Switch { taken: true };
        }
        shown
    }

    /// The attributes of `html` and `body` go to the slices' own.
    fn frame_attributes(&mut self, tag: &BytesStart<'_>, html: bool) -> Result<(), Malformed> {
        let Verdict::Keep(element) = allow::judge(Space::Html, "div") else {
            return Ok(());
        };
        let mut written = String::new();
        let id = filter::attributes(tag, element, self.links, &mut written)?;
        if !id.is_empty() {
            self.found.ids.push((id.clone(), 0, 0));
            super::escape::write("id", &id, &mut written);
        }
        // ARIA in HTML § 4: neither may have a role. What it would say stays as data.
        if let Some(at) = written.find(" role=\"") {
            let end = written[at + 7..]
                .find('"')
                .map_or(written.len(), |i| at + 8 + i);
            written.replace_range(at..end, "");
        }
        let kept = if html {
            &mut self.found.html
        } else {
            &mut self.found.body
        };
        if kept.is_empty() && written.len() <= MOST_ATTRIBUTES {
            *kept = written;
        }
        Ok(())
    }

    /// Of style sheets with titles, only those that share the first title are applied
    /// (HTML § 4.2.4.3, CSSOM § 6.2): the others are alternatives.
    fn is_preferred(&mut self, tag: &BytesStart<'_>) -> bool {
        match attribute(tag, "title").map(|title| title.trim().to_owned()) {
            Some(title) if !title.is_empty() => {
                *self.style_set.get_or_insert_with(|| title.clone()) == title
            }
            _ => true,
        }
    }

    fn stylesheet(&mut self, tag: &BytesStart<'_>) {
        let rel = attribute(tag, "rel")
            .unwrap_or_default()
            .to_ascii_lowercase();
        let has = |word: &str| rel.split_ascii_whitespace().any(|w| w == word);
        let kind = attribute(tag, "type").unwrap_or_default();
        let is_css = kind.is_empty() || kind.trim().to_ascii_lowercase().starts_with("text/css");
        if has("stylesheet")
            && !has("alternate")
            && is_css
            && self.is_preferred(tag)
            && let Some(href) = attribute(tag, "href")
        {
            let media = attribute(tag, "media").unwrap_or_default();
            self.add_style(StyleSource::Href(href), media);
        }
    }

    /// Whether sound or film names a file that cannot be played: what stands inside is shown.
    fn is_silent(&self, tag: &BytesStart<'_>) -> bool {
        attribute(tag, "src").is_some_and(|url| !self.links.resource(&url, &mut String::new()))
    }

    /// An `object`, `iframe` or `embed` of a local image becomes an `img`; any other object
    /// gives way to what stands inside it.
    fn object(
        &mut self,
        tag: &BytesStart<'_>,
        local: &str,
        place: Split,
    ) -> Result<Option<Frame>, Malformed> {
        let name = if local == "object" { "data" } else { "src" };
        let source = attribute(tag, name).unwrap_or_default();
        let mut target = String::new();
        if source.trim().is_empty() || !self.links.image(&source, &mut target) {
            return Ok((local != "embed").then_some(Frame::Unwrapped {
                space: Space::Html,
                text_only: false,
            }));
        }
        let Verdict::Keep(img) = allow::judge(Space::Html, "img") else {
            return Ok(None);
        };
        let mut written = String::new();
        let id = filter::attributes(tag, img, self.links, &mut written)?;
        if !written.contains(" src=") {
            super::escape::write("src", &target, &mut written);
        }
        let label = attribute(tag, "title")
            .or_else(|| attribute(tag, "aria-label"))
            .unwrap_or_default();
        if !written.contains(" alt=") {
            super::escape::write("alt", &label, &mut written);
        }
        self.write_void(img, &id, &written, place);
        Ok(None)
    }
}
