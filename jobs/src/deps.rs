//! What jobs need from outside, built once in the binary.

use std::path::PathBuf;
use std::sync::Arc;

use bindery_engine::{Format, Options};
use bindery_library::Settings;
use bindery_library::catalogue::RenderPlan;
use bindery_library::ports::{Mailer, Search, Webhooks};
use bindery_library::storage::Storage;
use bindery_pipeline::Pipeline;
use tokio::sync::Semaphore;

use crate::sandbox::Sandbox;

/// What jobs need from outside.
#[derive(Clone)]
pub struct Deps {
    /// The database and the ledger.
    pub pipeline: Pipeline,
    /// What the deployment decided. Its plan must be [`render_plan`] of `options`.
    pub settings: Settings,
    /// Objects.
    pub storage: Storage,
    /// The index that `reindex` keeps.
    pub search: Arc<dyn Search>,
    /// Takes messages.
    pub mailer: Arc<dyn Mailer>,
    /// Where events go; `None` when no endpoint is configured.
    pub webhooks: Option<Arc<dyn Webhooks>>,
    /// Starts children.
    pub sandbox: Sandbox,
    /// For the engine.
    pub options: Options,
    /// Children at a time in this process, whichever queue they come from.
    pub children: Arc<Semaphore>,
    /// Originals from a bucket are kept here while they are rendered; needs room for the largest.
    pub scratch: PathBuf,
    /// Where people reach this installation, without a slash at its end; for links in mails.
    pub public_url: String,
}

/// The plan by which the library names renditions, as this engine makes them.
#[must_use]
pub fn render_plan(options: &Options) -> RenderPlan {
    RenderPlan {
        options_digest: options.digest(),
        epub: Format::Epub.output_revision(),
        mobi: Format::Mobi.output_revision(),
        pdf: Format::Pdf.output_revision(),
    }
}
