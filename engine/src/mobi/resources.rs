//! Records that are resources: pictures, fonts, sounds, films, and larger pictures
//! that stand in for others.
//! Source: MobileRead wiki, "MOBI" (AUDI, VIDE, FONT); facts of KindleUnpack (CONT,
//! CRES: one record for each resource from the first picture or font on, or a gap).

use std::collections::HashMap;
use std::io::Cursor;
use std::ops::Range;

use super::Opening;
use super::bytes::usize_at;
use super::files::Source;
use crate::book::sniff_image;

/// What stands where there is no larger picture.
const GAP: &[u8] = b"\xA0\xA0\xA0\xA0";
/// Bytes before the picture in a `CRES` record.
const CRES_HEADER: usize = 12;

impl Opening<'_, '_> {
    /// Adds the resources of all ranges; their numbers run on. Returns the item of
    /// each number.
    pub(super) fn resources(&mut self, ranges: Vec<Range<usize>>) -> HashMap<usize, usize> {
        let mut larger = self.larger(&ranges).into_iter();
        let mut items = HashMap::new();
        let mut next = 1;
        for range in ranges.into_iter().filter(|range| range.start < range.end) {
            for (n, i) in (next..).zip(range.clone()) {
                if self.package.items.len() as u64 >= self.limits.manifest_items {
                    return items;
                }
                let Some(mut found) = classify(self.db.record(i)) else {
                    continue;
                };
                let stands_in = found
                    .takes_slot()
                    .then(|| larger.next())
                    .flatten()
                    .flatten();
                if let Some(better) = stands_in
                    && fits(self.db.record(i), better)
                    && let Some(better) = classify(better)
                {
                    found = better;
                }
                let path = format!("{}/{n:05}.{}", found.folder, found.extension);
                self.store.embeds.insert(n, format!("/{path}"));
                let package = &mut self.package;
                items.insert(
                    n,
                    self.store
                        .add(package, path, found.media_type, found.source),
                );
            }
            next += range.len();
        }
        items
    }
}

impl<'a> Opening<'a, '_> {
    /// The larger pictures behind a `CONT` record, one for each picture or font.
    fn larger(&self, ranges: &[Range<usize>]) -> Vec<Option<&'a [u8]>> {
        let Some(end) = ranges.last().map(|range| range.end) else {
            return Vec::new();
        };
        let from = ranges.iter().map(|range| range.start).min().unwrap_or(end);
        let mut slots = Vec::new();
        let mut within = false;
        for record in (from..end).map(|i| self.db.record(i)) {
            if record.starts_with(b"CONT") {
                within = true;
            } else if within && record == GAP {
                slots.push(None);
            } else if within && record.starts_with(b"CRES") {
                slots.push(record.get(CRES_HEADER..));
            }
        }
        slots
    }
}

/// A record that is a resource.
struct Resource<'a> {
    folder: &'static str,
    extension: &'static str,
    media_type: &'static str,
    source: Source<'a>,
}

impl Resource<'_> {
    /// Whether the container of larger pictures has a place for it.
    fn takes_slot(&self) -> bool {
        matches!(self.folder, "images" | "fonts")
    }
}

fn classify(record: &[u8]) -> Option<Resource<'_>> {
    let made = |folder, extension, media_type, source| {
        Some(Resource {
            folder,
            extension,
            media_type,
            source,
        })
    };
    if let Some(media_type) = sniff_image(record) {
        let extension = match media_type {
            "image/jpeg" => "jpg",
            "image/png" => "png",
            "image/gif" => "gif",
            "image/webp" => "webp",
            "image/bmp" => "bmp",
            "image/avif" => "avif",
            _ => "jxl",
        };
        return made("images", extension, media_type, Source::Record(record));
    }
    match record.get(..4)? {
        b"FONT" => made("fonts", "otf", "font/otf", Source::Font(record)),
        b"AUDI" => match media(record)? {
            data if is_mp4(data) => made("media", "m4a", "audio/mp4", Source::Record(data)),
            data => made("media", "mp3", "audio/mpeg", Source::Record(data)),
        },
        b"VIDE" => made("media", "mp4", "video/mp4", Source::Record(media(record)?)),
        // Drawings stand in records of their own in some books.
        b"<svg" => made("images", "svg", "image/svg+xml", Source::Record(record)),
        _ => None,
    }
}

/// Sound and film stand behind a header that tells its own length.
fn media(record: &[u8]) -> Option<&[u8]> {
    record.get(usize_at(record, 4)?..)
}

fn is_mp4(data: &[u8]) -> bool {
    data.get(4..8) == Some(b"ftyp")
}

/// Whether `better` shows the same as `picture` in more pixels: no smaller, and of the
/// same shape within a twentieth.
fn fits(picture: &[u8], better: &[u8]) -> bool {
    let size = |bytes| {
        let reader = image::ImageReader::new(Cursor::new(bytes))
            .with_guessed_format()
            .ok()?;
        let (width, height) = reader.into_dimensions().ok()?;
        Some((u64::from(width), u64::from(height)))
    };
    let (Some(small), Some(large)) = (size(picture), size(better)) else {
        return false;
    };
    let (one, other) = (small.0 * large.1, small.1 * large.0);
    large.0 >= small.0 && large.1 >= small.1 && one.abs_diff(other) * 20 <= one.max(other)
}
