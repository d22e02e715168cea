//! Broken markup: parsed as HTML and written out as XML for the same pass.
//!
//! html5ever builds the tree; what an attacker could blow up there is capped
//! before (attributes of one tag, open elements) or while it happens (nodes).
//! Past a cap the chapter keeps its text only.

mod arena;
mod filter;
mod strip;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{BufferQueue, Tokenizer, TokenizerOpts};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts};

use self::arena::Arena;
use self::filter::Filter;
pub(crate) use self::strip::strip;
use crate::Limits;
use crate::source::Scalars;

/// Well-formed XML and where its parts came from.
#[derive(Debug, Default)]
pub(crate) struct Repaired {
    pub xml: String,
    /// (byte of `xml`, scalars of the source before it).
    pub origins: Vec<(u64, u64)>,
    /// The markup was beyond repair: only the text is left.
    pub text_only: bool,
}

/// More attributes on one tag than html5ever can compare in reasonable time.
const TAG_ATTRIBUTES: usize = 250;

/// Makes well-formed XML of any text.
pub(crate) fn repair(source: &str, limits: &Limits) -> Repaired {
    if source.len() as u64 > limits.repair_bytes || has_monstrous_tag(source) {
        return strip(source);
    }
    parse(source, limits).unwrap_or_else(|| strip(source))
}

/// `None` when the tree grew past `repair_nodes`.
fn parse(source: &str, limits: &Limits) -> Option<Repaired> {
    let arena = Arena::new(limits.repair_nodes as usize);
    let options = TreeBuilderOpts {
        scripting_enabled: false,
        ..TreeBuilderOpts::default()
    };
    let filter = Filter::new(TreeBuilder::new(arena, options), limits.depth as usize);
    let tokenizer = Tokenizer::new(filter, TokenizerOpts::default());
    let mut scalars = Scalars::new(source);
    let queue = BufferQueue::default();
    let mut from = 0;
    // Fed from `<` to `<`, so that what a piece makes is known to begin where the piece does.
    while from < source.len() {
        let to = memchr::memchr(b'<', &source.as_bytes()[from + 1..])
            .map_or(source.len(), |i| from + 1 + i);
        let piece = &source[from..to];
        let arena = &tokenizer.sink.builder.sink;
        let after_tag = if piece.starts_with('<') {
            piece.find('>').map_or(0, |i| i + 1)
        } else {
            0
        };
        let element = scalars.before(from);
        arena.at(element, element + piece[..after_tag].chars().count() as u64);
        queue.push_back(StrTendril::from_slice(piece));
        let _ = tokenizer.feed(&queue);
        if tokenizer.sink.builder.sink.is_full() {
            return None;
        }
        from = to;
    }
    tokenizer.end();
    let arena = &tokenizer.sink.builder.sink;
    (!arena.is_full()).then(|| arena.write())
}

/// Looks for a tag with so many parts that comparing them pairwise would hang.
fn has_monstrous_tag(source: &str) -> bool {
    let bytes = source.as_bytes();
    let (mut inside, mut quote, mut parts, mut after_equals) = (false, 0u8, 0usize, false);
    for (i, &byte) in bytes.iter().enumerate() {
        if !inside {
            inside = byte == b'<'
                && bytes
                    .get(i + 1)
                    .is_some_and(|next| next.is_ascii_alphabetic() || *next == b'/');
            (quote, parts) = (0, 0);
        } else if quote != 0 {
            if byte == quote {
                quote = 0;
                parts += 1;
            }
        } else {
            match byte {
                b'>' => inside = false,
                b'"' | b'\'' if after_equals => quote = byte,
                b' ' | b'\t' | b'\n' | b'\r' | b'\x0C' | b'/' => parts += 1,
                _ => {}
            }
            if !byte.is_ascii_whitespace() {
                after_equals = byte == b'=';
            }
            if parts > 2 * TAG_ATTRIBUTES {
                return true;
            }
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repaired(source: &str) -> String {
        repair(source, &Limits::default()).xml
    }

    #[test]
    fn unclosed_markup_becomes_well_formed() {
        assert_eq!(
            repaired("<p>one<p>two<br>three"),
            "<html><head></head><body><p>one</p><p>two<br></br>three</p></body></html>"
        );
    }

    #[test]
    fn self_closed_raw_text_elements_do_not_swallow_the_rest() {
        let xml = repaired("<html><head><title/><script/></head><body><p>text<i/> more</body>");
        assert!(xml.contains("<p>text<i></i> more</p>"), "{xml}");
    }

    #[test]
    fn offsets_point_at_the_tags_in_the_source() {
        let source = "é<p>one<div>two";
        let out = repair(source, &Limits::default());
        let at = out.xml.find("<div").unwrap() as u64;
        let origin = out.origins.iter().find(|(byte, _)| *byte == at).unwrap().1;
        assert_eq!(
            source.chars().take(origin as usize).collect::<String>(),
            "é<p>one"
        );
    }

    #[test]
    fn deep_markup_is_flattened_in_time() {
        let source = format!("{}deep", "<div><b>".repeat(100_000));
        let out = repair(&source, &Limits::default());
        assert!(!out.text_only && out.xml.contains("deep"));
        assert!(out.xml.matches("<div").count() <= 256);
    }

    #[test]
    fn more_nodes_than_repair_nodes_leaves_the_text() {
        let limits = Limits {
            repair_nodes: 100,
            ..Limits::default()
        };
        let out = repair(&"<b class=x><p>word".repeat(60), &limits);
        assert!(out.text_only && out.xml.contains("word"));
    }

    #[test]
    fn more_bytes_than_repair_bytes_leaves_the_text() {
        let limits = Limits {
            repair_bytes: 10,
            ..Limits::default()
        };
        let out = repair("<p>a & b <script>alert(1)</script><p>second", &limits);
        assert!(out.text_only);
        assert_eq!(
            out.xml,
            "<html><body><p>a &amp; b </p><p>second</p></body></html>"
        );
    }

    #[test]
    fn a_tag_with_a_million_attributes_does_not_hang() {
        let source = format!("<p {}>text", "a ".repeat(1_000_000));
        assert!(repair(&source, &Limits::default()).text_only);
    }
}
