//! Where a page of hits ended. Hits are ordered by a score that is not comparable between two
//! states of the index, so a cursor is a place in the order, not a key.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bindery_library::ports::PortError;

/// Nobody reads further; the price of a page grows with its depth.
pub(super) const DEEPEST: usize = 10_000;

/// A place in the order of hits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Offset {
    /// Hits before this page.
    pub start: usize,
    /// The first page found nothing as typed.
    pub fuzzy: bool,
}

pub(super) fn encode(start: usize, fuzzy: bool) -> String {
    URL_SAFE_NO_PAD.encode(format!("{}{start}", if fuzzy { 'f' } else { 'e' }))
}

pub(super) fn decode(text: Option<&str>) -> Result<Offset, PortError> {
    let Some(text) = text else {
        return Ok(Offset {
            start: 0,
            fuzzy: false,
        });
    };
    let read = || {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (kind, start) = std::str::from_utf8(&bytes).ok()?.split_at_checked(1)?;
        let fuzzy = match kind {
            "f" => true,
            "e" => false,
            _ => return None,
        };
        Some(Offset {
            start: start.parse().ok()?,
            fuzzy,
        })
    };
    read().ok_or_else(|| PortError::Permanent("not a cursor of this search".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_come_back_and_foreign_ones_do_not() {
        assert_eq!(
            decode(Some(&encode(40, true))).unwrap(),
            Offset {
                start: 40,
                fuzzy: true
            }
        );
        assert_eq!(
            decode(None).unwrap(),
            Offset {
                start: 0,
                fuzzy: false
            }
        );
        for wrong in ["", "x", "!!", "w6k", "ZS0x"] {
            assert!(decode(Some(wrong)).is_err(), "{wrong}");
        }
    }
}
