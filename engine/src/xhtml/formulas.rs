//! MathML that browsers no longer draw by themselves (they follow MathML Core), said
//! with what they do draw.

use quick_xml::events::BytesStart;

use super::allow::{self, Element, Space, Verdict};
use super::document::Malformed;
use super::escape;
use super::filter;
use super::pass::{Frame, Pass};
use super::structure::attribute;
use super::tree::Split;

/// Brackets and separators of an open `mfenced` (MathML 3 § 3.3.8).
#[derive(Debug)]
pub(super) struct Fence {
    close: String,
    separators: Vec<char>,
    children: usize,
}

/// More separators than any formula has; the last one repeats anyway.
const MOST_SEPARATORS: usize = 64;

fn element(name: &str) -> Option<&'static Element> {
    match allow::judge(Space::Math, name) {
        Verdict::Keep(element) => Some(element),
        _ => None,
    }
}

impl Pass<'_, '_> {
    /// Handles an element of a formula that must be said otherwise. `None`: it need not.
    pub(super) fn formula(
        &mut self,
        tag: &BytesStart<'_>,
        local: &str,
        place: Split,
    ) -> Result<Option<Option<Frame>>, Malformed> {
        Ok(match local {
            "mfenced" => Some(self.fenced(tag, place)?),
            "mglyph" => {
                self.sign("mtext", &words(tag), "", place);
                Some(None)
            }
            "annotation-xml" => {
                let encoding = attribute(tag, "encoding").unwrap_or_default();
                let shown = matches!(
                    encoding.trim().to_ascii_lowercase().as_str(),
                    "mathml-presentation" | "application/mathml-presentation+xml"
                );
                let row = element("mrow").filter(|_| shown);
                match row {
                    Some(row) => self.keep_as(tag, row, "", place)?.map(Some),
                    None => Some(None),
                }
            }
            "menclose" => {
                let style = enclosure(&attribute(tag, "notation").unwrap_or_default());
                match element("menclose").filter(|_| !style.is_empty()) {
                    Some(row) if attribute(tag, "style").is_none() => {
                        self.keep_as(tag, row, &style, place)?.map(Some)
                    }
                    _ => None,
                }
            }
            _ => None,
        })
    }

    /// `mfenced` becomes the row of operators that it stands for.
    fn fenced(&mut self, tag: &BytesStart<'_>, place: Split) -> Result<Option<Frame>, Malformed> {
        let Some(row) = element("mrow") else {
            return Ok(None);
        };
        let get =
            |name: &str, default: &str| attribute(tag, name).unwrap_or_else(|| default.into());
        let (open, close) = (get("open", "("), get("close", ")"));
        let separators = get("separators", ",")
            .chars()
            .filter(|c| !c.is_whitespace())
            .take(MOST_SEPARATORS)
            .collect();
        let frame = self.keep_as(tag, row, "", place)?;
        self.operator(open.trim(), " fence=\"true\" form=\"prefix\"", place);
        let close = close.trim().to_owned();
        self.fences.push(Fence {
            close,
            separators,
            children: 0,
        });
        Ok(frame.map(|frame| match frame {
            Frame::Kept { serial, .. } => Frame::Fenced { serial },
            other => other,
        }))
    }

    /// Before a child of an `mfenced`: the separator.
    pub(super) fn separate(&mut self, place: Split) {
        let Some(fence) = self.fences.last_mut() else {
            return;
        };
        fence.children += 1;
        let Some(before) = fence.children.checked_sub(2) else {
            return;
        };
        let found = fence.separators.get(before).or(fence.separators.last());
        if let Some(c) = found.copied() {
            self.operator(&c.to_string(), " separator=\"true\" form=\"infix\"", place);
        }
    }

    /// At the end of an `mfenced`: the closing bracket.
    pub(super) fn end_fence(&mut self, serial: u64) {
        if let Some(fence) = self.fences.pop() {
            let place = self.here;
            self.operator(&fence.close, " fence=\"true\" form=\"postfix\"", place);
        }
        self.tree.end(serial);
    }

    fn operator(&mut self, sign: &str, attributes: &str, place: Split) {
        self.sign("mo", sign, attributes, place);
    }

    fn sign(&mut self, name: &str, sign: &str, attributes: &str, place: Split) {
        let Some(element) = element(name).filter(|_| !sign.is_empty()) else {
            return;
        };
        self.serial += 1;
        self.tree.start(element, self.serial, "", attributes, place);
        self.tree.aside(sign);
        self.tree.end(self.serial);
    }

    /// Writes `tag` as another element of a formula.
    fn keep_as(
        &mut self,
        tag: &BytesStart<'_>,
        element: &'static Element,
        style: &str,
        place: Split,
    ) -> Result<Option<Frame>, Malformed> {
        let mut written = String::new();
        let id = filter::attributes(tag, element, self.links, &mut written)?;
        if !style.is_empty() {
            escape::write("style", style, &mut written);
        }
        self.serial += 1;
        self.tree.start(element, self.serial, &id, &written, place);
        self.note_id(id, place.offset);
        Ok(Some(Frame::Kept {
            serial: self.serial,
            space: Space::Math,
            text_only: false,
        }))
    }
}

/// What is left of `mglyph`, a picture of a sign: its words.
pub(super) fn words(tag: &BytesStart<'_>) -> String {
    attribute(tag, "alt").unwrap_or_default()
}

/// The lines of a `menclose` (MathML 3 § 3.3.9) as borders. Strokes across are not lines
/// around, so they are left to browsers that know them.
fn enclosure(notation: &str) -> String {
    let mut style = String::new();
    for word in notation.split_ascii_whitespace() {
        style.push_str(match word {
            "box" => "border:thin solid;padding:.2em;",
            "roundedbox" => "border:thin solid;border-radius:.4em;padding:.2em;",
            "circle" => "border:thin solid;border-radius:50%;padding:.3em;",
            "left" => "border-left:thin solid;padding-left:.2em;",
            "right" => "border-right:thin solid;padding-right:.2em;",
            "top" => "border-top:thin solid;padding-top:.2em;",
            "bottom" => "border-bottom:thin solid;padding-bottom:.2em;",
            "actuarial" => "border-top:thin solid;border-right:thin solid;padding:.2em;",
            "madruwb" => "border-bottom:thin solid;border-right:thin solid;padding:.2em;",
            "longdiv" => "border-top:thin solid;border-left:thin solid;padding:.2em;",
            "horizontalstrike" => "text-decoration:line-through;",
            _ => "",
        });
    }
    style
}
