//! From what a person typed to a query.

use bindery_library::catalogue::normalise_isbn;
use bindery_library::ports::PortError;
use bindery_library::search::SearchQuery;
use tantivy::query::{
    BooleanQuery, BoostQuery, ConstScoreQuery, DisjunctionMaxQuery, FuzzyTermQuery, Occur, Query,
    TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{Index, Term};

use super::fields::{self, Fields};

/// More words than this are not a question but a pasted page.
const MOST_WORDS: usize = 16;
/// A beginning counts less than the whole word.
const PREFIX_WEIGHT: f32 = 0.5;
/// What a match in a second field adds.
const TIE_BREAKER: f32 = 0.15;

/// A question, taken apart.
pub(super) struct Question {
    fields: Fields,
    /// Lower case, without accents. The last may be unfinished.
    pub words: Vec<String>,
    /// True when the last word may be the beginning of one.
    pub unfinished: bool,
    isbn: Option<String>,
    visible: Box<dyn Query>,
}

impl Question {
    pub(super) fn new(
        index: &Index,
        fields: &Fields,
        query: &SearchQuery,
    ) -> Result<Self, PortError> {
        let mut analyzer = index
            .tokenizers()
            .get(fields::ANALYZER)
            .ok_or_else(|| PortError::Permanent("the analyzer is not registered".to_owned()))?;
        let mut words = Vec::new();
        let mut stream = analyzer.token_stream(&query.text);
        while stream.advance() && words.len() < MOST_WORDS {
            words.push(stream.token().text.clone());
        }
        Ok(Self {
            // "war and " is finished, "war an" is not.
            unfinished: query.text.ends_with(char::is_alphanumeric),
            words,
            isbn: normalise_isbn(&query.text),
            visible: visible(fields, query),
            fields: fields.clone(),
        })
    }

    /// Nothing to look for.
    pub(super) fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Every word must be there, in any field; the last also as a beginning.
    pub(super) fn exact(&self) -> Box<dyn Query> {
        self.all_words(|position, word, field| {
            let term = Term::from_field_text(field, word);
            let whole: Box<dyn Query> =
                Box::new(TermQuery::new(term.clone(), IndexRecordOption::WithFreqs));
            if !self.may_continue(position) {
                return whole;
            }
            let beginning = FuzzyTermQuery::new_prefix(term, 0, true);
            let beginning = BoostQuery::new(Box::new(beginning), PREFIX_WEIGHT);
            Box::new(DisjunctionMaxQuery::with_tie_breaker(
                vec![whole, Box::new(beginning)],
                TIE_BREAKER,
            ))
        })
    }

    /// Like [`Question::exact`], with a slip of the finger in each word.
    pub(super) fn near(&self) -> Box<dyn Query> {
        self.all_words(|position, word, field| {
            let term = Term::from_field_text(field, word);
            let slips = slips(word);
            Box::new(if self.may_continue(position) {
                FuzzyTermQuery::new_prefix(term, slips, true)
            } else {
                FuzzyTermQuery::new(term, slips, true)
            })
        })
    }

    /// Whether the word at this position may be the beginning of one.
    pub(super) fn may_continue(&self, position: usize) -> bool {
        self.unfinished && position + 1 == self.words.len()
    }

    fn all_words(&self, match_in: impl Fn(usize, &str, Field) -> Box<dyn Query>) -> Box<dyn Query> {
        let mut clauses: Vec<(Occur, Box<dyn Query>)> = Vec::new();
        for (position, word) in self.words.iter().enumerate() {
            let mut places: Vec<Box<dyn Query>> = Vec::new();
            for text in &self.fields.texts {
                let found = match_in(position, word, text.field);
                places.push(Box::new(BoostQuery::new(found, text.boost)));
            }
            // "faust de": a language counts as a word, a little.
            let language = exactly(self.fields.language, word);
            places.push(Box::new(ConstScoreQuery::new(language, 0.1)));
            let anywhere = DisjunctionMaxQuery::with_tie_breaker(places, TIE_BREAKER);
            clauses.push((Occur::Must, Box::new(anywhere)));
        }
        let mut asked: Box<dyn Query> = Box::new(BooleanQuery::new(clauses));
        if let Some(isbn) = &self.isbn {
            let number: Box<dyn Query> =
                Box::new(BoostQuery::new(exactly(self.fields.isbn, isbn), 10.0));
            asked = Box::new(BooleanQuery::union(vec![asked, number]));
        }
        let visible = Box::new(ConstScoreQuery::new(self.visible.box_clone(), 0.0));
        Box::new(BooleanQuery::intersection(vec![asked, visible]))
    }
}

/// How many slips a word of this length may have.
pub(super) fn slips(word: &str) -> u8 {
    match word.chars().count() {
        0..4 => 0,
        4..8 => 1,
        8.. => 2,
    }
}

fn exactly(field: Field, text: &str) -> Box<dyn Query> {
    Box::new(TermQuery::new(
        Term::from_field_text(field, text),
        IndexRecordOption::Basic,
    ))
}

/// The filter of what the asker may see.
fn visible(fields: &Fields, query: &SearchQuery) -> Box<dyn Query> {
    let statuses = query
        .statuses
        .iter()
        .map(|status| exactly(fields.status, status.as_str()));
    let own = query
        .owner_id
        .iter()
        .map(|owner| exactly(fields.owner, owner));
    Box::new(BooleanQuery::union(statuses.chain(own).collect()))
}
