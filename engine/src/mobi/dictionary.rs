//! Dictionaries: headwords and their inflected forms stand in indexes beside the text.
//! Source: facts of KindleUnpack and libmobi (tags of headwords: 1 place, 2 length, 42
//! inflections; of inflections: 26 rules; of the older kind: 7 length and place of an
//! ending in the texts).

use std::collections::HashMap;

use super::Opening;
use super::indx::Index;
use crate::Limits;

/// A headword of a dictionary.
#[derive(Debug)]
pub(super) struct Headword {
    /// Byte of the text where its entry begins, and how long that is.
    pub at: usize,
    pub len: usize,
    pub word: String,
    /// As the text would write it.
    pub bytes: Vec<u8>,
    pub forms: Vec<String>,
}

/// Forms of one headword; Finnish verbs have fewer.
const MOST_FORMS: usize = 256;

impl Opening<'_, '_> {
    /// The headwords in order of their entries.
    pub(super) fn read_headwords(&mut self) -> Vec<Headword> {
        // Books have a number here that leads to no index.
        let index = |book: &mut Self, at: Option<usize>| {
            let at = book.start.checked_add(at?)?;
            book.db
                .record(at)
                .starts_with(b"INDX")
                .then(|| book.read_index(at))?
        };
        let Some(words) = index(self, self.header.headwords) else {
            return Vec::new();
        };
        let mut forms = index(self, self.header.inflections).map(Forms::new);
        let mut found = Vec::with_capacity(words.len());
        for i in 0..words.len() {
            let Some(at) = words.value(i, 1, 0) else {
                continue;
            };
            let word = words.name(i, &self.header).into_owned();
            let made = forms
                .as_mut()
                .map(|forms| forms.of(words.label(i), words.values(i, 42)));
            let decode = |form: &Vec<u8>| words.decode(form, &self.header).into_owned();
            found.push(Headword {
                at,
                len: words.value(i, 2, 0).unwrap_or(0),
                bytes: words.label(i).to_vec(),
                word,
                forms: made.unwrap_or_default().iter().map(decode).collect(),
            });
        }
        found.sort_by_key(|word| word.at);
        found
    }
}

/// The inflections, of either kind.
struct Forms<'a> {
    index: Index<'a>,
    /// Of the older kind: ending of a headword → what stands there instead.
    endings: HashMap<Vec<u8>, Vec<usize>>,
    longest: usize,
}

impl<'a> Forms<'a> {
    fn new(mut index: Index<'a>) -> Self {
        let mut endings: HashMap<Vec<u8>, Vec<usize>> = HashMap::new();
        let mut longest = 0;
        for i in 0..index.len() {
            for k in (0..index.values(i, 7).len()).step_by(2) {
                let (len, at) = (index.value(i, 7, k), index.value(i, 7, k + 1));
                let ending = len.zip(at).and_then(|(len, at)| index.bare_text(at, len));
                if let Some(ending) = ending {
                    longest = longest.max(ending.len());
                    endings.entry(ending.to_vec()).or_default().push(i);
                }
            }
        }
        Self {
            index,
            endings,
            longest,
        }
    }

    /// The forms of a headword that belongs to these groups.
    fn of(&mut self, word: &[u8], groups: &[u32]) -> Vec<Vec<u8>> {
        let mut found: Vec<Vec<u8>> = Vec::new();
        let mut keep = |form: Vec<u8>| {
            if form != word && found.len() < MOST_FORMS && !found.contains(&form) {
                found.push(form);
            }
        };
        for &group in groups {
            for k in 0..self.index.values(group as usize, 26).len() {
                let rule = self
                    .index
                    .value(group as usize, 26, k)
                    .unwrap_or(usize::MAX);
                if !self.index.spend(word.len() + 16) {
                    return found;
                }
                inflect(word, self.index.label(rule))
                    .into_iter()
                    .for_each(&mut keep);
            }
        }
        for from in word.len().saturating_sub(self.longest)..word.len() {
            if self.endings.is_empty() || !self.index.spend(word.len() - from) {
                break;
            }
            for &i in self.endings.get(&word[from..]).into_iter().flatten() {
                keep([&word[..from], self.index.label(i)].concat());
            }
        }
        found
    }
}

