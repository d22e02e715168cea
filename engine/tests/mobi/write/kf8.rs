//! KF8: skeletons and fragments from documents, and the table of flows.

use super::Book;
use super::index::Index;

/// A document: a skeleton, and what goes where in it.
pub struct Document<'d> {
    pub skeleton: &'d str,
    /// Bytes of the skeleton before a fragment, and the fragment; in order.
    pub fragments: Vec<(usize, String)>,
}

/// A KF8 of these documents; `flows` are the stylesheets and drawings behind the text.
pub fn book(documents: &[Document<'_>], flows: &[&str]) -> Book {
    let mut skeletons = Index::new(&[(1, 1, 3), (6, 2, 12)]);
    let mut fragments = Index::new(&[(2, 1, 1), (3, 1, 2), (4, 1, 4), (6, 2, 8)]);
    let mut text = String::new();
    let mut sequence = 0;
    for (n, document) in documents.iter().enumerate() {
        let start = text.len() as u32;
        let len = document.skeleton.len() as u32;
        let count = document.fragments.len() as u32;
        // Real files say everything twice.
        let values = [start, len, start, len];
        skeletons = skeletons.entry(
            format!("SKEL{n:010}"),
            &[(1, &[count, count]), (6, &values)],
        );
        text.push_str(document.skeleton);
        let mut woven = 0;
        for (at, fragment) in &document.fragments {
            let insert = start as usize + at + woven;
            let name = fragments.text(format!("P-//*[@aid='{sequence}']"));
            let range = [woven as u32, fragment.len() as u32];
            fragments = fragments.entry(
                format!("{insert:010}"),
                &[
                    (2, &[name]),
                    (3, &[n as u32]),
                    (4, &[sequence]),
                    (6, &range),
                ],
            );
            woven += fragment.len();
            sequence += 1;
            text.push_str(fragment);
        }
    }
    let mut table = vec![(0, text.len() as u32)];
    for flow in flows {
        let from = text.len() as u32;
        text.push_str(flow);
        table.push((from, text.len() as u32));
    }
    let mut fdst = b"FDST\0\0\0\x0C".to_vec();
    fdst.extend((table.len() as u32).to_be_bytes());
    for (from, to) in table {
        fdst.extend(from.to_be_bytes());
        fdst.extend(to.to_be_bytes());
    }
    let mut book = Book::mobi6(text);
    book.version = 8;
    book.skeletons = Some(skeletons);
    book.fragments = Some(fragments);
    book.flows = Some(fdst);
    book
}

/// A reference to a byte of a fragment.
pub fn place(fragment: u32, offset: u32) -> String {
    format!(
        "kindle:pos:fid:{}:off:{}",
        base32(fragment, 4),
        base32(offset, 10)
    )
}

/// Digits of base 32.
fn base32(mut value: u32, digits: usize) -> String {
    const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHIJKLMNOPQRSTUV";
    let mut out = vec![b'0'; digits];
    for slot in out.iter_mut().rev() {
        *slot = DIGITS[(value % 32) as usize];
        value /= 32;
    }
    String::from_utf8(out).unwrap()
}

/// A table of landmarks: type, title, fragment.
pub fn guide(lines: &[(&str, &str, u32)]) -> Index {
    let mut index = Index::new(&[(1, 1, 1), (3, 1, 2)]);
    for &(kind, title, fragment) in lines {
        let title = index.text(title);
        index = index.entry(kind, &[(1, &[title]), (3, &[fragment])]);
    }
    index
}
