//! Media overlays: SMIL (EPUB 3.3 § 9) to a timeline in JSON
//! (Readium "Synchronized Narration": `role`, `narration`, items of `text` and `audio`).

use serde_json::{Value, json};

use crate::book::{Book, Resolver};
use crate::package::Document;
use crate::slices::Index;
use crate::source::decode;
use crate::xhtml::Links;

/// More pairs than a chapter has words.
const PAIRS: usize = 100_000;

/// The pairs of the file in order, flat. Links are relative to the timeline's own place.
pub(super) fn timeline(book: &Book<'_>, index: &Index, path: &str, bytes: &[u8]) -> Vec<u8> {
    let document = Document::parse(&decode(bytes));
    let resolver = Resolver {
        targets: Some(index),
        ..Resolver::new(book, path, "")
    };
    let mut pairs = Vec::new();
    for par in document.descendants(0, "par").take(PAIRS) {
        let source = |name: &str| {
            document
                .child(par, name)
                .and_then(|at| document.attribute(at, "src"))
        };
        let mut slice = String::new();
        let found = source("text").is_some_and(|url| resolver.navigate(url, &mut slice));
        // Pictures and other hosts can be followed too, and cannot be read from.
        if !found || !slice.split('#').next().is_some_and(is_slice) {
            continue;
        }
        let text = format!("../slices/{slice}");
        let mut pair = json!({ "text": text });
        if let (Some(at), Value::Object(pair)) = (document.child(par, "audio"), &mut pair) {
            let mut audio = String::new();
            if document
                .attribute(at, "src")
                .is_some_and(|url| resolver.resource(url, &mut audio))
            {
                let clock = |name| document.attribute(at, name).and_then(seconds);
                let begin = clock("clipBegin").unwrap_or(0.0);
                let end = clock("clipEnd")
                    .map(|end| format!(",{end}"))
                    .unwrap_or_default();
                let bare = audio.split('#').next().unwrap_or_default();
                pair.insert("audio".into(), format!("{bare}#t={begin}{end}").into());
            }
        }
        pairs.push(pair);
    }
    serde_json::to_vec(&json!({ "role": "reading", "narration": pairs })).unwrap_or_default()
}

/// Whether a link leads to a slice: `{n}.html`.
fn is_slice(file: &str) -> bool {
    file.strip_suffix(".html")
        .is_some_and(|n| !n.is_empty() && n.bytes().all(|byte| byte.is_ascii_digit()))
}

/// A SMIL clock value in seconds (SMIL 3.0 § 5.4.3): `1:02:03.5`, `02:03`, `3.5s`, `10ms`, `2min`, `1h`.
fn seconds(clock: &str) -> Option<f64> {
    let clock = clock.trim();
    for (unit, factor) in [("ms", 0.001), ("min", 60.0), ("h", 3600.0), ("s", 1.0)] {
        if let Some(number) = clock.strip_suffix(unit) {
            return number
                .trim()
                .parse::<f64>()
                .ok()
                .map(|n| (n * factor * 1000.0).round() / 1000.0);
        }
    }
    let mut total = 0.0;
    for part in clock.split(':') {
        total = total * 60.0
            + part
                .parse::<f64>()
                .ok()
                .filter(|n| n.is_finite() && *n >= 0.0)?;
    }
    Some((total * 1000.0).round() / 1000.0)
}

#[cfg(test)]
mod tests {
    use super::seconds;

    #[test]
    fn clock_values_are_seconds() {
        let cases = [
            ("1:02:03.5", 3723.5),
            ("02:03", 123.0),
            ("3.5s", 3.5),
            ("10ms", 0.01),
            ("2min", 120.0),
            ("7", 7.0),
        ];
        for (clock, expected) in cases {
            assert_eq!(seconds(clock), Some(expected), "{clock}");
        }
        assert_eq!(seconds("soon"), None);
    }
}
