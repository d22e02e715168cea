//! The stylesheet rewriter.

use super::judge;
use crate::css::{Import, References, Rewriter, declarations};

/// A few files that exist; the rewritten names lead to themselves, so that what
/// was rewritten can be rewritten again.
struct Files;

impl References for Files {
    fn resource(&self, url: &str) -> Option<String> {
        let known = ["p.png", "../resources/1.png", "f.otf", "../resources/2.otf"];
        let at = known.iter().position(|known| *known == url)?;
        Some(known[at | 1].to_owned())
    }

    fn import(&self, url: &str) -> Option<Import> {
        match url {
            "a.css" => Some(Import::Inline("p{color:red}".into())),
            "b.css" | "../resources/3.css" => Some(Import::Link("../resources/3.css".into())),
            _ => None,
        }
    }
}

/// A stylesheet, and the same text as declarations.
///
/// # Panics
/// When what is written refers outside, or rewriting it again changes it.
pub fn css(data: &[u8]) {
    let text = crate::source::decode(data);
    let rewriter = Rewriter {
        references: &Files,
        depth: 32,
        most: usize::MAX,
    };
    let once = rewriter.sheet(&text);
    judge::sheet(&once).unwrap_or_else(|found| panic!("{found}\n{once}"));
    let twice = rewriter.sheet(&once);
    assert_eq!(twice, once, "rewriting again changes it");
    let once = declarations(&text, &Files, 32);
    judge::sheet(&once).unwrap_or_else(|found| panic!("{found}\n{once}"));
    let twice = declarations(&once, &Files, 32);
    assert_eq!(twice, once, "rewriting declarations again changes them");
}
