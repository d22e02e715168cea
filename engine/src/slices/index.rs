//! What pass 1 leaves for pass 2: `index.json`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::book::Targets;
use crate::xhtml::Split;
use crate::{Error, Format, Options};

/// How an item of the spine is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Shape {
    /// Well-formed markup.
    Markup,
    /// Broken markup, repaired.
    Repaired,
    /// Markup beyond repair: its text.
    TextOnly,
    /// A drawing.
    Svg,
    /// A picture.
    Image,
    /// Nothing that can be shown.
    Nothing,
}

/// One source file of the spine.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ItemIndex {
    /// Index into the package's manifest.
    pub item: usize,
    pub path: String,
    pub shape: Shape,
    /// Scalars of the decoded source.
    pub chars: u64,
    /// Where the second and later slices begin.
    pub splits: Vec<Split>,
    /// id → (slice within the item, offset).
    pub ids: BTreeMap<String, (u32, u64)>,
    pub title: String,
    pub heading: String,
    /// Serialised attributes of `html` and `body`.
    pub html: String,
    pub body: String,
    pub viewport: Option<(u32, u32)>,
    /// Stylesheets: file below `resources/`, media query.
    pub styles: Vec<(String, String)>,
}

/// The index of a rendition.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Index {
    /// Output revision it was made by.
    pub revision: u32,
    /// Digest of the options.
    pub options: String,
    /// The offset definition (see `slices`).
    pub offsets: u32,
    pub items: Vec<ItemIndex>,
    /// For every place in the spine: index into `items`, number of its first slice.
    pub spine: Vec<(usize, u32)>,
    pub slices: u32,
}

impl Index {
    /// Numbers the slices of all places.
    pub fn new(
        format: Format,
        options: &Options,
        items: Vec<ItemIndex>,
        places: &[usize],
    ) -> Result<Self, Error> {
        let mut spine = Vec::with_capacity(places.len());
        let mut next = 0u64;
        for &item in places {
            spine.push((item, next as u32));
            next += items[item].splits.len() as u64 + 1;
            if next > options.limits.slices {
                return Err(Error::LimitExceeded {
                    name: "slices",
                    found: next,
                    limit: options.limits.slices,
                });
            }
        }
        Ok(Self {
            revision: format.output_revision(),
            options: options.digest(),
            offsets: 1,
            items,
            spine,
            slices: next as u32,
        })
    }

    /// Reads a stored index and checks that it was made for these options and this book.
    pub fn parse(
        bytes: &[u8],
        format: Format,
        options: &Options,
        places: &[usize],
        manifest_items: usize,
    ) -> Result<Self, Error> {
        let bad = |what: &str| Error::BadIndex(what.into());
        let index: Self =
            serde_json::from_slice(bytes).map_err(|error| Error::BadIndex(error.to_string()))?;
        if index.revision != format.output_revision() {
            return Err(bad("made by another revision"));
        }
        if index.options != options.digest() {
            return Err(bad("made with other options"));
        }
        let fits = index.items.iter().all(|item| item.item < manifest_items)
            && index.spine.len() == places.len()
            && index
                .spine
                .iter()
                .all(|(item, _)| *item < index.items.len());
        if fits {
            Ok(index)
        } else {
            Err(bad("made for another book"))
        }
    }

    /// The place in the spine that slice `n` belongs to, and which of its slices it is.
    pub fn locate(&self, n: u32) -> Option<(usize, u32)> {
        if n >= self.slices {
            return None;
        }
        let place = self
            .spine
            .partition_point(|(_, first)| *first <= n)
            .checked_sub(1)?;
        Some((place, n - self.spine[place].1))
    }

    /// Offsets between which slice `part` of an item lies.
    pub fn bounds(&self, place: usize, part: u32) -> (u64, u64) {
        let item = &self.items[self.spine[place].0];
        let edge = |i: usize| item.splits.get(i).map_or(item.chars, |split| split.offset);
        let start = (part as usize).checked_sub(1).map_or(0, edge);
        (start, edge(part as usize).max(start))
    }
}

impl Targets for Index {
    fn slice(&self, place: usize, id: Option<&str>) -> u32 {
        let (item, first) = self.spine[place];
        first
            + id.and_then(|id| self.items[item].ids.get(id))
                .map_or(0, |(part, _)| *part)
    }
}
