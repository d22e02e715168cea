//! The token loop.

use std::borrow::Cow;

use cssparser::{Parser, SourcePosition, ToCss, Token, serialize_string};

use super::{References, import, names};

/// What a dropped reference becomes: a URL that is defined to fail without a request.
const NOWHERE: &str = "url(\"about:invalid\")";

/// Stands where something was dropped. Without it what stood before and behind would grow together:
/// of `ur)l(…)` would become `url(…)`, and of `/)*` the beginning of a comment.
const GAP: &str = "/**/";

/// Rewrites stylesheets.
pub(crate) struct Rewriter<'a> {
    pub references: &'a dyn References,
    /// Blocks may nest this deep; deeper ones are dropped.
    pub depth: usize,
    /// Bytes to write before the rest of the sheet is dropped.
    pub most: usize,
}

/// Where a token stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Before the first rule, where `@import` may stand (CSS Cascade 5 § 2).
    Top,
    /// Between rules.
    Rules,
    /// In a block.
    Block,
    /// In the `[…]` of a selector (or anywhere brackets are).
    Brackets,
    /// In a function whose strings are URLs.
    Urls,
}

/// Declarations of a `style` attribute.
pub(crate) fn declarations(css: &str, references: &dyn References, depth: usize) -> String {
    let rewriter = Rewriter {
        references,
        depth,
        most: usize::MAX,
    };
    let mut out = String::with_capacity(css.len());
    rewriter.loose(css, Place::Block, &mut out);
    out.trim_matches(is_blank).to_owned()
}

/// White space of CSS (CSS Syntax 3 § 4.2). Other blanks, as U+00A0, are letters of names there:
/// without it `\u{A0}url(…)`, a function that nobody knows, would become `url(…)`.
pub(super) fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{C}')
}

/// The value of a presentation attribute.
pub(crate) fn value(css: &str, references: &dyn References, depth: usize) -> String {
    declarations(css, references, depth)
}

