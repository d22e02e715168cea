//! The EXTH section: what the book says about itself.
//! Source: MobileRead wiki, "MOBI" (EXTH header and record types).

use super::bytes::{u32_at, usize_at};
use super::header::Header;
use crate::package::{isbn, plain};
use crate::source::unescape;
use crate::{Contributor, Direction, Limits, Metadata};

/// Record types used here.
pub(super) mod kind {
    pub const AUTHOR: u32 = 100;
    pub const PUBLISHER: u32 = 101;
    pub const DESCRIPTION: u32 = 103;
    pub const ISBN: u32 = 104;
    pub const SUBJECT: u32 = 105;
    pub const PUBLISHED: u32 = 106;
    pub const CONTRIBUTOR: u32 = 108;
    pub const RIGHTS: u32 = 109;
    pub const SOURCE: u32 = 112;
    pub const ASIN: u32 = 113;
    pub const BOUNDARY: u32 = 121;
    pub const FIXED_LAYOUT: u32 = 122;
    pub const ORIENTATION: u32 = 124;
    pub const RESOLUTION: u32 = 126;
    pub const COVER_URI: u32 = 129;
    pub const COVER: u32 = 201;
    pub const THUMBNAIL: u32 = 202;
    pub const MODIFIED: u32 = 502;
    pub const TITLE: u32 = 503;
    pub const SORT_TITLE: u32 = 508;
    pub const LANGUAGE: u32 = 524;
    pub const WRITING_MODE: u32 = 525;
    pub const DIRECTION: u32 = 527;
}

/// The records in order.
#[derive(Debug, Default)]
pub(super) struct Exth<'a> {
    records: Vec<(u32, &'a [u8])>,
}

/// More records than any writer makes.
const MOST: usize = 4096;

impl<'a> Exth<'a> {
    /// Reads the section of a header record; what is cut short is left out.
    pub fn read(record: &'a [u8], header: &Header) -> Self {
        let mut exth = Self::default();
        let Some(at) = header.exth else { return exth };
        if record.get(at..at + 4) != Some(b"EXTH") {
            return exth;
        }
        let count = usize_at(record, at + 8).unwrap_or(0).min(MOST);
        let mut at = at + 12;
        for _ in 0..count {
            let (Some(kind), Some(len)) = (u32_at(record, at), usize_at(record, at + 4)) else {
                break;
            };
            let Some(value) = record.get(at + 8..at.saturating_add(len)) else {
                break;
            };
            exth.records.push((kind, value));
            at += len.max(8);
        }
        exth
    }

