//! What the book says about itself: container, package document, tables of
//! contents, encryption. Sources: EPUB 3.3, OPF 2.0.1, NCX (DAISY Z39.86-2005).

mod container;
mod encryption;
mod href;
mod metadata;
mod ncx;
mod opf;
mod rendition;
mod toc;
mod xml;

pub(crate) use container::find_package;
pub(crate) use encryption::{Obfuscation, read_encryption};
pub(crate) use href::{Href, folder};
pub(crate) use metadata::{isbn, plain, read as read_metadata};
pub(crate) use opf::{Item, ItemRef, Package};
pub(crate) use rendition::{PageProperties, Rendition, viewport};
pub(crate) use toc::{Contents, Entry as TocEntry, Flat, nest, read_contents};
pub(crate) use xml::{Document, collapse};

#[cfg(test)]
mod tests;
