//! PalmDOC compression: LZ77 over one record.
//! Source: MobileRead wiki, "PalmDOC" (byte-pair and distance-length codes).

/// Unpacks one record; `None` when it is damaged or longer than `cap`.
pub(crate) fn unpack(packed: &[u8], cap: usize) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity((packed.len() * 2).min(cap));
    let mut at = 0;
    while let Some(&byte) = packed.get(at) {
        at += 1;
        match byte {
            // So many bytes stand as they are.
            1..=8 => {
                let end = at + byte as usize;
                out.extend_from_slice(packed.get(at..end)?);
                at = end;
            }
            0 | 0x09..=0x7F => out.push(byte),
            // Eleven bits of distance, three of length.
            0x80..=0xBF => {
                let pair = usize::from(byte) << 8 | usize::from(*packed.get(at)?);
                at += 1;
                repeat(&mut out, pair >> 3 & 0x7FF, (pair & 7) + 3)?;
            }
            0xC0..=0xFF => out.extend_from_slice(&[b' ', byte ^ 0x80]),
        }
        if out.len() > cap {
            return None;
        }
    }
    Some(out)
}

/// Appends `len` bytes from `distance` before the end; they may reach into themselves.
fn repeat(out: &mut Vec<u8>, distance: usize, len: usize) -> Option<()> {
    let from = out.len().checked_sub(distance).filter(|_| distance > 0)?;
    if distance >= len {
        out.extend_from_within(from..from + len);
    } else {
        (from..from + len).for_each(|i| out.push(out[i]));
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::unpack;

    #[test]
    fn every_code_is_read() {
        assert_eq!(
            unpack(b"ab\x02\x01\xFFc", 99),
            Some(b"ab\x01\xFFc".to_vec())
        );
        assert_eq!(unpack(b"a\xE2", 99), Some(b"a b".to_vec()));
        // Distance 2, length 5: the copy reads what it writes.
        assert_eq!(unpack(b"xy\x80\x12", 99), Some(b"xyxyxyx".to_vec()));
    }

    #[test]
    fn damage_is_refused() {
        assert_eq!(unpack(b"\x08ab", 99), None);
        assert_eq!(unpack(b"a\x80", 99), None);
        assert_eq!(unpack(b"a\x80\x12", 99), None);
        assert_eq!(unpack(b"a\x80\x00", 99), None);
        assert_eq!(unpack(b"abcdef", 5), None);
    }
}
