//! A cover set in type, for books without one. The same book gets the same bytes.

use sha2::{Digest, Sha256};

use super::Size;
use crate::Metadata;
use crate::xhtml::escape;

const WIDTH: u32 = 480;
const HEIGHT: u32 = 720;
/// Lines of the title at most.
const LINES: usize = 7;

/// Grounds that white type is readable on (contrast above 7:1).
const GROUNDS: [(&str, &str); 10] = [
    ("#1f3a5f", "#c9a86a"),
    ("#5b1f2e", "#e0b9a0"),
    ("#23402f", "#d8c38f"),
    ("#3b2a52", "#cdb4e8"),
    ("#4a3418", "#e6c78f"),
    ("#1d4347", "#9fd0c7"),
    ("#3d3d3d", "#d0d0d0"),
    ("#57294a", "#e7b6cf"),
    ("#2b3f1c", "#c5d79a"),
    ("#26335c", "#a9bdf0"),
];

/// One drawing, given as all three sizes: it scales by itself.
pub(super) fn cover(metadata: &Metadata) -> Vec<Size> {
    let drawing = draw(metadata);
    ["original", "medium", "thumbnail"]
        .into_iter()
        .map(|name| Size {
            name,
            extension: "svg",
            media_type: "image/svg+xml",
            bytes: drawing.clone().into_bytes(),
            width: WIDTH,
            height: HEIGHT,
        })
        .collect()
}

fn draw(metadata: &Metadata) -> String {
    let title = if metadata.title.trim().is_empty() {
        "Untitled"
    } else {
        metadata.title.trim()
    };
    let digest = Sha256::digest(title.as_bytes());
    let (ground, accent) = GROUNDS[usize::from(digest[0]) % GROUNDS.len()];
    let (size, lines) = fit(title);
    let author = metadata.authors.join(", ");
    let direction = if metadata.language.as_deref().is_some_and(is_rtl) {
        " direction=\"rtl\""
    } else {
        ""
    };
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" width=\"{WIDTH}\" \
         height=\"{HEIGHT}\"{direction}><rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"{ground}\"/>\
         <rect x=\"24\" y=\"24\" width=\"432\" height=\"672\" fill=\"none\" stroke=\"{accent}\" stroke-width=\"2\"/>\
         <g fill=\"#fff\" font-family=\"Georgia, 'Noto Serif', serif\" text-anchor=\"middle\">"
    );
    let leading = size * 5 / 4;
    let top = 250 - (lines.len() as u32 * leading) / 2 + size;
    for (i, line) in lines.iter().enumerate() {
        let y = top + i as u32 * leading;
        out.push_str(&format!(
            "<text x=\"240\" y=\"{y}\" font-size=\"{size}\" font-weight=\"bold\">{}</text>",
            escape(line)
        ));
    }
    out.push_str(&format!(
        "<rect x=\"200\" y=\"470\" width=\"80\" height=\"3\" fill=\"{accent}\"/>"
    ));
    for (i, line) in wrap(&author, 26).iter().take(3).enumerate() {
        let y = 540 + i as u32 * 34;
        out.push_str(&format!(
            "<text x=\"240\" y=\"{y}\" font-size=\"26\" fill=\"{accent}\">{}</text>",
            escape(line)
        ));
    }
    out.push_str("</g></svg>");
    out
}

/// The largest type in which the title fits.
fn fit(title: &str) -> (u32, Vec<String>) {
    for (size, columns) in [(54, 13), (44, 16), (36, 20), (28, 26)] {
        let lines = wrap(title, columns);
        if lines.len() <= LINES - 2 {
            return (size, lines);
        }
    }
    let mut lines = wrap(title, 30);
    if lines.len() > LINES {
        lines.truncate(LINES);
        if let Some(last) = lines.last_mut() {
            last.push('…');
        }
    }
    (24, lines)
}

/// Breaks between words; words longer than a line are broken inside.
fn wrap(text: &str, columns: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    let mut used = 0;
    for word in text.split_whitespace() {
        let width = columns_of(word);
        if used > 0 && used + 1 + width > columns {
            lines.push(std::mem::take(&mut line));
            used = 0;
        }
        if used > 0 {
            line.push(' ');
            used += 1;
        }
        for c in word.chars() {
            let wide = columns_of(c.encode_utf8(&mut [0; 4]));
            if used + wide > columns {
                lines.push(std::mem::take(&mut line));
                used = 0;
            }
            line.push(c);
            used += wide;
        }
        if lines.len() > 64 {
            break;
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

/// East Asian characters take two columns.
fn columns_of(text: &str) -> usize {
    text.chars().map(|c| if matches!(c as u32, 0x1100..=0x115F | 0x2E80..=0xA4CF | 0xAC00..=0xD7A3 | 0xF900..=0xFAFF | 0xFE30..=0xFE6F | 0xFF00..=0xFF60 | 0x20000..=0x3FFFD) { 2 } else { 1 }).sum()
}

fn is_rtl(language: &str) -> bool {
    let primary = language
        .split('-')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    matches!(
        primary.as_str(),
        "ar" | "he" | "fa" | "ur" | "yi" | "ps" | "sd" | "ug" | "dv"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn titled(title: &str) -> String {
        draw(&Metadata {
            title: title.into(),
            authors: vec!["A. <B> & C".into()],
            ..Metadata::default()
        })
    }

    #[test]
    fn the_same_title_gives_the_same_bytes_and_text_is_escaped() {
        assert_eq!(titled("A <script> & B"), titled("A <script> & B"));
        assert!(!titled("A <script> & B").contains("<script"));
        assert!(titled("x").contains("A. &lt;B&gt; &amp; C"));
    }

    #[test]
    fn long_titles_are_wrapped_and_cut() {
        let lines = fit(&"word ".repeat(200)).1;
        assert_eq!(lines.len(), LINES);
        assert!(lines.last().unwrap().ends_with('…'));
        assert!(
            fit(&"x".repeat(500))
                .1
                .iter()
                .all(|line| line.chars().count() <= 31)
        );
        assert_eq!(wrap("日本語の本", 6), ["日本語", "の本"]);
    }

    #[test]
    fn a_book_without_title_has_a_cover_too() {
        assert!(titled(" ").contains("Untitled"));
    }
}
