//! Database, storage and the library's settings: what every command needs.

use std::{path::Path, sync::Arc, time::Duration};

use anyhow::{Context, Result, bail};
use bindery_engine::{Format, Options};
use bindery_library::{Settings, catalogue::RenderPlan, storage::Storage};
use bindery_pipeline::{Db, DbOptions, PermitsConfig, Pipeline, PipelineOptions};
use rustix::{fs::Mode, process::umask};

use crate::config::{Config, RedisCarrier};

/// What a command expects of the database's tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Schema {
    /// Bring them up to date: one machine, or `migrate`.
    Migrate,
    /// They must be up to date: fleets migrate once, before anything else starts.
    Require,
}

/// Open database, open storage.
#[derive(Clone)]
pub struct Parts {
    pub config: Arc<Config>,
    pub pipeline: Pipeline,
    pub settings: Settings,
    pub storage: Storage,
}

impl Parts {
    /// Opens everything the configuration names.
    pub async fn open(config: Config, schema: Schema) -> Result<Parts> {
        make_private_folder(&config.data_dir)?;
        let db = Db::connect(&database_options(&config))
            .await
            .context("cannot open the database")?;
        let sets = [&bindery_pipeline::MIGRATIONS, &bindery_library::MIGRATIONS];
        match schema {
            Schema::Migrate => db
                .migrate(&sets)
                .await
                .context("cannot bring the database up to date")?,
            Schema::Require if !db.migrated(&sets).await? => {
                bail!(
                    "the database's tables are not those of this version: run `bindery migrate` first"
                )
            }
            Schema::Require => {}
        }
        let pipeline = Pipeline::open(db, PipelineOptions::with_permits(permits(&config))).await?;
        let storage = Storage::open(&config.storage_url).context("cannot open the storage")?;
        Ok(Parts {
            settings: settings(&config),
            config: Arc::new(config),
            pipeline,
            storage,
        })
    }
}

fn database_options(config: &Config) -> DbOptions {
    DbOptions {
        max_connections: config.database_connections,
        ..DbOptions::new(&config.database_url)
    }
}

fn permits(config: &Config) -> PermitsConfig {
    match (&config.redis_url, config.redis_carrier) {
        (None, _) => PermitsConfig::Local,
        (Some(url), RedisCarrier::List) => PermitsConfig::RedisList { url: url.clone() },
        (Some(url), RedisCarrier::Apalis) => PermitsConfig::Redis { url: url.clone() },
    }
}

/// What the domain must know of the engine and the deployment.
fn settings(config: &Config) -> Settings {
    let plan = RenderPlan {
        options_digest: Options::default().digest(),
        epub: Format::Epub.output_revision(),
        mobi: Format::Mobi.output_revision(),
        pdf: Format::Pdf.output_revision(),
    };
    // A reading session may still show a superseded rendition as long as its cookie is renewed.
    let retire_after = Duration::from_secs(25 * 3600).max(config.content_cookie_life * 2);
    Settings {
        webhooks: config.webhook_url.is_some(),
        retire_after,
        ..Settings::new(plan)
    }
}

/// Books, keys and mail are nobody else's business, also where the folder was there before and
/// everybody may enter it: from here on no file is made that others may read. What the group may,
/// the environment's mask says, so that a web server can be let in.
fn make_private_folder(path: &Path) -> Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    let inherited = umask(Mode::empty());
    umask(inherited | Mode::RWXO);
    let made = std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path);
    made.with_context(|| format!("cannot make the data folder {}", path.display()))
}
