//! PalmDOC compression: LZ77 over one record.
//! Source: MobileRead wiki, "PalmDOC" (byte-pair and distance-length codes).

/// Unpacks one record behind what is in `out`; `None` when it is damaged or longer
/// than `cap`. `scratch` is room that is used again for the next record.
pub(crate) fn unpack(
    packed: &[u8],
    cap: usize,
    scratch: &mut Vec<u8>,
    out: &mut Vec<u8>,
) -> Option<()> {
    // Two bytes make ten at the most; copies may write past the end of the text.
    let most = packed.len() * 5 + WIDE;
    if scratch.len() < most {
        scratch.resize(most, 0);
    }
    let text = scratch.get_mut(..most)?;
    let (mut at, mut len) = (0, 0);
    while let Some(&byte) = packed.get(at) {
        at += 1;
        match byte {
            0 | 0x09..=0x7F => {
                *text.get_mut(len)? = byte;
                len += 1;
            }
            // So many bytes stand as they are.
            1..=8 => {
                let count = byte as usize;
                let plain = packed.get(at..at + count)?;
                text.get_mut(len..len + count)?.copy_from_slice(plain);
                at += count;
                len += count;
            }
            // Eleven bits of distance, three of length.
            0x80..=0xBF => {
                let pair = usize::from(byte) << 8 | usize::from(*packed.get(at)?);
                at += 1;
                len = repeat(text, len, pair >> 3 & 0x7FF, (pair & 7) + 3)?;
            }
            0xC0..=0xFF => {
                text.get_mut(len..len + 2)?
                    .copy_from_slice(&[b' ', byte ^ 0x80]);
                len += 2;
            }
        }
    }
    let text = text.get(..len).filter(|text| text.len() <= cap)?;
    out.extend_from_slice(text);
    Some(())
}

/// Bytes copied at once. More than a copy can be long.
const WIDE: usize = 16;

/// Writes `count` bytes from `distance` before `len`; they may reach into themselves.
/// Returns the new length.
fn repeat(text: &mut [u8], len: usize, distance: usize, count: usize) -> Option<usize> {
    let from = len.checked_sub(distance).filter(|_| distance > 0)?;
    if distance >= count {
        let wide: [u8; WIDE] = text.get(from..from + WIDE)?.try_into().ok()?;
        text.get_mut(len..len + WIDE)?.copy_from_slice(&wide);
    } else {
        let window = text.get_mut(from..len + count)?;
        for i in distance..window.len() {
            window[i] = window[i - distance];
        }
    }
    Some(len + count)
}

#[cfg(test)]
mod tests {
    fn unpack(packed: &[u8], cap: usize) -> Option<Vec<u8>> {
        let mut out = Vec::new();
        super::unpack(packed, cap, &mut Vec::new(), &mut out).map(|()| out)
    }

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
