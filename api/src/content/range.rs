//! `Range` (RFC 9110, 14): one range of bytes; several are answered with the whole.

use std::ops::Range;

/// What a `Range` header asks of an object of `size` bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// The whole: no range, or one that is to be ignored.
    Whole,
    /// These bytes.
    Part(Range<u64>),
    /// Nothing that is there.
    Outside,
}

/// Reads the header.
pub fn parse(header: Option<&str>, size: u64) -> Asked {
    let Some(spec) = header.and_then(|text| text.trim().strip_prefix("bytes=")) else {
        return Asked::Whole;
    };
    let Some((first, last)) = spec.split_once('-').filter(|_| !spec.contains(',')) else {
        return Asked::Whole;
    };
    let (first, last) = (first.trim(), last.trim());
    if first.is_empty() {
        return match last.parse::<u64>() {
            Ok(0) => Asked::Outside,
            Ok(_) if size == 0 => Asked::Outside,
            Ok(suffix) => Asked::Part(size.saturating_sub(suffix)..size),
            Err(_) => Asked::Whole,
        };
    }
    let Ok(first) = first.parse::<u64>() else {
        return Asked::Whole;
    };
    let end = match last {
        "" => size,
        last => match last.parse::<u64>() {
            Ok(last) if last >= first => last.saturating_add(1).min(size),
            _ => return Asked::Whole,
        },
    };
    if first >= size {
        Asked::Outside
    } else {
        Asked::Part(first..end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_the_rfc_says() {
        let table = [
            (None, Asked::Whole),
            (Some("bytes=0-9"), Asked::Part(0..10)),
            (Some("bytes=5-"), Asked::Part(5..100)),
            (Some("bytes=-10"), Asked::Part(90..100)),
            (Some("bytes=-1000"), Asked::Part(0..100)),
            (Some("bytes=90-1000"), Asked::Part(90..100)),
            (Some("bytes=100-"), Asked::Outside),
            (Some("bytes=-0"), Asked::Outside),
            (Some("bytes=0-1,5-6"), Asked::Whole),
            (Some("bytes=9-5"), Asked::Whole),
            (Some("bytes=a-b"), Asked::Whole),
            (Some("bytes=-"), Asked::Whole),
            (Some("items=0-9"), Asked::Whole),
            (Some("bytes=0-18446744073709551615"), Asked::Part(0..100)),
        ];
        for (header, expected) in table {
            assert_eq!(parse(header, 100), expected, "{header:?}");
        }
        assert_eq!(parse(Some("bytes=0-"), 0), Asked::Outside);
        assert_eq!(parse(Some("bytes=-5"), 0), Asked::Outside);
    }
}
