//! Search in process: a tantivy index on disk.

mod cursor;
mod fields;
mod highlight;
mod questions;
mod writing;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use async_trait::async_trait;
use bindery_library::ports::{PortError, Search};
use bindery_library::search::{SearchDocument, SearchHit, SearchPage, SearchQuery};
use tantivy::collector::{Count, TopDocs};
use tantivy::directory::MmapDirectory;
use tantivy::query::Query;
use tantivy::{Index, IndexReader, ReloadPolicy, TantivyDocument, TantivyError};

use fields::Fields;
use questions::Question;
use writing::Writing;

/// What can go wrong when opening an index.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The folder cannot be made, read or emptied.
    #[error("search folder {path}: {error}")]
    Folder {
        /// Its path.
        path: PathBuf,
        /// What the system said.
        error: std::io::Error,
    },
    /// The index cannot be opened.
    #[error("search index: {0}")]
    Index(#[from] TantivyError),
}

/// A tantivy index in a folder. Cheap to clone.
///
/// Reading maps files into memory and costs next to nothing while idle. Writing needs a heap of
/// 15 MB (the least tantivy takes), so the writer is made for the first batch and dropped when it
/// has been idle for a while. Several processes may read; they write one after the other.
#[derive(Clone)]
pub struct TantivySearch {
    inner: Arc<Inner>,
}

struct Inner {
    index: Index,
    fields: Fields,
    reader: IndexReader,
    /// Changes with every commit of any process.
    meta: PathBuf,
    seen: Mutex<Option<SystemTime>>,
    writing: Writing,
}

impl std::fmt::Debug for TantivySearch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TantivySearch")
            .field("meta", &self.inner.meta)
            .finish_non_exhaustive()
    }
}

impl TantivySearch {
    /// Opens the index in a folder, or makes it. An index of another version or with damaged files
    /// is thrown away, because everything in it can be made again from the database:
    /// [`Search::count`] is 0 then and the caller fills it.
    ///
    /// # Errors
    /// [`Error`].
    pub fn open(folder: &Path) -> Result<Self, Error> {
        let fault = |error| Error::Folder {
            path: folder.to_owned(),
            error,
        };
        std::fs::create_dir_all(folder).map_err(fault)?;
        let opened = match open_index(folder) {
            Ok(opened) => opened,
            Err(error) if is_unusable(&error) => {
                tracing::warn!(%error, "the search index is unusable and is made anew");
                std::fs::remove_dir_all(folder).map_err(fault)?;
                std::fs::create_dir_all(folder).map_err(fault)?;
                open_index(folder)?
            }
            Err(error) => return Err(error.into()),
        };
        let (index, fields, reader) = opened;
        let inner = Inner {
            writing: Writing::new(index.clone(), fields.clone()),
            index,
            fields,
            reader,
            meta: folder.join("meta.json"),
            seen: Mutex::new(None),
        };
        Ok(Self {
            inner: Arc::new(inner),
        })
    }

    /// Runs something on a thread that may block.
    async fn blocking<T, F>(&self, work: F) -> Result<T, PortError>
    where
        T: Send + 'static,
        F: FnOnce(&Inner) -> Result<T, PortError> + Send + 'static,
    {
        let inner = Arc::clone(&self.inner);
        let ended = tokio::task::spawn_blocking(move || work(&inner)).await;
        ended.unwrap_or_else(|e| Err(PortError::Temporary(format!("search thread: {e}"))))
    }

    /// Drops the writer once nobody has used it for a while.
    fn rest_later(&self) {
        let inner = Arc::clone(&self.inner);
        let turn = inner.writing.turn();
        tokio::spawn(async move {
            tokio::time::sleep(writing::IDLE).await;
            let rested = tokio::task::spawn_blocking(move || inner.writing.rest(turn)).await;
            if let Err(error) = rested {
                tracing::warn!(%error, "the idle search writer could not be dropped");
            }
        });
    }
}

