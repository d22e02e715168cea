//! What the caller may choose, and every limit by name.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// How to render. Part of a rendition's identity: see [`Options::digest`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Options {
    /// Caps on what a book may ask for.
    pub limits: Limits,
    /// Slices are split between blocks once they reach this many bytes.
    pub slice_soft: usize,
    /// Past this many bytes a slice is split inside a paragraph.
    pub slice_hard: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            limits: Limits::default(),
            slice_soft: 128 << 10,
            slice_hard: 512 << 10,
        }
    }
}

impl Options {
    /// A stable name of these options: the first 16 hex digits of the SHA-256 of their JSON.
    #[must_use]
    pub fn digest(&self) -> String {
        let json = serde_json::to_vec(self).expect("plain numbers always serialise");
        hex::encode(&Sha256::digest(&json)[..8])
    }
}

/// Named caps. Passing one which guards the whole book is
/// [`crate::Error::LimitExceeded`]; passing one which guards a part costs that part
/// and leaves a warning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Limits {
    /// Entries in the archive. Whole book.
    pub entries: u64,
    /// Uncompressed bytes of one entry. Costs the entry.
    pub entry_bytes: u64,
    /// Uncompressed bytes of all entries together. Whole book.
    pub total_bytes: u64,
    /// Uncompressed to compressed, for the whole archive once it unpacks to more than 64 MiB. Whole book.
    pub ratio: u64,
    /// Bytes of one XML document of the package (OPF, NCX, nav, container). Whole book for the OPF, else costs the part.
    pub package_bytes: u64,
    /// Unpacked bytes of a MOBI's text, which is held whole. Whole book.
    pub text_bytes: u64,
    /// Unpacked bytes of one text record of a MOBI. Costs the record.
    pub text_record_bytes: u64,
    /// Phrases of a MOBI's dictionary that refer to each other in a chain. Costs the records that use it.
    pub huff_depth: u64,
    /// Unpacked bytes of a MOBI's dictionary. Costs the records that use what is past it.
    pub huff_bytes: u64,
    /// Entries of one index of a MOBI. Later ones are dropped.
    pub index_entries: u64,
    /// Bytes of the labels, texts and inflections of one index of a MOBI. Later ones are dropped.
    pub index_bytes: u64,
    /// Bytes of one chapter. Costs the chapter.
    pub chapter_bytes: u64,
    /// Bytes of all chapters as the spine lists them, repeats counted. Whole book.
    pub spine_bytes: u64,
    /// Items in the spine. Whole book.
    pub spine_items: u64,
    /// Items in the package's manifest. Whole book.
    pub manifest_items: u64,
    /// Bytes of a chapter that the HTML parser may repair; a longer one keeps its text only.
    pub repair_bytes: u64,
    /// Bytes from the book's beginning within which broken chapters are repaired; those behind keep
    /// their text only.
    pub repaired_book_bytes: u64,
    /// Nodes that repairing may build; past it the chapter keeps its text only.
    pub repair_nodes: u64,
    /// Open elements; deeper ones are flattened.
    pub depth: u64,
    /// Nested blocks in a stylesheet; deeper ones are dropped.
    pub css_depth: u64,
    /// Bytes of one stylesheet with what it imports. Costs the rest of the sheet.
    pub css_bytes: u64,
    /// Bytes of all stylesheets inlined by `@import`, the whole book together; later ones stay `@import`s.
    pub css_inlined_bytes: u64,
    /// Stylesheets that import each other in a chain.
    pub css_import_depth: u64,
    /// Bytes of one `data:` image. Costs the image.
    pub data_url_bytes: u64,
    /// Bytes of one SVG file. Costs the file.
    pub svg_bytes: u64,
    /// Element ids remembered for links; later ones are linked by chapter only.
    pub ids: u64,
    /// Entries in each table of contents. Later ones are dropped.
    pub toc_entries: u64,
    /// Nesting of the table of contents; deeper entries are lifted.
    pub toc_depth: u64,
    /// Pairs of text and sound in one media overlay. Later ones are dropped.
    pub overlay_pairs: u64,
    /// Nesting of sequences in a media overlay; deeper ones are lifted.
    pub overlay_depth: u64,
    /// Slices. Whole book.
    pub slices: u64,
    /// Bytes put into the sink. Whole book.
    pub output_bytes: u64,
    /// Bytes put into the sink to bytes of the book, once more than `output_free` are put. Whole book.
    pub output_ratio: u64,
    /// Bytes that any book may put into the sink, however small it is.
    pub output_free: u64,
    /// Pages of a PDF. Whole book.
    pub pdf_pages: u64,
    /// Longest side of a PDF's page in points; a larger one is scaled down.
    pub pdf_page_side: u64,
    /// Unpacked bytes of one stream of a PDF. Costs the pages that use it.
    pub pdf_stream_bytes: u64,
    /// Bytes of memory that decoding one image of a PDF may take, by its pixels and colours. Costs the image.
    pub pdf_image_bytes: u64,
    /// Steps of one function that a PDF's shading evaluates for each pixel; elsewhere 64 times as many. Costs the pages that use it.
    pub pdf_function_steps: u64,
    /// Named destinations of a PDF. Later ones lead nowhere.
    pub pdf_names: u64,
    /// Nesting of a PDF's trees of names and of page labels; deeper branches are dropped.
    pub pdf_tree_depth: u64,
    /// Annotations of one page of a PDF that are looked at for links. Later ones are dropped.
    pub pdf_links: u64,
    /// Characters kept of a page label's prefix and of a link's title.
    pub pdf_label_chars: u64,
    /// Drawing operations of one page of a PDF, nested ones counted. Costs the rest of the page.
    pub pdf_operations: u64,
    /// Glyphs that one page of a PDF shows. Costs the rest of the page.
    pub pdf_glyphs: u64,
    /// Points of all paths of one page of a PDF. Costs the rest of the page.
    pub pdf_points: u64,
    /// Pixels that one page of a PDF may have decoded or drawn. Costs the images past it.
    pub pdf_pixels: u64,
    /// Pixels of a cover that is decoded. Costs the candidate.
    pub cover_pixels: u64,
    /// Longest side of a cover in pixels: scaling asks for memory by the side. Costs the candidate.
    pub cover_side: u64,
    /// Bytes of memory an image decoder may ask for. Costs the candidate.
    pub cover_memory: u64,
    /// Characters kept of one text of the metadata.
    pub metadata_chars: u64,
    /// Values kept of one repeatable field of the metadata.
    pub metadata_values: u64,
    /// Warnings reported; later ones are counted in a last warning.
    pub warnings: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            entries: 50_000,
            entry_bytes: 256 << 20,
            total_bytes: 2 << 30,
            ratio: 300,
            package_bytes: 16 << 20,
            text_bytes: 128 << 20,
            text_record_bytes: 16 << 20,
            huff_depth: 32,
            huff_bytes: 16 << 20,
            index_entries: 200_000,
            index_bytes: 16 << 20,
            chapter_bytes: 32 << 20,
            spine_bytes: 128 << 20,
            spine_items: 20_000,
            manifest_items: 50_000,
            repair_bytes: 8 << 20,
            repaired_book_bytes: 16 << 20,
            repair_nodes: 1_000_000,
            depth: 256,
            css_depth: 32,
            css_bytes: 4 << 20,
            css_inlined_bytes: 32 << 20,
            css_import_depth: 8,
            data_url_bytes: 1 << 20,
            svg_bytes: 16 << 20,
            ids: 1_000_000,
            toc_entries: 20_000,
            toc_depth: 16,
            overlay_pairs: 100_000,
            overlay_depth: 32,
            slices: 50_000,
            output_bytes: 4 << 30,
            output_ratio: 64,
            output_free: 256 << 20,
            pdf_pages: 50_000,
            pdf_page_side: 14_400,
            pdf_stream_bytes: 160 << 20,
            pdf_image_bytes: 320 << 20,
            pdf_function_steps: 1_024,
            pdf_names: 500_000,
            pdf_tree_depth: 48,
            pdf_links: 10_000,
            pdf_label_chars: 256,
            pdf_operations: 400_000,
            pdf_glyphs: 400_000,
            pdf_points: 4_000_000,
            pdf_pixels: 160_000_000,
            cover_pixels: 64_000_000,
            cover_side: 32_768,
            cover_memory: 192 << 20,
            metadata_chars: 65_536,
            metadata_values: 256,
            warnings: 1_000,
        }
    }
}

impl Limits {
    /// Bytes that a book of `bytes` bytes may put into the sink.
    #[must_use]
    pub fn output_of(&self, bytes: usize) -> u64 {
        let in_proportion = (bytes as u64).saturating_mul(self.output_ratio);
        self.output_bytes.min(in_proportion.max(self.output_free))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn output_grows_with_the_book_between_two_bounds() {
        let limits = Limits::default();
        assert_eq!(limits.output_of(1_000), 256 << 20);
        assert_eq!(limits.output_of(10 << 20), 640 << 20);
        assert_eq!(limits.output_of(1 << 30), 4 << 30);
        let strict = Limits {
            output_ratio: 1,
            ..Limits::default()
        };
        assert_eq!(strict.output_of(512 << 20), 512 << 20);
    }

    #[test]
    fn digest_changes_with_any_option() {
        let plain = Options::default();
        let other = Options {
            slice_soft: 1,
            ..Options::default()
        };
        assert_eq!(plain.digest(), Options::default().digest());
        assert_ne!(plain.digest(), other.digest());
        assert_eq!(plain.digest().len(), 16);
    }
}
