//! Composite fonts (ISO 32000-2, 9.7): from the character code to the CID to Unicode.

use std::collections::HashSet;

use hayro_cmap::{CMap, CMapName, load_embedded};
use hayro_syntax::object::{
    Array, Dict, Name, Object, ObjectIdentifier, Stream, String as PdfString,
};
use hayro_syntax::page::Page;

use super::collections::Collection;

/// Fonts of one page that are looked at, and dictionaries passed on the way to them.
const FONTS: usize = 1_000;
const VISITS: usize = 20_000;

/// A composite font without `ToUnicode`.
pub(super) struct Composite {
    /// PostScript name without the subset's prefix.
    pub name: String,
    encoding: Encoding,
    collection: Option<Collection>,
    /// The program as it is packed.
    program: Option<Vec<u8>>,
}

/// From character codes.
enum Encoding {
    /// The code is the CID.
    Identity,
    /// The code is UTF-16 (or UCS-2): `Uni…-UTF16-H` and its kin.
    Unicode,
    /// By a table, with its name for comparing.
    Table(Box<CMap>, Vec<u8>),
}

impl Composite {
    fn read(font: &Dict<'_>) -> Option<Self> {
        if super::super::document::is_name(font, "Subtype", b"Type0")
            && !font.contains_key("ToUnicode")
        {
            let descendant = font.get::<Array<'_>>("DescendantFonts")?;
            let descendant = descendant.iter::<Dict<'_>>().next()?;
            let info = descendant.get::<Dict<'_>>("CIDSystemInfo");
            let ordering = info.and_then(|info| info.get::<PdfString<'_>>("Ordering"));
            let (encoding, from_encoding) = encoding(&font.get::<Object<'_>>("Encoding")?)?;
            let collection = ordering.and_then(|ordering| Collection::by_ordering(&ordering));
            let name = font.get::<Name<'_>>("BaseFont")?;
            return Some(Self {
                name: without_prefix(name.as_str()).to_owned(),
                encoding,
                collection: from_encoding.or(collection),
                program: program(&descendant),
            });
        }
        None
    }

    /// What a character code stands for.
    pub fn text(&self, code: u32) -> Option<String> {
        let cid = match &self.encoding {
            Encoding::Unicode => return utf16(code).map(String::from),
            Encoding::Identity => code,
            Encoding::Table(table, _) => {
                (1..=4).find_map(|bytes| table.lookup_cid_code(code, bytes))?
            }
        };
        self.collection?.text(cid)
    }

    /// Whether both make the same text of the same codes.
    pub fn reads_like(&self, other: &Self) -> bool {
        let alike = match (&self.encoding, &other.encoding) {
            (Encoding::Identity, Encoding::Identity) | (Encoding::Unicode, Encoding::Unicode) => {
                true
            }
            (Encoding::Table(_, a), Encoding::Table(_, b)) => a == b && !a.is_empty(),
            _ => false,
        };
        alike && self.collection == other.collection
    }

    /// Whether its program is this one.
    pub fn has_program(&self, program: &[u8]) -> bool {
        self.program.as_deref() == Some(program)
    }
}

/// `ABCDEF+Name` without what marks a subset.
fn without_prefix(name: &str) -> &str {
    match name.split_once('+') {
        Some((prefix, rest)) if prefix.len() == 6 => rest,
        _ => name,
    }
}

/// The encoding, and the collection it leads to where it names one.
fn encoding(object: &Object<'_>) -> Option<(Encoding, Option<Collection>)> {
    let (table, name) = match object {
        Object::Name(name) => {
            let known = CMapName::from_bytes(name.as_ref());
            match known {
                CMapName::IdentityH | CMapName::IdentityV => {
                    return Some((Encoding::Identity, None));
                }
                _ if is_unicode(name.as_ref()) => return Some((Encoding::Unicode, None)),
                _ => {}
            }
            let table = CMap::parse(load_embedded(known)?, load_embedded)?;
            (table, name.as_ref().to_vec())
        }
        Object::Stream(stream) => {
            let data = stream.decoded_data().ok()?;
            let table = CMap::parse(&data, load_embedded)?;
            // Written into the file and yet one of the known ones.
            if let Some(name) = &table.metadata().name
                && is_unicode(name)
            {
                return Some((Encoding::Unicode, None));
            }
            (table, Vec::new())
        }
        _ => return None,
    };
    let collection = table.metadata().character_collection.as_ref();
    let collection = collection.and_then(|known| Collection::by_family(&known.family));
    Some((Encoding::Table(Box::new(table), name), collection))
}

/// Whether codes of the encoding are UTF-16 themselves.
fn is_unicode(name: &[u8]) -> bool {
    name.starts_with(b"Uni")
        && ["-UCS2-", "-UTF16-"]
            .iter()
            .any(|kind| memchr::memmem::find(name, kind.as_bytes()).is_some())
}

/// One character of UTF-16: two bytes, or four for a pair.
fn utf16(code: u32) -> Option<char> {
    let units = [(code >> 16) as u16, code as u16];
    let units = if units[0] == 0 {
        &units[1..]
    } else {
        &units[..]
    };
    let mut chars = char::decode_utf16(units.iter().copied());
    let c = chars.next()?.ok()?;
    chars.next().is_none().then_some(c)
}

/// The embedded program, unpacked as hayro does: `FontFile2`, else `FontFile3`.
fn program(descendant: &Dict<'_>) -> Option<Vec<u8>> {
    let descriptor = descendant.get::<Dict<'_>>("FontDescriptor")?;
    let file = descriptor
        .get::<Stream<'_>>("FontFile2")
        .or_else(|| descriptor.get("FontFile3"))?;
    file.decoded_data().ok().map(|data| data.into_owned())
}

/// The composite fonts without `ToUnicode` that a page can use.
pub(super) fn of_page(page: &Page<'_>) -> Vec<Composite> {
    let resources = page.resources();
    let mut search = Search {
        seen: HashSet::new(),
        visits: 0,
        fonts: Vec::new(),
    };
    search.fonts(&resources.fonts);
    let mut ahead = Vec::new();
    for dict in [
        &resources.x_objects,
        &resources.patterns,
        &resources.ext_g_states,
    ] {
        search.inner(dict, &mut ahead);
    }
    let annotations = page.raw().get::<Array<'_>>("Annots");
    for annotation in annotations.iter().flat_map(Array::iter::<Dict<'_>>) {
        if let Some(appearance) = annotation.get::<Dict<'_>>("AP") {
            search.inner(&appearance, &mut ahead);
        }
    }
    while let Some(resources) = ahead.pop() {
        if let Some(fonts) = resources.get::<Dict<'_>>("Font") {
            search.fonts(&fonts);
            // Type 3 glyphs draw with resources of their own.
            search.inner(&fonts, &mut ahead);
        }
        for kind in ["XObject", "Pattern", "ExtGState"] {
            if let Some(dict) = resources.get::<Dict<'_>>(kind) {
                search.inner(&dict, &mut ahead);
            }
        }
    }
    search.fonts
}

