//! What kind of book the bytes are.

use serde::{Deserialize, Serialize};

use crate::{Error, zip};

/// A book format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// EPUB 2 and 3 (a zip archive).
    Epub,
    /// MOBI, AZW, AZW3, PRC (a Palm database).
    Mobi,
    /// PDF.
    Pdf,
}

/// A PDF header may follow up to this many bytes of rubbish (ISO 32000-1, annex H.3.4.1).
const PDF_HEADER_WITHIN: usize = 1024;

impl Format {
    /// Finds the format from the first bytes; names and declared types are not asked.
    #[must_use]
    pub fn sniff(bytes: &[u8]) -> Option<Self> {
        if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
            return Some(Self::Epub);
        }
        if matches!(
            bytes.get(60..68),
            Some(b"BOOKMOBI" | b"TEXtREAd" | b"TEXtTlDc")
        ) {
            return Some(Self::Mobi);
        }
        let head = &bytes[..bytes.len().min(PDF_HEADER_WITHIN)];
        if memchr::memmem::find(head, b"%PDF-").is_some() {
            return Some(Self::Pdf);
        }
        // Something may stand in front of an archive; its end tells.
        zip::is_archive(bytes).then_some(Self::Epub)
    }

    /// Raised whenever the output for the same book of this format changes by a byte.
    ///
    /// It is part of a rendition's identity, so old renditions keep serving.
    #[must_use]
    pub fn output_revision(self) -> u32 {
        match self {
            Self::Epub => 4,
            Self::Mobi => 3,
            Self::Pdf => 1,
        }
    }

    /// The registered media type of the format.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Epub => "application/epub+zip",
            Self::Mobi => "application/x-mobipocket-ebook",
            Self::Pdf => "application/pdf",
        }
    }

    /// The name shown to people.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Epub => "EPUB",
            Self::Mobi => "MOBI",
            Self::Pdf => "PDF",
        }
    }
}

/// Why bytes of no known format are refused: other containers of books by their names.
pub(crate) fn refusal(bytes: &[u8]) -> Error {
    // KFX is Amazon's Ion; a whole book may also be a zip of such files.
    const DRM_ION: &[u8] = b"\xEADRMION\xEE";
    if bytes.starts_with(DRM_ION) {
        return Error::DrmProtected("Kindle KFX encryption");
    }
    let palm = bytes.get(60..68).unwrap_or_default();
    Error::UnsupportedContainer(match (bytes.get(..4).unwrap_or_default(), palm) {
        (b"CONT", _) => "Kindle KFX",
        (b"TPZ0" | b"TPZ3", _) => "Kindle Topaz",
        (_, b"RBINCONT") => "Kindle picture container (azw.res)",
        (_, b"PNRdPPrs" | b"PNPdPPrs") => "eReader",
        (_, b"zTXTGPlm") => "zTXT",
        (_, b"DataPlkr") => "Plucker",
        _ => return Error::NotABook,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_containers_are_refused_by_name() {
        let palm = |kind: &[u8]| [&[0; 60], kind].concat();
        for (bytes, name) in [
            (b"CONT\x02\0".to_vec(), "Kindle KFX files"),
            (b"TPZ0....".to_vec(), "Kindle Topaz files"),
            (palm(b"RBINCONT"), "azw.res"),
            (palm(b"PNRdPPrs"), "eReader files"),
            (palm(b"zTXTGPlm"), "zTXT files"),
            (palm(b"DataPlkr"), "Plucker files"),
        ] {
            assert_eq!(Format::sniff(&bytes), None);
            let error = refusal(&bytes);
            assert_eq!(error.code(), "unsupported_format");
            assert!(error.to_string().contains(name), "{error}");
        }
        assert_eq!(refusal(b"\xEADRMION\xEE").code(), "drm_protected");
        assert!(matches!(refusal(b"hello"), Error::NotABook));
    }

    #[test]
    fn formats_are_found_by_content() {
        assert_eq!(Format::sniff(b"PK\x03\x04rest"), Some(Format::Epub));
        assert_eq!(Format::sniff(b"junk\n%PDF-1.7"), Some(Format::Pdf));
        let mut palm = vec![0; 60];
        palm.extend_from_slice(b"BOOKMOBI");
        assert_eq!(Format::sniff(&palm), Some(Format::Mobi));
        let empty = b"\0\0PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
        assert_eq!(Format::sniff(&empty[2..]), Some(Format::Epub));
        assert_eq!(Format::sniff(empty), None, "an end without entries");
        assert_eq!(Format::sniff(b""), None);
        assert_eq!(Format::sniff(b"<html>"), None);
    }
}
