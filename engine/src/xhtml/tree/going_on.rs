//! What lists and tables need when a slice ends inside them: their numbers and heads.

use crate::xhtml::allow::Element;

/// A table's head longer than this is not repeated.
const REPEATED_HEAD: usize = 4 << 10;
/// HTML reads no more columns from one cell (HTML § 4.9.11).
const MOST_COLUMNS: u32 = 1000;

/// State of an open element.
#[derive(Debug, Default)]
pub(super) enum GoingOn {
    /// Nothing to remember.
    #[default]
    Plain,
    /// `ol`: the number of the item that is open or was last, and the step to the next.
    List { number: i64, step: i64 },
    /// `table`: its column group and head, to stand in front of the rest; and how many more
    /// rows its cells reach into.
    Table { head: String, rows: u32 },
    /// `tr`: columns that its cells take, and how many of them the last one.
    Row { columns: u32, last: u32 },
}

impl GoingOn {
    pub fn new(element: &Element, attributes: &str) -> Self {
        match element.name {
            "ol" => {
                let reversed = attributes.contains(" reversed=\"");
                match (number(attributes, " start=\""), reversed) {
                    (start, false) => Self::List {
                        number: start.unwrap_or(1).saturating_sub(1),
                        step: 1,
                    },
                    (Some(start), true) => Self::List {
                        number: start.saturating_add(1),
                        step: -1,
                    },
                    // It counts down from the number of its items, which nobody knows yet.
                    (None, true) => Self::Plain,
                }
            }
            "table" => Self::Table {
                head: String::new(),
                rows: 0,
            },
            "tr" => Self::Row {
                columns: 0,
                last: 0,
            },
            _ => Self::Plain,
        }
    }

    /// A child begins.
    pub fn child(&mut self, element: &Element, attributes: &str) {
        match (self, element.name) {
            (Self::List { number: n, step }, "li") => {
                *n = number(attributes, " value=\"").unwrap_or(n.saturating_add(*step));
            }
            (Self::Row { columns, last }, "td" | "th") => {
                let span = number(attributes, " colspan=\"").unwrap_or(1);
                *last = span.clamp(1, i64::from(MOST_COLUMNS)) as u32;
                *columns = columns.saturating_add(*last);
            }
            _ => {}
        }
    }

    /// A row or cell of this table begins.
    pub fn span(&mut self, element: &Element, attributes: &str) {
        let Self::Table { rows, .. } = self else {
            return;
        };
        if element.name == "tr" {
            *rows = rows.saturating_sub(1);
        } else if let Some(span) = number(attributes, " rowspan=\"") {
            *rows = (*rows).max(span.clamp(1, 65_534) as u32 - 1);
        }
    }

    /// Whether cells reach into the next row.
    pub fn is_spanned(&self) -> bool {
        matches!(self, Self::Table { rows, .. } if *rows > 0)
    }

    /// Remembers a part of a table, as written, to be repeated.
    pub fn repeat(&mut self, part: &str) {
        if let Self::Table { head, .. } = self
            && head.len() + part.len() <= REPEATED_HEAD
        {
            anonymous(part, head);
        }
    }

    /// The attributes with which the element goes on; `inside`: one of its items does too.
    pub fn attributes(&self, attributes: String, inside: bool) -> String {
        let Self::List { number, step } = self else {
            return attributes;
        };
        // An item that goes on keeps its number; the next one gets its own.
        let next = if inside {
            *number
        } else {
            number.saturating_add(*step)
        };
        let plain = match attributes.split_once(" start=\"") {
            Some((before, rest)) => {
                let after = rest.split_once('"').map_or("", |(_, after)| after);
                format!("{before}{after}")
            }
            None => attributes,
        };
        match (next, step) {
            (1, 1) => plain,
            _ => format!("{plain} start=\"{next}\""),
        }
    }

    /// What stands between the start tag and the element `inner` that goes on in it.
    pub fn before_rest(&self, inner: &str) -> String {
        match self {
            Self::Table { head, .. } if !matches!(inner, "thead" | "colgroup" | "caption") => {
                head.clone()
            }
            // Its cell goes on below its own column.
            Self::Row { columns, last } if matches!(inner, "td" | "th") && columns > last => {
                let before = (columns - last).min(MOST_COLUMNS);
                format!("<td colspan=\"{before}\" data-continued=\"\"></td>")
            }
            _ => String::new(),
        }
    }
}

/// The number in an attribute (HTML § 2.3.4.1), as far as it is one.
fn number(attributes: &str, name: &str) -> Option<i64> {
    let (_, rest) = attributes.split_once(name)?;
    let value = rest.split('"').next()?.trim();
    let end = value
        .char_indices()
        .find(|(i, c)| !(c.is_ascii_digit() || *i == 0 && matches!(c, '-' | '+')))
        .map_or(value.len(), |(i, _)| i);
    let number: i64 = value[..end].parse().ok()?;
    Some(number.clamp(i64::from(i32::MIN), i64::from(i32::MAX)))
}

/// Copies markup of ours without ids and offsets, which must stay unique, and marks it.
fn anonymous(markup: &str, out: &mut String) {
    let mut first = true;
    let mut rest = markup;
    while let Some(at) = memchr::memchr(b'<', rest.as_bytes()) {
        let end = memchr::memchr(b'>', &rest.as_bytes()[at..]).map_or(rest.len(), |i| at + i);
        out.push_str(&rest[..at]);
        let mut tag = rest[at..end].to_owned();
        for name in [" id=\"", " data-o=\""] {
            if let Some(from) = tag.find(name) {
                let value = from + name.len();
                let to = tag[value..].find('"').map_or(tag.len(), |i| value + i + 1);
                tag.replace_range(from..to, "");
            }
        }
        out.push_str(&tag);
        if std::mem::take(&mut first) {
            out.push_str(" data-continued=\"\"");
        }
        rest = &rest[end..];
    }
    out.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repeated_head_has_no_ids() {
        let mut out = String::new();
        anonymous(
            "<thead id=\"h\"><tr id=\"a&gt;\" class=\"c\" data-o=\"7\"><th>a id=\"x\"</th></tr></thead>",
            &mut out,
        );
        assert_eq!(
            out,
            "<thead data-continued=\"\"><tr class=\"c\"><th>a id=\"x\"</th></tr></thead>"
        );
    }

    #[test]
    fn numbers_are_read_as_html_reads_them() {
        for (value, read) in [
            ("7", Some(7)),
            (" -3 ", Some(-3)),
            ("4th", Some(4)),
            ("x", None),
        ] {
            assert_eq!(
                number(&format!(" start=\"{value}\""), " start=\""),
                read,
                "{value}"
            );
        }
    }
}
