//! What the book says about itself: container, package document, tables of
//! contents, encryption. Sources: EPUB 3.3, OPF 2.0.1, NCX (DAISY Z39.86-2005).

mod container;
mod covers;
mod encryption;
mod href;
mod items;
mod metadata;
mod moved;
mod nav;
mod ncx;
mod opf;
mod overlays;
mod prefixes;
mod rendition;
mod toc;
mod xml;

pub(crate) use container::{Location, find_packages, search};
pub(crate) use encryption::Protection;
pub(crate) use href::{Href, folder};
pub(crate) use items::Item;
pub(crate) use metadata::{identifier_uri, isbn, plain, read as read_metadata};
pub(crate) use opf::{ItemRef, Package};
pub(crate) use overlays::seconds;
pub(crate) use prefixes::Prefixes;
pub(crate) use rendition::{PageProperties, Rendition, viewport};
pub(crate) use toc::{Contents, Entry as TocEntry, Flat, nest, read_contents};
pub(crate) use xml::{Document, collapse};

#[cfg(test)]
mod tests;
