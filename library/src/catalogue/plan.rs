//! Which rendition a file belongs to.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Format;

/// What the engine of this deployment would make of a file. The binary fills it from the engine, so
/// that the library and the API need not know the engine.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RenderPlan {
    /// Digest of the engine's options.
    pub options_digest: String,
    /// The engine's output revision for EPUB.
    pub epub: u32,
    /// The engine's output revision for MOBI.
    pub mobi: u32,
    /// The engine's output revision for PDF.
    pub pdf: u32,
}

/// Length of a rendition's id in hex digits: 160 bits, short enough for a URL.
const ID_DIGITS: usize = 40;

impl RenderPlan {
    /// The id of the rendition of a file: the same file, options and output revision always give
    /// the same id, so that a file uploaded twice is rendered once.
    #[must_use]
    pub fn rendition_id(&self, sha256: &str, format: Format) -> String {
        let revision = match format {
            Format::Epub => self.epub,
            Format::Mobi => self.mobi,
            Format::Pdf => self.pdf,
        };
        let text = format!(
            "{sha256}\n{}\n{}\n{revision}",
            format.as_str(),
            self.options_digest
        );
        let mut id = hex::encode(Sha256::digest(text.as_bytes()));
        id.truncate(ID_DIGITS);
        id
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_depends_on_file_format_options_and_the_formats_own_revision() {
        let plan = RenderPlan {
            options_digest: "o".into(),
            epub: 1,
            mobi: 1,
            pdf: 1,
        };
        let id = plan.rendition_id("aa", Format::Epub);
        assert_eq!(id.len(), 40);
        assert_eq!(id, plan.rendition_id("aa", Format::Epub));
        assert_ne!(id, plan.rendition_id("ab", Format::Epub));
        assert_ne!(id, plan.rendition_id("aa", Format::Pdf));
        assert_ne!(
            id,
            RenderPlan {
                epub: 2,
                ..plan.clone()
            }
            .rendition_id("aa", Format::Epub)
        );
        assert_eq!(
            id,
            RenderPlan {
                pdf: 2,
                ..plan.clone()
            }
            .rendition_id("aa", Format::Epub)
        );
        let other = RenderPlan {
            options_digest: "p".into(),
            ..plan
        };
        assert_ne!(id, other.rendition_id("aa", Format::Epub));
    }
}
