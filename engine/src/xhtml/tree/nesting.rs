//! What an HTML parser would do before a start tag (HTML § 13.2.6.4.7 to 13.2.6.4.15),
//! done here first so that it finds nothing left to move.

use super::{Split, Tree};
use crate::xhtml::allow::{BREAKS, CLOSES_P, Element, HEADING, Space, WHOLE, html_element};

impl Tree<'_> {
    /// Moves as the HTML parser would. `false`: the tag is not allowed here and only
    /// its content stays.
    pub(super) fn prepare(&mut self, element: &'static Element, place: Split) -> bool {
        match element.name {
            "tr" | "td" | "th" | "tbody" | "thead" | "tfoot" | "caption" | "colgroup" | "col" => {
                return self.prepare_table_part(element.name, place);
            }
            "li" => self.close_item(&["li"]),
            "dd" | "dt" => self.close_item(&["dd", "dt"]),
            "rb" | "rt" | "rp" | "rtc" => self.close_ruby(element.name),
            _ => {}
        }
        self.imply_cell(place);
        if element.flags & CLOSES_P != 0 {
            self.close_paragraph();
        }
        // What this finds may be the heading around the paragraph that was just closed.
        element.flags & HEADING == 0 || self.current().is_none_or(|e| e.flags & HEADING == 0)
    }

    /// Table parts stand only where they belong; implied parts are opened.
    pub(super) fn prepare_table_part(&mut self, name: &str, place: Split) -> bool {
        // Parts that were implied end where a real one begins.
        while self.open.last().is_some_and(|open| open.serial == 0)
            && !fits(name, self.current_name())
        {
            self.close_to(self.open.len() - 1);
        }
        match (self.current_name(), name) {
            ("table", "tr") => self.imply("tbody", place),
            ("table", "td" | "th") => {
                self.imply("tbody", place);
                self.imply("tr", place);
            }
            ("tbody" | "thead" | "tfoot", "td" | "th") => self.imply("tr", place),
            ("table", "col") => self.imply("colgroup", place),
            _ => {}
        }
        let around = self.current_name();
        match name {
            "col" => around == "colgroup",
            "tr" => matches!(around, "tbody" | "thead" | "tfoot"),
            "td" | "th" => around == "tr",
            _ => around == "table",
        }
    }

    pub(super) fn imply(&mut self, name: &'static str, place: Split) {
        self.push(html_element(name), 0, "", "", place);
    }

    /// Content that stands between table parts gets a cell of its own: an HTML
    /// parser would move it in front of the table.
    pub(super) fn imply_cell(&mut self, place: Split) {
        if self.current_name() == "colgroup" {
            self.close_to(self.open.len() - 1);
        }
        for (around, part) in [
            ("table", "tbody"),
            ("tbody", "tr"),
            ("thead", "tr"),
            ("tfoot", "tr"),
            ("tr", "td"),
        ] {
            if self.current_name() == around {
                self.imply(part, place);
            }
        }
    }

    /// HTML § 13.2.6.4.7: "a start tag whose tag name is `li`" (and `dd`, `dt`).
    pub(super) fn close_item(&mut self, names: &[&str]) {
        let special = |element: &Element| {
            element.space != Space::Html
                || element.flags & (CLOSES_P | BREAKS) != 0
                || matches!(
                    element.name,
                    "table" | "tbody" | "thead" | "tfoot" | "tr" | "td" | "th"
                )
        };
        for i in (0..self.open.len()).rev() {
            let element = self.open[i].element;
            if names.contains(&element.name) {
                self.close_to(i);
                return;
            }
            if special(element) && !matches!(element.name, "address" | "div" | "p") {
                return;
            }
        }
    }

    /// HTML § 13.2.6.4.7: "a start tag whose tag name is one of: `rb`, `rtc`" (and `rp`, `rt`).
    pub(super) fn close_ruby(&mut self, name: &str) {
        let scope = self.open.iter().rev().find(|open| {
            let name = open.element.name;
            matches!(name, "ruby" | "table" | "td" | "th" | "caption")
        });
        if scope.is_none_or(|open| open.element.name != "ruby") {
            return;
        }
        // "Generate implied end tags", whatever stands open in the ruby.
        while matches!(
            self.current_name(),
            "dd" | "dt" | "li" | "p" | "rb" | "rp" | "rt"
        ) || (matches!(name, "rb" | "rtc") && self.current_name() == "rtc")
        {
            self.close_to(self.open.len() - 1);
        }
    }

    /// Closes a `p` in button scope, and takes the inline elements between over
    /// to what follows, as the active formatting elements would be.
    pub(super) fn close_paragraph(&mut self) {
        let mut p = None;
        for i in (0..self.open.len()).rev() {
            match self.open[i].element.name {
                "p" => {
                    p = Some(i);
                    break;
                }
                "table" | "td" | "th" | "caption" => break,
                _ => {}
            }
        }
        let Some(p) = p else { return };
        let carried: Vec<(&'static Element, u64, String)> = (p + 1..self.open.len())
            .filter(|&i| self.open[i].element.flags & (CLOSES_P | WHOLE) == 0)
            .map(|i| {
                (
                    self.open[i].element,
                    self.open[i].serial,
                    self.own_attributes(i).to_owned(),
                )
            })
            .collect();
        self.close_to(p);
        for (element, serial, attributes) in carried {
            self.push(element, serial, "", &attributes, Split { at: 0, offset: 0 });
        }
    }

    pub(super) fn own_attributes(&self, i: usize) -> &str {
        let end = self
            .open
            .get(i + 1)
            .map_or(self.attributes.len(), |next| next.attributes);
        &self.attributes[self.open[i].attributes..end]
    }
}

/// Whether a real table part `name` may stand directly in `around`.
fn fits(name: &str, around: &str) -> bool {
    match name {
        "td" | "th" => around == "tr",
        "tr" => matches!(around, "tbody" | "thead" | "tfoot"),
        "col" => around == "colgroup",
        _ => around == "table",
    }
}
