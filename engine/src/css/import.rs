//! `@import`, `@namespace`, `@charset`.

use cssparser::{Parser, Token};

use super::rewrite::{is_blank, unescaped, write_string, write_token};
use super::{Import, References};

/// Skips to the end of a statement, its `;` or block included.
pub(super) fn skip_statement(parser: &mut Parser<'_>) {
    while let Ok(token) = parser.next() {
        match token {
            Token::Semicolon => return,
            Token::CurlyBracketBlock => return skip_block(parser),
            _ => {}
        }
    }
}

/// Reads over the block that was just opened. Left to the parser it would be skipped with the next
/// token, and be copied with it.
fn skip_block(parser: &mut Parser<'_>) {
    let _ = parser.parse_nested_block(|inner| -> Result<(), cssparser::ParseError<()>> {
        while inner.next().is_ok() {}
        Ok(())
    });
}

/// The string or `url()` that comes next.
fn target(parser: &mut Parser<'_>) -> Option<String> {
    match parser.next().cloned() {
        Ok(Token::QuotedString(url) | Token::UnquotedUrl(url)) => Some(url.to_string()),
        Ok(Token::Function(name)) if name.eq_ignore_ascii_case("url") => parser
            .parse_nested_block(|inner| -> Result<String, cssparser::ParseError<()>> {
                let url = match inner.next() {
                    Ok(Token::QuotedString(url)) => url.to_string(),
                    _ => String::new(),
                };
                while inner.next().is_ok() {}
                Ok(url)
            })
            .ok(),
        _ => None,
    }
}

/// Replaces an `@import` whose keyword has been read by what it imports.
///
/// `layer()` and `supports()` conditions are not kept: no reading system of EPUB
/// knows them. Only a plain media query is.
pub(super) fn import(
    references: &dyn References,
    allowed: bool,
    parser: &mut Parser<'_>,
    out: &mut String,
) {
    let state = parser.state();
    let Some(url) = target(parser) else {
        parser.reset(&state);
        skip_statement(parser);
        return;
    };
    let mut media = String::new();
    while let Ok(token) = parser.next_including_whitespace().cloned() {
        match token {
            Token::Semicolon => break,
            Token::CurlyBracketBlock => return skip_block(parser),
            Token::Function(_) => media.push(' '),
            Token::ParenthesisBlock => {
                media.push('(');
                let _ =
                    parser.parse_nested_block(|inner| -> Result<(), cssparser::ParseError<()>> {
                        while let Ok(token) = inner.next_including_whitespace() {
                            write_plain(token, &mut media);
                        }
                        Ok(())
                    });
                media.push(')');
            }
            token => write_plain(&token, &mut media),
        }
    }
    let media = media.trim_matches(is_blank);
    if !allowed {
        return;
    }
    match references.import(url.trim()) {
        Some(Import::Inline(rules)) if media.is_empty() => {
            out.push_str(&rules);
            out.push('\n');
        }
        Some(Import::Inline(rules)) => out.push_str(&format!("@media {media}{{{rules}}}\n")),
        Some(Import::Link(url)) => {
            out.push_str("@import ");
            write_string(&url, out);
            if !media.is_empty() {
                out.push(' ');
                out.push_str(media);
            }
            out.push(';');
        }
        None => {}
    }
}

/// Keeps what must stand in front there: an `@import` behind rules that were inlined would
/// be ignored.
#[derive(Default)]
pub(super) struct Imported {
    /// Rules stand in the sheet already.
    rules: bool,
    /// Bytes of the statements put in front.
    front: usize,
    moved: usize,
}

/// Statements moved to the front; later ones are dropped. Real sheets import a handful.
const MOST_MOVED: usize = 64;

impl Imported {
    /// Looks at what an at-rule between rules has put at `from`.
    pub fn settle(&mut self, from: usize, out: &mut String) {
        let written = out.split_off(from);
        let (statements, rules) = written.split_at(leading(&written));
        if !self.rules || statements.is_empty() {
            out.push_str(statements);
        } else if self.moved < MOST_MOVED {
            out.insert_str(self.front, statements);
            self.front += statements.len();
            self.moved += 1;
        }
        self.rules |= rules.contains('{');
        out.push_str(rules);
    }
}

/// Bytes of the `@import` statements that a sheet of ours begins with: their addresses hold
/// no `;`.
fn leading(sheet: &str) -> usize {
    let mut end = 0;
    while sheet[end..].starts_with("@import ") {
        let Some(length) = sheet[end..].find(';') else {
            break;
        };
        end += length + 1;
    }
    end
}

/// Words, numbers and signs of a media query; nothing that could hold a reference.
fn write_plain(token: &Token<'_>, out: &mut String) {
    match token {
        Token::Ident(_)
        | Token::Number { .. }
        | Token::Dimension { .. }
        | Token::WhiteSpace(_)
        | Token::Comma
        | Token::Colon
        | Token::Delim('<' | '>' | '=' | '/') => write_token(token, out),
        // What is dropped still holds its neighbours apart.
        _ => out.push(' '),
    }
}

/// Copies `@namespace prefix "uri";`: the URI is a name here, never fetched.
pub(super) fn namespace(parser: &mut Parser<'_>, out: &mut String) {
    let state = parser.state();
    let prefix = match parser.next().cloned() {
        Ok(Token::Ident(prefix)) => Some(prefix),
        _ => {
            parser.reset(&state);
            None
        }
    };
    let uri = target(parser);
    skip_statement(parser);
    // Written as a string: a `url()` would look like something to fetch.
    if let Some(uri) = uri {
        out.push_str("@namespace ");
        if let Some(prefix) = prefix {
            let _ = cssparser::serialize_identifier(&unescaped(&prefix), out);
            out.push(' ');
        }
        write_string(&uri, out);
        out.push(';');
    }
}
