//! Mail as files: one `.eml` per message in a folder, which the admin pages can show and any mail
//! program can open. For one machine; a fleet sends through SMTP or SES.

use std::io::Write;
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bindery_library::ports::{Mail, Mailer, PortError};
use sha2::{Digest, Sha256};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;

/// Longest line of a message in octets, without CRLF (RFC 5322, section 2.1.1).
const LONGEST_LINE: usize = 998;

/// Writes messages into a folder.
#[derive(Debug, Clone)]
pub struct MailFolder {
    folder: PathBuf,
    from: String,
    domain: String,
}

impl MailFolder {
    /// `from` is the sender as it stands in the header, e.g. `Bindery <bindery@localhost>`; the
    /// part after its `@` also names the Message-IDs. The folder is made with the first message.
    #[must_use]
    pub fn new(folder: impl Into<PathBuf>, from: &str) -> Self {
        let domain = from
            .rsplit('@')
            .next()
            .unwrap_or_default()
            .trim_end_matches('>')
            .trim();
        let plain = domain
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'));
        let domain = if plain && !domain.is_empty() {
            domain
        } else {
            "localhost"
        };
        Self {
            folder: folder.into(),
            from: one_line(from),
            domain: domain.to_owned(),
        }
    }

    /// Where a message with this key lies.
    #[must_use]
    pub fn path(&self, key: &str) -> PathBuf {
        self.folder.join(format!("{}.eml", file_stem(key)))
    }

    fn render(&self, mail: &Mail, now: OffsetDateTime) -> Result<Vec<u8>, PortError> {
        let date = now
            .format(&Rfc2822)
            .map_err(|e| PortError::Permanent(e.to_string()))?;
        let (encoding, body) = body(&mail.text);
        let head = format!(
            "Date: {date}\r\nFrom: {}\r\nTo: {}\r\nSubject: {}\r\nMessage-ID: <{}@{}>\r\n\
             Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n\
             Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n",
            self.from,
            mailbox(&mail.to_name, &mail.to)?,
            header_text(&mail.subject),
            file_stem(&mail.key),
            self.domain,
        );
        let mut message = head.into_bytes();
        message.extend_from_slice(body.as_bytes());
        Ok(message)
    }
}

#[async_trait]
impl Mailer for MailFolder {
    async fn send(&self, mail: &Mail) -> Result<(), PortError> {
        let message = self.render(mail, OffsetDateTime::now_utc())?;
        let path = self.path(&mail.key);
        let written = tokio::task::spawn_blocking(move || write_whole(&path, &message)).await;
        let result = written.unwrap_or_else(|e| Err(std::io::Error::other(e)));
        result.map_err(|e| PortError::Temporary(format!("mail folder: {e}")))
    }
}

/// Whole or not at all, also after a power cut: written beside, flushed, renamed.
fn write_whole(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = path
        .parent()
        .ok_or_else(|| std::io::Error::other("no folder"))?;
    std::fs::create_dir_all(folder)?;
    let beside = folder.join(format!(".{}.part", uuid::Uuid::new_v4()));
    let written = (|| {
        let mut file = std::fs::File::create_new(&beside)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        std::fs::rename(&beside, path)?;
        std::fs::File::open(folder)?.sync_all()
    })();
    if written.is_err() {
        // Gone already when the rename was what succeeded.
        let _ = std::fs::remove_file(&beside);
    }
    written
}

/// A name that is the same for the same key and cannot leave the folder: the key itself where that
/// is plain, so that the files sort by time, else its hash.
fn file_stem(key: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_');
    if (1..=120).contains(&key.len()) && key.bytes().all(plain) && !key.starts_with('.') {
        return key.to_owned();
    }
    hex::encode(Sha256::digest(key.as_bytes()))
}

/// Without anything that could begin another header.
fn one_line(text: &str) -> String {
    let spaced: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Unstructured header text: as it is in ASCII, else as encoded words (RFC 2047), folded.
fn header_text(text: &str) -> String {
    let line = one_line(text);
    if line.is_ascii() && line.len() <= 900 && !line.contains("=?") {
        return line;
    }
    let mut words = Vec::new();
    let mut chunk = String::new();
    for c in line.chars() {
        // 45 bytes become 60 digits: with the frame of an encoded word at most 75.
        if chunk.len() + c.len_utf8() > 45 {
            words.push(std::mem::take(&mut chunk));
        }
        chunk.push(c);
    }
    words.push(chunk);
    let words: Vec<String> = words
        .iter()
        .map(|w| format!("=?utf-8?B?{}?=", STANDARD.encode(w)))
        .collect();
    words.join("\r\n ")
}

fn mailbox(name: &str, address: &str) -> Result<String, PortError> {
    let odd = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | ',' | '"');
    if address.contains(odd) || !address.contains('@') {
        return Err(PortError::Permanent("not an e-mail address".to_owned()));
    }
    let name = one_line(name);
    Ok(match name.is_empty() {
        true => address.to_owned(),
        false if name.is_ascii() => {
            format!(
                "\"{}\" <{address}>",
                name.replace('\\', "\\\\").replace('"', "\\\"")
            )
        }
        false => format!("{} <{address}>", header_text(&name)),
    })
}

