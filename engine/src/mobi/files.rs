//! The files inside a MOBI: made ones, and records passed on as they lie.
//! Which records are files is told in `resources.rs`.

use std::borrow::Cow;
use std::collections::HashMap;

use super::font;
use super::links::Kindle;
use crate::book::Files;
use crate::package::{Item, Package};
use crate::zip::EntryError;

/// What a file's bytes are.
pub(super) enum Source<'a> {
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
    /// Adds a file; returns its number in the package.
    pub fn add(
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

    /// The bytes of a text we made, by path.
    fn at(&self, path: &str) -> Option<&Source<'a>> {
        self.by_path.get(path).map(|&i| &self.files[i].1)
    }
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
