//! The web client, compiled into the binary.

use std::borrow::Cow;

use rust_embed::RustEmbed;

/// What `npm run build` left in web/dist. A binary built without it says so instead of a page.
#[derive(RustEmbed)]
#[folder = "web/dist"]
#[allow_missing = true]
struct Dist;

/// One file of the client.
pub struct Asset {
    pub bytes: Cow<'static, [u8]>,
    pub media_type: String,
    /// Strong and unquoted: the hash of the bytes.
    pub etag: String,
}

/// The file at `path` (no leading slash), or nothing.
pub fn asset(path: &str) -> Option<Asset> {
    let file = Dist::get(path)?;
    Some(Asset {
        etag: hex::encode(&file.metadata.sha256_hash()[..16]),
        media_type: file.metadata.mimetype().to_owned(),
        bytes: file.data,
    })
}

/// True when the client was built into this binary.
pub fn is_built() -> bool {
    Dist::get("index.html").is_some()
}
