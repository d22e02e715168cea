//! The book's stylesheets, imports inlined.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;

use crate::Warning;
use crate::book::{Book, Resolver, warning};
use crate::css::{Import, References, Rewriter};
use crate::source::decode;

/// Rewrites sheets one after the other: what may still be inlined depends on what
/// has been, and the order makes that the same in every run.
pub(crate) struct Sheets<'b> {
    book: &'b Book<'b>,
    /// Bytes that may still be inlined.
    left: Cell<u64>,
    warnings: RefCell<Vec<Warning>>,
    used: RefCell<BTreeSet<usize>>,
}

/// One sheet being rewritten.
struct Sheet<'s, 'b> {
    sheets: &'s Sheets<'b>,
    resolver: Resolver<'b>,
    /// The sheets that import this one, itself last.
    chain: Vec<usize>,
}

impl<'b> Sheets<'b> {
    pub fn new(book: &'b Book<'b>) -> Self {
        Self {
            book,
            left: Cell::new(book.limits.css_inlined_bytes),
            warnings: RefCell::default(),
            used: RefCell::default(),
        }
    }

    /// The rewritten sheet; `None` when the file cannot be read.
    pub fn rewrite(&self, item: usize) -> Option<String> {
        self.sheet(item, &[])
    }

    /// Warnings so far, and the resources the sheets refer to.
    pub fn finish(self) -> (Vec<Warning>, BTreeSet<usize>) {
        (self.warnings.into_inner(), self.used.into_inner())
    }

    fn sheet(&self, item: usize, above: &[usize]) -> Option<String> {
        let book = self.book;
        let path = &book.package.items[item].path;
        let bytes = match book.read(item, book.limits.css_bytes) {
            Ok(bytes) => bytes,
            Err(error) => {
                let lost = warning(
                    "stylesheet_lost",
                    format!("a stylesheet is lost: {error}"),
                    Some(path),
                );
                self.warnings.borrow_mut().push(lost);
                return None;
            }
        };
        let mut chain = above.to_vec();
        chain.push(item);
        let sheet = Sheet {
            sheets: self,
            resolver: Resolver::new(book, path, ""),
            chain,
        };
        let (depth, most) = (
            book.limits.css_depth as usize,
            book.limits.css_bytes as usize,
        );
        let css = Rewriter {
            references: &sheet,
            depth,
            most,
        }
        .sheet(&decode(&bytes));
        self.used
            .borrow_mut()
            .extend(sheet.resolver.used.into_inner());
        Some(css)
    }
}

impl References for Sheet<'_, '_> {
    fn resource(&self, url: &str) -> Option<String> {
        References::resource(&self.resolver, url)
    }

    fn import(&self, url: &str) -> Option<Import> {
        let item = self.resolver.sheet(url)?;
        let limits = &self.sheets.book.limits;
        if self.chain.contains(&item) {
            return None;
        }
        let size = self.sheets.book.size(item);
        let left = self.sheets.left.get();
        if self.chain.len() as u64 >= limits.css_import_depth || size > left {
            return References::import(&self.resolver, url);
        }
        let rules = self.sheets.sheet(item, &self.chain)?;
        self.sheets
            .left
            .set(left.saturating_sub((rules.len() as u64).max(1024)));
        Some(Import::Inline(rules))
    }
}
