//! What the service must be told. A plain struct: whoever starts the service reads files and
//! environment, nothing in this crate does.

use std::time::Duration;

pub use bindery_library::policy::Reading;
use url::Url;

/// Who may make an account by `POST /auth/register`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Registration {
    /// Nobody: an admin makes the accounts.
    Closed,
    /// Only holders of an invitation. Invitations are not built yet, so this refuses as `Closed`
    /// does; clients see the difference in `GET /server`.
    Invite,
    /// Anybody.
    Open,
}

/// Settings of the HTTP service.
#[derive(Debug, Clone)]
pub struct Config {
    /// Name shown to people (`GET /server`).
    pub name: String,
    /// The address readers use. Its scheme decides about `Secure` cookies and HSTS; its origin is
    /// written into upload URLs and content policies.
    pub public_url: Url,
    /// Who may register.
    pub registration: Registration,
    /// Who may read.
    pub reading: Reading,
    /// Life of an access token.
    pub access_token_life: Duration,
    /// Life of a refresh token; also of its cookie.
    pub refresh_token_life: Duration,
    /// Life of the signed content cookies. Revoked readers lose a CDN's slices after this time.
    pub cookie_life: Duration,
    /// When a client should ask for fresh content cookies.
    pub cookie_renew_after: Duration,
    /// Life of a reading session without renewal.
    pub reading_session_life: Duration,
    /// Life of an upload URL.
    pub upload_url_life: Duration,
    /// How many reverse proxies stand in front and append to `X-Forwarded-For`. With 0 the header
    /// is ignored, so that nobody can choose the address the rate limits count.
    pub trusted_proxies: usize,
    /// Origins that other sites' scripts may call the API from. Empty: none.
    pub cors_origins: Vec<String>,
    /// Further origins the web client talks to: where uploads go when they go straight to S3.
    pub connect_origins: Vec<String>,
    /// How long open requests may take to end after the signal to stop.
    pub drain: Duration,
    /// Bounds of everything a stranger can make the service do.
    pub limits: Limits,
}

/// Named bounds of the service.
#[derive(Debug, Clone)]
    /// How long the head of a request may take, from its first byte.
    pub head_time: Duration,
    /// How long a JSON body may take.
    pub body_time: Duration,
    /// How long an upload may pause.
    pub upload_pause: Duration,
pub struct Limits {
    /// Largest JSON body, in bytes.
    pub json_body: usize,
    /// Largest book file, in bytes.
    pub upload: u64,
    /// Sign-in and registration attempts per client address and minute.
    pub attempts_per_address: u32,
    /// Sign-in attempts per account and minute.
    pub attempts_per_account: u32,
    /// How many addresses and accounts the attempt counter remembers.
    pub attempt_entries: usize,
    /// Passwords hashed at once; each takes one core and about 19 MiB for some 20 ms.
    pub passwords_at_once: usize,
    /// Sign-ins that may wait for a free place before the service answers 503.
    pub passwords_waiting: usize,
    pub event_streams: usize,
    /// Open event streams over all users.
    /// Open event streams of one user: a browser's tabs, on some devices.
    pub event_streams_per_user: usize,
}

impl Default for Limits {
    fn default() -> Self {
            head_time: Duration::from_secs(30),
            body_time: Duration::from_secs(30),
            upload_pause: Duration::from_secs(60),
        Self {
            json_body: 256 * 1024,
            upload: 512 * 1024 * 1024,
            attempts_per_address: 30,
            attempts_per_account: 10,
            attempt_entries: 100_000,
            passwords_at_once: 2,
            passwords_waiting: 64,
            event_streams_per_user: 24,
            event_streams: 1_000,
        }
    }
}

impl Config {
    /// Settings for a service reached at `public_url`; everything else as on a home machine.
    pub fn new(public_url: Url) -> Self {
        Self {
            name: "Bindery".to_owned(),
            public_url,
            registration: Registration::Closed,
            reading: Reading::Members,
            access_token_life: Duration::from_secs(15 * 60),
            refresh_token_life: Duration::from_secs(7 * 24 * 3600),
            cookie_life: Duration::from_secs(60),
            cookie_renew_after: Duration::from_secs(40),
            reading_session_life: Duration::from_secs(12 * 3600),
            upload_url_life: Duration::from_secs(3600),
            trusted_proxies: 0,
            cors_origins: Vec::new(),
            connect_origins: Vec::new(),
            drain: Duration::from_secs(20),
            limits: Limits::default(),
        }
    }

    /// Whether readers come by https, so that cookies may be `Secure`.
    pub fn https(&self) -> bool {
        self.public_url.scheme() == "https"
    }

    /// Scheme, host and port of the public address, without a slash at the end.
    pub fn origin(&self) -> String {
        self.public_url.origin().ascii_serialization()
    }
}
