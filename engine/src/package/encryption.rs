//! Font obfuscation (undone) and everything else (locked).
//! Sources: EPUB 3.3 § 4.2.6.3.1 and § 4.3; Adobe "Content Protection and Obfuscation".

use std::collections::{HashMap, HashSet};

use sha1::{Digest, Sha1};

use super::Package;
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

/// What `META-INF/encryption.xml` says, by the entry's place in the archive.
#[derive(Debug, Default)]
pub(crate) struct Protection {
    masks: HashMap<usize, Obfuscation>,
    locked: HashSet<usize>,
    /// Who has the keys, as far as the container tells.
    scheme: &'static str,
}

impl Protection {
    /// Reads `encryption.xml`. Licence files alone lock nothing: a book may carry its
    /// rights and be readable.
    ///
    /// # Errors
    /// `DrmProtected` when the file cannot be read: nothing may be shown as if it were clear.
    pub fn read(archive: &Archive<'_>, root: &str, limits: &Limits) -> Result<Self, Error> {
        let path = normalise(&format!("{root}/META-INF/encryption.xml"));
        let bytes = match archive.read(&path, limits.package_bytes) {
            Ok(bytes) => bytes,
            Err(EntryError::Missing) => return Ok(Self::default()),
            Err(_) => return Err(Error::DrmProtected("unreadable encryption.xml")),
        };
        let text = decode(&bytes);
        let document = Document::parse(&text);
        let mut out = Self {
            scheme: scheme(archive, root, &text, limits),
            ..Self::default()
        };
        for data in document.descendants(0, "EncryptedData") {
            let algorithm = document
                .child(data, "EncryptionMethod")
                .and_then(|at| document.attribute(at, "Algorithm"))
                .unwrap_or_default();
            let Some(entry) = document
                .child(data, "CipherData")
                .and_then(|at| document.child(at, "CipherReference"))
                .and_then(|at| document.attribute(at, "URI"))
                .map(|uri| normalise(&format!("{root}/{}", percent_decode(uri.trim()))))
                .and_then(|path| archive.find(&path))
            else {
                continue;
            };
            match algorithm.trim() {
                IDPF => drop(out.masks.insert(entry, Obfuscation::Idpf)),
                ADOBE => drop(out.masks.insert(entry, Obfuscation::Adobe)),
                _ => drop(out.locked.insert(entry)),
            }
        }
        Ok(out)
    }

    /// The mask over an entry.
    pub fn mask(&self, entry: usize) -> Option<Obfuscation> {
        self.masks.get(&entry).copied()
    }

    /// Whether an entry cannot be read without keys.
    pub fn locks(&self, entry: usize) -> bool {
        self.locked.contains(&entry)
    }

    /// Refuses a book of which a chapter is locked. A locked font or picture costs itself.
    ///
    /// # Errors
    /// `DrmProtected` with the name of the scheme.
    pub fn check(&self, archive: &Archive<'_>, package: &Package) -> Result<(), Error> {
        let essential = package
            .spine
            .iter()
            .map(|place| package.items[place.item].path.as_str())
            .chain([package.path.as_str()]);
        let mut entries = essential.filter_map(|path| archive.find(path));
        if !self.locked.is_empty() && entries.any(|entry| self.locks(entry)) {
            return Err(Error::DrmProtected(self.scheme));
        }
        Ok(())
    }
}

