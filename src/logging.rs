//! Log lines on standard error: for people, or one JSON object each.

use tracing_subscriber::{EnvFilter, fmt, layer::SubscriberExt, util::SubscriberInitExt};

use crate::config::{Config, ConfigError, LogFormat};

/// Starts logging as configured. What libraries say below `warn` is left out unless asked for.
pub fn start(config: &Config) -> Result<(), ConfigError> {
    let text = match config.log.contains(['=', ',']) {
        true => config.log.clone(),
        false => format!(
            "{},sqlx=warn,tantivy=warn,hyper=warn,apalis=warn,apalis_core=warn,aws=warn",
            config.log
        ),
    };
    let filter = EnvFilter::try_new(&text).map_err(|_| ConfigError::Wrong {
        key: "log".into(),
        origin: "the configuration".into(),
        value: config.log.clone(),
        expected: "a level (error, warn, info, debug, trace) or filters such as `info,sqlx=debug`"
            .into(),
    })?;
    let registry = tracing_subscriber::registry().with(filter);
    match config.log_format {
        LogFormat::Text => registry
            .with(fmt::layer().with_writer(std::io::stderr).with_target(false))
            .init(),
        LogFormat::Json => registry
            .with(
                fmt::layer()
                    .json()
                    .flatten_event(true)
                    .with_writer(std::io::stderr),
            )
            .init(),
    }
    for name in &config.unknown_variables {
        tracing::warn!("{name} is set, but there is no such setting");
    }
    Ok(())
}
