//! Names that EPUB reading systems knew before CSS did (EPUB 3.3 § 6.3.1 and annex E).

use std::borrow::Cow;

/// The standard property for a prefixed one.
pub(super) fn property(name: &str) -> Option<&'static str> {
    const PREFIX: &str = "-epub-";
    let prefix = name
        .get(..PREFIX.len())
        .filter(|prefix| prefix.eq_ignore_ascii_case(PREFIX))?;
    Some(match name[prefix.len()..].to_ascii_lowercase().as_str() {
        "hyphens" => "hyphens",
        "line-break" => "line-break",
        "text-align-last" => "text-align-last",
        "text-combine" | "text-combine-horizontal" | "text-combine-upright" => {
            "text-combine-upright"
        }
        "text-emphasis" => "text-emphasis",
        "text-emphasis-color" => "text-emphasis-color",
        "text-emphasis-position" => "text-emphasis-position",
        "text-emphasis-style" => "text-emphasis-style",
        "text-orientation" => "text-orientation",
        "text-transform" => "text-transform",
        "text-underline-position" => "text-underline-position",
        "word-break" => "word-break",
        "writing-mode" => "writing-mode",
        "ruby-position" => "ruby-position",
        "caption-side" => "caption-side",
        _ => return None,
    })
}

/// The standard spelling of a value of a mapped property.
pub(super) fn keyword<'v>(property: &str, value: &'v str) -> Cow<'v, str> {
    Cow::Borrowed(match (property, value) {
        ("text-orientation", "vertical-right" | "rotate-right") => "mixed",
        ("text-orientation", "sideways-right") => "sideways",
        ("text-combine-upright", "horizontal") => "all",
        ("text-underline-position", "alphabetic") => "auto",
        _ => value,
    })
}

/// Properties that ran code in browsers of old.
pub(super) fn runs_code(name: &str) -> bool {
    name.eq_ignore_ascii_case("behavior") || name.eq_ignore_ascii_case("-moz-binding")
}

/// Functions whose plain strings are URLs.
pub(super) fn takes_strings_as_urls(name: &str) -> bool {
    let bare = name
        .strip_prefix('-')
        .and_then(|rest| rest.split_once('-'))
        .map_or(name, |(_, bare)| bare);
    [
        "url",
        "src",
        "image",
        "image-set",
        "cross-fade",
        "url-prefix",
        "domain",
        "document",
        "regexp",
    ]
    .iter()
    .any(|known| bare.eq_ignore_ascii_case(known))
}

/// Functions that may stand inside those. Anything that computes a string
/// (`var()`, `attr()`, `env()`) could compute a URL.
pub(super) fn may_stand_beside_urls(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    matches!(
        lower.as_str(),
        "url"
            | "type"
            | "calc"
            | "rgb"
            | "rgba"
            | "hsl"
            | "hsla"
            | "image-set"
            | "-webkit-image-set"
    ) || lower.ends_with("-gradient")
}