#[async_trait]
impl Search for TantivySearch {
    async fn upsert(&self, documents: Vec<SearchDocument>) -> Result<(), PortError> {
        if documents.is_empty() {
            return Ok(());
        }
        let written = self.blocking(move |inner| {
            inner.writing.write(&documents, &[])?;
            inner.reload()
        });
        written.await?;
        self.rest_later();
        Ok(())
    }

    async fn remove(&self, ids: Vec<String>) -> Result<(), PortError> {
        if ids.is_empty() {
            return Ok(());
        }
        let written = self.blocking(move |inner| {
            inner.writing.write(&[], &ids)?;
            inner.reload()
        });
        written.await?;
        self.rest_later();
        Ok(())
    }

    async fn query(&self, query: SearchQuery) -> Result<SearchPage, PortError> {
        self.blocking(move |inner| inner.answer(&query)).await
    }

    async fn count(&self) -> Result<u64, PortError> {
        self.blocking(|inner| {
            inner.reload_if_changed()?;
            Ok(inner.reader.searcher().num_docs())
        })
        .await
    }
}

impl Inner {
    fn answer(&self, query: &SearchQuery) -> Result<SearchPage, PortError> {
        self.reload_if_changed()?;
        let offset = cursor::decode(query.cursor.as_deref())?;
        let limit = query.limit.clamp(1, 100);
        let question = Question::new(&self.index, &self.fields, query)?;
        if question.is_empty() || offset.start >= cursor::DEEPEST {
            return Ok(SearchPage::default());
        }
        // Near spellings only when nothing is spelt so; the pages after the first keep to it.
        let fuzzy =
            offset.fuzzy || (offset.start == 0 && self.found(question.exact().as_ref())? == 0);
        let asked = if fuzzy {
            question.near()
        } else {
            question.exact()
        };
        let searcher = self.reader.searcher();
        let collector = TopDocs::with_limit(limit + 1).and_offset(offset.start);
        let mut top = searcher
            .search(asked.as_ref(), &collector.order_by_score())
            .map_err(temporary)?;
        let more = top.len() > limit;
        top.truncate(limit);
        let mut items = Vec::with_capacity(top.len());
        for (score, address) in top {
            let document: TantivyDocument = searcher.doc(address).map_err(temporary)?;
            items.push(SearchHit {
                id: self.fields.id_of(&document),
                score,
                highlights: highlight::highlights(&self.fields, &document, &question, fuzzy),
            });
        }
        let next = more.then(|| cursor::encode(offset.start + limit, fuzzy));
        Ok(SearchPage { items, next, fuzzy })
    }

    fn found(&self, query: &dyn Query) -> Result<usize, PortError> {
        self.reader
            .searcher()
            .search(query, &Count)
            .map_err(temporary)
    }

    fn reload(&self) -> Result<(), PortError> {
        self.reader.reload().map_err(temporary)
    }

    /// Another process may have written. One `stat` per question is cheaper than a thread that
    /// watches the folder all day.
    fn reload_if_changed(&self) -> Result<(), PortError> {
        let modified = std::fs::metadata(&self.meta)
            .and_then(|meta| meta.modified())
            .ok();
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if *seen != modified {
            self.reload()?;
            *seen = modified;
        }
        Ok(())
    }
}

fn open_index(folder: &Path) -> Result<(Index, Fields, IndexReader), TantivyError> {
    let (schema, fields) = Fields::schema();
    let directory = MmapDirectory::open(folder).map_err(TantivyError::from)?;
    let index = Index::open_or_create(directory, schema)?;
    index
        .tokenizers()
        .register(fields::ANALYZER, fields::analyzer());
    let reader = index
        .reader_builder()
        .reload_policy(ReloadPolicy::Manual)
        .try_into()?;
    Ok((index, fields, reader))
}

/// Errors that no second try will mend.
fn is_unusable(error: &TantivyError) -> bool {
    matches!(
        error,
        TantivyError::SchemaError(_)
            | TantivyError::DataCorruption(_)
            | TantivyError::IncompatibleIndex(_)
            | TantivyError::OpenReadError(_)
    )
}

fn temporary(error: TantivyError) -> PortError {
    PortError::Temporary(format!("search index: {error}"))
}
