//! The writer: made late, dropped early.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use bindery_library::ports::PortError;
use bindery_library::search::SearchDocument;
use tantivy::indexer::IndexWriterOptions;
use tantivy::{Index, IndexWriter, TantivyError, Term};

use super::fields::Fields;
use super::temporary;

/// How long an unused writer is kept.
pub(super) const IDLE: Duration = Duration::from_secs(10);

/// The writer's heap in bytes: the least tantivy accepts.
const HEAP: usize = 15_000_000;

/// The one writer of this process.
pub(super) struct Writing {
    index: Index,
    fields: Fields,
    writer: Mutex<Option<IndexWriter>>,
    turns: AtomicU64,
}

impl Writing {
    pub(super) fn new(index: Index, fields: Fields) -> Self {
        Self {
            index,
            fields,
            writer: Mutex::new(None),
            turns: AtomicU64::new(0),
        }
    }

    /// Counts the batches; tells an idle writer from one that was used again.
    pub(super) fn turn(&self) -> u64 {
        self.turns.load(Ordering::Acquire)
    }

    /// Writes one batch and commits it. Blocking.
    pub(super) fn write(
        &self,
        documents: &[SearchDocument],
        removed: &[String],
    ) -> Result<(), PortError> {
        let mut slot = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        self.turns.fetch_add(1, Ordering::AcqRel);
        let writer = match &mut *slot {
            Some(writer) => writer,
            empty => empty.insert(self.open()?),
        };
        let outcome = self.write_batch(writer, documents, removed);
        if outcome.is_err() {
            // A writer that failed once answers nothing but errors: the next batch gets a new one.
            *slot = None;
        }
        outcome.map_err(temporary)
    }

    /// Drops the writer, and with it its heap and threads, if nobody has written since `turn`.
    pub(super) fn rest(&self, turn: u64) {
        let mut slot = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        if self.turn() != turn {
            return;
        }
        if let Some(Err(error)) = slot.take().map(IndexWriter::wait_merging_threads) {
            tracing::warn!(%error, "merging the search index failed");
        }
    }

    fn write_batch(
        &self,
        writer: &mut IndexWriter,
        documents: &[SearchDocument],
        removed: &[String],
    ) -> Result<(), TantivyError> {
        for id in removed.iter().chain(documents.iter().map(|book| &book.id)) {
            writer.delete_term(Term::from_field_text(self.fields.id, id));
        }
        for (at, book) in documents.iter().enumerate() {
            // The last of a book's documents in a batch is the one that counts.
            if documents[at + 1..].iter().all(|later| later.id != book.id) {
                writer.add_document(self.fields.document(book))?;
            }
        }
        writer.commit()?;
        Ok(())
    }

    fn open(&self) -> Result<IndexWriter, PortError> {
        let options = IndexWriterOptions::builder()
            .num_worker_threads(1)
            .num_merge_threads(1)
            .memory_budget_per_thread(HEAP)
            .build();
        self.index
            .writer_with_options(options)
            .map_err(|error| match error {
                // Another process is writing; its batch ends soon, its writer rests after [`IDLE`].
                TantivyError::LockFailure(..) => {
                    PortError::Later(IDLE, "another process writes the search index".to_owned())
                }
                error => temporary(error),
            })
    }
}
