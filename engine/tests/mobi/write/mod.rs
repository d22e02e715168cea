//! A writer of MOBI files: Mobipocket 6, KF8 and both in one, with every kind of packing.
//! It is for fixtures: small, naive, and free to write what no other writer would.

pub mod huff;
pub mod index;
pub mod kf8;
pub mod palmdoc;

use self::index::Index;

/// How the text is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packing {
    None,
    PalmDoc,
    Huff,
}

/// Bytes of text in one record.
const RECORD: usize = 4096;

/// A Palm database of these records.
pub fn database(kind: &[u8; 8], records: &[Vec<u8>]) -> Vec<u8> {
    let mut out = vec![0; 78];
    out[60..68].copy_from_slice(kind);
    out[76..78].copy_from_slice(&(records.len() as u16).to_be_bytes());
    let mut at = 78 + 8 * records.len();
    for record in records {
        out.extend((at as u32).to_be_bytes());
        out.extend([0; 4]);
        at += record.len();
    }
    records.iter().for_each(|record| out.extend(record));
    out
}

/// Cuts and packs a text: its records, and those of the dictionary.
pub fn pack(packing: Packing, flags: u16, text: &[u8]) -> (Vec<Vec<u8>>, Vec<Vec<u8>>) {
    let encoder = (packing == Packing::Huff).then(|| huff::Encoder::new(text));
    let mut records = Vec::new();
    for (i, piece) in text.chunks(RECORD).enumerate() {
        let mut record = match (&encoder, packing) {
            (Some(encoder), _) => encoder.pack(piece),
            (None, Packing::PalmDoc) => palmdoc::pack(piece),
            (None, _) => piece.to_vec(),
        };
        if flags & 1 != 0 {
            // The rest of the character that the cut goes through.
            let rest = &text[(i * RECORD + piece.len()).min(text.len())..];
            let over = rest
                .iter()
                .take(3)
                .take_while(|b| **b & 0xC0 == 0x80)
                .count();
            record.extend(&rest[..over]);
            record.push(over as u8);
        }
        for _ in 0..(flags >> 1).count_ones() {
            // An entry of three bytes; the last is their number.
            record.extend([0xAA, 0xBB, 0x83]);
        }
        records.push(record);
    }
    (
        records,
        encoder.map(|encoder| encoder.records()).unwrap_or_default(),
    )
}

/// A book, before its records are counted. Numbers of records are filled in by `records`.
#[derive(Clone)]
pub struct Book {
    pub packing: Packing,
    pub flags: u16,
    pub text: Vec<u8>,
    pub version: u32,
    /// 65001 or 1252.
    pub encoding: u32,
    pub encryption: u16,
    pub title: Vec<u8>,
    pub locale: u32,
    pub exth: Vec<(u32, Vec<u8>)>,
    pub resources: Vec<Vec<u8>>,
    pub ncx: Option<Index>,
    pub headwords: Option<Index>,
    pub inflections: Option<Index>,
    pub skeletons: Option<Index>,
    pub fragments: Option<Index>,
    pub guide: Option<Index>,
    pub flows: Option<Vec<u8>>,
}

/// Where the header names an index, by its fields.
const NCX: usize = 244;
const HEADWORDS: usize = 40;
const INFLECTIONS: usize = 44;
const FLOWS: usize = 192;
const FRAGMENTS: usize = 248;
const SKELETONS: usize = 252;
const GUIDE: usize = 260;

impl Book {
    /// A Mobipocket 6 of this text.
    pub fn mobi6(text: impl AsRef<[u8]>) -> Self {
        Self {
            packing: Packing::PalmDoc,
            flags: 0,
            text: text.as_ref().to_vec(),
            version: 6,
            encoding: 65001,
            encryption: 0,
            title: b"A Book".to_vec(),
            locale: 9,
            exth: Vec::new(),
            resources: Vec::new(),
            ncx: None,
            headwords: None,
            inflections: None,
            skeletons: None,
            fragments: None,
            guide: None,
            flows: None,
        }
    }

    pub fn exth(mut self, kind: u32, value: impl AsRef<[u8]>) -> Self {
        self.exth.push((kind, value.as_ref().to_vec()));
        self
    }

    pub fn resource(mut self, record: impl AsRef<[u8]>) -> Self {
        self.resources.push(record.as_ref().to_vec());
        self
    }

