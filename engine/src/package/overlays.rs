//! What the package says about its media overlays (EPUB 3.3 § 9.3.5).

use std::collections::HashMap;

use super::prefixes::Prefixes;
use super::xml::Document;

/// The `media:` properties.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct OverlayMetadata {
    /// Class for the element that is being read (`media:active-class`).
    pub active_class: Option<String>,
    /// Class for the root while playing (`media:playback-active-class`).
    pub playback_active_class: Option<String>,
    /// Seconds, the whole book.
    pub duration: Option<f64>,
    /// Manifest item of the overlay → seconds.
    pub durations: HashMap<usize, f64>,
}

impl OverlayMetadata {
    pub(super) fn read(
        document: &Document,
        metadata: u32,
        ids: &HashMap<String, usize>,
        prefixes: &Prefixes,
    ) -> Self {
        let mut out = Self::default();
        for meta in document.descendants(metadata, "meta") {
            let Some(property) = document.attribute(meta, "property") else {
                continue;
            };
            let property = prefixes.resolve(property.trim());
            let Some(name) = property.strip_prefix("media:") else {
                continue;
            };
            let value = document.content(meta);
            let refined = document.attribute(meta, "refines");
            match (name, refined) {
                ("active-class", None) => set_class(&mut out.active_class, value),
                ("playback-active-class", None) => {
                    set_class(&mut out.playback_active_class, value);
                }
                ("duration", None) => out.duration = out.duration.or_else(|| seconds(&value)),
                ("duration", Some(refined)) => {
                    let id = refined.rsplit('#').next().unwrap_or_default().trim();
                    if let (Some(&item), Some(value)) = (ids.get(id), seconds(&value)) {
                        out.durations.entry(item).or_insert(value);
                    }
                }
                _ => {}
            }
        }
        out
    }
}

/// One class name; the first that can be one wins.
fn set_class(class: &mut Option<String>, value: String) {
    if class.is_none() && !value.is_empty() && !value.contains(char::is_whitespace) {
        *class = Some(value);
    }
}

/// A SMIL clock value in seconds (EPUB 3.3 § 9.2.2.6; SMIL 3.0 § 5.4.3): full and partial
/// clocks `1:02:03.5` and `02:03`, time counts `3.5s`, `10ms`, `2min`, `1h` and `7`.
pub(crate) fn seconds(clock: &str) -> Option<f64> {
    let clock = clock.trim();
    let clock = clock.strip_prefix("npt=").unwrap_or(clock);
    let number = |text: &str| -> Option<f64> {
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
        (digits(whole) && digits(part) && !(whole.is_empty() && part.is_empty()))
            .then(|| text.parse::<f64>().ok())
            .flatten()
            .filter(|n| n.is_finite())
    };
    let rounded = |seconds: f64| (seconds * 1000.0).round() / 1000.0;
    for (unit, factor) in [("ms", 0.001), ("min", 60.0), ("h", 3600.0), ("s", 1.0)] {
        if let Some(count) = clock.strip_suffix(unit) {
            return number(count.trim()).map(|count| rounded(count * factor));
        }
    }
    let parts: Vec<&str> = clock.split(':').collect();
    if parts.len() > 3 {
        return None;
    }
    let mut total = 0.0;
    for part in parts {
        total = total * 60.0 + number(part)?;
    }
    Some(rounded(total))
}

#[cfg(test)]
mod tests {
    use super::seconds;

    #[test]
    fn clock_values_are_seconds() {
        let cases = [
            ("1:02:03.5", 3723.5),
            ("0:00:01", 1.0),
            ("124:59:36", 449_976.0),
            ("02:03", 123.0),
            ("00:56.78", 56.78),
            ("3.5s", 3.5),
            ("10ms", 0.01),
            ("2min", 120.0),
            ("7.75h", 27_900.0),
            ("7", 7.0),
            ("76.2", 76.2),
            (" npt=12.345s ", 12.345),
        ];
        for (clock, expected) in cases {
            assert_eq!(seconds(clock), Some(expected), "{clock}");
        }
        for bad in [
            "", "soon", "-1s", "1:2:3:4", "inf", "NaN", ".", "1e3", "s", ":",
        ] {
            assert_eq!(seconds(bad), None, "{bad}");
        }
    }
}