struct Search {
    seen: HashSet<ObjectIdentifier>,
    visits: usize,
    fonts: Vec<Composite>,
}

impl Search {
    fn is_new(&mut self, id: Option<ObjectIdentifier>) -> bool {
        self.visits += 1;
        self.visits < VISITS && id.is_none_or(|id| self.seen.insert(id))
    }

    fn fonts(&mut self, fonts: &Dict<'_>) {
        for name in fonts.keys() {
            if self.fonts.len() >= FONTS {
                return;
            }
            let id = fonts.get_ref(&*name).map(ObjectIdentifier::from);
            if self.is_new(id)
                && let Some(font) = fonts.get::<Dict<'_>>(&*name)
            {
                self.fonts.extend(Composite::read(&font));
            }
        }
    }

    /// The resources of the forms, patterns, soft masks and appearances in `dict`.
    fn inner<'a>(&mut self, dict: &Dict<'a>, ahead: &mut Vec<Dict<'a>>) {
        for name in dict.keys() {
            let Some(object) = dict.get::<Object<'_>>(&*name) else {
                continue;
            };
            let (holder, id) = match &object {
                Object::Stream(stream) => (stream.dict().clone(), Some(stream.obj_id())),
                Object::Dict(dict) => (dict.clone(), dict.obj_id()),
                _ => continue,
            };
            // States of an appearance, and groups of a soft mask, lie one deeper.
            let below = match holder.get::<Dict<'_>>("SMask") {
                Some(mask) => mask
                    .get::<Stream<'_>>("G")
                    .map(|group| group.dict().clone()),
                None if matches!(object, Object::Dict(_)) && !holder.contains_key("Resources") => {
                    None
                }
                None => Some(holder),
            };
            if let Some(resources) = below.and_then(|holder| holder.get::<Dict<'_>>("Resources"))
                && self.is_new(resources.obj_id().or(id))
            {
                ahead.push(resources);
            }
        }
    }
}
