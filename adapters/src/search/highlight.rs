//! Where a hit matched, as HTML that holds nothing of the book but text.

use bindery_library::search::Highlight;
use tantivy::TantivyDocument;
use tantivy::schema::Value;

use super::fields::{self, Fields};
use super::questions::{Question, slips};

/// About how many characters of a long text are shown.
const WINDOW: usize = 160;

/// The matched fields of a hit, the most telling first.
pub(super) fn highlights(
    fields: &Fields,
    document: &TantivyDocument,
    question: &Question,
    fuzzy: bool,
) -> Vec<Highlight> {
    let mut found = Vec::new();
    for text in &fields.texts {
        for value in document
            .get_all(text.field)
            .filter_map(|value| value.as_str())
        {
            let matches = matches(value, question, fuzzy);
            if !matches.is_empty() {
                found.push(Highlight {
                    field: text.name.to_owned(),
                    html: marked(value, &matches),
                });
            }
        }
    }
    found
}

/// Byte ranges of the words that match.
fn matches(text: &str, question: &Question, fuzzy: bool) -> Vec<(usize, usize)> {
    let mut analyzer = fields::analyzer();
    let mut stream = analyzer.token_stream(text);
    let mut ranges = Vec::new();
    while stream.advance() {
        let token = stream.token();
        let hit = question.words.iter().enumerate().any(|(position, word)| {
            let open = question.may_continue(position);
            let allowed = if fuzzy { usize::from(slips(word)) } else { 0 };
            is_match(&token.text, word, open, allowed)
        });
        if hit {
            ranges.push((token.offset_from, token.offset_to));
        }
    }
    ranges
}

fn is_match(token: &str, word: &str, open: bool, slips: usize) -> bool {
    if slips == 0 {
        return if open {
            token.starts_with(word)
        } else {
            token == word
        };
    }
    let distances = distances(word, token);
    let last = distances.last().copied().unwrap_or(usize::MAX);
    // Of an unfinished word any beginning of the token may match.
    let best = if open {
        distances.into_iter().min().unwrap_or(last)
    } else {
        last
    };
    best <= slips
}

/// The distance (optimal string alignment) of a word to each beginning of a token.
fn distances(word: &str, token: &str) -> Vec<usize> {
    let word: Vec<char> = word.chars().collect();
    let token: Vec<char> = token.chars().collect();
    let mut rows = vec![vec![0; token.len() + 1]; word.len() + 1];
    for i in 0..=word.len() {
        for j in 0..=token.len() {
            if i == 0 || j == 0 {
                rows[i][j] = i.max(j);
                continue;
            }
            let change = usize::from(word[i - 1] != token[j - 1]);
            let mut best = (rows[i - 1][j - 1] + change)
                .min(rows[i - 1][j] + 1)
                .min(rows[i][j - 1] + 1);
            let swapped =
                i > 1 && j > 1 && word[i - 1] == token[j - 2] && word[i - 2] == token[j - 1];
            if swapped {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            rows[i][j] = best;
        }
    }
    rows.pop().unwrap_or_default()
}

/// The text, or a window of it around the first match, escaped and with the matches marked.
fn marked(text: &str, matches: &[(usize, usize)]) -> String {
    let (from, to) = window(text, matches.first().map_or(0, |m| m.0));
    let mut html = String::new();
    if from > 0 {
        html.push('…');
    }
    let mut at = from;
    for &(start, end) in matches
        .iter()
        .filter(|(start, end)| *start >= from && *end <= to)
    {
        escape(&text[at..start], &mut html);
        html.push_str("<b>");
        escape(&text[start..end], &mut html);
        html.push_str("</b>");
        at = end;
    }
    escape(&text[at..to], &mut html);
    if to < text.len() {
        html.push('…');
    }
    html
}

/// Byte bounds of about [`WINDOW`] characters, beginning and ending between words where it can.
fn window(text: &str, first_match: usize) -> (usize, usize) {
    if text.chars().count() <= WINDOW {
        return (0, text.len());
    }
    let before = text[..first_match]
        .char_indices()
        .rev()
        .take(WINDOW / 4)
        .last();
    let mut from = before.map_or(0, |(at, _)| at);
    if from > 0 {
        let space = text[from..first_match].find(' ');
        from += space.map_or(0, |space| space + 1);
    }
    let after = text[from..].char_indices().nth(WINDOW);
    let mut to = after.map_or(text.len(), |(at, _)| from + at);
    if to < text.len() {
        let space = text[from..to].rfind(' ').map(|space| from + space);
        to = space.filter(|space| *space > first_match).unwrap_or(to);
    }
    (from, to)
}

fn escape(text: &str, html: &mut String) {
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            c => html.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_escaped_and_the_match_marked() {
        let html = marked("<i>War</i> & peace", &[(3, 6)]);
        assert_eq!(html, "&lt;i&gt;<b>War</b>&lt;/i&gt; &amp; peace");
    }

    #[test]
    fn long_texts_are_cut_between_words_around_the_match() {
        let text = format!("{} whale {}", "é word ".repeat(80), "more ".repeat(80));
        let at = text.find("whale").unwrap();
        let html = marked(&text, &[(at, at + 5)]);
        assert!(html.starts_with('…') && html.ends_with('…'), "{html}");
        assert!(
            html.contains("<b>whale</b>") && html.chars().count() < WINDOW + 20,
            "{html}"
        );
    }

    #[test]
    fn slips_are_counted_as_the_index_counts_them() {
        assert!(is_match("odyssey", "odisey", false, 2));
        assert!(is_match("whale", "wahle", false, 1));
        assert!(!is_match("whale", "wahle", false, 0));
        assert!(is_match("frankenstein", "frnak", true, 1));
        assert!(!is_match("frankenstein", "frnak", false, 1));
    }
}
