//! Encrypted files.

use super::super::{Document, open};
use super::write::crypt::{Cipher, encrypt};
use super::write::{Object, Paper, dictionary, line};
use crate::Limits;

const CIPHERS: [Cipher; 4] = [
    Cipher::Rc4Short,
    Cipher::Rc4Long,
    Cipher::Aes128,
    Cipher::Aes256,
];

fn locked(cipher: Cipher, user: &str) -> Vec<u8> {
    let mut paper = Paper::new();
    paper.page(&line(72.0, 700.0, 12.0, "Secret"));
    paper.info(dictionary! { "Title" => Object::string_literal("A secret") });
    encrypt(paper.finish(), cipher, user)
}

fn title(bytes: Vec<u8>, password: Option<&str>) -> Result<String, &'static str> {
    let pdf = open(bytes, password).map_err(|error| error.code())?;
    let document = Document::read(&pdf, &Limits::default(), &mut Vec::new()).unwrap();
    let content = pdf.pages()[0].page_stream().unwrap();
    assert!(content.windows(6).any(|part| part == b"Secret"));
    Ok(document.metadata.title)
}

#[test]
fn an_empty_user_password_opens() {
    for cipher in CIPHERS {
        let bytes = locked(cipher, "");
        assert_eq!(
            title(bytes.clone(), None).as_deref(),
            Ok("A secret"),
            "{cipher:?}"
        );
        // A password that is not needed does no harm.
        assert_eq!(
            title(bytes, Some("x")).as_deref(),
            Ok("A secret"),
            "{cipher:?}"
        );
    }
}

#[test]
fn a_password_is_asked_for_and_taken() {
    for cipher in CIPHERS {
        let bytes = locked(cipher, "pass");
        assert_eq!(
            title(bytes.clone(), None),
            Err("password_required"),
            "{cipher:?}"
        );
        assert_eq!(
            title(bytes.clone(), Some("wrong")),
            Err("password_required"),
            "{cipher:?}"
        );
        assert_eq!(
            title(bytes, Some("pass")).as_deref(),
            Ok("A secret"),
            "{cipher:?}"
        );
    }
}

#[test]
fn other_security_handlers_are_rights_management() {
    let mut file = Paper::new();
    file.page("");
    let mut file = file.finish();
    let handler = file.add_object(dictionary! { "Filter" => "Adobe.APS", "V" => 4 });
    file.trailer.set("Encrypt", handler);
    let id = Object::string_literal("0123456789abcdef");
    file.trailer.set("ID", vec![id.clone(), id]);
    let error = open(super::write::bytes(file), None).err().unwrap();
    assert_eq!(error.code(), "drm_protected");
}
