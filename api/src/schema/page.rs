//! Lists: `{"items": […], "next": cursor or null}`.

use crate::problem::{Kind, Problem};

/// Entries per page when the client does not say.
const DEFAULT: u32 = 24;

/// Most entries of one page.
const MOST: u32 = 100;

/// How many entries a page may hold.
#[derive(Debug, Clone, Copy)]
pub struct Limit(u32);

impl Limit {
    /// Checks the `limit` parameter: 1 to 100, 24 when absent.
    pub fn parse(limit: Option<u32>) -> Result<Self, Problem> {
        match limit {
            None => Ok(Self(DEFAULT)),
            Some(limit @ 1..=MOST) => Ok(Self(limit)),
            Some(_) => Err(Problem::new(Kind::InvalidParameter)
                .field("limit", format!("must be between 1 and {MOST}"))),
        }
    }

    /// The number.
    pub fn get(self) -> u32 {
        self.0
    }
}

/// Declares a page type: `page!(BookPage, Book, "…")`.
macro_rules! page {
    ($name:ident, $item:ty, $doc:literal) => {
        #[doc = $doc]
        #[derive(Debug, Clone, poem_openapi::Object)]
        pub struct $name {
            /// The entries of this page.
            pub items: Vec<$item>,
            /// Cursor of the next page; null on the last one.
            pub next: $crate::schema::Nullable<String>,
        }
    };
}

pub(crate) use page as page_macro;
