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

/// Whether text is written without this character: neither XML nor HTML can hold it.
pub(crate) fn is_dropped(character: char) -> bool {
    character < ' ' && !matches!(character, '\t' | '\n' | '\r')
}

/// Whether what begins with `byte` may be written differently. Most text has none of these for
/// long stretches, so this is asked of many bytes at once.
fn is_special(byte: u8) -> bool {
    (byte < b' ')
        | (byte == b'"')
        | (byte == b'&')
        | (byte == b'<')
        | (byte == b'>')
        | (byte == 0xEF)
}

/// The first special byte from `at` on.
fn next_special(bytes: &[u8], at: usize) -> Option<usize> {
    const STEP: usize = 32;
    let mut from = at;
    for chunk in bytes[at..].chunks_exact(STEP) {
        if chunk
            .iter()
            .fold(false, |any, &byte| any | is_special(byte))
        {
            break;
        }
        from += STEP;
    }
    let found = bytes[from..].iter().position(|&byte| is_special(byte))?;
    Some(from + found)
}

/// Whether U+FFFE or U+FFFF stands at `at`, where EF begins a character of three bytes.
fn is_noncharacter(bytes: &[u8], at: usize) -> bool {
    bytes[at + 1] == 0xBF && bytes[at + 2] >= 0xBE
}

fn escape_some(text: &str, quotes: bool, out: &mut String) {
    let bytes = text.as_bytes();
    let (mut from, mut at) = (0, 0);
    while let Some(i) = next_special(bytes, at) {
        at = i + 1;
        let replacement = match bytes[i] {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' if quotes => "&quot;",
            b'\r' if bytes.get(i + 1) == Some(&b'\n') => "",
            b'\r' => "\n",
            b'"' | b'\t' | b'\n' => continue,
            0xEF if is_noncharacter(bytes, i) => {
                at = i + 3;
                "\u{FFFD}"
            }
            0xEF => {
                at = i + 3;
                continue;
            }
            _ => "",
        };
        out.push_str(&text[from..i]);
        out.push_str(replacement);
        from = at;
    }
    out.push_str(&text[from..]);
}

/// Appends ` name="value"`; blanks of any kind become spaces, as XML would read them, and
/// characters that XML or HTML forbid are dropped.
pub(crate) fn write(name: &str, value: &str, out: &mut String) {
    out.push(' ');
    out.push_str(name);
    out.push_str("=\"");
    let bytes = value.as_bytes();
    let (mut from, mut at) = (0, 0);
    while let Some(i) = next_special(bytes, at) {
        at = i + 1;
        let replacement = match bytes[i] {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            b'\t' | b'\n' | b'\r' => " ",
            0xEF if is_noncharacter(bytes, i) => {
                at = i + 3;
                ""
            }
            0xEF => {
                at = i + 3;
                continue;
            }
            _ => "",
        };
        out.push_str(&value[from..i]);
        out.push_str(replacement);
        from = at;
    }
    out.push_str(&value[from..]);
    out.push('"');
}

/// Appends `number` in decimal digits.
pub(crate) fn push_number(number: u64, out: &mut String) {
    let mut digits = [b'0'; 20];
    let (mut at, mut rest) = (digits.len(), number);
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    out.push_str(std::str::from_utf8(&digits[at..]).unwrap_or_default());
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

    #[test]
    fn values_are_flat_and_hold_no_forbidden_character() {
        let mut out = String::new();
        write(
            "alt",
            "\u{FFFE}（\r\n<\t>＆&\u{FFFF}\u{1F}é\u{FFFD}",
            &mut out,
        );
        assert_eq!(out, " alt=\"（  &lt; &gt;＆&amp;é\u{FFFD}\"");
    }

    #[test]
    fn numbers_are_decimal() {
        for number in [0, 9, 10, 1_234_567_890, u64::MAX] {
            let mut out = String::new();
            push_number(number, &mut out);
            assert_eq!(out, number.to_string());
        }
    }

    #[test]
    fn what_is_special_is_found_wherever_it_stands() {
        for at in 0..100 {
            let text = format!("{}&{}", "x".repeat(at), "y".repeat(100 - at));
            let escaped = format!("{}&amp;{}", "x".repeat(at), "y".repeat(100 - at));
            assert_eq!(escape(&text), escaped);
        }
    }
}