    /// All values of a type.
    fn all(&self, kind: u32) -> impl Iterator<Item = &'a [u8]> + '_ {
        let same = move |record: &&(u32, &'a [u8])| record.0 == kind;
        self.records.iter().filter(same).map(|(_, value)| *value)
    }

    /// A number; all ones stand for none.
    pub fn number(&self, kind: u32) -> Option<usize> {
        let value = self.all(kind).next().and_then(|value| u32_at(value, 0))?;
        (value != u32::MAX).then_some(value as usize)
    }

    /// A text, tidied.
    pub fn text(&self, kind: u32, header: &Header) -> Option<String> {
        self.texts(kind, header).into_iter().next()
    }

    /// All texts of a type, tidied, without empty ones.
    fn texts(&self, kind: u32, header: &Header) -> Vec<String> {
        let tidy = |value| plain(&unescape(&header.decode(value)));
        self.all(kind)
            .map(tidy)
            .filter(|text| !text.is_empty())
            .collect()
    }
}

/// The book's metadata.
pub(super) fn metadata(exth: &Exth<'_>, header: &Header, limits: &Limits) -> Metadata {
    let chars = limits.metadata_chars as usize;
    let texts = |kind| -> Vec<String> {
        let all = exth.texts(kind, header).into_iter();
        all.map(|text| text.chars().take(chars).collect())
            .take(limits.metadata_values as usize)
            .collect()
    };
    let first = |kind| texts(kind).into_iter().next();
    let own = plain(&unescape(&header.decode(&header.title)));
    let contributor = |name| Contributor {
        name,
        ..Contributor::default()
    };
    let mut out = Metadata {
        title: first(kind::TITLE).unwrap_or_else(|| own.chars().take(chars).collect()),
        authors: texts(kind::AUTHOR),
        contributors: texts(kind::CONTRIBUTOR)
            .into_iter()
            .map(contributor)
            .collect(),
        languages: texts(kind::LANGUAGE),
        description: first(kind::DESCRIPTION),
        subjects: texts(kind::SUBJECT),
        publisher: first(kind::PUBLISHER),
        published: first(kind::PUBLISHED),
        rights: first(kind::RIGHTS),
        modified: first(kind::MODIFIED),
        sort_title: first(kind::SORT_TITLE),
        direction: direction(first(kind::DIRECTION), first(kind::WRITING_MODE)),
        fixed_layout: first(kind::FIXED_LAYOUT).is_some_and(|v| v.eq_ignore_ascii_case("true")),
        ..Metadata::default()
    };
    if out.languages.is_empty() {
        out.languages
            .extend(language(header.locale).map(Into::into));
    }
    out.language = out.languages.first().cloned();
    for kind in [kind::ISBN, kind::SOURCE, kind::ASIN] {
        out.identifiers.extend(texts(kind));
    }
    let isbns = out.identifiers.iter().filter_map(|text| isbn(text));
    out.isbn = isbns.collect::<Vec<_>>().into_iter().next();
    out
}

/// Which way pages turn: said outright, else by the writing mode (`vertical-rl`,
/// `horizontal-rl`; `horizontal-lr` is what writers put when nobody asked).
fn direction(said: Option<String>, mode: Option<String>) -> Direction {
    match (said.as_deref(), mode.as_deref()) {
        (Some("rtl"), _) => Direction::Rtl,
        (Some("ltr"), _) => Direction::Ltr,
        (_, Some(mode)) if mode.ends_with("-rl") => Direction::Rtl,
        _ => Direction::Auto,
    }
}

/// The language of a Windows locale number (low byte; MS-LCID, primary languages).
fn language(locale: u32) -> Option<&'static str> {
    let primary = (locale & 0xFF) as u8;
    let found = LANGUAGES.iter().find(|(known, _)| *known == primary);
    found.map(|(_, language)| *language)
}

/// Primary languages that books are written in.
const LANGUAGES: [(u8, &str); 52] = [
    (0x01, "ar"),
    (0x02, "bg"),
    (0x03, "ca"),
    (0x04, "zh"),
    (0x05, "cs"),
    (0x06, "da"),
    (0x07, "de"),
    (0x08, "el"),
    (0x09, "en"),
    (0x0A, "es"),
    (0x0B, "fi"),
    (0x0C, "fr"),
    (0x0D, "he"),
    (0x0E, "hu"),
    (0x0F, "is"),
    (0x10, "it"),
    (0x11, "ja"),
    (0x12, "ko"),
    (0x13, "nl"),
    (0x14, "no"),
    (0x15, "pl"),
    (0x16, "pt"),
    (0x17, "rm"),
    (0x18, "ro"),
    (0x19, "ru"),
    (0x1A, "hr"),
    (0x1B, "sk"),
    (0x1C, "sq"),
    (0x1D, "sv"),
    (0x1E, "th"),
    (0x1F, "tr"),
    (0x20, "ur"),
    (0x21, "id"),
    (0x22, "uk"),
    (0x23, "be"),
    (0x24, "sl"),
    (0x25, "et"),
    (0x26, "lv"),
    (0x27, "lt"),
    (0x29, "fa"),
    (0x2A, "vi"),
    (0x2B, "hy"),
    (0x2D, "eu"),
    (0x2F, "mk"),
    (0x36, "af"),
    (0x37, "ka"),
    (0x38, "fo"),
    (0x39, "hi"),
    (0x3C, "ga"),
    (0x3E, "ms"),
    (0x41, "sw"),
    (0x52, "cy"),
];
