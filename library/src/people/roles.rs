//! The seven roles of the platform.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What a person may be; a user may hold several. What each may do stands in [`crate::policy`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Everything.
    Admin,
    /// Reads catalogue and search.
    Staff,
    /// Stock and orders.
    Clerk,
    /// Publishes what editors made ready.
    Publisher,
    /// Works on what authors submitted.
    Editor,
    /// Writes own drafts.
    Author,
    /// Reads published books.
    Reader,
}

/// The text names no role.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a role: admin, staff, clerk, publisher, editor, author or reader")]
pub struct UnknownRole(pub String);

impl Role {
    /// All roles, the mightiest first.
    pub const ALL: [Self; 7] = [
        Self::Admin,
        Self::Staff,
        Self::Clerk,
        Self::Publisher,
        Self::Editor,
        Self::Author,
        Self::Reader,
    ];

    /// The name in the table, in tokens and in the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Staff => "staff",
            Self::Clerk => "clerk",
            Self::Publisher => "publisher",
            Self::Editor => "editor",
            Self::Author => "author",
            Self::Reader => "reader",
        }
    }
}

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|role| role.as_str() == text)
            .ok_or_else(|| UnknownRole(text.to_owned()))
    }
}

impl std::fmt::Display for Role {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
