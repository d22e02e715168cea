//! Record 0 of a book: the PalmDOC and MOBI headers.
//! Source: MobileRead wiki, "MOBI" (PalmDOC header, MOBI header).

use std::borrow::Cow;

use encoding_rs::{UTF_8, WINDOWS_1252};

use super::bytes::{record_at, u16_at, u32_at, usize_at};
use crate::Error;

/// How text records are packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Compression {
    None,
    PalmDoc,
    Huff,
}

/// What the headers say. Record numbers count from the header's own record.
#[derive(Debug)]
pub(super) struct Header {
    pub compression: Compression,
    pub text_records: usize,
    /// Texts are windows-1252, not UTF-8.
    pub western: bool,
    /// Mobipocket version of the format: 6 or less, or 8.
    pub version: u32,
    /// There is a MOBI header: all fields below are known.
    pub mobi: bool,
    pub title: Vec<u8>,
    /// Language, a Windows locale number.
    pub locale: u32,
    pub first_image: Option<usize>,
    /// First record of the dictionary, and how many there are.
    pub huff: Option<(usize, usize)>,
    pub extra_flags: u16,
    pub ncx: Option<usize>,
    pub flows: Option<usize>,
    pub fragments: Option<usize>,
    pub skeletons: Option<usize>,
    pub guide: Option<usize>,
    /// The index of a dictionary's headwords, and that of their inflections.
    pub headwords: Option<usize>,
    pub inflections: Option<usize>,
    /// Where the EXTH section begins in the record.
    pub exth: Option<usize>,
}

/// The value of `encoding` for windows-1252; 65001 is UTF-8.
pub(super) const CP1252: u32 = 1252;
/// Bit of the EXTH flags that says there is one.
const HAS_EXTH: u32 = 0x40;

impl Header {
    /// Reads record 0, or the header of the second book in a combined file.
    ///
    /// # Errors
    /// `DrmProtected` when the text is encrypted, `CorruptArchive` when the header
    /// is cut short, too old or packed in an unknown way.
    pub fn read(record: &[u8]) -> Result<Self, Error> {
        let corrupt = |what: &str| Error::CorruptArchive(what.into());
        let cut = || corrupt("the book's header is cut short");
        let encryption = u16_at(record, 12).ok_or_else(cut)?;
        if encryption != 0 {
            return Err(Error::DrmProtected("Mobipocket encryption"));
        }
        let compression = match u16_at(record, 0).ok_or_else(cut)? {
            1 => Compression::None,
            2 => Compression::PalmDoc,
            17480 => Compression::Huff,
            _ => return Err(corrupt("its compression is unknown")),
        };
        let mut header = Self {
            compression,
            text_records: usize::from(u16_at(record, 8).ok_or_else(cut)?),
            western: true,
            version: 0,
            mobi: false,
            title: Vec::new(),
            locale: 0,
            first_image: None,
            huff: None,
            extra_flags: 0,
            ncx: None,
            flows: None,
            fragments: None,
            skeletons: None,
            guide: None,
            headwords: None,
            inflections: None,
            exth: None,
        };
        if record.get(16..20) == Some(b"MOBI") {
            header.read_mobi(record).ok_or_else(cut)?;
        }
        Ok(header)
    }

    /// The fields of the MOBI header, as far as its length goes.
    fn read_mobi(&mut self, record: &[u8]) -> Option<()> {
        let len = usize_at(record, 20)?;
        let end = len.checked_add(16)?.min(record.len());
        let fields = record.get(..end)?;
        self.mobi = true;
        self.western = u32_at(fields, 28)? == CP1252;
        self.version = u32_at(fields, 36)?;
        // In the oldest headers other things stand here; then no index is found.
        self.headwords = record_at(fields, 40);
        self.inflections = record_at(fields, 44);
        if let (Some(at), Some(size)) = (usize_at(fields, 84), usize_at(fields, 88)) {
            let title = at.checked_add(size).and_then(|to| record.get(at..to));
            self.title = title.unwrap_or_default().to_vec();
        }
        self.locale = u32_at(fields, 92).unwrap_or(0);
        self.first_image = record_at(fields, 108);
        self.huff = record_at(fields, 112).zip(usize_at(fields, 116));
        if u32_at(fields, 128).is_some_and(|flags| flags & HAS_EXTH != 0) {
            self.exth = Some(end);
        }
        // Older headers end before this field; then there are no trailing entries.
        if len >= 0xE4 {
            self.extra_flags = u16_at(fields, 242).unwrap_or(0);
        }
        self.ncx = record_at(fields, 244);
        if self.version >= 8 {
            self.flows = record_at(fields, 192);
            self.fragments = record_at(fields, 248);
            self.skeletons = record_at(fields, 252);
            self.guide = record_at(fields, 260);
        }
        Some(())
    }

    /// Decodes a document, without a copy where that can be.
    pub fn decoded(&self, bytes: Vec<u8>) -> Vec<u8> {
        match self.decode(&bytes) {
            Cow::Borrowed(_) => bytes,
            Cow::Owned(text) => text.into_bytes(),
        }
    }

    /// Decodes a text of this book.
    pub fn decode<'t>(&self, bytes: &'t [u8]) -> Cow<'t, str> {
        let encoding = if self.western { WINDOWS_1252 } else { UTF_8 };
        encoding.decode_without_bom_handling(bytes).0
    }
}
