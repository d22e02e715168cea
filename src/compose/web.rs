//! The web service of `serve` and `api`.

use std::{borrow::Cow, sync::Arc, time::Duration};

use anyhow::{Context, Result};
use bindery_api::{Asset, Keys, MetricsRender, SigningKey, State};
use bindery_library::{ports::Search, storage::Location};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder};
use tokio::net::TcpListener;
use url::Url;

use super::{Parts, workers};
use crate::{
    config::{Config, Reading, Registration},
    web,
};

/// Seconds; from a cached answer to a large book.
const BUCKETS: &[f64] = &[
    0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 120.0,
];

/// Histograms keep every sample until they are summed up.
const UPKEEP: Duration = Duration::from_secs(5);

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
        config: service_config(parts),
        assets: Some(asset),
        metrics: Some(metrics()?),
    })
    .context("cannot use the keys")
}

/// Takes the address; a wrong or taken one is named.
pub async fn listen(config: &Config) -> Result<TcpListener> {
    TcpListener::bind(config.listen)
        .await
        .with_context(|| format!("cannot listen on {}", config.listen))
}

fn service_config(parts: &Parts) -> bindery_api::Config {
    let config = &parts.config;
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
        trusted_proxies: config.trusted_proxies,
        connect_origins: upload_origin(parts.storage.location())
            .into_iter()
            .collect(),
        drain: config.drain_time,
        limits: bindery_api::Limits {
            upload: config.upload_max,
            ..bindery_api::Limits::default()
        },
        ..bindery_api::Config::new(config.public_url.clone())
    }
}

/// Where the browser puts uploads that go past us; the client's content policy must allow it.
fn upload_origin(location: &Location) -> Option<String> {
    let Location::S3(bucket) = location else {
        return None;
    };
    let region = bucket.region.as_deref().unwrap_or("us-east-1");
    let amazon = || format!("https://{}.s3.{region}.amazonaws.com", bucket.bucket);
    let url = Url::parse(bucket.endpoint.as_deref().unwrap_or(&amazon())).ok()?;
    Some(url.origin().ascii_serialization())
}

/// Collects metrics in this process and renders them for `/metrics`.
fn metrics() -> Result<MetricsRender> {
    let builder = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("seconds".into()), BUCKETS)?;
    let handle = builder.install_recorder().context("metrics")?;
    let upkeep = handle.clone();
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(UPKEEP).await;
            upkeep.run_upkeep();
        }
    });
    Ok(Arc::new(move || handle.render()))
}

fn asset(path: &str) -> Option<Asset> {
    let found = web::asset(path)?;
    Some(Asset {
        bytes: found.bytes,
        media_type: Cow::Owned(found.media_type),
        etag: found.etag,
    })
}
