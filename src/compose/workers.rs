//! What jobs and the API need from outside, and the workers themselves.

use std::{num::NonZeroUsize, sync::Arc};

use anyhow::{Context, Result};
use async_trait::async_trait;
use bindery_adapters::{
    mail_folder::MailFolder, s3_presign::S3Presign, search::TantivySearch,
    webhook_http::WebhookHttp,
};
use bindery_engine::Options;
use bindery_jobs::{
    Deps, register,
    sandbox::{Limits, Sandbox},
};
use bindery_library::{
    ports::{PortError, PresignPut, Search, Webhooks},
    search::{SearchDocument, SearchPage, SearchQuery},
    storage::Location,
    work,
};
use bindery_pipeline::Workers;
use tokio::sync::Semaphore;

use super::Parts;
use crate::config::Config;

/// The index of this process: only processes that answer searches keep one.
pub fn open_search(parts: &Parts) -> Result<Arc<dyn Search>> {
    let folder = parts.config.data_dir.join("search");
    Ok(Arc::new(
        TantivySearch::open(&folder).context("cannot open the search index")?,
    ))
}

/// Everything jobs need; at most `renders` books are rendered at a time.
pub fn deps(parts: &Parts, search: Arc<dyn Search>, renders: usize) -> Result<Arc<Deps>> {
    let config = &parts.config;
    Ok(Arc::new(Deps {
        pipeline: parts.pipeline.clone(),
        settings: parts.settings.clone(),
        storage: parts.storage.clone(),
        search,
        mailer: Arc::new(MailFolder::new(
            config.data_dir.join("mail"),
            &config.mail_from,
        )),
        webhooks: webhooks(config)?,
        sandbox: Sandbox {
            limits: sandbox_limits(config),
            ..Sandbox::default()
        },
        options: Options::default(),
        children: Arc::new(Semaphore::new(renders)),
        scratch: config.data_dir.join("scratch"),
        public_url: config.public_url.as_str().trim_end_matches('/').to_owned(),
    }))
}

/// Workers for the named queues. `concurrency` overrides the configured one.
pub fn workers(
    deps: &Arc<Deps>,
    config: &Config,
    queues: &[&str],
    concurrency: Option<usize>,
) -> Workers {
    let jobs = |queue: &str| match concurrency {
        Some(n) => n,
        None if queue == work::RENDER.queue => config.render_concurrency,
        None => config.job_concurrency,
    };
    let queues: Vec<(&str, usize)> = queues.iter().map(|q| (*q, jobs(q))).collect();
    register(
        Workers::new(deps.pipeline.clone()).drain(config.drain_time),
        deps,
        &queues,
    )
}

/// Signs uploads straight to the bucket; `None` on disk, where the API signs its own addresses.
pub async fn presign(parts: &Parts) -> Option<Arc<dyn PresignPut>> {
    match parts.storage.location() {
        Location::Disk { .. } => None,
        Location::S3(bucket) => Some(Arc::new(S3Presign::connect(bucket, None).await)),
    }
}

/// One book's share of the machine.
pub fn sandbox_limits(config: &Config) -> Limits {
    let threads = NonZeroUsize::new(config.render_threads).unwrap_or(NonZeroUsize::MIN);
    Limits {
        deadline: config.render_deadline,
        // Every thread may use all of the deadline.
        cpu: config.render_deadline * threads.get() as u32,
        memory: config.render_memory,
        threads,
        ..Limits::default()
    }
}

fn webhooks(config: &Config) -> Result<Option<Arc<dyn Webhooks>>> {
    let (Some(url), Some(secret)) = (&config.webhook_url, &config.webhook_secret) else {
        return Ok(None);
    };
    let sender = WebhookHttp::new(url.as_str(), secret, config.webhook_allow_private)
        .context("webhook_url")?;
    Ok(Some(Arc::new(sender)))
}

/// Stands in a worker that serves no `reindex` queue and so keeps no index.
pub struct NoIndex;

#[async_trait]
impl Search for NoIndex {
    async fn upsert(&self, _: Vec<SearchDocument>) -> Result<(), PortError> {
        Err(no_index())
    }

    async fn remove(&self, _: Vec<String>) -> Result<(), PortError> {
        Err(no_index())
    }

    async fn query(&self, _: SearchQuery) -> Result<SearchPage, PortError> {
        Err(no_index())
    }

    async fn count(&self) -> Result<u64, PortError> {
        Err(no_index())
    }
}

fn no_index() -> PortError {
    PortError::Temporary("this process keeps no search index".into())
}
