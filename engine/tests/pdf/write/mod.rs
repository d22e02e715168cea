//! A small writer of PDFs for tests, on top of lopdf.
#![allow(
    dead_code,
    clippy::allow_attributes,
    reason = "not every test uses all of it"
)]

pub mod crypt;
pub mod fonts;

pub use lopdf::{Dictionary, Object, ObjectId, Stream, StringFormat, dictionary};

/// Width and height of a page unless it says otherwise: Letter.
pub const SIZE: (i64, i64) = (612, 792);

/// A PDF in the making.
pub struct Paper {
    pub file: lopdf::Document,
    /// Pages so far, in order.
    pub pages: Vec<ObjectId>,
    pub tree: ObjectId,
    pub catalog: Dictionary,
    /// Resources of pages that name none: `F1` Helvetica, `F2` Times, `F3` Courier.
    pub resources: Dictionary,
}

impl Default for Paper {
    fn default() -> Self {
        Self::new()
    }
}

impl Paper {
    pub fn new() -> Self {
        let mut file = lopdf::Document::with_version("1.7");
        let tree = file.new_object_id();
        let mut fonts = Dictionary::new();
        for (name, base) in [
            ("F1", "Helvetica"),
            ("F2", "Times-Roman"),
            ("F3", "Courier"),
        ] {
            let font = file.add_object(dictionary! {
                "Type" => "Font", "Subtype" => "Type1", "BaseFont" => base,
                "Encoding" => "WinAnsiEncoding",
            });
            fonts.set(name, font);
        }
        Self {
            file,
            pages: Vec::new(),
            tree,
            catalog: dictionary! { "Type" => "Catalog", "Pages" => tree },
            resources: dictionary! { "Font" => fonts },
        }
    }

    pub fn add(&mut self, object: impl Into<Object>) -> ObjectId {
        self.file.add_object(object)
    }

    /// A page with this content and the common resources.
    pub fn page(&mut self, content: &str) -> ObjectId {
        self.page_with(content, Dictionary::new())
    }

    /// A page whose dictionary has (or replaces) these entries.
    pub fn page_with(&mut self, content: &str, entries: Dictionary) -> ObjectId {
        let content = Stream::new(Dictionary::new(), content.as_bytes().to_vec());
        let content = self.add(content.with_compression(false));
        let mut page = dictionary! {
            "Type" => "Page", "Parent" => self.tree, "Contents" => content,
            "MediaBox" => numbers(&[0.0, 0.0, SIZE.0 as f32, SIZE.1 as f32]),
            "Resources" => self.resources.clone(),
        };
        for (key, value) in &entries {
            page.set(key.clone(), value.clone());
        }
        let id = self.add(page);
        self.pages.push(id);
        id
    }

    /// The common resources and more, `kind` by name.
    pub fn resources_with(&self, kind: &str, name: &str, id: ObjectId) -> Dictionary {
        let mut resources = self.resources.clone();
        let mut dict = match resources.get(kind.as_bytes()) {
            Ok(Object::Dictionary(dict)) => dict.clone(),
            _ => Dictionary::new(),
        };
        dict.set(name, id);
        resources.set(kind, dict);
        resources
    }

    pub fn stream(&mut self, dict: Dictionary, data: impl Into<Vec<u8>>) -> ObjectId {
        self.add(Stream::new(dict, data.into()).with_compression(false))
    }

    /// Puts the tree, the catalogue and the Info dictionary where they belong.
    pub fn finish(mut self) -> lopdf::Document {
        let kids: Vec<Object> = self.pages.iter().map(|&id| id.into()).collect();
        if !self.file.objects.contains_key(&self.tree) {
            let tree = dictionary! {
                "Type" => "Pages", "Count" => kids.len() as i64, "Kids" => kids,
            };
            self.file.objects.insert(self.tree, tree.into());
        }
        let catalog = self.file.add_object(self.catalog);
        self.file.trailer.set("Root", catalog);
        self.file
    }

    pub fn info(&mut self, info: Dictionary) {
        let info = self.file.add_object(info);
        self.file.trailer.set("Info", info);
    }

    pub fn bytes(self) -> Vec<u8> {
        bytes(self.finish())
    }
}

pub fn bytes(mut file: lopdf::Document) -> Vec<u8> {
    let mut out = Vec::new();
    file.save_to(&mut out).expect("a Vec takes everything");
    out
}

pub fn numbers(list: &[f32]) -> Object {
    Object::Array(list.iter().map(|&n| Object::Real(n)).collect())
}

/// A text string in UTF-16 with its mark.
pub fn utf16(text: &str) -> Object {
    let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
    let bytes = units.flat_map(u16::to_be_bytes).collect();
    Object::String(bytes, StringFormat::Literal)
}

/// A line of text at a place, in font `F1`.
pub fn line(x: f32, y: f32, size: f32, text: &str) -> String {
    line_in("F1", x, y, size, text)
}

pub fn line_in(font: &str, x: f32, y: f32, size: f32, text: &str) -> String {
    let escaped = text
        .replace('\\', "\\\\")
        .replace('(', "\\(")
        .replace(')', "\\)");
    format!("BT /{font} {size} Tf 1 0 0 1 {x} {y} Tm ({escaped}) Tj ET\n")
}

/// Packs as zlib does.
pub fn deflate(data: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut out = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    out.write_all(data).expect("a Vec takes everything");
    out.finish().expect("a Vec takes everything")
}

/// Packed zeros, `size` bytes unpacked, without holding them.
pub fn deflated_zeros(size: u64) -> Vec<u8> {
    use std::io::{Read, Write};
    let mut out = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    let mut zeros = std::io::repeat(b' ').take(size);
    let mut block = vec![0; 1 << 20];
    loop {
        let n = zeros.read(&mut block).expect("repeat never fails");
        if n == 0 {
            break;
        }
        out.write_all(&block[..n]).expect("a Vec takes everything");
    }
    out.finish().expect("a Vec takes everything")
}
