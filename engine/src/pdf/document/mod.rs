//! What a PDF says outside the content of its pages (ISO 32000-2, 7.7, 12.3, 12.4, 12.5, 14.3).
//!
//! # For the code that draws pages
//! ```text
//! document::check_tables(bytes, &limits)?;                    // refuses bombs that go off in `open`
//! let pdf = document::open(data, password)?;                    // `password_required` and the like
//! let document = Document::read(&pdf, &limits, &mut warnings)?; // owned, `Send + Sync`, no borrow of `pdf`
//! document.sheets[n]          size, turn and transform of page n; its label
//! document.outline            table of contents: titles, targets, children
//! document.metadata           the crate's `Metadata`, `fixed_layout` set
//! document.tagged             whether the structure tree can be believed
//! document.links(&pdf, n)     areas of page n that lead somewhere; called once a page, from any thread
//! document.place(&pdf, name)  a named destination (`#nameddest=…`)
//! document.guard.check(page)? before interpreting: refuses pages whose streams unpack to too much, and
//!                             says whether an image is too large for the rasterizer
//! document.guard.image(stream) before decoding an image (`image.stream()`), inline or not
//! ```
//! All lengths are points (1/72 inch) *as shown*: cropped, turned, times the user unit, origin at the
//! top left, y downwards. [`Sheet::transform`] leads there from the page's user space and takes the
//! place of `Page::initial_transform(true)`. Pages count from 0.
//!
//! What hayro-interpret does by itself: it draws annotations' appearances (`/AP /N`, the state in
//! `/AS`, not those hidden or without view), and leaves out what optional content switches off
//! by default (`/OCProperties /D`, in marked content and XObjects). What it does not do and is done
//! here: see `Guard` (budgets for unpacking).

mod destinations;
mod guard;
mod labels;
mod links;
mod metadata;
mod opening;
mod outline;
mod sheets;
mod text;
mod web;

#[cfg(test)]
pub(in crate::pdf) mod tests;

use std::collections::HashMap;
use std::sync::OnceLock;

use hayro_syntax::object::{Dict, Name, ObjectIdentifier};
use hayro_syntax::{DecryptionError, LoadPdfError, Pdf, PdfData};

use self::destinations::Names;
pub(crate) use self::destinations::Place;
pub(crate) use self::guard::Guard;
#[cfg(test)]
use self::links::Area;
pub(crate) use self::links::Link;
pub(crate) use self::opening::check as check_tables;
pub(crate) use self::outline::Entry;
pub(crate) use self::sheets::Sheet;
pub(crate) use self::text::decode as decode_text;
use crate::{Error, Limits, Metadata, Warning};

/// Where a link or a line of the outline leads.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Target {
    /// A place in this document.
    Place(Place),
    /// An address: `http`, `https`, `mailto` or `tel`, nothing else. Not yet escaped for HTML.
    Web(String),
}

/// All that the catalogue says.
#[derive(Debug)]
pub(crate) struct Document {
    /// One for each page, in order; never empty.
    pub sheets: Vec<Sheet>,
    /// The outline (bookmarks), capped by `toc_entries` and `toc_depth`.
    pub outline: Vec<Entry>,
    /// Info dictionary and XMP.
    pub metadata: Metadata,
    /// `/MarkInfo /Marked`: the document calls itself tagged.
    pub tagged: bool,
    /// What unpacking may cost.
    pub guard: Guard,
    pages: HashMap<ObjectIdentifier, u32>,
    /// `/URI /Base`: what relative addresses are relative to.
    base: Option<String>,
    names: OnceLock<Names>,
    limits: Limits,
}

/// Opens a PDF. Without a `password`, or when it does not fit, the empty user password is tried.
///
/// # Errors
/// [`Error::PasswordRequired`]; [`Error::DrmProtected`] where keys come from elsewhere;
/// [`Error::CorruptArchive`] when not one page can be found.
pub(crate) fn open(data: impl Into<PdfData>, password: Option<&str>) -> Result<Pdf, Error> {
    let data = data.into();
    let mut result = Err(LoadPdfError::Invalid);
    for password in password.into_iter().chain([""]) {
        result = Pdf::new_with_password(data.clone(), password);
        if !matches!(
            result,
            Err(LoadPdfError::Decryption(DecryptionError::PasswordProtected))
        ) {
            break;
        }
    }
    match result {
        Ok(pdf) if pdf.pages().is_empty() => Err(no_pages()),
        Ok(pdf) => Ok(pdf),
        Err(LoadPdfError::Decryption(why)) => Err(match why {
            DecryptionError::PasswordProtected => Error::PasswordRequired,
            DecryptionError::UnsupportedAlgorithm => {
                Error::DrmProtected("a PDF security handler other than the standard one")
            }
            DecryptionError::MissingIDEntry | DecryptionError::InvalidEncryption => {
                Error::CorruptArchive("the encryption dictionary is damaged".into())
            }
        }),
        Err(LoadPdfError::Invalid) => Err(no_pages()),
    }
}

fn no_pages() -> Error {
    Error::CorruptArchive("no page can be found in the PDF".into())
}

impl Document {
    /// The limits it was read with.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Reads what the catalogue of `pdf` says; the content of pages is not looked at.
    ///
    /// # Errors
    /// `LimitExceeded` for `pdf_pages`. All else that is damaged costs itself.
    pub fn read(pdf: &Pdf, limits: &Limits, warnings: &mut Vec<Warning>) -> Result<Self, Error> {
        let found = pdf.pages().len() as u64;
        if found > limits.pdf_pages {
            return Err(Error::LimitExceeded {
                name: "pdf_pages",
                found,
                limit: limits.pdf_pages,
            });
        }
        let catalog = catalog(pdf);
        let mut document = Self {
            sheets: sheets::read(pdf, limits, warnings),
            outline: Vec::new(),
            metadata: Metadata::default(),
            tagged: flag(&catalog, "MarkInfo", "Marked"),
            guard: Guard::new(limits),
            pages: numbers(pdf),
            base: web::base(&catalog),
            names: OnceLock::new(),
            limits: limits.clone(),
        };
        labels::read(&catalog, &mut document.sheets, limits);
        document.metadata = metadata::read(pdf, &catalog, document.tagged, limits);
        document.outline = outline::read(&document, pdf, &catalog, warnings);
        Ok(document)
    }
}

/// The document catalogue; empty where it cannot be read.
fn catalog(pdf: &Pdf) -> Dict<'_> {
    pdf.xref().get(pdf.xref().root_id()).unwrap_or_default()
}

/// Whether `/outer << /inner true >>`.
fn flag(catalog: &Dict<'_>, outer: &str, inner: &str) -> bool {
    let dict = catalog.get::<Dict<'_>>(outer);
    dict.and_then(|dict| dict.get::<bool>(inner)) == Some(true)
}

/// Page numbers by object; the first page of an object that is listed twice.
fn numbers(pdf: &Pdf) -> HashMap<ObjectIdentifier, u32> {
    let mut numbers = HashMap::with_capacity(pdf.pages().len());
    for (n, page) in pdf.pages().iter().enumerate() {
        if let Some(id) = page.raw().obj_id() {
            numbers.entry(id).or_insert(n as u32);
        }
    }
    numbers
}

/// Whether the name under `key` is `value`.
pub(super) fn is_name(dict: &Dict<'_>, key: &str, value: &[u8]) -> bool {
    dict.get::<Name<'_>>(key)
        .is_some_and(|name| name.as_ref() == value)
}
