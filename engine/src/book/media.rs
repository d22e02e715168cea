//! Kinds of files, by declared type and by their first bytes.

/// What a file is to the engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Chapter,
    Style,
    Svg,
    Image,
    Font,
    Audio,
    Video,
    Track,
    /// A SMIL media overlay.
    Overlay,
    /// Not shown and not passed on.
    Other,
}

/// Declared type → (kind, extension, registered type).
fn by_type(media_type: &str) -> Option<(Kind, &'static str, &'static str)> {
    use Kind::{Audio, Chapter, Font, Image, Overlay, Style, Svg, Track, Video};
    Some(match media_type {
        "application/xhtml+xml"
        | "application/xhtml"
        | "application/html"
        | "application/html+xml"
        | "application/vnd.wap.xhtml+xml"
        | "text/xhtml"
        | "text/xhtml+xml"
        | "text/html"
        | "text/x-oeb1-document"
        | "application/x-dtbook+xml"
        | "application/xml"
        | "text/xml" => (Chapter, "html", "text/html"),
        "text/css" | "text/x-oeb1-css" => (Style, "css", "text/css"),
        "image/svg+xml" | "image/svg" => (Svg, "svg", "image/svg+xml"),
        "image/jpeg" | "image/jpg" | "image/pjpeg" => (Image, "jpg", "image/jpeg"),
        "image/png" | "image/x-png" => (Image, "png", "image/png"),
        "image/gif" => (Image, "gif", "image/gif"),
        "image/webp" => (Image, "webp", "image/webp"),
        "image/bmp" | "image/x-ms-bmp" => (Image, "bmp", "image/bmp"),
        "image/avif" => (Image, "avif", "image/avif"),
        "image/jxl" => (Image, "jxl", "image/jxl"),
        "font/otf"
        | "font/opentype"
        | "application/vnd.ms-opentype"
        | "application/font-sfnt"
        | "application/x-font-otf"
        | "application/x-font-opentype"
        | "application/opentype"
        | "font/sfnt" => (Font, "otf", "font/otf"),
        "font/ttf"
        | "application/x-font-ttf"
        | "application/x-font-truetype"
        | "application/x-truetype-font"
        | "application/truetype"
        | "application/font-ttf"
        | "application/x-font" => (Font, "ttf", "font/ttf"),
        "font/woff" | "application/font-woff" | "application/x-font-woff" => {
            (Font, "woff", "font/woff")
        }
        "font/woff2" | "application/font-woff2" | "application/x-font-woff2" => {
            (Font, "woff2", "font/woff2")
        }
        "audio/mpeg" | "audio/mp3" => (Audio, "mp3", "audio/mpeg"),
        "audio/mp4" | "audio/m4a" | "audio/x-m4a" => (Audio, "m4a", "audio/mp4"),
        "audio/ogg" | "audio/opus" | "application/ogg" => (Audio, "ogg", "audio/ogg"),
        "audio/aac" => (Audio, "aac", "audio/aac"),
        "audio/wav" | "audio/x-wav" => (Audio, "wav", "audio/wav"),
        "video/mp4" | "video/x-m4v" => (Video, "mp4", "video/mp4"),
        "video/webm" => (Video, "webm", "video/webm"),
        "video/ogg" => (Video, "ogv", "video/ogg"),
        "text/vtt" => (Track, "vtt", "text/vtt"),
        "application/smil+xml" | "application/smil" => {
            (Overlay, "json", "application/vnd.syncnarr+json")
        }
        _ => return None,
    })
}

fn by_extension(path: &str) -> Option<&'static str> {
    let extension = path.rsplit_once('.')?.1.to_ascii_lowercase();
    Some(match extension.as_str() {
        "xhtml" | "html" | "htm" | "xht" => "application/xhtml+xml",
        "css" => "text/css",
        "svg" => "image/svg+xml",
        "jpg" | "jpeg" => "image/jpeg",
        "png" => "image/png",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "otf" => "font/otf",
        "ttf" => "font/ttf",
        "woff" => "font/woff",
        "woff2" => "font/woff2",
        "mp3" => "audio/mpeg",
        "m4a" => "audio/mp4",
        "mp4" | "m4v" => "video/mp4",
        "webm" => "video/webm",
        "ogg" | "oga" | "opus" => "audio/ogg",
        "wav" => "audio/wav",
        "vtt" => "text/vtt",
        "bmp" => "image/bmp",
        "avif" => "image/avif",
        "smil" => "application/smil+xml",
        _ => return None,
    })
}

/// Kind, extension and registered type of an item.
///
/// The extension of its name is asked when nothing useful is declared, and when what is
/// declared is unknown and nothing stands in for it: then it is more likely misspelt
/// than foreign.
pub(crate) fn kind_of(
    media_type: &str,
    path: &str,
    has_fallback: bool,
) -> (Kind, &'static str, &'static str) {
    let vague = matches!(
        media_type,
        "" | "application/octet-stream" | "text/plain" | "binary/octet-stream" | "image/*"
    );
    by_type(media_type)
        .or_else(|| {
            (vague || !has_fallback)
                .then(|| by_extension(path).and_then(by_type))
                .flatten()
        })
        .unwrap_or((Kind::Other, "bin", "application/octet-stream"))
}

/// The image type that the first bytes show.
pub(crate) fn sniff_image(bytes: &[u8]) -> Option<&'static str> {
    let at = |from: usize, magic: &[u8]| bytes.get(from..from + magic.len()) == Some(magic);
    Some(match () {
        () if at(0, b"\xFF\xD8\xFF") => "image/jpeg",
        () if at(0, b"\x89PNG\r\n\x1A\n") => "image/png",
        () if at(0, b"GIF87a") || at(0, b"GIF89a") => "image/gif",
        () if at(0, b"RIFF") && at(8, b"WEBP") => "image/webp",
        () if at(0, b"BM") => "image/bmp",
        () if at(4, b"ftypavif") || at(4, b"ftypavis") => "image/avif",
        () if at(0, b"\xFF\x0A") || at(4, b"JXL \r\n\x87\n") => "image/jxl",
        () => return None,
    })
}

/// The type to serve `bytes` as: what they are if that can be seen, else as declared.
pub(crate) fn sniffed(kind: Kind, declared: &'static str, bytes: &[u8]) -> &'static str {
    let found = match kind {
        Kind::Image => sniff_image(bytes),
        Kind::Font => match bytes.get(..4) {
            Some(b"OTTO") => Some("font/otf"),
            Some(b"\0\x01\0\0" | b"true") => Some("font/ttf"),
            Some(b"wOFF") => Some("font/woff"),
            Some(b"wOF2") => Some("font/woff2"),
            _ => None,
        },
        _ => None,
    };
    found.unwrap_or(declared)
}