impl Rewriter<'_> {
    /// Rewrites a whole sheet.
    pub fn sheet(&self, css: &str) -> String {
        let mut out = String::with_capacity(css.len());
        self.loose(css, Place::Top, &mut out);
        out
    }

    fn loose(&self, css: &str, place: Place, out: &mut String) {
        // A browser takes a first U+FEFF for a byte order mark and reads what follows without it.
        let css = plain(css.trim_start_matches('\u{FEFF}'));
        let mut parser = Parser::new(&css);
        parser.set_nested_block_limit(u8::MAX);
        self.tokens(&mut parser, place, 0, out);
    }

    fn tokens(&self, parser: &mut Parser<'_>, place: Place, depth: usize, out: &mut String) {
        // The property whose value is being read, when it is one of ours.
        let mut mapped: Option<&'static str> = None;
        let mut skipping = false;
        let mut place = place;
        let mut imported = import::Imported::default();
        while out.len() < self.most {
            let start = parser.position();
            let Ok(token) = parser.next_including_whitespace_and_comments().cloned() else {
                return;
            };
            if skipping {
                if token == Token::Semicolon {
                    skipping = false;
                    gap(out);
                }
                continue;
            }
            match &token {
                // A comment may hold two tokens apart.
                Token::Comment(_) => out.push_str(GAP),
                Token::AtKeyword(name) => {
                    let from = out.len();
                    match self.at_rule(name, place, parser, out) {
                        true if place == Place::Top => imported.settle(from, out),
                        true => {}
                        false => out.push_str(parser.slice_from(start)),
                    }
                }
                Token::Ident(name) => {
                    if names::runs_code(name) {
                        skipping = true;
                        continue;
                    }
                    mapped = self.ident(name, place, mapped, parser, start, out);
                }
                Token::QuotedString(url) if place == Place::Urls => {
                    string_url(self.references, url, out)
                }
                Token::UnquotedUrl(url) => self.url(url, out),
                Token::Function(name) => {
                    let name = name.clone();
                    self.function(&name, place, parser, start, depth, out);
                }
                Token::CurlyBracketBlock => {
                    if place == Place::Top {
                        place = Place::Rules;
                    }
                    self.block(parser, "{", "}", Place::Block, depth, out);
                }
                Token::SquareBracketBlock => {
                    self.block(parser, "[", "]", Place::Brackets, depth, out)
                }
                Token::ParenthesisBlock => {
                    let inner = if place == Place::Urls {
                        place
                    } else {
                        Place::Block
                    };
                    self.block(parser, "(", ")", inner, depth, out);
                }
                Token::BadUrl(_) | Token::BadString(_) | Token::CDO | Token::CDC => gap(out),
                Token::CloseParenthesis | Token::CloseCurlyBracket | Token::CloseSquareBracket => {
                    gap(out)
                }
                Token::QuotedString(text) => write_string(text, out),
                Token::Semicolon => {
                    mapped = None;
                    out.push(';');
                }
                _ => out.push_str(parser.slice_from(start)),
            }
        }
    }

    /// Handles `@import`, `@charset` and `@namespace`. `false`: copy the keyword.
    fn at_rule(&self, name: &str, place: Place, parser: &mut Parser<'_>, out: &mut String) -> bool {
        let ours = ["import", "charset", "namespace"];
        if ours.iter().any(|known| name.eq_ignore_ascii_case(known)) {
            gap(out);
        }
        if name.eq_ignore_ascii_case("import") {
            import::import(self.references, place == Place::Top, parser, out);
        } else if name.eq_ignore_ascii_case("charset") {
            import::skip_statement(parser);
        } else if name.eq_ignore_ascii_case("namespace") {
            import::namespace(parser, out);
        } else {
            return false;
        }
        true
    }

    fn ident(
        &self,
        name: &str,
        place: Place,
        mapped: Option<&'static str>,
        parser: &mut Parser<'_>,
        start: SourcePosition,
        out: &mut String,
    ) -> Option<&'static str> {
        let written = parser.slice_from(start);
        if place == Place::Brackets && matches!(name, "epub" | "ops") {
            // `[epub|type~="noteref"]`: the attribute is written as data.
            let state = parser.state();
            let is_type = parser.next_including_whitespace() == Ok(&Token::Delim('|'))
                && matches!(parser.next_including_whitespace(), Ok(Token::Ident(local)) if local.eq_ignore_ascii_case("type"));
            if is_type {
                out.push_str("data-epub-type");
                return mapped;
            }
            parser.reset(&state);
        } else if let (Place::Block, Some(property)) = (place, names::property(name)) {
            out.push_str(property);
            return Some(property);
        } else if let Some(property) = mapped {
            out.push_str(&names::keyword(property, written));
            return mapped;
        }
        out.push_str(written);
        mapped
    }

    fn function(
        &self,
        name: &str,
        place: Place,
        parser: &mut Parser<'_>,
        start: SourcePosition,
        depth: usize,
        out: &mut String,
    ) {
        let opening = parser.slice_from(start);
        if name.eq_ignore_ascii_case("url") || name.eq_ignore_ascii_case("src") {
            let url = parser.parse_nested_block(only_string).ok();
            self.url(url.as_deref().unwrap_or_default(), out);
        } else if depth >= self.depth
            || name.eq_ignore_ascii_case("expression")
            || (name.eq_ignore_ascii_case("attr") && has_type(parser))
            || (place == Place::Urls && !names::may_stand_beside_urls(name))
        {
            let _ = parser.parse_nested_block(skip);
            out.push_str(NOWHERE);
        } else {
            let inner = if names::takes_strings_as_urls(name) {
                Place::Urls
            } else if place == Place::Urls && name.eq_ignore_ascii_case("type") {
                Place::Block
            } else if place == Place::Urls {
                place
            } else {
                Place::Block
            };
            out.push_str(opening);
            self.nested(parser, inner, depth, out);
            out.push(')');
        }
    }

    fn block(
        &self,
        parser: &mut Parser<'_>,
        open: &str,
        close: &str,
        place: Place,
        depth: usize,
        out: &mut String,
    ) {
        out.push_str(open);
        if depth < self.depth {
            self.nested(parser, place, depth, out);
        } else {
            let _ = parser.parse_nested_block(skip);
        }
        out.push_str(close);
    }

    fn nested(&self, parser: &mut Parser<'_>, place: Place, depth: usize, out: &mut String) {
        let _ = parser.parse_nested_block(|inner| -> Result<(), cssparser::ParseError<()>> {
            self.tokens(inner, place, depth + 1, out);
            Ok(())
        });
    }

    fn url(&self, url: &str, out: &mut String) {
        let trimmed = url.trim();
        let found = match trimmed.strip_prefix('#') {
            // A part of the same drawing: `fill: url(#gradient)`.
            Some(rest) if !rest.is_empty() => Some(trimmed.to_owned()),
            _ if trimmed.is_empty() => None,
            _ => self.references.resource(trimmed),
        };
        match found {
            Some(url) => {
                out.push_str("url(");
                write_string(&url, out);
                out.push(')');
            }
            None => out.push_str(NOWHERE),
        }
    }
}

