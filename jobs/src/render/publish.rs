//! What the child gives, put into storage in the order of its urgency.

use std::time::{Duration, Instant};

use bindery_library::catalogue::{self, Cover, Ready};
use bindery_library::storage::{Error as StorageError, Key};
use bindery_pipeline::Ctx;
use serde::Deserialize;
use serde::de::IgnoredAny;
use tokio::task::JoinSet;

use super::{Trouble, report};
use crate::Deps;
use crate::sandbox::{Artefact, ArtefactKind, Event, Running};

/// Files being stored at a time. They start in the child's order: first slices first.
const UPLOADS: usize = 16;
/// Progress is told no more often than this.
const PROGRESS: Duration = Duration::from_millis(250);

/// Stores everything; the rendition is marked `indexed` as soon as a reader could begin.
///
/// Files of an earlier attempt are overwritten by equal ones. Dropping the future kills the child.
pub(super) async fn publish(
    ctx: &Ctx,
    deps: &Deps,
    id: &str,
    mut running: Running,
) -> Result<Ready, Trouble> {
    let mut publisher = Publisher::new(ctx, deps, id);
    loop {
        tokio::select! {
            biased;
            Some(stored) = publisher.uploads.join_next() => publisher.stored(stored).await?,
            event = running.next(), if publisher.uploads.len() < UPLOADS => match event {
                Some(Event::Put(artefact, room)) => publisher.put(artefact, room).await?,
                Some(Event::Stage(..) | Event::Slices(..)) => {}
                None => break,
            },
        }
    }
    while let Some(stored) = publisher.uploads.join_next().await {
        publisher.stored(stored).await?;
    }
    let finished = running.finish().await?;
    let report = finished.report.ok_or_else(|| disagrees("no report"))?;
    if u64::from(report.slices) != publisher.total {
        return Err(disagrees("manifest and report count different slices"));
    }
    Ok(report::ready(report, finished.bytes, publisher.cover))
}

struct Publisher<'a> {
    ctx: &'a Ctx,
    deps: &'a Deps,
    id: &'a str,
    uploads: JoinSet<Result<ArtefactKind, StorageError>>,
    /// Of index, manifest and positions, how many are stored.
    heads: u32,
    total: u64,
    slices_stored: u64,
    told: Option<Instant>,
    cover: Cover,
}

impl<'a> Publisher<'a> {
    fn new(ctx: &'a Ctx, deps: &'a Deps, id: &'a str) -> Self {
        Self {
            ctx,
            deps,
            id,
            uploads: JoinSet::new(),
            heads: 0,
            total: 0,
            slices_stored: 0,
            told: None,
            cover: Cover::default(),
        }
    }

    /// Stores one file; `room` is given back when it is stored.
    async fn put(&mut self, artefact: Artefact, room: impl Send + 'static) -> Result<(), Trouble> {
        let kind = artefact.path.kind();
        let path = artefact.path.as_str();
        match kind {
            ArtefactKind::Index | ArtefactKind::Manifest | ArtefactKind::Positions => {
                return self.put_head(artefact).await;
            }
            ArtefactKind::CoverOriginal => self.cover.original = Some(path.to_owned()),
            ArtefactKind::CoverMedium => self.cover.medium = Some(path.to_owned()),
            ArtefactKind::CoverThumbnail => self.cover.thumbnail = Some(path.to_owned()),
            ArtefactKind::Slice(_) | ArtefactKind::Text(_) | ArtefactKind::Resource => {}
        }
        let (storage, key) = (self.deps.storage.clone(), Key::rendition(self.id, path));
        self.uploads.spawn(async move {
            storage
                .put(&key, &artefact.media_type, artefact.bytes)
                .await?;
            drop(room);
            Ok(kind)
        });
        Ok(())
    }

    /// Index, manifest and positions are stored before anything else is begun. With the last of
    /// them readers may open the book.
    async fn put_head(&mut self, artefact: Artefact) -> Result<(), Trouble> {
        if artefact.path.kind() == ArtefactKind::Manifest {
            self.total = reading_order(&artefact.bytes)?;
        }
        let key = Key::rendition(self.id, artefact.path.as_str());
        self.deps
            .storage
            .put(&key, &artefact.media_type, artefact.bytes)
            .await
            .map_err(passing)?;
        self.heads += 1;
        if self.heads == 3 {
            let mut tx = self.deps.pipeline.begin().await.map_err(passing)?;
            let slices = u32::try_from(self.total).unwrap_or(u32::MAX);
            // A rendition that was retired meanwhile is settled at the end, by `mark_ready`.
            catalogue::mark_indexed(&mut tx, self.id, slices)
                .await
                .map_err(passing)?;
            tx.commit().await.map_err(passing)?;
        }
        Ok(())
    }

    async fn stored(
        &mut self,
        stored: Result<Result<ArtefactKind, StorageError>, tokio::task::JoinError>,
    ) -> Result<(), Trouble> {
        let kind = stored.map_err(passing)?.map_err(passing)?;
        if !matches!(kind, ArtefactKind::Slice(_)) {
            return Ok(());
        }
        self.slices_stored += 1;
        let due = self.told.is_none_or(|told| told.elapsed() >= PROGRESS);
        if due || self.slices_stored == self.total {
            self.told = Some(Instant::now());
            self.ctx.progress(self.slices_stored, self.total).await;
        }
        Ok(())
    }
}

/// Counts the manifest's reading order. The child wrote it, so it may be anything.
fn reading_order(manifest: &[u8]) -> Result<u64, Trouble> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Manifest {
        reading_order: Vec<IgnoredAny>,
    }
    let manifest: Manifest =
        serde_json::from_slice(manifest).map_err(|_| disagrees("the manifest is not readable"))?;
    Ok(manifest.reading_order.len() as u64)
}

fn passing(error: impl std::fmt::Display) -> Trouble {
    Trouble::Passing(format!("storing: {error}"))
}

fn disagrees(what: &str) -> Trouble {
    Trouble::Book {
        code: "sandbox_protocol".to_owned(),
        message: format!("the renderer contradicts itself: {what}"),
    }
}
