//! An independent judge of slices: nothing that runs, submits or reaches outside.
//! It shares no table with the engine.

use cssparser::{ParseError, Parser, Token};
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
    // In a drawing below `resources/`, its neighbours.
    let beside = |value: &str| {
        let file = value.split('#').next().unwrap_or_default();
        file.split_once('.').is_some_and(|(number, extension)| {
            let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
            !number.is_empty()
                && digits(number)
                && extension.bytes().all(|byte| byte.is_ascii_alphanumeric())
        })
    };
    let ok = match (element, name) {
        ("a" | "area", "href") => {
            ["http://", "https://", "mailto:", "tel:"]
                .iter()
                .any(|scheme| value.to_lowercase().starts_with(scheme))
                || local(value)
        }
        ("link", "href") => value.starts_with("../resources/"),
        ("image", "href") => local(value) || beside(value) || value.starts_with("data:image/"),
        (_, "href") => value.starts_with('#') || local(value) || value.starts_with("data:image/"),
        (_, "src" | "poster") => local(value) || value.starts_with("data:image/"),
        (_, "srcset") => value
            .split(", ")
            .all(|part| local(part.split(' ').next().unwrap_or_default())),
        (
            _,
            "style" | "fill" | "stroke" | "filter" | "mask" | "clip-path" | "marker-end" | "cursor",
        ) => return sheet(value).map_err(|found| format!("<{element} {name}>: {found}")),
        _ => true,
    };
    if ok { Ok(()) } else { bad() }
}

/// Judges a stylesheet or declarations: every reference stays inside, nothing runs.
///
/// It shares the tokenizer with the engine and nothing else.
pub fn sheet(css: &str) -> Result<(), String> {
    let mut parser = Parser::new(css);
    parser.set_nested_block_limit(u8::MAX);
    let mut found = Ok(());
    tokens(&mut parser, false, &mut found);
    found
}

/// Reads the tokens of one block; `urls`: strings stand for references here.
fn tokens(parser: &mut Parser<'_>, urls: bool, found: &mut Result<(), String>) {
    let (mut imports, mut names) = (false, false);
    while let Ok(token) = parser.next().cloned() {
        let bad = match &token {
            Token::UnquotedUrl(url) => !stays(url),
            Token::QuotedString(text) => (urls || imports) && !names && !stays(text),
            Token::BadUrl(_) | Token::BadString(_) => true,
            Token::Ident(name) => {
                name.eq_ignore_ascii_case("behavior") || name.eq_ignore_ascii_case("-moz-binding")
            }
            Token::Function(name) if name.eq_ignore_ascii_case("expression") => true,
            Token::AtKeyword(name) => {
                imports = name.eq_ignore_ascii_case("import");
                names = name.eq_ignore_ascii_case("namespace");
                false
            }
            Token::Semicolon | Token::CurlyBracketBlock => {
                (imports, names) = (false, false);
                false
            }
            _ => false,
        };
        if bad && found.is_ok() {
            *found = Err(format!("in a sheet: {token:?}"));
        }
        let inside = match &token {
            Token::Function(name) => {
                let name = name.to_ascii_lowercase();
                let takes = [
                    "url",
                    "src",
                    "image",
                    "image-set",
                    "-webkit-image-set",
                    "cross-fade",
                ];
                takes.contains(&name.as_str()) || urls && name != "type"
            }
            Token::ParenthesisBlock => urls,
            Token::CurlyBracketBlock | Token::SquareBracketBlock => false,
            _ => continue,
        };
        let _ = parser.parse_nested_block(|inner| -> Result<(), ParseError<()>> {
            tokens(inner, inside, found);
            Ok(())
        });
    }
}

/// Whether a reference in a sheet stays inside the rendition, or cannot be fetched.
fn stays(url: &str) -> bool {
    let file = url.split('#').next().unwrap_or_default();
    let plain = !file.is_empty()
        && file
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'));
    url.starts_with('#')
        || url == "about:invalid"
        || url.starts_with("data:image/")
        || url.starts_with("../resources/") && !url[3..].contains("..")
        || plain && !file.starts_with('.')
}
