//! Encrypted files.

use bindery_engine::Options;

use super::support::{rendered, rendered_with};
use super::words;
use super::write::crypt::{Cipher, encrypt};
use super::write::{Paper, line};

const CIPHERS: [Cipher; 4] = [
    Cipher::Rc4Short,
    Cipher::Rc4Long,
    Cipher::Aes128,
    Cipher::Aes256,
];

fn locked(cipher: Cipher, user: &str) -> Vec<u8> {
    let mut paper = Paper::new();
    paper.page(&line(72.0, 700.0, 12.0, "Nobody knows"));
    encrypt(paper.finish(), cipher, user)
}

#[test]
fn files_that_open_without_a_password_are_books() {
    for cipher in CIPHERS {
        let (_, files) = rendered(&locked(cipher, ""));
        assert_eq!(words(&files, 0), "Nobody knows", "{cipher:?}");
    }
}

#[test]
fn files_that_need_one_are_refused_by_name() {
    for cipher in CIPHERS {
        let refused = rendered_with(&locked(cipher, "pass"), &Options::default());
        assert_eq!(
            refused.err().unwrap().code(),
            "password_required",
            "{cipher:?}"
        );
    }
}
