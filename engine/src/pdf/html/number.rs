//! Short numbers.

/// Appends `value` hundredths.
pub(super) fn hundredths(out: &mut String, value: i64) {
    let mut buffer = [0u8; 24];
    let mut at = buffer.len();
    let mut put = |byte: u8| {
        at -= 1;
        buffer[at] = byte;
    };
    let rest = value.unsigned_abs();
    let (mut whole, part) = (rest / 100, (rest % 100) as u8);
    if part > 0 {
        if part % 10 > 0 {
            put(b'0' + part % 10);
        }
        put(b'0' + part / 10);
        put(b'.');
    }
    if whole == 0 && part == 0 {
        put(b'0');
    }
    while whole > 0 {
        put(b'0' + (whole % 10) as u8);
        whole /= 10;
    }
    if value < 0 {
        put(b'-');
    }
    // Digits, points and signs are ASCII.
    out.push_str(std::str::from_utf8(&buffer[at..]).unwrap_or_default());
}

/// In hundredths, within what any page needs.
pub(super) fn to_hundredths(value: f64) -> i64 {
    (value * 100.0).round().clamp(-1e9, 1e9) as i64
}

/// With at most two digits after the point.
pub(super) fn number(out: &mut String, value: f64) {
    hundredths(out, to_hundredths(value));
}

/// With as many digits as a matrix needs.
pub(super) fn exact(out: &mut String, value: f64) {
    use std::fmt::Write;
    let rounded = (value * 1e6).round() / 1e6;
    // Writing to a `String` cannot fail.
    let _ = write!(out, "{}", if rounded == 0.0 { 0.0 } else { rounded });
}

/// `#rgb`, `#rrggbb`, or with alpha `#rrggbbaa`.
pub(super) fn color(out: &mut String, color: [u8; 4]) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut put = |half: u8| out.push(char::from(DIGITS[usize::from(half)]));
    put_hash(&mut put, color);
    fn put_hash(put: &mut impl FnMut(u8), color: [u8; 4]) {
        let parts = if color[3] == 255 {
            &color[..3]
        } else {
            &color[..]
        };
        let short = parts.iter().all(|part| part >> 4 == part & 15);
        for part in parts {
            put(part >> 4);
            if !short {
                put(part & 15);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(value: f64) -> String {
        let mut out = String::new();
        number(&mut out, value);
        out
    }

    #[test]
    fn numbers_are_as_short_as_they_can_be() {
        for (value, text) in [
            (0.0, "0"),
            (-0.001, "0"),
            (0.5, ".5"),
            (-0.25, "-.25"),
            (12.0, "12"),
            (100.305, "100.31"),
            (-7.07, "-7.07"),
            (f64::NAN, "0"),
            (1e300, "10000000"),
        ] {
            assert_eq!(shown(value), text);
        }
    }

    #[test]
    fn colours_are_as_short_as_they_can_be() {
        let shown = |value| {
            let mut out = String::new();
            color(&mut out, value);
            out
        };
        assert_eq!(shown([0, 0, 0, 255]), "000");
        assert_eq!(shown([255, 0, 17, 255]), "f01");
        assert_eq!(shown([255, 1, 17, 255]), "ff0111");
        assert_eq!(shown([255, 255, 255, 136]), "fff8");
        assert_eq!(shown([1, 2, 3, 4]), "01020304");
    }
}
