//! Font obfuscation (undone) and everything else (refused).
//! Sources: EPUB 3.3 § 4.2.6.3.1 and annex F; Adobe "Content Protection and Obfuscation".

use std::collections::HashMap;

use sha1::{Digest, Sha1};

use super::xml::Document;
use crate::source::decode;
use crate::zip::{Archive, EntryError, normalise, percent_decode};
use crate::{Error, Limits};

const IDPF: &str = "http://www.idpf.org/2008/embedding";
const ADOBE: &str = "http://ns.adobe.com/pdf/enc#RC";
const IDPF_BYTES: usize = 1040;
const ADOBE_BYTES: usize = 1024;

/// How the first bytes of a font are masked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Obfuscation {
    Idpf,
    Adobe,
}

/// Reads `encryption.xml`: normalised path → mask.
///
/// # Errors
/// `DrmProtected` for any other algorithm and for the licence files of LCP and FairPlay.
pub(crate) fn read_encryption(
    archive: &Archive<'_>,
    root: &str,
    limits: &Limits,
) -> Result<HashMap<String, Obfuscation>, Error> {
    let path = |name: &str| normalise(&format!("{root}/META-INF/{name}"));
    for (file, name) in [
        ("license.lcpl", "Readium LCP"),
        ("sinf.xml", "Apple FairPlay"),
        ("rights.xml", "Adobe ADEPT"),
    ] {
        if archive.find(&path(file)).is_some() {
            return Err(Error::DrmProtected(name));
        }
    }
    let bytes = match archive.read(&path("encryption.xml"), limits.package_bytes) {
        Ok(bytes) => bytes,
        Err(EntryError::Missing) => return Ok(HashMap::new()),
        // Which files are encrypted cannot be known: nothing may be shown as if it were clear.
        Err(_) => return Err(Error::DrmProtected("unreadable encryption.xml")),
    };
    let document = Document::parse(&decode(&bytes));
    let mut masks = HashMap::new();
    for data in document.descendants(0, "EncryptedData") {
        let method = document.child(data, "EncryptionMethod");
        let algorithm = method
            .and_then(|at| document.attribute(at, "Algorithm"))
            .unwrap_or_default();
        let mask = match algorithm.trim() {
            IDPF => Obfuscation::Idpf,
            ADOBE => Obfuscation::Adobe,
            _ => return Err(Error::DrmProtected("unknown encryption")),
        };
        if let Some(reference) = document
            .child(data, "CipherData")
            .and_then(|at| document.child(at, "CipherReference"))
            && let Some(uri) = document.attribute(reference, "URI")
        {
            masks.insert(
                normalise(&format!("{root}/{}", percent_decode(uri.trim()))),
                mask,
            );
        }
    }
    Ok(masks)
}

impl Obfuscation {
    /// Undoes the mask in place. `identifiers` are the book's, the unique one first.
    pub fn undo(self, font: &mut [u8], identifiers: &[String]) {
        match self {
            Self::Idpf => {
                let unique = identifiers.first().map_or("", String::as_str);
                let text: String = unique
                    .chars()
                    .filter(|c| !matches!(c, ' ' | '\t' | '\r' | '\n'))
                    .collect();
                mask(font, &Sha1::digest(text.as_bytes()), IDPF_BYTES);
            }
            Self::Adobe => {
                if let Some(key) = identifiers.iter().find_map(|id| uuid_key(id)) {
                    mask(font, &key, ADOBE_BYTES);
                }
            }
        }
    }
}

fn mask(font: &mut [u8], key: &[u8], len: usize) {
    for (byte, key) in font.iter_mut().take(len).zip(key.iter().cycle()) {
        *byte ^= key;
    }
}

/// The 16 bytes of an identifier that is a UUID, with or without `urn:uuid:`.
fn uuid_key(identifier: &str) -> Option<[u8; 16]> {
    let text = identifier.rsplit(':').next()?;
    let digits: String = text
        .chars()
        .filter(|c| !matches!(c, '-') && !c.is_whitespace())
        .collect();
    hex::decode(digits).ok()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_are_their_own_inverse_and_end_where_the_spec_says() {
        for (mask, end) in [
            (Obfuscation::Idpf, IDPF_BYTES),
            (Obfuscation::Adobe, ADOBE_BYTES),
        ] {
            let ids = vec!["urn:uuid:6ba7b810-9dad-11d1-80b4-00c04fd430c8".to_owned()];
            let mut font = vec![7u8; 2000];
            mask.undo(&mut font, &ids);
            assert_ne!(font[0], 7);
            assert!(font[end..].iter().all(|&byte| byte == 7));
            mask.undo(&mut font, &ids);
            assert_eq!(font, vec![7u8; 2000]);
        }
    }
}
