//! `index.json` of a PDF: what a slice made later must agree with.

use serde::{Deserialize, Serialize};

use crate::{Error, Format, Options};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Index {
    /// Output revision it was made by.
    pub revision: u32,
    /// Digest of the options.
    pub options: String,
    /// Slices, one for each page.
    pub pages: u32,
}

impl Index {
    pub fn new(options: &Options, pages: u32) -> Self {
        Self {
            revision: Format::Pdf.output_revision(),
            options: options.digest(),
            pages,
        }
    }

    /// Reads a stored index and checks that it was made for these options and this book.
    pub fn check(stored: &[u8], options: &Options, pages: u32) -> Result<(), Error> {
        let bad = |what: &str| Error::BadIndex(what.into());
        let stored: Self =
            serde_json::from_slice(stored).map_err(|error| Error::BadIndex(error.to_string()))?;
        let own = Self::new(options, pages);
        if stored.revision != own.revision {
            return Err(bad("made by another revision"));
        }
        if stored.options != own.options {
            return Err(bad("made with other options"));
        }
        if stored.pages != pages {
            return Err(bad("made for another book"));
        }
        Ok(())
    }
}
