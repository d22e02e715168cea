//! What all endpoints share.

use std::{
    ops::Deref,
    sync::{Arc, atomic::AtomicBool},
};

use bindery_library::{
    Settings,
    people::User,
    policy::Actor,
    ports::{PresignPut, Search},
    storage::{
        Storage,
        tickets::{TicketPresign, TicketSigner},
    },
};
use bindery_pipeline::{Pipeline, Tx};
use sqlx::{Any, pool::PoolConnection};
use tokio::sync::watch;

use crate::{
    auth::{Passwords, throttle::Throttle},
    config::Config,
    cookies::ContentCookies,
    events::places::Places,
    keys::{self, Keys},
    problem::Problem,
    service,
    tokens::Tokens,
    web::WebAssets,
};

/// Renders the metrics for `GET /metrics`, in Prometheus' text format.
pub type MetricsRender = Arc<dyn Fn() -> String + Send + Sync>;

/// What the service is made of. Whoever starts the service puts it together.
pub struct Parts {
    /// Database, ledger and bus.
    pub pipeline: Pipeline,
    /// What the domain must know of the deployment.
    pub settings: Settings,
    /// Originals, uploads and content.
    pub storage: Storage,
    /// Full-text search.
    pub search: Arc<dyn Search>,
    /// Signs uploads that go past us, to S3; `None` signs uploads to ourselves.
    pub presign: Option<Arc<dyn PresignPut>>,
    /// RSA keys.
    pub keys: Keys,
    /// Settings of the HTTP service.
    pub config: Config,
    /// The web client; `None` serves the API only.
    pub assets: Option<WebAssets>,
    /// Metrics; `None` answers 404 to `GET /metrics`.
    pub metrics: Option<MetricsRender>,
}

/// What all endpoints share. Cheap to clone.
#[derive(Clone)]
pub struct State(Arc<Shared>);

/// The fields behind [`State`].
pub struct Shared {
    /// Database, ledger and bus.
    pub pipeline: Pipeline,
    /// What the domain must know of the deployment.
    pub settings: Settings,
    /// Originals, uploads and content.
    pub storage: Storage,
    /// Full-text search.
    pub search: Arc<dyn Search>,
    /// Signs upload addresses.
    pub presign: Arc<dyn PresignPut>,
    /// Checks the tickets of uploads to ourselves.
    pub tickets: TicketSigner,
    /// Access tokens.
    pub tokens: Tokens,
    /// Content cookies.
    pub cookies: ContentCookies,
    /// Settings of the HTTP service.
    pub config: Config,
    /// Hashes and checks passwords, few at once.
    pub passwords: Passwords,
    /// Counts attempts to sign in.
    pub throttle: Throttle,
    /// The web client.
    pub assets: Option<WebAssets>,
    /// Metrics.
    pub metrics: Option<MetricsRender>,
    /// Open event streams.
    pub(crate) streams: Arc<Places>,
    /// Whether the migrations were seen to be applied.
    pub(crate) migrated: AtomicBool,
    draining: watch::Sender<bool>,
}

impl State {
    /// Puts the service together.
    pub fn new(parts: Parts) -> Result<Self, keys::Error> {
        let Parts {
            pipeline,
            settings,
            storage,
            search,
            presign,
            keys,
            config,
            assets,
            metrics,
        } = parts;
        let issuer = config.origin();
        let tokens = Tokens::new(&keys.tokens, issuer.clone(), config.access_token_life)?;
        let tickets = TicketSigner::new(&keys.content.derive("upload tickets 1"));
        let presign = presign.unwrap_or_else(|| {
            let base = format!("{}/uploads", service::BASE);
            Arc::new(TicketPresign::new(tickets.clone(), base))
        });
        let cookies = ContentCookies::new(
            keys.content,
            keys.content_id,
            issuer,
            config.https(),
            config.cookie_life,
        );
        Ok(Self(Arc::new(Shared {
            passwords: Passwords::new(&config.limits),
            throttle: Throttle::new(&config.limits),
            streams: Places::new(&config.limits),
            pipeline,
            settings,
            storage,
            search,
            presign,
            tickets,
            tokens,
            cookies,
            config,
            assets,
            metrics,
            migrated: AtomicBool::new(false),
            draining: watch::Sender::new(false),
        })))
    }

    /// A connection to read with.
    pub async fn read(&self) -> Result<PoolConnection<Any>, Problem> {
        Ok(self.pipeline.db().read().await?)
    }

    /// A write transaction.
    pub async fn begin(&self) -> Result<Tx, Problem> {
        Ok(self.pipeline.begin().await?)
    }

    /// Tells readiness checks and event streams that the service is about to end.
    pub fn drain(&self) {
        self.draining.send_replace(true);
    }

    /// Whether [`Self::drain`] was called.
    pub fn is_draining(&self) -> bool {
        *self.draining.borrow()
    }

    /// Ends when [`Self::drain`] is called.
    pub(crate) fn drained(&self) -> impl Future<Output = ()> + Send + use<> {
        let mut draining = self.draining.subscribe();
        async move {
            // An error means that the service is gone altogether.
            let _ = draining.wait_for(|draining| *draining).await;
        }
    }
}

impl Deref for State {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

/// Who acts, for the policy: a visitor without account has no roles and owns nothing. The name is
/// no id, and not empty, because rules about books of no owner use the empty one.
pub(crate) fn actor(user: Option<&User>) -> Actor {
    user.map_or_else(|| Actor::new("anonymous", []), Actor::from)
}