/// Applies a rule: 1 and 4 insert and delete at the word's beginning, 2 and 3 at its
/// end; 10 to 19 go back so many letters. `None` when the rule does not fit.
fn inflect(word: &[u8], rule: &[u8]) -> Option<Vec<u8>> {
    let mut out = word.to_vec();
    let (mut mode, mut at) = (0, 0usize);
    for &byte in rule {
        let at_end = matches!(mode, 2 | 3);
        match (byte, mode) {
            (1 | 4, _) => {
                at = if matches!(mode, 1 | 4) { at } else { 0 };
                mode = byte;
            }
            (2 | 3, _) => {
                at = if at_end { at } else { out.len() };
                mode = byte;
            }
            (10..=19, _) => {
                let end = if at_end { at } else { out.len() };
                at = end.checked_sub(usize::from(byte) - 10)?;
                mode = if at_end { mode } else { 2 };
            }
            (20.., 1) => {
                out.insert(at, byte);
                at += 1;
            }
            (20.., 2) => out.insert(at, byte),
            (20.., 3) => {
                at = at.checked_sub(1)?;
                (out.remove(at) == byte).then_some(())?;
            }
            (20.., 4) if at < out.len() => {
                (out.remove(at) == byte).then_some(())?;
            }
            _ => return None,
        }
    }
    (!rule.is_empty() && !out.is_empty()).then_some(out)
}

/// How a headword is written into the text: what can be looked up stands in the title.
/// `western` texts are not UTF-8 yet.
pub(super) fn write(
    word: &Headword,
    text: &[u8],
    western: bool,
    limits: &Limits,
    out: &mut Vec<u8>,
) {
    /// How far into its entry a headword may stand.
    const WITHIN: usize = 4096;
    let to = word.at.saturating_add(word.len.min(WITHIN)).min(text.len());
    let entry = text.get(word.at.min(to)..to).unwrap_or_default();
    let is_shown = memchr::memmem::find(entry, &word.bytes).is_some();
    if is_shown && word.forms.is_empty() {
        return;
    }
    let mut forms = word.forms.join(", ");
    if let Some((end, _)) = forms.char_indices().nth(limits.metadata_chars as usize) {
        forms.truncate(end);
    }
    let title = if forms.is_empty() {
        String::new()
    } else {
        format!(" title=\"{}\"", crate::xhtml::escape(&forms))
    };
    let shown = if is_shown {
        String::new()
    } else {
        format!("<b>{}</b> ", crate::xhtml::escape(&word.word))
    };
    for c in format!("<dfn{title}>{shown}</dfn>").chars() {
        if western && !c.is_ascii() {
            out.extend_from_slice(format!("&#{};", c as u32).as_bytes());
        } else {
            out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::inflect;

    #[test]
    fn rules_insert_and_delete_at_both_ends() {
        let form = |word: &str, rule: &[u8]| {
            inflect(word.as_bytes(), rule).map(|form| String::from_utf8(form).unwrap())
        };
        assert_eq!(
            form("być", b"\x01jest\x04by\xC4\x87").as_deref(),
            Some("jest")
        );
        assert_eq!(
            form("mieć", b"\x02'zsa\x03\x87\xC4ei").as_deref(),
            Some("masz'")
        );
        assert_eq!(form("go", b"\x02seo").as_deref(), Some("gooes"));
        assert_eq!(form("goose", b"\x0C\x03oo\x02ee").as_deref(), Some("geese"));
    }

    #[test]
    fn rules_that_do_not_fit_are_none() {
        assert_eq!(inflect(b"word", b"\x03xyz"), None);
        assert_eq!(inflect(b"word", b"\x13"), None);
        assert_eq!(inflect(b"word", b"\x05"), None);
        assert_eq!(inflect(b"word", b"a"), None);
        assert_eq!(inflect(b"word", b""), None);
        assert_eq!(inflect(b"a", b"\x03a"), None);
        assert_eq!(inflect(b"a", b"\x04ab"), None);
    }
}