    /// The records: header, text, dictionary, indexes, resources, end.
    pub fn records(&self) -> Vec<Vec<u8>> {
        let (text, dictionary) = pack(self.packing, self.flags, &self.text);
        let count = text.len();
        let mut records = vec![Vec::new()];
        records.extend(text);
        let mut fields: Vec<(usize, u32)> = Vec::new();
        if !dictionary.is_empty() {
            fields.push((112, records.len() as u32));
            fields.push((116, dictionary.len() as u32));
            records.extend(dictionary);
        }
        for (field, index) in [
            (NCX, &self.ncx),
            (HEADWORDS, &self.headwords),
            (INFLECTIONS, &self.inflections),
            (SKELETONS, &self.skeletons),
            (FRAGMENTS, &self.fragments),
            (GUIDE, &self.guide),
        ] {
            if let Some(index) = index {
                fields.push((field, records.len() as u32));
                records.extend(index.records());
            }
        }
        if let Some(flows) = &self.flows {
            fields.push((FLOWS, records.len() as u32));
            records.push(flows.clone());
        }
        if !self.resources.is_empty() {
            fields.push((108, records.len() as u32));
            records.extend(self.resources.iter().cloned());
        }
        records.push(b"\xE9\x8E\r\n".to_vec());
        records[0] = self.header(count, &fields);
        records
    }

    pub fn build(&self) -> Vec<u8> {
        database(b"BOOKMOBI", &self.records())
    }

    fn header(&self, count: usize, fields: &[(usize, u32)]) -> Vec<u8> {
        const LENGTH: u32 = 264;
        let mut out = vec![0; 16 + LENGTH as usize];
        let packing: u16 = match self.packing {
            Packing::None => 1,
            Packing::PalmDoc => 2,
            Packing::Huff => 17480,
        };
        out[..2].copy_from_slice(&packing.to_be_bytes());
        out[8..10].copy_from_slice(&(count as u16).to_be_bytes());
        out[12..14].copy_from_slice(&self.encryption.to_be_bytes());
        out[16..20].copy_from_slice(b"MOBI");
        out[242..244].copy_from_slice(&self.flags.to_be_bytes());
        let mut exth = b"EXTH\0\0\0\0".to_vec();
        exth.extend((self.exth.len() as u32).to_be_bytes());
        for (kind, value) in &self.exth {
            exth.extend(kind.to_be_bytes());
            exth.extend((value.len() as u32 + 8).to_be_bytes());
            exth.extend(value);
        }
        let title_at = (out.len() + exth.len()) as u32;
        let mut set = |at: usize, value: u32| out[at..at + 4].copy_from_slice(&value.to_be_bytes());
        set(4, self.text.len() as u32);
        for none in [
            108,
            NCX,
            HEADWORDS,
            INFLECTIONS,
            FLOWS,
            FRAGMENTS,
            SKELETONS,
            GUIDE,
        ] {
            set(none, u32::MAX);
        }
        for (at, value) in [
            (20, LENGTH),
            (24, 2),
            (28, self.encoding),
            (36, self.version),
            (84, title_at),
            (88, self.title.len() as u32),
            (92, self.locale),
            (128, 0x50),
        ] {
            set(at, value);
        }
        for &(at, value) in fields {
            set(at, value);
        }
        out.extend(exth);
        out.extend(&self.title);
        out
    }
}

/// Both books in one file: the second behind a `BOUNDARY`.
pub fn combined(first: &Book, second: &Book) -> Vec<u8> {
    // The number does not change the count of records, so it can be found first.
    let boundary = first.clone().exth(121, [0; 4]).records().len();
    let mut records = first
        .clone()
        .exth(121, (boundary as u32 + 1).to_be_bytes())
        .records();
    records.push(b"BOUNDARY".to_vec());
    records.extend(second.records());
    database(b"BOOKMOBI", &records)
}

/// A FONT record: zlib, then a mask over the first 1,040 bytes.
pub fn font(font: &[u8], packed: bool, key: &[u8]) -> Vec<u8> {
    let mut data = font.to_vec();
    if packed {
        let mut compressor = libdeflater::Compressor::new(libdeflater::CompressionLvl::default());
        let mut out = vec![0; compressor.zlib_compress_bound(font.len())];
        let len = compressor.zlib_compress(font, &mut out).unwrap();
        out.truncate(len);
        data = out;
    }
    for (byte, mask) in data.iter_mut().take(1040).zip(key.iter().cycle()) {
        *byte ^= mask;
    }
    let flags = u32::from(packed) | if key.is_empty() { 0 } else { 2 };
    let mut out = b"FONT".to_vec();
    let start = 24 + key.len() as u32;
    for field in [font.len() as u32, flags, start, key.len() as u32, 24] {
        out.extend(field.to_be_bytes());
    }
    out.extend(key);
    out.extend(data);
    out
}

/// A sound or film behind its header.
pub fn media(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    [&kind[..], &12u32.to_be_bytes(), &[0; 4], data].concat()
}

/// What is left of a package.
pub fn resc(markup: &str) -> Vec<u8> {
    let head = "size=A7&version=1&type=1";
    [
        b"RESC\0\0\0\x10\0\0\0\x01\0\0\0\x18",
        head.as_bytes(),
        markup.as_bytes(),
        &[0; 9],
    ]
    .concat()
}
