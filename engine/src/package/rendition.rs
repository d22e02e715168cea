//! Rendition properties: how pages want to be laid out (EPUB 3.3 § 8).

use super::prefixes::Prefixes;
use super::xml::Document;

/// The book's defaults.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Rendition {
    /// `reflowable` or `pre-paginated`.
    pub layout: Option<&'static str>,
    pub orientation: Option<&'static str>,
    pub spread: Option<&'static str>,
    pub flow: Option<&'static str>,
    /// `width=…,height=…` for pages that say nothing themselves.
    pub viewport: Option<(u32, u32)>,
}

/// One spine item's own wishes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct PageProperties {
    pub rendition: Rendition,
    /// `left`, `right` or `center`.
    pub page: Option<&'static str>,
    /// `center`: the page wants to stand in the middle of a wide screen (EPUB 3.3, annex E).
    pub align_x: Option<&'static str>,
}

const LAYOUT: &[&str] = &["reflowable", "pre-paginated"];
const ORIENTATION: &[&str] = &["auto", "landscape", "portrait"];
const SPREAD: &[&str] = &["auto", "both", "landscape", "none", "portrait"];
const FLOW: &[&str] = &["auto", "paginated", "scrolled-continuous", "scrolled-doc"];

fn known(values: &[&'static str], value: &str) -> Option<&'static str> {
    values.iter().find(|known| **known == value).copied()
}

impl Rendition {
    /// Sets one property, written `rendition:name`. Unknown values are ignored; the first wins.
    fn set(&mut self, name: &str, value: &str) {
        let (field, values) = match name {
            "layout" => (&mut self.layout, LAYOUT),
            "orientation" => (&mut self.orientation, ORIENTATION),
            "spread" => (&mut self.spread, SPREAD),
            "flow" => (&mut self.flow, FLOW),
            "viewport" => {
                self.viewport = self.viewport.or_else(|| viewport(value));
                return;
            }
            _ => return,
        };
        if field.is_none() {
            // `portrait` spreads are deprecated in favour of `both` (EPUB 3.3 § 8.2.2.4).
            let value = if name == "spread" && value == "portrait" {
                "both"
            } else {
                value
            };
            *field = known(values, value);
        }
    }

    /// Reads the package's `meta` elements, and the older names that Kindle gave to some.
    pub fn read(document: &Document, metadata: u32, prefixes: &Prefixes) -> Self {
        let mut rendition = Self::default();
        let mut older = Vec::new();
        for meta in document.descendants(metadata, "meta") {
            if let Some(property) = document.attribute(meta, "property") {
                let property = prefixes.resolve(property.trim());
                if let Some(name) = property.strip_prefix("rendition:")
                    && document.attribute(meta, "refines").is_none()
                {
                    rendition.set(name, &document.content(meta));
                }
            } else if let (Some(name), Some(value)) = (
                document.attribute(meta, "name"),
                document.attribute(meta, "content"),
            ) {
                older.push((name.trim(), value.trim()));
            }
        }
        // What the specification names wins, wherever it stands.
        for (name, value) in older {
            rendition.set_older(name, value);
        }
        rendition
    }

    /// `fixed-layout`, `original-resolution` and `orientation-lock` (Amazon's publishing
    /// guidelines), and the `rendition:` names in the form of EPUB 2.
    fn set_older(&mut self, name: &str, value: &str) {
        match name {
            "fixed-layout" if value.eq_ignore_ascii_case("true") => {
                self.set("layout", "pre-paginated");
            }
            "orientation-lock" if value != "none" => self.set("orientation", value),
            "original-resolution" => {
                if let Some((width, height)) = value.split_once(['x', 'X']) {
                    self.set("viewport", &format!("width={width},height={height}"));
                }
            }
            _ => {
                if let Some(name) = name.strip_prefix("rendition:") {
                    self.set(name, value);
                }
            }
        }
    }

    /// Adds what Apple's display options say (`META-INF/com.apple.ibooks.display-options.xml`)
    /// and the package does not.
    pub fn add_display_options(&mut self, text: &str) {
        let document = Document::parse(text);
        for option in document.descendants(0, "option") {
            let name = document.attribute(option, "name").unwrap_or_default();
            let value = document.content(option);
            match (name.trim(), value.as_str()) {
                ("fixed-layout", value) if value.eq_ignore_ascii_case("true") => {
                    self.set("layout", "pre-paginated");
                }
                ("orientation-lock", "landscape-only") => self.set("orientation", "landscape"),
                ("orientation-lock", "portrait-only") => self.set("orientation", "portrait"),
                _ => {}
            }
        }
    }

    /// Whether pages have a fixed layout.
    pub fn is_fixed(&self) -> bool {
        self.layout == Some("pre-paginated")
    }
}

impl PageProperties {
    /// Reads the `properties` of an `itemref`.
    pub fn read(properties: &str, prefixes: &Prefixes) -> Self {
        let mut page = Self::default();
        for property in properties.split_ascii_whitespace() {
            let property = prefixes.resolve(property);
            let property = property.strip_prefix("rendition:").unwrap_or(&property);
            if let Some(side) = property.strip_prefix("page-spread-") {
                page.page = page
                    .page
                    .or_else(|| known(&["left", "right", "center"], side));
            } else if property == "align-x-center" {
                page.align_x = Some("center");
            } else if let Some((name, value)) = property.split_once('-') {
                page.rendition.set(name, value);
            }
        }
        page
    }
}

/// Width and height in CSS pixels from `width=1200, height=1600` (EPUB 3.3 § 8.2.2.6). Read as
/// browsers read it, whatever else is written there: the first of each counts, and a size of the
/// device is no size.
pub(crate) fn viewport(content: &str) -> Option<(u32, u32)> {
    let (mut width, mut height) = (None, None);
    let blank = |c: char| c.is_ascii_whitespace();
    let ends = |c: char| blank(c) || matches!(c, ',' | ';' | '=');
    let mut rest = content.trim_start_matches(ends);
    while !rest.is_empty() {
        let (key, after) = rest.split_at(rest.find(ends).unwrap_or(rest.len()));
        let value = after.trim_start_matches(blank).strip_prefix('=');
        let after = value.map_or(after, |value| value.trim_start_matches(blank));
        let (value, after) = match value {
            Some(_) => after.split_at(after.find(ends).unwrap_or(after.len())),
            None => ("", after),
        };
        let number = pixels(value);
        match key.to_ascii_lowercase().as_str() {
            "width" => width = width.or(Some(number)),
            "height" => height = height.or(Some(number)),
            _ => {}
        }
        rest = after.trim_start_matches(ends);
    }
    Some((width??, height??))
}

/// `1200`, `1200px`, `"1200"`, `1200.4`.
fn pixels(value: &str) -> Option<u32> {
    let digits = value.trim_start_matches(['"', '\'']);
    let end = digits
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(digits.len());
    digits[..end]
        .parse()
        .ok()
        .filter(|n| (1..=20_000).contains(n))
}

#[cfg(test)]
mod tests {
    use super::viewport;

    #[test]
    fn viewports_are_read_in_all_their_forms() {
        let size = Some((900, 600));
        for content in [
            "width=900, height=600",
            "width=900,height=600",
            "height=600;width=900",
            "width = 900 , height = 600",
            " WIDTH=900px Height=600.5 ",
            "width=900, height=600, width=1000, height=1000",
            "width=900, height=600, something, foo",
            "initial-scale=5, user-scalable=no, width=900, height=600",
            "width='900', height=\"600\"",
            "width=900\n\theight=600",
        ] {
            assert_eq!(viewport(content), size, "{content}");
        }
        for content in [
            "",
            "width=900",
            "width=device-width, height=device-height",
            "width=device-width, height=600, width=900",
            "width=0, height=600",
            "width=99999999999999, height=600",
            "width, height",
            "=900,=600",
        ] {
            assert_eq!(viewport(content), None, "{content}");
        }
    }
}
