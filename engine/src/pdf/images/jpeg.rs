//! The header of a JPEG (ITU-T T.81, annex B).

/// What its frame says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Header {
    pub width: u32,
    pub height: u32,
    pub components: u8,
}

/// Reads the frame header: Huffman-coded, 8 bits, baseline or progressive; browsers take no other.
pub(crate) fn header(bytes: &[u8]) -> Option<Header> {
    let mut rest = bytes.strip_prefix(b"\xFF\xD8")?;
    loop {
        let start = rest.iter().position(|byte| *byte == 0xFF)?;
        let marker_at = start + rest[start..].iter().position(|byte| *byte != 0xFF)?;
        let marker = rest[marker_at];
        rest = &rest[marker_at + 1..];
        if matches!(marker, 0x01 | 0xD0..=0xD7) {
            continue;
        }
        let length = usize::from(u16::from_be_bytes([*rest.first()?, *rest.get(1)?]));
        let body = rest.get(2..length)?;
        match marker {
            0xC0..=0xC2 => {
                let &[8, h1, h0, w1, w0, components, ..] = body else {
                    return None;
                };
                return Some(Header {
                    width: u32::from(u16::from_be_bytes([w1, w0])),
                    height: u32::from(u16::from_be_bytes([h1, h0])),
                    components,
                });
            }
            0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF | 0xD9 | 0xDA => return None,
            _ => rest = &rest[length..],
        }
    }
}
