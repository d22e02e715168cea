//! Which manifest items become resources, and under which names.

use super::files::Files;
use super::media::{Kind, kind_of};
use crate::package::Package;

/// A file that is put under `resources/`.
#[derive(Debug, Clone)]
pub(crate) struct Resource {
    /// `{item}.{extension}`: made by us, so it is safe in every URL and path.
    pub name: String,
    pub media_type: &'static str,
}

/// What every manifest item is.
#[derive(Debug, Default)]
pub(crate) struct Atlas {
    pub kinds: Vec<Kind>,
    pub resources: Vec<Option<Resource>>,
    /// The first place of an item in the spine.
    pub first_place: Vec<Option<usize>>,
}

impl Atlas {
    pub fn new(package: &Package, files: &dyn Files) -> Self {
        let mut atlas = Self {
            first_place: vec![None; package.items.len()],
            ..Self::default()
        };
        for (i, item) in package.items.iter().enumerate() {
            let (kind, extension, media_type) =
                kind_of(&item.media_type, &item.path, item.fallback.is_some());
            let passed_on =
                !matches!(kind, Kind::Chapter | Kind::Other) && files.find(&item.path).is_some();
            atlas.kinds.push(kind);
            atlas.resources.push(passed_on.then(|| Resource {
                name: format!("{i}.{extension}"),
                media_type,
            }));
        }
        for (place, entry) in package.spine.iter().enumerate() {
            atlas.first_place[entry.item].get_or_insert(place);
        }
        atlas
    }
}
