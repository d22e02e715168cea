//! The attributes of one start tag, filtered and written.

use quick_xml::events::BytesStart;

use super::allow::{Element, Space};
use super::attributes::{self, Kind, LONGEST};
use super::document::{Links, Malformed};
use super::escape::{self, WAITING};
use super::roles::role_for;
use crate::source;

/// More attributes than any real element has.
const MOST: usize = 128;

/// Writes the allowed attributes of `tag` as ` name="value"…` and returns its id.
///
/// Every name is written once; the first that may be written wins.
pub(super) fn attributes(
    tag: &BytesStart<'_>,
    element: &Element,
    links: &dyn Links,
    out: &mut String,
) -> Result<String, Malformed> {
    let (mut id, mut anchor, mut types) = (String::new(), String::new(), String::new());
    // Where names stand in `out`.
    let mut written: Vec<std::ops::Range<usize>> = Vec::new();
    for attribute in tag.attributes().with_checks(false).take(MOST) {
        let attribute = attribute.map_err(|_| Malformed)?;
        let full = std::str::from_utf8(attribute.key.0).map_err(|_| Malformed)?;
        let raw = std::str::from_utf8(&attribute.value).map_err(|_| Malformed)?;
        let lower;
        let full = if element.space == Space::Html && full.bytes().any(|b| b.is_ascii_uppercase()) {
            lower = full.to_ascii_lowercase();
            lower.as_str()
        } else {
            full
        };
        let (name, kind) = attributes::judge(element.space, full);
        if kind == Kind::Never || (raw.len() > LONGEST && kind != Kind::Link) {
            continue;
        }
        let value = source::unescape(raw);
        match name {
            "id" if id.is_empty() => id = value.trim().to_owned(),
            "id" => {}
            "name" if element.name == "a" => anchor = value.trim().to_owned(),
            "name" if element.name != "map" => {}
            _ if written.iter().any(|at| out[at.clone()] == *name) => {}
            _ => {
                if kind == Kind::EpubType {
                    types = value.to_string();
                }
                let at = out.len() + 1;
                if write(element, name, kind, &value, links, out) {
                    written.push(at..at + name.len());
                }
            }
        }
    }
    let has = |name: &str, out: &str| written.iter().any(|at| out[at.clone()] == *name);
    if let (Some(role), false) = (role_for(&types, element.name), has("role", out)) {
        escape::write("role", role, out);
    }
    match element.name {
        // Playback is the reader's business; without controls the sound is lost.
        "audio" | "video" if !has("controls", out) => out.push_str(" controls=\"\""),
        "a" | "area" if has("href", out) => out.push_str(" rel=\"noopener noreferrer\""),
        _ => {}
    }
    Ok(if id.is_empty() { anchor } else { id })
}

/// Writes one attribute if its value may stand.
fn write(
    element: &Element,
    name: &str,
    kind: Kind,
    value: &str,
    links: &dyn Links,
    out: &mut String,
) -> bool {
    match kind {
        Kind::Plain | Kind::EpubType => {
            escape::write(name, value, out);
            return true;
        }
        Kind::Space if value == "preserve" => {
            escape::write(name, value, out);
            return true;
        }
        Kind::Space => return false,
        Kind::Link => return write_link(element, name, value, links, out),
        Kind::Id | Kind::Never => return false,
        Kind::Style | Kind::Paint | Kind::Candidates => {}
    }
    let safe = match kind {
        Kind::Style => links.declarations(value),
        Kind::Paint if value.contains(['(', '\\', '@']) => links.value(value),
        Kind::Paint => value.to_owned(),
        _ => candidates(value, links),
    };
    if safe.trim().is_empty() {
        return false;
    }
    escape::write(name, &safe, out);
    true
}

/// References by what they are used for: followed, shown, or inside the same drawing.
fn write_link(
    element: &Element,
    name: &str,
    value: &str,
    links: &dyn Links,
    out: &mut String,
) -> bool {
    let mut target = String::new();
    let found = match (element.space, element.name, name) {
        (Space::Html, "a" | "area", "href") | (Space::Svg, "a", "href") => {
            links.navigate(value, &mut target)
        }
        (Space::Html, "img", "src")
        | (Space::Html, "video", "poster")
        | (Space::Svg, "image", "href") => links.image(value, &mut target),
        (Space::Html, "audio" | "video" | "source" | "track", "src") => {
            links.resource(value, &mut target)
        }
        (
            Space::Svg,
            "use" | "textPath" | "linearGradient" | "radialGradient" | "pattern" | "filter"
            | "mask" | "clipPath",
            "href",
        ) => {
            let fragment = value.trim();
            target.push_str(fragment);
            fragment.len() > 1 && fragment.starts_with('#')
        }
        _ => false,
    };
    if found {
        write_target(name, &target, out);
    }
    found
}

/// Writes where a link leads; the number of its slice may still have to be filled in.
pub(super) fn write_target(name: &str, target: &str, out: &mut String) {
    match target.strip_prefix(WAITING) {
        Some(rest) => escape::write_waiting(name, rest, out),
        None => escape::write(name, target, out),
    }
}

/// `srcset` with only the candidates that exist (HTML § 4.8.4.2.1).
fn candidates(value: &str, links: &dyn Links) -> String {
    let mut kept: Vec<String> = Vec::new();
    let mut rest = value;
    while kept.len() < MOST {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == ',');
        if rest.is_empty() {
            break;
        }
        let end = rest
            .find(|c: char| c.is_ascii_whitespace())
            .unwrap_or(rest.len());
        let (url, after) = rest.split_at(end);
        let bare = url.trim_end_matches(',');
        let (descriptor, after) = if bare.len() < url.len() {
            ("", after)
        } else {
            after.split_at(after.find(',').unwrap_or(after.len()))
        };
        let mut target = String::new();
        let plain = |c: char| c.is_ascii_digit() || matches!(c, '.' | 'x' | 'w' | 'h');
        // A target with blanks or commas would be read as several candidates.
        if links.image(bare, &mut target)
            && !target.contains([' ', ','])
            && descriptor
                .split_ascii_whitespace()
                .all(|word| word.chars().all(plain))
        {
            kept.push(
                format!("{target} {}", descriptor.trim())
                    .trim_end()
                    .to_owned(),
            );
        }
        rest = after;
    }
    kept.join(", ")
}
