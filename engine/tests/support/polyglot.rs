//! Whether an XML parser and an HTML parser build the same tree from a slice.

use html5ever::tendril::TendrilSink;
use html5ever::tree_builder::TreeBuilderOpts;
use html5ever::{ParseOpts, parse_document};
use markup5ever_rcdom::{Handle, NodeData, RcDom};
use quick_xml::events::Event;

/// Compares the two; the error shows the first difference.
pub fn check(slice: &str) -> Result<(), String> {
    let (xml, html) = (from_xml(slice)?, from_html(slice));
    for (i, (a, b)) in xml.iter().zip(&html).enumerate() {
        if a != b {
            let near = &xml[i.saturating_sub(6)..(i + 3).min(xml.len())];
            return Err(format!("XML has {a}\nHTML has {b}\nnear {near:?}"));
        }
    }
    if xml.len() == html.len() {
        Ok(())
    } else {
        Err(format!("{} against {} nodes", xml.len(), html.len()))
    }
}

fn push_text(out: &mut Vec<String>, text: &str) {
    match out.last_mut() {
        Some(last) if last.starts_with('"') => last.push_str(text),
        _ if text.is_empty() => {}
        _ => out.push(format!("\"{text}")),
    }
}

fn tag(name: &str, mut attributes: Vec<(String, String)>) -> String {
    attributes.retain(|(name, _)| name != "xmlns");
    attributes.sort();
    let attributes: Vec<String> = attributes
        .into_iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    format!("<{name} {}", attributes.join("|"))
}

fn from_xml(slice: &str) -> Result<Vec<String>, String> {
    let slice = slice.strip_prefix("<!DOCTYPE html>").ok_or("no doctype")?;
    let mut reader = quick_xml::Reader::from_str(slice);
    let mut out = Vec::new();
    let mut open = 0;
    loop {
        let event = reader.read_event().map_err(|error| error.to_string())?;
        match event {
            Event::Start(e) | Event::Empty(e) => {
                let void = reader.buffer_position() > 1
                    && slice.as_bytes()[reader.buffer_position() as usize - 2] == b'/';
                let mut attributes = Vec::new();
                for attribute in e.attributes() {
                    let attribute = attribute.map_err(|error| error.to_string())?;
                    let value = attribute
                        .unescape_value()
                        .map_err(|error| error.to_string())?
                        .into_owned();
                    attributes.push((String::from_utf8_lossy(attribute.key.0).into_owned(), value));
                }
                out.push(tag(&String::from_utf8_lossy(e.name().0), attributes));
                if void {
                    out.push(">".into());
                } else {
                    open += 1;
                }
            }
            Event::End(_) => {
                open -= 1;
                out.push(">".into());
            }
            Event::Text(text) => push_text(&mut out, &String::from_utf8_lossy(&text)),
            Event::GeneralRef(name) => {
                let text = match &*name {
                    b"amp" => "&",
                    b"lt" => "<",
                    b"gt" => ">",
                    b"quot" => "\"",
                    other => return Err(format!("reference {}", String::from_utf8_lossy(other))),
                };
                push_text(&mut out, text);
            }
            Event::Eof if open == 0 => return Ok(out),
            other => return Err(format!("unexpected {other:?}")),
        }
    }
}

fn from_html(slice: &str) -> Vec<String> {
    let options = ParseOpts {
        tree_builder: TreeBuilderOpts {
            scripting_enabled: false,
            ..TreeBuilderOpts::default()
        },
        ..ParseOpts::default()
    };
    let dom = parse_document(RcDom::default(), options).one(slice);
    enum Step {
        Open(Handle),
        Close,
    }
    let mut out = Vec::new();
    let mut steps: Vec<Step> = dom
        .document
        .children
        .borrow()
        .iter()
        .rev()
        .cloned()
        .map(Step::Open)
        .collect();
    while let Some(step) = steps.pop() {
        let Step::Open(node) = step else {
            out.push(">".into());
            continue;
        };
        match &node.data {
            NodeData::Text { contents } => push_text(&mut out, &contents.borrow()),
            NodeData::Element { name, attrs, .. } => {
                let attributes = attrs
                    .borrow()
                    .iter()
                    .map(|a| {
                        // `xml:space` is the only one with a prefix that comes out.
                        let is_xml = a.name.prefix.as_deref() == Some("xml");
                        let prefix = if is_xml { "xml:" } else { "" };
                        (format!("{prefix}{}", a.name.local), a.value.to_string())
                    })
                    .collect();
                out.push(tag(&name.local, attributes));
                steps.push(Step::Close);
                steps.extend(node.children.borrow().iter().rev().cloned().map(Step::Open));
            }
            _ => {}
        }
    }
    out
}
