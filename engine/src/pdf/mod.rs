//! PDF (ISO 32000-2): pages that look like the original and read like text.
//!
//! `page/` holds our own description of a page's contents and the one place that fills it from
//! the interpreter; `document/` reads what the file says about itself; `unicode/` finds characters
//! where fonts name none.

mod document;
mod unicode;
