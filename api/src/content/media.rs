//! Media types and ETags of a rendition's files.

use std::io;

use bindery_library::storage;
use bytes::Bytes;
use futures::{Stream, StreamExt as _};
use sha2::{Digest as _, Sha256};

/// The media type of a file of a rendition, by its path. Unknown ones are downloads, and nothing
/// is ever a script.
pub fn type_of(path: &str) -> &'static str {
    match path {
        "manifest.json" => return "application/webpub+json",
        "positions.json" => return "application/vnd.readium.position-list+json",
        _ => {}
    }
    let extension = path
        .rsplit_once('.')
        .map(|(_, end)| end.to_ascii_lowercase());
    match extension.as_deref().unwrap_or_default() {
        "html" | "htm" => "text/html; charset=utf-8",
        "xhtml" => "application/xhtml+xml",
        "css" => "text/css; charset=utf-8",
        "json" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "bmp" => "image/bmp",
        "woff2" => "font/woff2",
        "woff" => "font/woff",
        "ttf" => "font/ttf",
        "otf" => "font/otf",
        "mp3" => "audio/mpeg",
        "m4a" => "audio/mp4",
        "ogg" | "oga" | "opus" => "audio/ogg",
        "wav" => "audio/wav",
        "mp4" | "m4v" => "video/mp4",
        "webm" => "video/webm",
        "ogv" => "video/ogg",
        "vtt" => "text/vtt; charset=utf-8",
        "smil" => "application/smil+xml",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// The ETag of a rendition's file. A rendition's id names source, options and output revision, so
/// id and path determine the bytes: no node needs to look at the file to compare.
pub fn etag(rendition: &str, path: &str) -> String {
    let digest = Sha256::new()
        .chain_update(rendition)
        .chain_update("/")
        .chain_update(path);
    format!("\"{}\"", hex::encode(&digest.finalize()[..12]))
}

/// The object's bytes as a response body takes them.
pub fn as_io(
    stream: impl Stream<Item = Result<Bytes, storage::Error>> + Send + 'static,
) -> impl Stream<Item = io::Result<Bytes>> + Send + 'static {
    stream.map(|part| part.map_err(io::Error::other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_are_never_served_as_scripts() {
        for path in ["x.js", "x.mjs", "x.JS", "x", "x.wasm", "x.exe"] {
            assert_eq!(type_of(path), "application/octet-stream");
        }
        assert_eq!(type_of("slices/0.html"), "text/html; charset=utf-8");
        assert_eq!(type_of("resources/A.PNG"), "image/png");
        assert_eq!(type_of("resources/manifest.json"), "application/json");
    }

    #[test]
    fn etags_differ_by_rendition_and_path() {
        assert_eq!(etag("a", "b"), etag("a", "b"));
        assert_ne!(etag("a", "b"), etag("a", "c"));
        assert_ne!(etag("a", "b"), etag("b", "b"));
    }
}
