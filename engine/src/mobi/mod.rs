//! MOBI, AZW3 and their kin: a Palm database with records of packed markup.
//!
//! The two formats, Mobipocket 6 and KF8, are read into the same [`Publication`]
//! an EPUB gives: documents, resources, contents and metadata by path. A file that
//! holds both gives the KF8. Offsets of locators count in the documents as they
//! are made here, so a change that moves text raises the format's output revision.
//! Sources: MobileRead wiki ("MOBI", "KF8", "PDB"); facts of KindleUnpack.

mod anchors;
mod bytes;
mod contents;
mod dictionary;
mod exth;
mod files;
mod font;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzzing;
mod header;
mod huff;
mod indx;
mod kf8;
mod links;
mod mobi6;
mod palmdb;
mod palmdoc;
mod resc;
mod resources;
mod tags;
mod text;

use std::collections::HashMap;

#[cfg(feature = "parts")]
pub(crate) use self::palmdoc::unpack as unpack_palmdoc;

use self::exth::{Exth, kind};
use self::files::Store;
use self::header::Header;
use self::links::Kindle;
use self::palmdb::PalmDb;
use crate::book::{Publication, warning};
use crate::package::{Contents, Document, Item, ItemRef, Package, PageProperties, viewport};
use crate::{Error, Limits, Warning};

/// What the text of a Print Replica begins with; the rest is a PDF.
const REPLICA: &[u8] = b"%MOP";

/// A book being opened.
struct Opening<'a, 'l> {
    db: PalmDb<'a>,
    /// Record of the header in use.
    start: usize,
    header: Header,
    limits: &'l Limits,
    store: Store<'a>,
    /// Documents made so far.
    documents: u64,
    package: Package,
    contents: Contents,
    /// What is left of the package this was made from.
    resc: Option<Document>,
    warnings: &'l mut Vec<Warning>,
}

/// Opens a Palm database as a book.
///
/// # Errors
/// `DrmProtected`, `CorruptArchive`, `LimitExceeded` and `EmptySpine`.
pub(crate) fn open<'a>(
    bytes: &'a [u8],
    limits: &Limits,
    warnings: &mut Vec<Warning>,
) -> Result<Publication<'a>, Error> {
    let db = PalmDb::open(bytes, limits)?;
    let first = Header::read(db.record(0))?;
    let first_exth = Exth::read(db.record(0), &first);
    let second = second_book(&db, &first, &first_exth);
    let end = second.as_ref().map_or(db.len(), |(at, _)| at - 1);
    let shared = images(&first, 0)..end;
    let mut ranges = vec![shared];
    let (start, header) = match second {
        Some((at, header)) => {
            ranges.push(images(&header, at)..db.len());
            (at, header)
        }
        None => (0, first),
    };
    let exth = Exth::read(db.record(start), &header);
    let mut book = Opening {
        db,
        start,
        header,
        limits,
        store: Store::default(),
        documents: 0,
        package: Package::default(),
        contents: Contents::default(),
        resc: None,
        warnings,
    };
    book.describe(&exth);
    book.read_resc();
    book.describe_more();
    let raw = text::read(&book.db, start, &book.header, limits)?;
    book.say_lost(raw.lost);
    if raw.bytes.starts_with(REPLICA) {
        return Err(Error::UnsupportedContainer(
            "Kindle Print Replica (a PDF within)",
        ));
    }
    let resources = book.resources(ranges);
    if book.header.version >= 8 {
        kf8::build(&mut book, raw.bytes)?;
    } else {
        mobi6::build(&mut book, raw.bytes)?;
    }
    book.find_cover(&exth, &resources);
    Ok(Publication {
        package: book.package,
        contents: book.contents,
        files: Box::new(book.store),
    })
}

/// The KF8 behind a `BOUNDARY`, if there is one that can be read.
fn second_book(db: &PalmDb<'_>, first: &Header, exth: &Exth<'_>) -> Option<(usize, Header)> {
    let at = exth.number(kind::BOUNDARY).filter(|&at| at > 0)?;
    if first.version >= 8 || !db.record(at - 1).starts_with(b"BOUNDARY") {
        return None;
    }
    let header = Header::read(db.record(at)).ok()?;
    (header.version >= 8).then_some((at, header))
}

/// The record of a book's first resource.
fn images(header: &Header, start: usize) -> usize {
    header
        .first_image
        .map_or(usize::MAX, |first| start.saturating_add(first))
}

impl Opening<'_, '_> {
    fn describe(&mut self, exth: &Exth<'_>) {
        self.package.metadata = exth::metadata(exth, &self.header, self.limits);
        if self.package.metadata.fixed_layout {
            self.package.rendition.layout = Some("pre-paginated");
        }
        let orientation = exth.text(kind::ORIENTATION, &self.header);
        self.package.rendition.orientation = match orientation.as_deref() {
            Some("portrait") => Some("portrait"),
            Some("landscape") => Some("landscape"),
            _ => None,
        };
        // `1072x1448`
        let size = exth
            .text(kind::RESOLUTION, &self.header)
            .unwrap_or_default();
        if let Some((width, height)) = size.split_once('x') {
            self.package.rendition.viewport = viewport(&format!("width={width},height={height}"));
        }
    }

    fn say_lost(&mut self, records: usize) {
        if self.db.lost > 0 {
            let message = format!(
                "the file is cut short: {} records are missing",
                self.db.lost
            );
            self.warnings.push(warning("file_truncated", message, None));
        }
        if records > 0 {
            let message = format!("{records} pieces of the text cannot be unpacked and are lost");
            self.warnings.push(warning("text_lost", message, None));
        }
    }

    /// Adds a document to the spine.
    fn chapter(&mut self, path: String, media_type: &str, bytes: Vec<u8>) -> Result<(), Error> {
        let item = self.document(path, media_type, bytes)?;
        self.package.spine.push(ItemRef {
            item,
            linear: true,
            step: String::new(),
            page: PageProperties::default(),
        });
        Ok(())
    }

    /// Adds a document that is not in the spine yet; returns its item.
    fn document(&mut self, path: String, media_type: &str, bytes: Vec<u8>) -> Result<usize, Error> {
        self.documents += 1;
        if self.documents > self.limits.spine_items {
            return Err(Error::LimitExceeded {
                name: "spine_items",
                found: self.documents,
                limit: self.limits.spine_items,
            });
        }
        Ok(self.store.made(&mut self.package, path, media_type, bytes))
    }

    /// Cover, as URI or number, then the thumbnail.
    fn find_cover(&mut self, exth: &Exth<'_>, resources: &HashMap<usize, usize>) {
        let uri = exth.text(kind::COVER_URI, &self.header);
        let named = uri.and_then(|uri| match Kindle::parse(&uri) {
            Some(Kindle::Embed(n)) => Some(n),
            _ => None,
        });
        let number = |kind| exth.number(kind).map(|n| n.saturating_add(1));
        for n in [number(kind::COVER), named, number(kind::THUMBNAIL)] {
            let item = n.and_then(|n| resources.get(&n)).copied();
            let image = |item: &usize| -> bool {
                let item: &Item = &self.package.items[*item];
                item.media_type.starts_with("image/")
            };
            if let Some(item) = item
                .filter(image)
                .filter(|i| !self.package.covers.contains(i))
            {
                self.package.covers.push(item);
            }
        }
    }
}

#[cfg(test)]
mod tests;
