//! Where SQLite and PostgreSQL differ.
//!
//! One SQL text serves both. The few places that cannot be written alike are tokens in the text,
//! replaced by [`Dialect::sql`].

use sqlx::AssertSqlSafe;

/// The database in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// SQLite 3.
    Sqlite,
    /// PostgreSQL 13 or newer.
    Postgres,
}

impl Dialect {
    /// Replaces the tokens in `text`:
    ///
    /// - `{now}`: the database's clock, ms UTC, at this very moment. For values that are stored.
    /// - `{asof}`: the same, but fixed for the statement, so that an index can be used in a `WHERE`.
    ///   (On PostgreSQL it is the start of the transaction.)
    pub fn sql(self, text: &'static str) -> AssertSqlSafe<String> {
        self.expand(text)
    }

    /// Like [`Dialect::sql`] for a text put together at run time from constant pieces. The caller
    /// answers for it that no outside value is in it: values are bound, never written in.
    pub fn expand(self, text: &str) -> AssertSqlSafe<String> {
        AssertSqlSafe(
            text.replace("{now}", self.now_ms())
                .replace("{asof}", self.as_of_ms()),
        )
    }

    /// An SQL expression: the database's clock in ms UTC.
    pub fn now_ms(self) -> &'static str {
        match self {
            Self::Sqlite => "CAST(unixepoch('subsec') * 1000 AS INTEGER)",
            Self::Postgres => "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)",
        }
    }

    fn as_of_ms(self) -> &'static str {
        match self {
            Self::Sqlite => self.now_ms(),
            // `now()` is stable, `clock_timestamp()` is volatile: only the former may bound an index scan.
            Self::Postgres => "CAST(extract(epoch FROM now()) * 1000 AS BIGINT)",
        }
    }
}
