//! Indents and spaces: attributes that only Mobipocket reads become classes.
//! Source: facts of calibre and KindleUnpack (`width` is the first line's indent,
//! `height` the space above).

use std::collections::HashMap;

/// How readers of Mobipocket show what says nothing of its own.
const PLAIN: &str = "p{margin:0;text-indent:1.5em}blockquote{margin:0 0 0 2em}";
/// Different indents and spaces that are kept; books have a dozen.
const MOST: usize = 256;

/// The classes so far.
pub(super) struct Layout<'r> {
    classes: HashMap<(&'r [u8], &'r [u8]), usize>,
    style: String,
}

impl<'r> Layout<'r> {
    pub fn new() -> Self {
        Self {
            classes: HashMap::new(),
            style: PLAIN.into(),
        }
    }

    /// The stylesheet.
    pub fn into_style(self) -> String {
        self.style
    }

    /// The class for an indent and a space above, if they say anything.
    pub fn class(&mut self, width: &'r [u8], height: &'r [u8]) -> Option<String> {
        if let Some(n) = self.classes.get(&(width, height)) {
            return Some(format!("mobi-{n}"));
        }
        let (indent, above) = (length(width), length(height));
        if self.classes.len() >= MOST || indent.is_none() && above.is_none() {
            return None;
        }
        let n = self.classes.len();
        self.classes.insert((width, height), n);
        self.style.push_str(&format!(".mobi-{n}{{"));
        if let Some(indent) = indent {
            self.style.push_str(&format!("text-indent:{indent};"));
            // A hanging first line needs the room it hangs into.
            if let Some(hanging) = indent.strip_prefix('-') {
                self.style.push_str(&format!("margin-left:{hanging};"));
            }
        }
        if let Some(above) = above {
            self.style.push_str(&format!("margin-top:{above};"));
        }
        self.style.push('}');
        Some(format!("mobi-{n}"))
    }
}

/// A length in CSS; pixels where no unit stands. `None` for anything else.
fn length(value: &[u8]) -> Option<String> {
    const LONGEST: usize = 12;
    let text = std::str::from_utf8(value).ok()?.trim();
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == '%');
    let unit = &text[digits.len()..];
    let known = matches!(unit, "em" | "pt" | "px" | "ex" | "%" | "");
    let number: f32 = digits.parse().ok()?;
    (known && text.len() <= LONGEST && number.is_finite()).then(|| {
        let unit = if unit.is_empty() { "px" } else { unit };
        format!("{digits}{unit}")
    })
}

#[cfg(test)]
mod tests {
    use super::Layout;

    #[test]
    fn indents_and_spaces_become_classes() {
        let mut layout = Layout::new();
        assert_eq!(layout.class(b"2em", b"5").as_deref(), Some("mobi-0"));
        assert_eq!(layout.class(b"-1em", b"").as_deref(), Some("mobi-1"));
        assert_eq!(layout.class(b"2em", b"5").as_deref(), Some("mobi-0"));
        assert_eq!(layout.class(b"1;}", b"url(x)"), None);
        let style = layout.into_style();
        assert!(
            style.contains(".mobi-0{text-indent:2em;margin-top:5px;}"),
            "{style}"
        );
        assert!(
            style.contains(".mobi-1{text-indent:-1em;margin-left:1em;}"),
            "{style}"
        );
    }

    #[test]
    fn classes_beyond_the_most_are_not_made() {
        let widths: Vec<String> = (0..300).map(|n| format!("{n}px")).collect();
        let mut layout = Layout::new();
        let made = widths
            .iter()
            .filter_map(|width| layout.class(width.as_bytes(), b""));
        assert_eq!(made.count(), 256);
    }
}
