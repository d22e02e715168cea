//! Numbers at places that may not exist.

/// Two bytes, big end first.
pub(super) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    let end = at.checked_add(2)?;
    Some(u16::from_be_bytes(bytes.get(at..end)?.try_into().ok()?))
}

/// Four bytes, big end first.
pub(super) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    let end = at.checked_add(4)?;
    Some(u32::from_be_bytes(bytes.get(at..end)?.try_into().ok()?))
}

/// Four bytes as a place or length.
pub(super) fn usize_at(bytes: &[u8], at: usize) -> Option<usize> {
    u32_at(bytes, at).map(|n| n as usize)
}

/// A record number; all ones stand for none.
pub(super) fn record_at(bytes: &[u8], at: usize) -> Option<usize> {
    u32_at(bytes, at)
        .filter(|&n| n != u32::MAX)
        .map(|n| n as usize)
}

/// A number of seven bits a byte, the last byte marked by its high bit; and its length.
pub(super) fn variable(bytes: &[u8]) -> Option<(u32, usize)> {
    let mut value = 0u32;
    for (i, byte) in bytes.iter().take(4).enumerate() {
        value = value << 7 | u32::from(byte & 0x7F);
        if byte & 0x80 != 0 {
            return Some((value, i + 1));
        }
    }
    None
}

/// Digits of base 32 (`0`–`9`, `A`–`V`), as `kindle:` references write numbers.
pub(super) fn base32(digits: &str) -> Option<usize> {
    let fits = !digits.is_empty() && digits.len() <= 12;
    fits.then(|| usize::from_str_radix(digits, 32).ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_outside_are_none() {
        assert_eq!(u16_at(&[1, 2], 0), Some(258));
        assert_eq!(u32_at(&[1, 2, 3], 0), None);
        assert_eq!(u32_at(&[0; 8], usize::MAX), None);
        assert_eq!(record_at(&[0xFF; 4], 0), None);
    }

    #[test]
    fn variable_numbers_end_at_the_high_bit() {
        assert_eq!(variable(&[0x04, 0x22, 0x91, 7]), Some((0x11111, 3)));
        assert_eq!(variable(&[1, 1, 1, 1, 0x81]), None);
        assert_eq!(variable(&[]), None);
        assert_eq!(base32("00V"), Some(31));
        assert_eq!(base32("W"), None);
    }
}
