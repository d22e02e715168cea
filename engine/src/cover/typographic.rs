//! A cover for a book that has none: its title and author, set on a plain board.
//!
//! The same title and author give the same bytes. It is SVG with the reader's own serif face, so
//! it needs no font of ours and shows every script the reader's machine can show.

use std::fmt::Write;

use sha2::{Digest, Sha256};

/// Width and height in user units; the ratio 2 : 3 is that of most trade covers.
const WIDTH: f64 = 480.0;
const HEIGHT: f64 = 720.0;
/// Room for text between the margins.
const MEASURE: f64 = 384.0;
/// Type sizes that are tried for the title, largest first.
const SIZES: [f64; 6] = [60.0, 50.0, 42.0, 34.0, 28.0, 22.0];
/// The most lines a title may take at the smallest size.
const MAX_LINES: usize = 9;
/// Boards: dark enough that white text has a contrast above 7 : 1 on each.
const BOARDS: [(&str, &str); 8] = [
    ("#2f3e46", "#cad2c5"),
    ("#3d2c2e", "#e0b1a0"),
    ("#1f3a4d", "#d9c5a0"),
    ("#2c3e2d", "#d8c99b"),
    ("#452b46", "#d9b8c4"),
    ("#4a2f1d", "#e6c79c"),
    ("#26364f", "#b8cbe0"),
    ("#3b3b3b", "#d6cfc4"),
];

/// The cover as an SVG document.
pub fn svg(title: &str, author: &str) -> String {
    let title = if title.trim().is_empty() { "Untitled" } else { title.trim() };
    let (board, ink) = BOARDS[usize::from(Sha256::digest(title.as_bytes())[0]) % BOARDS.len()];
    let (size, lines) = fit(title);
    let mut out = String::with_capacity(2048);
    // Writing to a String cannot fail.
    let _ = write!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" width=\"{WIDTH}\" height=\"{HEIGHT}\" role=\"img\">\
         <title>{}</title><rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"{board}\"/>\
         <rect width=\"14\" height=\"{HEIGHT}\" fill=\"#000\" fill-opacity=\".22\"/>\
         <rect x=\"30\" y=\"24\" width=\"426\" height=\"672\" fill=\"none\" stroke=\"{ink}\" stroke-opacity=\".55\"/>\
         <g font-family=\"Georgia,'Noto Serif','Liberation Serif',serif\" text-anchor=\"middle\">",
        escape(title)
    );
    let first = 250.0 - (lines.len() as f64 - 1.0) * size * 0.6;
    push_lines(&mut out, &lines, first.max(90.0), size, "#fff");
    let _ = write!(out, "<path d=\"M203 470h80\" stroke=\"{ink}\" stroke-width=\"2\"/>");
    let author = wrap(author.trim(), 24.0, 3);
    push_lines(&mut out, &author, 530.0, 24.0, ink);
    out.push_str("</g></svg>");
    out
}

fn push_lines(out: &mut String, lines: &[String], first: f64, size: f64, fill: &str) {
    for (n, line) in lines.iter().enumerate() {
        let y = first + n as f64 * size * 1.2;
        let _ = write!(out, "<text x=\"243\" y=\"{y:.0}\" font-size=\"{size}\" fill=\"{fill}\">{}</text>", escape(line));
    }
}

/// The largest size at which the title fits, and its lines there.
fn fit(title: &str) -> (f64, Vec<String>) {
    for size in SIZES {
        let room = (340.0 / (size * 1.2)) as usize;
        let lines = wrap(title, size, usize::MAX);
        if lines.len() <= room.min(MAX_LINES) && lines.iter().all(|l| width(l, size) <= MEASURE) {
            return (size, lines);
        }
    }
    let size = SIZES[SIZES.len() - 1];
    (size, wrap(title, size, MAX_LINES))
}

/// Breaks at spaces, and inside words only where one word is wider than the measure (long words,
/// and scripts that set no spaces). Past `max` lines the rest becomes an ellipsis.
fn wrap(text: &str, size: f64, max: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        let joined = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
        if width(&joined, size) <= MEASURE {
            line = joined;
            continue;
        }
        if !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        for c in word.chars() {
            if !line.is_empty() && width(&line, size) + advance(c) * size > MEASURE {
                lines.push(std::mem::take(&mut line));
            }
            line.push(c);
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    if lines.len() > max {
        lines.truncate(max);
        if let Some(last) = lines.last_mut() {
            last.push('…');
        }
    }
    lines
}

fn width(text: &str, size: f64) -> f64 {
    text.chars().map(advance).sum::<f64>() * size
}

/// A guess at a serif face's advance in em: wide scripts a whole em, capitals more than small letters.
fn advance(c: char) -> f64 {
    match c {
        'i' | 'j' | 'l' | 't' | 'f' | 'r' | ' ' | '.' | ',' | '\'' | ':' | ';' | '|' => 0.34,
        'm' | 'w' | 'M' | 'W' => 0.9,
        c if ('\u{1100}'..='\u{11ff}').contains(&c) || c >= '\u{2e80}' => 1.0,
        c if c.is_uppercase() => 0.72,
        _ => 0.53,
    }
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            // XML 1.0 allows no control characters, and a title needs none.
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_book_gets_the_same_cover_and_another_title_another() {
        assert_eq!(svg("Emma", "Jane Austen"), svg("Emma", "Jane Austen"));
        assert_ne!(svg("Emma", "Jane Austen"), svg("Persuasion", "Jane Austen"));
    }

    #[test]
    fn titles_of_every_length_and_script_stay_inside_the_measure() {
        let long = "an uncommonly protracted title ".repeat(7);
        for title in ["Emma", long.as_str(), "吾輩は猫である吾輩は猫である吾輩は猫である", &"x".repeat(200), "كتاب"] {
            let (size, lines) = fit(title);
            assert!(lines.len() <= MAX_LINES, "{title}");
            assert!(lines.iter().all(|l| width(l.trim_end_matches('…'), size) <= MEASURE), "{title}");
        }
    }

    #[test]
    fn markup_in_a_title_is_text() {
        let out = svg("<script>&\u{1}", "\"><x");
        assert!(!out.contains("<script") && !out.contains("<x") && !out.contains('\u{1}'));
        assert!(out.contains("&lt;script&gt;&amp;"));
    }
}
