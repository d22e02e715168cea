//! How text and attribute values are written: for both parsers alike.

/// Escapes text for element content and quoted attributes.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    escape_some(text, true, &mut out);
    out
}

/// Appends `text`, escaped for element content. Line ends become `\n`.
pub(crate) fn escape_into(text: &str, out: &mut String) {
    escape_some(text, false, out);
}

fn escape_some(text: &str, quotes: bool, out: &mut String) {
    let mut from = 0;
    for (i, byte) in text.bytes().enumerate() {
        let replacement = match byte {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' if quotes => "&quot;",
            b'\r' if text.as_bytes().get(i + 1) == Some(&b'\n') => "",
            b'\r' => "\n",
            b'\t' | b'\n' => continue,
            0..=0x1F => "",
            // U+FFFE and U+FFFF are EF BF BE and EF BF BF.
            0xEF if text.as_bytes()[i + 1] == 0xBF && text.as_bytes()[i + 2] >= 0xBE => {
                out.push_str(&text[from..i]);
                out.push('\u{FFFD}');
                from = i + 3;
                continue;
            }
            _ => continue,
        };
        out.push_str(&text[from..i]);
        out.push_str(replacement);
        from = i + 1;
    }
    out.push_str(&text[from..]);
}

/// Appends ` name="value"`; blanks of any kind become spaces, as XML would read them.
pub(crate) fn write(name: &str, value: &str, out: &mut String) {
    out.push(' ');
    out.push_str(name);
    out.push_str("=\"");
    if value.bytes().any(|byte| byte < b' ' || byte == 0xEF) {
        let flat: String = value
            .chars()
            .filter(|&c| allowed(c))
            .map(|c| {
                if matches!(c, '\t' | '\n' | '\r') {
                    ' '
                } else {
                    c
                }
            })
            .collect();
        escape_some(&flat, true, out);
    } else {
        escape_some(value, true, out);
    }
    out.push('"');
}

/// Whether XML 1.0 and HTML both allow the character in text.
fn allowed(c: char) -> bool {
    !matches!(c, '\0'..='\x08' | '\x0B' | '\x0C' | '\x0E'..='\x1F' | '\u{FFFE}' | '\u{FFFF}')
}

/// Stands before the number of a link that waits for its target. Neither text nor any attribute's
/// value can hold it: control characters are dropped from both.
pub(crate) const WAITING: char = '\u{1}';

/// As [`write`], with [`WAITING`] before the value.
pub(super) fn write_waiting(name: &str, value: &str, out: &mut String) {
    let at = out.len() + " =\"".len() + name.len();
    write(name, value, out);
    out.insert(at, WAITING);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped_and_stripped_of_controls() {
        assert_eq!(
            escape("a<b>&\"\u{0}\u{8}\r\nc\rd\u{FFFF}e\u{FFFD}é"),
            "a&lt;b&gt;&amp;&quot;\nc\nd\u{FFFD}e\u{FFFD}é"
        );
        let mut out = String::new();
        write("title", "a\n\"b\"\u{1}", &mut out);
        assert_eq!(out, " title=\"a &quot;b&quot;\"");
    }
}
