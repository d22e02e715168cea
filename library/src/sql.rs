//! Small things that all tables need: statements put together from known parts, cursors.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::any::AnyArguments;
use sqlx::{Any, Arguments, AssertSqlSafe, Encode, Type};

use crate::Error;

/// A statement put together from literals of this crate and bound values.
#[derive(Default)]
pub(crate) struct Statement {
    text: String,
    arguments: AnyArguments,
    bound: usize,
}

impl Statement {
    pub(crate) fn new(text: &'static str) -> Self {
        Self {
            text: text.to_owned(),
            ..Self::default()
        }
    }

    /// Appends a literal.
    pub(crate) fn push(&mut self, text: &'static str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// Appends a placeholder and binds its value.
    pub(crate) fn bind<T>(&mut self, value: T) -> Result<&mut Self, Error>
    where
        T: for<'q> Encode<'q, Any> + Type<Any> + Send + 'static,
    {
        self.bound += 1;
        self.text.push_str(&format!("${}", self.bound));
        let added = self.arguments.add(value);
        added.map_err(|e| Error::Database(sqlx::Error::Encode(e)))?;
        Ok(self)
    }

    /// Appends `(a, b, …)`; the list must not be empty.
    pub(crate) fn bind_list<T>(
        &mut self,
        values: impl IntoIterator<Item = T>,
    ) -> Result<&mut Self, Error>
    where
        T: for<'q> Encode<'q, Any> + Type<Any> + Send + 'static,
    {
        let mut separator = "(";
        for value in values {
            self.push(separator).bind(value)?;
            separator = ", ";
        }
        Ok(self.push(")"))
    }

    /// The query. Only literals of this crate and numbered placeholders are in its text.
    pub(crate) fn query(self) -> sqlx::query::Query<'static, Any, AnyArguments> {
        sqlx::query_with(AssertSqlSafe(self.text), self.arguments)
    }
}

/// A cursor as opaque text.
pub(crate) fn encode_cursor<T: Serialize>(position: &T) -> String {
    let json = serde_json::to_vec(position).unwrap_or_default();
    URL_SAFE_NO_PAD.encode(json)
}

/// Reads a cursor made by [`encode_cursor`].
pub(crate) fn decode_cursor<T: DeserializeOwned>(text: &str) -> Result<T, Error> {
    let wrong = || Error::invalid("cursor", "not a cursor of this list");
    let json = URL_SAFE_NO_PAD.decode(text).map_err(|_| wrong())?;
    serde_json::from_slice(&json).map_err(|_| wrong())
}

/// The number of rows a list may answer.
pub(crate) fn clamp_limit(limit: u32) -> i64 {
    i64::from(limit.clamp(1, 100))
}
