//! The web service of `serve` and `api`.

use std::{borrow::Cow, sync::Arc};

use anyhow::{Context, Result};
use bindery_api::{Asset, Keys, MetricsRender, SigningKey, State};
use bindery_library::ports::Search;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder};
use tokio::net::TcpListener;

use super::{Parts, workers};
use crate::{
    config::{Config, Reading, Registration},
    web,
};

/// Seconds; from a cached answer to a large book.
const BUCKETS: &[f64] = &[0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 120.0];

/// The service, ready to be served on `listener`.
pub async fn state(parts: &Parts, search: Arc<dyn Search>) -> Result<State> {
    let config = &parts.config;
    if !web::is_built() {
        tracing::warn!("the web client was not built into this binary; run `make build`");
    }
    let keys = Keys {
        tokens: vec![SigningKey::open(&config.token_key_file)?],
        content: SigningKey::open(&config.content_key_file)?,
        content_id: None,
    };
    State::new(bindery_api::Parts {
        pipeline: parts.pipeline.clone(),
        settings: parts.settings.clone(),
        storage: parts.storage.clone(),
        search,
        presign: workers::presign(parts).await,
        keys,
        config: service_config(config),
        assets: Some(asset),
        metrics: Some(metrics()?),
    })
    .context("cannot use the keys")
}

/// Takes the address; a wrong or taken one is named.
pub async fn listen(config: &Config) -> Result<TcpListener> {
    TcpListener::bind(config.listen).await.with_context(|| format!("cannot listen on {}", config.listen))
}

fn service_config(config: &Config) -> bindery_api::Config {
    bindery_api::Config {
        registration: match config.registration {
            Registration::Closed => bindery_api::Registration::Closed,
            Registration::Invite => bindery_api::Registration::Invite,
            Registration::Open => bindery_api::Registration::Open,
        },
        reading: match config.reading {
            Reading::Members => bindery_api::Reading::Members,
        },
        access_token_life: config.access_token_life,
        refresh_token_life: config.refresh_token_life,
        cookie_life: config.content_cookie_life,
        cookie_renew_after: config.content_cookie_life * 2 / 3,
        drain: config.drain_time,
        limits: bindery_api::Limits { upload: config.upload_max, ..bindery_api::Limits::default() },
        ..bindery_api::Config::new(config.public_url.clone())
    }
}

/// Collects metrics in this process and renders them for `/metrics`.
fn metrics() -> Result<MetricsRender> {
    let builder = PrometheusBuilder::new().set_buckets_for_metric(Matcher::Suffix("seconds".into()), BUCKETS)?;
    let handle = builder.install_recorder().context("metrics")?;
    Ok(Arc::new(move || {
        handle.run_upkeep();
        handle.render()
    }))
}

fn asset(path: &str) -> Option<Asset> {
    let found = web::asset(path)?;
    Some(Asset { bytes: found.bytes, media_type: Cow::Owned(found.media_type), etag: found.etag })
}
