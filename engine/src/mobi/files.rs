//! The files inside a MOBI: made ones, and records passed on as they lie.

use std::borrow::Cow;
use std::collections::HashMap;

use super::font;
use super::links::Kindle;
use super::palmdb::PalmDb;
use crate::Limits;
use crate::book::{Files, sniff_image};
use crate::package::{Item, Package};
use crate::zip::EntryError;

/// What a file's bytes are.
enum Source<'a> {
    Made(Vec<u8>),
    Record(&'a [u8]),
    Font(&'a [u8]),
}

/// All files, by path.
#[derive(Default)]
pub(super) struct Store<'a> {
    files: Vec<(String, Source<'a>)>,
    by_path: HashMap<String, usize>,
    /// `kindle:` references, as far as they lead somewhere: number → path.
    pub embeds: HashMap<usize, String>,
    pub flows: HashMap<usize, String>,
    /// What `kindle:pos:fid` pairs lead to: path and fragment.
    pub places: HashMap<(usize, usize), String>,
}

impl<'a> Store<'a> {
    fn add(
        &mut self,
        package: &mut Package,
        path: String,
        media_type: &str,
        source: Source<'a>,
    ) -> usize {
        self.by_path.insert(path.clone(), self.files.len());
        self.files.push((path.clone(), source));
        package.add(Item {
            id: path.replace(['/', '.'], "-"),
            path,
            media_type: media_type.into(),
            ..Item::default()
        })
    }

    /// Adds a file we made; returns its number in the package.
    pub fn made(
        &mut self,
        package: &mut Package,
        path: String,
        media_type: &str,
        bytes: Vec<u8>,
    ) -> usize {
        self.add(package, path, media_type, Source::Made(bytes))
    }

    /// Adds the resources among `records`, numbered from `first`, to `items` too.
    pub fn resources(
        &mut self,
        package: &mut Package,
        db: &PalmDb<'a>,
        records: std::ops::Range<usize>,
        first: usize,
        limits: &Limits,
        items: &mut HashMap<usize, usize>,
    ) {
        for (n, i) in (first..).zip(records) {
            if package.items.len() as u64 >= limits.manifest_items {
                break;
            }
            let Some((folder, extension, media_type, source)) = classify(db.record(i)) else {
                continue;
            };
            let path = format!("{folder}/{n:05}.{extension}");
            self.embeds.insert(n, format!("/{path}"));
            items.insert(n, self.add(package, path, media_type, source));
        }
    }

    /// The bytes of a text we made, by path.
    fn at(&self, path: &str) -> Option<&Source<'a>> {
        self.by_path.get(path).map(|&i| &self.files[i].1)
    }
}

/// Folder, extension, type and bytes of a record that is a resource.
fn classify(record: &[u8]) -> Option<(&'static str, &'static str, &'static str, Source<'_>)> {
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
        return Some(("images", extension, media_type, Source::Record(record)));
    }
    match record.get(..4)? {
        b"FONT" => {
            let (extension, media_type) = ("otf", "font/otf");
            Some(("fonts", extension, media_type, Source::Font(record)))
        }
        b"AUDI" => media(record).map(|data| ("media", "mp3", "audio/mpeg", Source::Record(data))),
        b"VIDE" => media(record).map(|data| ("media", "mp4", "video/mp4", Source::Record(data))),
        _ => None,
    }
}

/// Sound and film stand behind a header that tells its own length.
fn media(record: &[u8]) -> Option<&[u8]> {
    record.get(super::bytes::usize_at(record, 4)?..)
}

impl Files for Store<'_> {
    fn find(&self, path: &str) -> Option<usize> {
        self.by_path.get(path).copied()
    }

    fn name(&self, i: usize) -> &str {
        &self.files[i].0
    }

    fn size(&self, i: usize) -> u64 {
        match &self.files[i].1 {
            Source::Made(bytes) => bytes.len() as u64,
            Source::Record(bytes) => bytes.len() as u64,
            Source::Font(record) => font::size(record),
        }
    }

    fn read(&self, path: &str, cap: u64) -> Result<Cow<'_, [u8]>, EntryError> {
        let bytes = match self.at(path).ok_or(EntryError::Missing)? {
            Source::Made(bytes) => Cow::Borrowed(bytes.as_slice()),
            Source::Record(bytes) => Cow::Borrowed(*bytes),
            Source::Font(record) => Cow::Owned(font::read(record, cap)?),
        };
        if bytes.len() as u64 > cap {
            return Err(EntryError::TooLarge);
        }
        Ok(bytes)
    }

    fn link(&self, raw: &str) -> Option<String> {
        Kindle::parse(raw).map(|link| self.target(&link))
    }
}

impl Store<'_> {
    /// The path a reference leads to; one without a file when it leads nowhere.
    fn target(&self, link: &Kindle) -> String {
        let found = match link {
            Kindle::Embed(n) => self.embeds.get(n),
            Kindle::Flow(n) => self.flows.get(n),
            Kindle::Place(fid, off) => self.places.get(&(*fid, *off)),
        };
        found.cloned().unwrap_or_else(|| "/nowhere".into())
    }
}
