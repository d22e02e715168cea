//! The two doors to the outside: where files go, and who watches.

use std::io;

/// Where a render puts its files. Called from many threads at once.
pub trait Sink: Sync {
    /// Stores one file. `path` is relative, made of `[a-z0-9._-]` segments.
    ///
    /// # Errors
    /// An error ends the render with [`crate::Error::Sink`].
    fn put(&self, path: &str, media_type: &str, bytes: &[u8]) -> io::Result<()>;
}

/// What a render is doing, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// Reading the archive and the package document.
    Open,
    /// Pass 1: measuring every chapter.
    Scan,
    /// Pass 2: writing slices.
    Emit,
    /// Writing stylesheets, fonts, images and media.
    Resources,
    /// Making the cover's sizes.
    Cover,
}

/// Hears about progress. All methods do nothing by default.
pub trait Observer: Sync {
    /// A stage begins.
    fn stage(&self, _stage: Stage) {}
    /// `done` of `total` slices have been put. Called from many threads; `done` may arrive out of order.
    fn slices(&self, _done: u32, _total: u32) {}
}

/// An observer which does not listen.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Observer for Silent {}
