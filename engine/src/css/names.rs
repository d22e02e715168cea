//! Names that EPUB reading systems knew before CSS did (EPUB 3.3 § 6.3.1 and annex E).

use std::borrow::Cow;

/// The standard property for a prefixed one.
pub(super) fn property(name: &str) -> Option<&'static str> {
    const PREFIX: &str = "-epub-";
    let prefix = name
        .get(..PREFIX.len())
        .filter(|prefix| prefix.eq_ignore_ascii_case(PREFIX))?;
    let bare = name[prefix.len()..].to_ascii_lowercase();
    if matches!(bare.as_str(), "text-combine" | "text-combine-horizontal") {
        return Some("text-combine-upright");
    }
    STANDARD.iter().find(|known| **known == bare).copied()
}

/// What only lost its prefix: writing modes, text, text decoration, ruby, and speech.
const STANDARD: &[&str] = &[
    "caption-side",
    "cue",
    "cue-after",
    "cue-before",
    "hyphens",
    "line-break",
    "pause",
    "pause-after",
    "pause-before",
    "rest",
    "rest-after",
    "rest-before",
    "ruby-position",
    "speak",
    "speak-as",
    "text-align-last",
    "text-combine-upright",
    "text-emphasis",
    "text-emphasis-color",
    "text-emphasis-position",
    "text-emphasis-style",
    "text-orientation",
    "text-transform",
    "text-underline-position",
    "voice-balance",
    "voice-duration",
    "voice-family",
    "voice-pitch",
    "voice-range",
    "voice-rate",
    "voice-stress",
    "voice-volume",
    "word-break",
    "writing-mode",
];

/// The standard spelling of a value of a mapped property.
pub(super) fn keyword<'v>(property: &str, value: &'v str) -> Cow<'v, str> {
    let lower = value.to_ascii_lowercase();
    Cow::Borrowed(match (property, lower.as_str()) {
        ("text-orientation", "vertical-right" | "rotate-right" | "rotate-normal") => "mixed",
        ("text-orientation", "sideways-right" | "sideways-left" | "rotate-left") => "sideways",
        ("text-combine-upright", "horizontal") => "all",
        ("text-underline-position", "alphabetic") => "auto",
        ("text-underline-position", "below") => "under",
        ("text-transform", "-epub-fullwidth" | "fullwidth") => "full-width",
        ("hyphens", "all") => "auto",
        ("ruby-position", "inline") => "over",
        ("writing-mode", "tb-rl" | "tb") => "vertical-rl",
        ("writing-mode", "tb-lr") => "vertical-lr",
        ("writing-mode", "lr" | "lr-tb" | "rl" | "rl-tb") => "horizontal-tb",
        _ => value,
    })
}

/// Properties that ran code in browsers of old.
pub(super) fn runs_code(name: &str) -> bool {
    ["behavior", "-ms-behavior", "-moz-binding", "binding"]
        .iter()
        .any(|known| name.eq_ignore_ascii_case(known))
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
        "filter",
        "image-rect",
        "icon",
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
