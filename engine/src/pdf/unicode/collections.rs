//! Character collections: what each CID of Adobe's four is in Unicode.

use std::sync::OnceLock;

use hayro_cmap::{BfString, CMap, CidFamily, load_embedded};

/// A collection with a published table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Collection {
    Japan,
    China,
    Taiwan,
    Korea,
}

impl Collection {
    /// By `/Ordering` of `/CIDSystemInfo`; older names too.
    pub fn by_ordering(ordering: &[u8]) -> Option<Self> {
        match ordering {
            b"Japan1" | b"Japan2" | b"KanjiA" => Some(Self::Japan),
            b"GB1" => Some(Self::China),
            b"CNS1" => Some(Self::Taiwan),
            b"Korea1" | b"KR" => Some(Self::Korea),
            _ => None,
        }
    }

    pub fn by_family(family: &CidFamily) -> Option<Self> {
        match family {
            CidFamily::AdobeJapan1 => Some(Self::Japan),
            CidFamily::AdobeGB1 => Some(Self::China),
            CidFamily::AdobeCNS1 => Some(Self::Taiwan),
            CidFamily::AdobeKorea1 => Some(Self::Korea),
            CidFamily::AdobeIdentity | CidFamily::Custom { .. } => None,
        }
    }

    fn family(self) -> CidFamily {
        match self {
            Self::Japan => CidFamily::AdobeJapan1,
            Self::China => CidFamily::AdobeGB1,
            Self::Taiwan => CidFamily::AdobeCNS1,
            Self::Korea => CidFamily::AdobeKorea1,
        }
    }

    /// What a CID stands for.
    pub fn text(self, cid: u32) -> Option<String> {
        match self.table()?.lookup_bf_string(cid)? {
            BfString::Char(c) => Some(c.into()),
            BfString::String(text) => Some(text),
        }
    }

    /// The table, unpacked once for the process: a constant, so nothing depends on when.
    fn table(self) -> Option<&'static CMap> {
        static TABLES: [OnceLock<Option<CMap>>; 4] = [const { OnceLock::new() }; 4];
        let table = TABLES[self as usize].get_or_init(|| {
            let data = load_embedded(self.family().ucs2_cmap()?)?;
            CMap::parse(data, load_embedded)
        });
        table.as_ref()
    }
}