/// The name of the scheme: its licence file, else what the encryption refers to.
fn scheme(archive: &Archive<'_>, root: &str, encryption: &str, limits: &Limits) -> &'static str {
    let path = |name: &str| normalise(&format!("{root}/META-INF/{name}"));
    let has = |name: &str| archive.find(&path(name)).is_some();
    let rights = archive
        .read(&path("rights.xml"), limits.package_bytes)
        .map(|bytes| decode(&bytes).into_owned());
    let rights = rights.unwrap_or_default();
    match () {
        () if has("license.lcpl") || encryption.contains("readium.org/2014/01/lcp") => {
            "Readium LCP"
        }
        () if has("sinf.xml") || encryption.contains("itunes.apple.com") => "Apple FairPlay",
        () if rights.contains("kdrm") || rights.contains("kobo") => "Kobo",
        () if !rights.is_empty() || encryption.contains("ns.adobe.com/adept") => "Adobe ADEPT",
        () => "unknown encryption",
    }
}

impl Obfuscation {
    /// Undoes the mask in place. `identifiers` are the book's, the unique one first.
    ///
    /// A font that is listed but was never masked stays as it is.
    pub fn undo(self, font: &mut [u8], identifiers: &[String]) {
        if is_font(font) {
            return;
        }
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
                // Any identifier may be the key; the one that gives a font is.
                let keys: Vec<[u8; 16]> =
                    identifiers.iter().filter_map(|id| uuid_key(id)).collect();
                let gives_font = |key: &&[u8; 16]| {
                    let head: Vec<u8> = font.iter().zip(key.iter()).map(|(a, b)| a ^ b).collect();
                    is_font(&head)
                };
                if let Some(key) = keys.iter().find(gives_font).or_else(|| keys.first()) {
                    mask(font, key, ADOBE_BYTES);
                }
            }
        }
    }
}

/// Whether the bytes begin as fonts do.
fn is_font(bytes: &[u8]) -> bool {
    matches!(
        bytes.get(..4),
        Some(b"OTTO" | b"\0\x01\0\0" | b"true" | b"ttcf" | b"wOFF" | b"wOF2")
    )
}

fn mask(font: &mut [u8], key: &[u8], len: usize) {
    for (byte, key) in font.iter_mut().take(len).zip(key.iter().cycle()) {
        *byte ^= key;
    }
}

/// The 16 bytes of an identifier that is a UUID: with or without `urn:uuid:`, hyphens, braces.
fn uuid_key(identifier: &str) -> Option<[u8; 16]> {
    let text = identifier.rsplit(':').next()?;
    let digits: String = text
        .chars()
        .filter(|c| !matches!(c, '-' | '{' | '}') && !c.is_whitespace())
        .collect();
    hex::decode(digits).ok()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const UUID: &str = "urn:uuid:6ba7b810-9dad-11d1-80b4-00c04fd430c8";

    fn font() -> Vec<u8> {
        let mut font = vec![7u8; 2000];
        font[..4].copy_from_slice(b"OTTO");
        font
    }

    #[test]
    fn masks_end_where_the_spec_says() {
        for (kind, key, end) in [
            (Obfuscation::Idpf, Sha1::digest(UUID).to_vec(), IDPF_BYTES),
            (
                Obfuscation::Adobe,
                uuid_key(UUID).unwrap().to_vec(),
                ADOBE_BYTES,
            ),
        ] {
            let mut masked = font();
            for i in 0..end {
                masked[i] ^= key[i % key.len()];
            }
            assert_ne!(masked, font());
            kind.undo(&mut masked, &[UUID.to_owned()]);
            assert_eq!(masked, font(), "{kind:?}");
            kind.undo(&mut masked, &[UUID.to_owned()]);
            assert_eq!(masked, font(), "{kind:?}: a clear font stays");
        }
    }

    #[test]
    fn blanks_in_the_unique_identifier_do_not_count() {
        let mut masked = font();
        mask(&mut masked, &Sha1::digest("abc"), IDPF_BYTES);
        Obfuscation::Idpf.undo(&mut masked, &[" a\t b\n c ".to_owned()]);
        assert_eq!(masked, font());
    }

    #[test]
    fn adobes_key_is_whichever_uuid_gives_a_font() {
        let other = "00112233445566778899AABBCCDDEEFF";
        let all: Vec<String> = ["isbn", other, UUID].map(Into::into).to_vec();
        for form in [
            UUID,
            "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
            "URN:UUID:{6BA7B810-9DAD-11D1-80B4-00C04FD430C8}",
        ] {
            assert_eq!(uuid_key(form), uuid_key(UUID), "{form}");
        }
        let mut masked = font();
        mask(&mut masked, &uuid_key(UUID).unwrap(), ADOBE_BYTES);
        Obfuscation::Adobe.undo(&mut masked, &all);
        assert_eq!(masked, font());
        let mut lost = vec![1u8; 8];
        Obfuscation::Adobe.undo(&mut lost, &["no key".to_owned()]);
        assert_eq!(lost, [1; 8]);
    }
}
