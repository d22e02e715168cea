//! The index's fields: what of a book is searched, and how much each counts.

use bindery_library::search::SearchDocument;
use tantivy::TantivyDocument;
use tantivy::schema::{
    Field, IndexRecordOption, STORED, STRING, Schema, SchemaBuilder, TextFieldIndexing,
    TextOptions, Value,
};
use tantivy::tokenizer::{
    AsciiFoldingFilter, LowerCaser, RemoveLongFilter, SimpleTokenizer, TextAnalyzer,
};

/// The name of our analyzer inside the index.
pub(super) const ANALYZER: &str = "bindery_folding";

/// Longest word in bytes; longer ones are hashes and addresses, not words.
const LONGEST_WORD: usize = 64;

/// Words in lower case and without accents, so that `odyssee` finds `Odyssée`.
pub(super) fn analyzer() -> TextAnalyzer {
    TextAnalyzer::builder(SimpleTokenizer::default())
        .filter(RemoveLongFilter::limit(LONGEST_WORD))
        .filter(LowerCaser)
        .filter(AsciiFoldingFilter)
        .build()
}

/// A field that words are looked for in.
#[derive(Debug, Clone)]
pub(super) struct TextField {
    pub field: Field,
    /// As highlights name it.
    pub name: &'static str,
    /// How much a match counts.
    pub boost: f32,
}

/// All fields.
#[derive(Debug, Clone)]
pub(super) struct Fields {
    pub id: Field,
    pub owner: Field,
    pub status: Field,
    pub isbn: Field,
    pub language: Field,
    /// The most telling first.
    pub texts: [TextField; 7],
}

impl Fields {
    /// The schema and its fields. Changing it makes existing indexes be rebuilt.
    pub(super) fn schema() -> (Schema, Self) {
        let mut builder = Schema::builder();
        let fields = Self {
            id: builder.add_text_field("id", STRING | STORED),
            owner: builder.add_text_field("owner", STRING),
            status: builder.add_text_field("status", STRING),
            isbn: builder.add_text_field("isbn", STRING | STORED),
            language: builder.add_text_field("language", STRING),
            texts: [
                text(&mut builder, "title", 5.0),
                text(&mut builder, "authors", 4.0),
                text(&mut builder, "series", 2.5),
                text(&mut builder, "genres", 1.5),
                text(&mut builder, "tags", 1.5),
                text(&mut builder, "publisher", 1.0),
                text(&mut builder, "description", 0.7),
            ],
        };
        (builder.build(), fields)
    }

    /// A book as the index holds it.
    pub(super) fn document(&self, book: &SearchDocument) -> TantivyDocument {
        let mut document = TantivyDocument::default();
        document.add_text(self.id, &book.id);
        document.add_text(self.owner, &book.owner_id);
        document.add_text(self.status, book.status.as_str());
        if let Some(isbn) = &book.isbn {
            document.add_text(self.isbn, isbn);
        }
        if let Some(language) = &book.language {
            let primary = language.split('-').next().unwrap_or(language);
            document.add_text(self.language, primary.to_lowercase());
        }
        let one = |value: &Option<String>| value.iter().cloned().collect::<Vec<_>>();
        let values = [
            vec![book.title.clone()],
            book.authors.clone(),
            one(&book.series),
            book.genres.clone(),
            book.tags.clone(),
            one(&book.publisher),
            one(&book.description),
        ];
        for (text, values) in self.texts.iter().zip(values) {
            for value in values {
                document.add_text(text.field, value);
            }
        }
        document
    }

    /// The book's id.
    pub(super) fn id_of(&self, document: &TantivyDocument) -> String {
        let value = document.get_first(self.id);
        value
            .and_then(|value| value.as_str())
            .unwrap_or_default()
            .to_owned()
    }
}

fn text(builder: &mut SchemaBuilder, name: &'static str, boost: f32) -> TextField {
    let indexing = TextFieldIndexing::default()
        .set_tokenizer(ANALYZER)
        .set_index_option(IndexRecordOption::WithFreqs);
    let options = TextOptions::default()
        .set_indexing_options(indexing)
        .set_stored();
    TextField {
        field: builder.add_text_field(name, options),
        name,
        boost,
    }
}