/// Whether the `attr()` being read gives its value a type: what stands in an attribute of the
/// book could then become a reference (CSS Values 5 § 8.7).
fn has_type(parser: &mut Parser<'_>) -> bool {
    let state = parser.state();
    let found = parser.parse_nested_block(|inner| -> Result<bool, cssparser::ParseError<()>> {
        let (mut words, mut typed, mut before) = (0, false, true);
        while let Ok(token) = inner.next().cloned() {
            match token {
                Token::Comma => before = false,
                Token::Function(_) if before => typed = true,
                Token::Ident(_) if before => words += 1,
                Token::Delim('|') if before => words -= 1,
                _ => {}
            }
            typed |= words > 1;
        }
        Ok(typed)
    });
    parser.reset(&state);
    found.unwrap_or(true)
}

/// Holds what stands before apart from what comes, where the signs do not do so by themselves.
fn gap(out: &mut String) {
    let apart = out.is_empty() || out.ends_with(GAP);
    if !apart && !out.ends_with([' ', '\t', '\n', '\r', '{', '}', ';']) {
        out.push_str(GAP);
    }
}

/// The input without what would be read differently after it was written: characters that markup
/// cannot hold, and would lose, become U+FFFD or a line end (CSS Syntax 3, § 3.3, does so with
/// some); and so does a backslash at the end, which would swallow the bracket written behind it.
fn plain(css: &str) -> Cow<'_, str> {
    let escapes = css.len() - css.trim_end_matches('\\').len();
    if escapes == 0 && !css.contains(foreign) {
        return Cow::Borrowed(css);
    }
    let mut plain = css[..css.len() - escapes % 2]
        .replace('\x0C', "\n")
        .replace(foreign, "\u{FFFD}");
    if escapes % 2 == 1 {
        plain.push('\u{FFFD}');
    }
    Cow::Owned(plain)
}

/// Whether markup may lose this character.
fn foreign(c: char) -> bool {
    c.is_control() && !matches!(c, '\t' | '\n' | '\r') || matches!(c, '\u{FFFE}' | '\u{FFFF}')
}

/// What an escape stood for, as [`plain`] would have it.
pub(super) fn unescaped(text: &str) -> Cow<'_, str> {
    if text.contains(foreign) {
        Cow::Owned(text.replace(foreign, "\u{FFFD}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// The one string in `url("…")`.
fn only_string(parser: &mut Parser<'_>) -> Result<String, cssparser::ParseError<()>> {
    let url = match parser.next() {
        Ok(Token::QuotedString(url)) => url.to_string(),
        _ => String::new(),
    };
    // Modifiers (`crossorigin()`, …) go with it.
    while parser.next().is_ok() {}
    Ok(url)
}

fn skip(parser: &mut Parser<'_>) -> Result<(), cssparser::ParseError<()>> {
    while parser.next().is_ok() {}
    Ok(())
}

/// A string that stands for a URL.
fn string_url(references: &dyn References, url: &str, out: &mut String) {
    if let Some(url) = references.resource(url.trim()) {
        return write_string(&url, out);
    }
    // A quote ends the word before it; `url(` would go on with it.
    let bytes = out.as_bytes();
    let escaped = bytes.len() > 1 && bytes[bytes.len() - 2] == b'\\';
    if escaped || !out.ends_with(['(', ',', ' ', '\n', '\t', '\r', '/']) {
        out.push_str(GAP);
    }
    out.push_str(NOWHERE);
}

pub(super) fn write_string(text: &str, out: &mut String) {
    // Writing to a `String` cannot fail. `<` is escaped so that no sheet can hold `</style`.
    let from = out.len();
    let _ = serialize_string(&unescaped(text), out);
    if out[from..].contains('<') {
        let escaped = out[from..].replace('<', "\\3c ");
        out.truncate(from);
        out.push_str(&escaped);
    }
}

/// A token as it was understood, for what cannot be copied.
pub(super) fn write_token(token: &Token<'_>, out: &mut String) {
    let from = out.len();
    let _ = token.to_css(out);
    if out[from..].contains(foreign) {
        let written = unescaped(&out[from..]).into_owned();
        out.truncate(from);
        out.push_str(&written);
    }
}
