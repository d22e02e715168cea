//! An independent judge of slices: nothing that runs, submits or reaches outside.
//! It shares no table with the engine.

use html5ever::parse_document;
use html5ever::tendril::TendrilSink;
use markup5ever_rcdom::{Handle, NodeData, RcDom};

const NEVER: &[&str] = &[
    "script",
    "iframe",
    "frame",
    "frameset",
    "object",
    "embed",
    "applet",
    "base",
    "form",
    "input",
    "button",
    "select",
    "textarea",
    "style",
    "template",
    "noscript",
    "noembed",
    "noframes",
    "xmp",
    "plaintext",
    "foreignobject",
    "animate",
    "animatetransform",
    "animatemotion",
    "set",
    "handler",
    "listener",
    "annotation-xml",
    "mglyph",
    "portal",
    "slot",
];

/// Judges a slice as a browser would see it.
pub fn check(slice: &str) -> Result<(), String> {
    let dom = parse_document(RcDom::default(), Default::default()).one(slice);
    let mut nodes: Vec<Handle> = vec![dom.document.clone()];
    while let Some(node) = nodes.pop() {
        if let NodeData::Element { name, attrs, .. } = &node.data {
            let element = name.local.to_lowercase();
            if NEVER.contains(&element.as_str()) {
                return Err(format!("<{element}>"));
            }
            for attribute in attrs.borrow().iter() {
                judge_attribute(
                    &element,
                    &attribute.name.local.to_lowercase(),
                    &attribute.value,
                )?;
            }
        }
        nodes.extend(node.children.borrow().iter().cloned());
    }
    Ok(())
}

fn judge_attribute(element: &str, name: &str, value: &str) -> Result<(), String> {
    let bad = || {
        Err(format!(
            "<{element} {name}=\"{}\">",
            &value.chars().take(120).collect::<String>()
        ))
    };
    if name.starts_with("on")
        || matches!(
            name,
            "ping"
                | "target"
                | "formaction"
                | "action"
                | "srcdoc"
                | "background"
                | "xlink:href"
                | "download"
                | "is"
                | "nonce"
        )
    {
        return bad();
    }
    if element == "meta" && name == "http-equiv" && value != "Content-Security-Policy" {
        return bad();
    }
    let local = |value: &str| {
        let file = value.split('#').next().unwrap_or_default();
        let numbered = file
            .strip_suffix(".html")
            .is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
        numbered || value.starts_with("../resources/") && !value[3..].contains("..")
    };
    let ok = match (element, name) {
        ("a" | "area", "href") => {
            ["http://", "https://", "mailto:", "tel:"]
                .iter()
                .any(|scheme| value.to_lowercase().starts_with(scheme))
                || local(value)
        }
        ("link", "href") => value.starts_with("../resources/"),
        (_, "href") => value.starts_with('#') || local(value) || value.starts_with("data:image/"),
        (_, "src" | "poster") => local(value) || value.starts_with("data:image/"),
        (_, "srcset") => value
            .split(", ")
            .all(|part| local(part.split(' ').next().unwrap_or_default())),
        (
            _,
            "style" | "fill" | "stroke" | "filter" | "mask" | "clip-path" | "marker-end" | "cursor",
        ) => {
            let lower = value.to_lowercase();
            !lower.contains("http:")
                && !lower.contains("https:")
                && !lower.contains("//")
                && !lower.contains("javascript")
                && !lower.contains("expression(")
                && !lower.contains("@import")
        }
        _ => true,
    };
    if ok { Ok(()) } else { bad() }
}
