//! RSA keys of the service: one pair signs access tokens, another the content cookies (that one
//! may be known to a CDN).

use std::{
    fs,
    io::{self, Write as _},
    path::Path,
};

use aws_lc_rs::{
    encoding::{AsDer as _, Pkcs8V1Der},
    rand::SystemRandom,
    rsa::{KeyPair, KeySize},
    signature::{KeyPair as _, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

const BEGIN: &str = "-----BEGIN PRIVATE KEY-----";
const END: &str = "-----END PRIVATE KEY-----";

/// Why a key cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The text is not a PEM of a PKCS#8 RSA key of at least 2048 bits.
    #[error("not an RSA private key in PKCS#8 PEM form: {0}")]
    NotAKey(&'static str),
    /// The key's file cannot be read or made.
    #[error("key file {path}: {error}")]
    File {
        /// The file.
        path: String,
        /// What the system says.
        error: io::Error,
    },
    /// The cryptographic library failed.
    #[error("RSA failed")]
    Rsa,
}

/// An RSA key pair, parsed once.
pub struct SigningKey {
    pair: KeyPair,
    public: ParsedPublicKey,
    pem: String,
    id: String,
}

impl SigningKey {
    /// Makes a fresh 2048-bit key.
    pub fn generate() -> Result<Self, Error> {
        let pair = KeyPair::generate(KeySize::Rsa2048).map_err(|_| Error::Rsa)?;
        let der: Pkcs8V1Der<'_> = pair.as_der().map_err(|_| Error::Rsa)?;
        Self::from_pkcs8(der.as_ref())
    }

    /// Reads a key from its PEM.
    pub fn from_pem(text: &str) -> Result<Self, Error> {
        let body = text
            .split_once(BEGIN)
            .and_then(|(_, rest)| rest.split_once(END))
            .map(|(body, _)| body)
            .ok_or(Error::NotAKey("no PRIVATE KEY block"))?;
        let packed: String = body.split_whitespace().collect();
        let der = STANDARD
            .decode(packed)
            .map_err(|_| Error::NotAKey("the block is not base64"))?;
        Self::from_pkcs8(&der)
    }

    /// Reads the key at `path`, or makes one there that only its owner may read. Two processes
    /// that start at once agree on one key.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let failed = |error| Error::File {
            path: path.display().to_string(),
            error,
        };
        match fs::read_to_string(path) {
            Ok(text) => Self::from_pem(&text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let key = Self::generate()?;
                match create_private(path, key.pem()) {
                    Ok(()) => Ok(key),
                    Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                        Self::from_pem(&fs::read_to_string(path).map_err(failed)?)
                    }
                    Err(error) => Err(failed(error)),
                }
            }
            Err(error) => Err(failed(error)),
        }
    }

    fn from_pkcs8(der: &[u8]) -> Result<Self, Error> {
        let pair =
            KeyPair::from_pkcs8(der).map_err(|_| Error::NotAKey("not an RSA key in PKCS#8"))?;
        let public = ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, pair.public_key().as_ref())
            .map_err(|_| Error::NotAKey("shorter than 2048 bits"))?;
        let digest = Sha256::digest(pair.public_key().as_ref());
        Ok(Self {
            public,
            pem: to_pem(der),
            id: hex::encode(&digest[..8]),
            pair,
        })
    }

    /// The private key as PEM. Handle with care.
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// Stable short name of the key, from its public half.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The public key, PKCS#1 DER.
    pub(crate) fn public_der(&self) -> &[u8] {
        self.pair.public_key().as_ref()
    }

    /// Signs `bytes` with RSASSA-PKCS1-v1_5 and SHA-256 (RFC 8017, 8.2).
    pub(crate) fn sign(&self, bytes: &[u8]) -> Result<Vec<u8>, Error> {
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair
            .sign(
                &RSA_PKCS1_SHA256,
                &SystemRandom::new(),
                bytes,
                &mut signature,
            )
            .map_err(|_| Error::Rsa)?;
        Ok(signature)
    }

    /// Whether `signature` is this key's over `bytes`.
    pub(crate) fn verifies(&self, bytes: &[u8], signature: &[u8]) -> bool {
        self.public.verify_sig(bytes, signature).is_ok()
    }

    /// A secret of 32 bytes for `purpose`, derived from the private key, so that nodes that share
    /// the key share the secret.
    pub(crate) fn derive(&self, purpose: &str) -> [u8; 32] {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.pem.as_bytes())
            .expect("HMAC takes keys of any length");
        mac.update(purpose.as_bytes());
        mac.finalize().into_bytes().into()
    }
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SigningKey")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// All keys of the service.
#[derive(Debug)]
pub struct Keys {
    /// Keys of access tokens. The first signs; the others are still believed, so that a new key
    /// can be put in front while tokens of the old one live on. Never empty.
    pub tokens: Vec<SigningKey>,
    /// Key of the content cookies.
    pub content: SigningKey,
    /// The content key's name at the CDN (`K…` at CloudFront); its own id when `None`.
    pub content_id: Option<String>,
}

impl Keys {
    /// Opens or makes `tokens.pem` and `content.pem` in `folder`.
    pub fn open(folder: &Path) -> Result<Self, Error> {
        Ok(Self {
            tokens: vec![SigningKey::open(&folder.join("tokens.pem"))?],
            content: SigningKey::open(&folder.join("content.pem"))?,
            content_id: None,
        })
    }
}

fn to_pem(der: &[u8]) -> String {
    let packed = STANDARD.encode(der);
    let mut pem = String::with_capacity(packed.len() + 128);
    pem.push_str(BEGIN);
    for line in packed.as_bytes().chunks(64) {
        pem.push('\n');
        pem.extend(line.iter().copied().map(char::from));
    }
    pem.push('\n');
    pem.push_str(END);
    pem.push('\n');
    pem
}

/// Writes a file that did not exist, whole or not at all.
fn create_private(path: &Path, text: &str) -> io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let draft = folder.join(format!(".{}.pem", uuid::Uuid::new_v4().simple()));
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&draft)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    // A hard link fails where the name is taken; a rename would replace the other's key.
    let linked = fs::hard_link(&draft, path);
    fs::remove_file(&draft)?;
    linked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_survives_a_restart_and_is_private() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("keys/tokens.pem");
        let first = SigningKey::open(&path).expect("made");
        let second = SigningKey::open(&path).expect("read");
        assert_eq!(first.id(), second.id());
        let signature = first.sign(b"text").expect("signed");
        assert!(second.verifies(b"text", &signature));
        assert!(!second.verifies(b"texT", &signature));
        let mode = fs::metadata(&path).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn rubbish_is_not_a_key() {
        for text in [
            "",
            "-----BEGIN PRIVATE KEY-----\n!!\n-----END PRIVATE KEY-----",
        ] {
            assert!(matches!(SigningKey::from_pem(text), Err(Error::NotAKey(_))));
        }
    }
}
