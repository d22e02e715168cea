//! Rendition properties: how pages want to be laid out (EPUB 3.3 § 8).

use serde::Serialize;

use super::xml::Document;

/// The book's defaults.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Rendition {
    /// `reflowable` or `pre-paginated`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub layout: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub orientation: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spread: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flow: Option<&'static str>,
    /// `width=…,height=…` for pages that say nothing themselves.
    #[serde(skip)]
    pub viewport: Option<(u32, u32)>,
}

/// One spine item's own wishes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PageProperties {
    #[serde(flatten)]
    pub rendition: Rendition,
    /// `left`, `right` or `center`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<&'static str>,
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

    /// Reads the package's `meta` elements; the old `fixed-layout` names of Kindle and iBooks too.
    pub fn read(document: &Document, metadata: u32) -> Self {
        let mut rendition = Self::default();
        for meta in document.descendants(metadata, "meta") {
            if let Some(name) = document
                .attribute(meta, "property")
                .and_then(|p| p.trim().strip_prefix("rendition:"))
            {
                if document.attribute(meta, "refines").is_none() {
                    rendition.set(name, &document.content(meta));
                }
            } else if document.attribute(meta, "name") == Some("fixed-layout")
                && document
                    .attribute(meta, "content")
                    .is_some_and(|v| v.eq_ignore_ascii_case("true"))
            {
                rendition.set("layout", "pre-paginated");
            }
        }
        rendition
    }

    /// Whether pages have a fixed layout.
    pub fn is_fixed(&self) -> bool {
        self.layout == Some("pre-paginated")
    }
}

impl PageProperties {
    /// Reads the `properties` of an `itemref`.
    pub fn read(properties: &str) -> Self {
        let mut page = Self::default();
        for property in properties.split_ascii_whitespace() {
            let property = property.strip_prefix("rendition:").unwrap_or(property);
            if let Some(side) = property.strip_prefix("page-spread-") {
                page.page = page
                    .page
                    .or_else(|| known(&["left", "right", "center"], side));
            } else if property == "spread-none" && page.page.is_none() {
                page.rendition.set("spread", "none");
            } else if let Some((name, value)) = property.split_once('-') {
                page.rendition.set(name, value);
            }
        }
        page
    }
}

/// Width and height in CSS pixels from `width=1200, height=1600` (EPUB 3.3 § 8.2.2.6).
pub(crate) fn viewport(content: &str) -> Option<(u32, u32)> {
    let (mut width, mut height) = (None, None);
    for part in content.split([',', ';', ' ']) {
        let (key, value) = part.split_once('=').unwrap_or((part, ""));
        let digits: String = value
            .trim()
            .chars()
            .take_while(char::is_ascii_digit)
            .collect();
        let number = digits.parse().ok().filter(|n| (1..=20_000).contains(n));
        match key.trim() {
            "width" if width.is_none() => width = Some(number),
            "height" if height.is_none() => height = Some(number),
            _ => {}
        }
    }
    Some((width??, height??))
}
