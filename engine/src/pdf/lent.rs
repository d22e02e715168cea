//! A book's bytes, lent to hayro, which wants to own them.

use std::marker::PhantomData;
use std::ops::Deref;
use std::sync::Arc;

use hayro_syntax::Pdf;

use super::document;
use crate::Error;

/// Bytes that outlive every [`Opened`] made of them.
pub(super) struct Lent<'b> {
    bytes: &'b [u8],
}

/// A PDF that may not outlive its bytes.
pub(super) struct Opened<'b> {
    pdf: Pdf,
    bytes: PhantomData<&'b [u8]>,
}

/// What hayro is told it owns.
struct Borrowed(&'static [u8]);

impl AsRef<[u8]> for Borrowed {
    fn as_ref(&self) -> &[u8] {
        self.0
    }
}

impl<'b> Lent<'b> {
    pub fn new(bytes: &'b [u8]) -> Self {
        Self { bytes }
    }

    /// Opens the PDF without copying it: originals may be larger than the memory there is.
    ///
    /// # Errors
    /// As [`document::open`].
    #[expect(
        unsafe_code,
        reason = "hayro takes 'static data; `Opened` gives its `Pdf` the lifetime back"
    )]
    pub fn open(&self, password: Option<&str>) -> Result<Opened<'b>, Error> {
        // SAFETY: the data lives in the `Pdf` alone, which holds it by reference count and gives
        // none of the counts away except by `Pdf::data`, which nobody here keeps; the `Pdf` lies
        // in an `Opened`, which the borrow checker keeps within 'b and which never gives it up.
        let bytes: &'static [u8] = unsafe { std::mem::transmute::<&'b [u8], _>(self.bytes) };
        let pdf = document::open(Arc::new(Borrowed(bytes)), password)?;
        Ok(Opened {
            pdf,
            bytes: PhantomData,
        })
    }
}

impl Deref for Opened<'_> {
    type Target = Pdf;

    fn deref(&self) -> &Pdf {
        &self.pdf
    }
}