/// The text with CRLF; in base64 only when a line is too long to travel as it is.
fn body(text: &str) -> (&'static str, String) {
    let lines: Vec<&str> = text.lines().collect();
    if lines
        .iter()
        .all(|line| line.len() <= LONGEST_LINE && !line.contains(['\r', '\0']))
    {
        let encoding = if text.is_ascii() { "7bit" } else { "8bit" };
        return (encoding, lines.join("\r\n") + "\r\n");
    }
    let digits = STANDARD.encode(lines.join("\r\n"));
    let mut body = String::with_capacity(digits.len() + digits.len() / 38 + 2);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && i % 76 == 0 {
            body.push_str("\r\n");
        }
        body.push(digit);
    }
    ("base64", body + "\r\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail() -> Mail {
        Mail {
            to: "ann@example.org".into(),
            to_name: "Ann \"A\" Lee".into(),
            subject: "Your book is ready".into(),
            text: "Hello,\nit is there.".into(),
            key: "0190-e.0190-u".into(),
        }
    }

    fn rendered(mail: &Mail) -> String {
        let folder = MailFolder::new("/nowhere", "Bindery <bindery@books.example>");
        String::from_utf8(folder.render(mail, OffsetDateTime::UNIX_EPOCH).unwrap()).unwrap()
    }

    #[test]
    fn a_message_has_its_headers_and_crlf_lines() {
        let text = rendered(&mail());
        assert!(
            text.starts_with("Date: Thu, 01 Jan 1970 00:00:00 +0000\r\n"),
            "{text}"
        );
        assert!(text.contains("\r\nTo: \"Ann \\\"A\\\" Lee\" <ann@example.org>\r\n"));
        assert!(text.contains("\r\nMessage-ID: <0190-e.0190-u@books.example>\r\n"));
        assert!(text.ends_with("\r\n\r\nHello,\r\nit is there.\r\n"));
        assert!(text.split("\r\n").all(|line| !line.contains('\n')));
    }

    #[test]
    fn headers_cannot_be_injected() {
        let subject = "Hi\r\nBcc: all@example.org".to_owned();
        let text = rendered(&Mail {
            subject,
            to_name: "A\nB: c".into(),
            ..mail()
        });
        assert!(text.contains("\r\nSubject: Hi Bcc: all@example.org\r\n"));
        assert!(!text.contains("\r\nB"));
        let wrong = Mail {
            to: "a@b>\r\nBcc: x@y".into(),
            ..mail()
        };
        let folder = MailFolder::new("/nowhere", "x@y");
        assert!(folder.render(&wrong, OffsetDateTime::UNIX_EPOCH).is_err());
    }

    #[test]
    fn other_scripts_are_encoded_words_of_at_most_75_characters() {
        let text = rendered(&Mail {
            subject: "Ваша книга готова к чтению уже сейчас".into(),
            ..mail()
        });
        let head = text.split("\r\n\r\n").next().unwrap();
        assert!(head.is_ascii());
        let words: Vec<&str> = head
            .split([' ', '\r', '\n'])
            .filter(|w| w.starts_with("=?"))
            .collect();
        assert!(
            words.len() > 1 && words.iter().all(|word| word.len() <= 75),
            "{words:?}"
        );
    }

    #[test]
    fn long_lines_travel_in_base64() {
        let (encoding, text) = body(&"é".repeat(600));
        assert_eq!(encoding, "base64");
        assert!(text.lines().all(|line| line.len() <= 76));
        assert_eq!(body("é").0, "8bit");
    }

    #[test]
    fn keys_cannot_leave_the_folder() {
        let folder = MailFolder::new("/mail", "x@y");
        for key in ["../../etc/passwd", "", ".hidden", "a/b", &"k".repeat(500)] {
            let path = folder.path(key);
            assert_eq!(path.parent(), Some(Path::new("/mail")), "{key:?}");
            assert_eq!(path.file_name().unwrap().len(), 68);
        }
    }

    #[tokio::test]
    async fn a_second_delivery_overwrites_the_first() {
        let folder = tempfile::tempdir().unwrap();
        let mailer = MailFolder::new(folder.path().join("mail"), "Bindery <bindery@localhost>");
        mailer.send(&mail()).await.unwrap();
        mailer
            .send(&Mail {
                text: "again".into(),
                ..mail()
            })
            .await
            .unwrap();
        let files: Vec<_> = std::fs::read_dir(folder.path().join("mail"))
            .unwrap()
            .collect();
        assert_eq!(files.len(), 1);
        let text = std::fs::read_to_string(mailer.path(&mail().key)).unwrap();
        assert!(text.ends_with("\r\n\r\nagain\r\n"));
    }
}
