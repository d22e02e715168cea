//! ISBN: ISO 2108, two check digits.

/// Reads an ISBN-10 or ISBN-13, with or without hyphens, spaces or a `urn:isbn:` before it, and
/// answers it as 13 digits; `None` when the check digit is wrong.
#[must_use]
pub fn normalise_isbn(text: &str) -> Option<String> {
    let lower = text.trim().to_ascii_lowercase();
    let bare = lower.strip_prefix("urn:").unwrap_or(&lower);
    let bare = bare
        .strip_prefix("isbn")
        .unwrap_or(bare)
        .trim_start_matches([':', ' ']);
    let compact: String = bare
        .chars()
        .filter(|c| !matches!(c, '-' | ' ' | '\u{2010}'))
        .collect();
    match compact.len() {
        13 => thirteen(&compact),
        10 => ten(&compact),
        _ => None,
    }
}

fn thirteen(text: &str) -> Option<String> {
    let digits = digits(text)?;
    let (check, head) = digits.split_last()?;
    let bookland = text.starts_with("978") || text.starts_with("979");
    (bookland && check_13(head) == *check).then(|| text.to_owned())
}

fn ten(text: &str) -> Option<String> {
    let head = digits(text.get(..9)?)?;
    let check = match text.get(9..)? {
        "x" => 10,
        digit => *digits(digit)?.first()?,
    };
    let sum: u32 = head
        .iter()
        .zip((2..=10).rev())
        .map(|(d, weight)| d * weight)
        .sum();
    if !(sum + check).is_multiple_of(11) {
        return None;
    }
    let stem = format!("978{}", text.get(..9)?);
    let last = check_13(&digits(&stem)?);
    Some(format!("{stem}{last}"))
}

fn digits(text: &str) -> Option<Vec<u32>> {
    text.chars().map(|c| c.to_digit(10)).collect()
}

/// The check digit over the first twelve digits: weights 1 and 3, modulo 10.
fn check_13(head: &[u32]) -> u32 {
    let sum: u32 = head
        .iter()
        .zip([1, 3].into_iter().cycle())
        .map(|(d, weight)| d * weight)
        .sum();
    (10 - sum % 10) % 10
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn right_numbers_become_thirteen_digits() {
        for text in [
            "978-0-306-40615-7",
            "9780306406157",
            "0-306-40615-2",
            "urn:isbn:0306406152",
            "ISBN 0306406152",
        ] {
            assert_eq!(
                normalise_isbn(text).as_deref(),
                Some("9780306406157"),
                "{text}"
            );
        }
        assert_eq!(
            normalise_isbn("080442957X").as_deref(),
            Some("9780804429573")
        );
        assert_eq!(
            normalise_isbn("979-10-90636-07-1").as_deref(),
            Some("9791090636071")
        );
    }

    #[test]
    fn wrong_numbers_are_none() {
        for text in [
            "",
            "978-0-306-40615-8",
            "0306406153",
            "1234567890123",
            "97803064061",
            "x306406152",
            "ééééé",
        ] {
            assert_eq!(normalise_isbn(text), None, "{text}");
        }
    }
}
