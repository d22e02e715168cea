//! Encrypted files.

use std::collections::BTreeMap;
use std::sync::Arc;

use lopdf::encryption::crypt_filters::{Aes128CryptFilter, Aes256CryptFilter, CryptFilter};
use lopdf::{EncryptionState, EncryptionVersion, Object, Permissions, StringFormat};

/// How a file is encrypted.
#[derive(Clone, Copy, Debug)]
pub enum Cipher {
    Rc4Short,
    Rc4Long,
    Aes128,
    Aes256,
}

/// Encrypts a file with an owner's password and this user's.
pub fn encrypt(mut file: lopdf::Document, cipher: Cipher, user: &str) -> Vec<u8> {
    let id = Object::String(vec![7; 16], StringFormat::Literal);
    file.trailer.set("ID", Object::Array(vec![id.clone(), id]));
    let owner_password = "the owner's";
    let permissions = Permissions::all();
    let filters = |filter: Arc<dyn CryptFilter>| BTreeMap::from([(b"StdCF".to_vec(), filter)]);
    let key = [9_u8; 32];
    let version = match cipher {
        Cipher::Rc4Short => EncryptionVersion::V1 {
            document: &file,
            owner_password,
            user_password: user,
            permissions,
        },
        Cipher::Rc4Long => EncryptionVersion::V2 {
            document: &file,
            owner_password,
            user_password: user,
            key_length: 128,
            permissions,
        },
        Cipher::Aes128 => EncryptionVersion::V4 {
            document: &file,
            encrypt_metadata: true,
            crypt_filters: filters(Arc::new(Aes128CryptFilter)),
            stream_filter: b"StdCF".to_vec(),
            string_filter: b"StdCF".to_vec(),
            owner_password,
            user_password: user,
            permissions,
        },
        Cipher::Aes256 => EncryptionVersion::V5 {
            encrypt_metadata: true,
            crypt_filters: filters(Arc::new(Aes256CryptFilter)),
            file_encryption_key: &key,
            stream_filter: b"StdCF".to_vec(),
            string_filter: b"StdCF".to_vec(),
            owner_password,
            user_password: user,
            permissions,
        },
    };
    let state = EncryptionState::try_from(version).expect("a valid encryption");
    file.encrypt(&state).expect("a file in the clear");
    super::bytes(file)
}
