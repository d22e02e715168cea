//! What a wrong setting says: the key, where it came from, and what would be right.

use std::path::PathBuf;

/// Why the configuration could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A value that its key cannot take.
    #[error("{key} (from {origin}) is `{value}`, but must be {expected}")]
    Wrong {
        key: String,
        origin: String,
        value: String,
        expected: String,
    },
    /// A key in the file that does not exist.
    #[error("{origin} names the unknown key `{key}`{hint}")]
    Unknown {
        key: String,
        origin: String,
        hint: String,
    },
    /// The file could not be read.
    #[error("cannot read {path}: {source}")]
    File {
        path: PathBuf,
        source: std::io::Error,
    },
    /// The file is not TOML.
    #[error("{origin} is not valid TOML: {message}")]
    Syntax { origin: String, message: String },
}
