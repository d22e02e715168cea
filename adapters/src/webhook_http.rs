//! Outgoing webhooks after Standard Webhooks (standardwebhooks.com): id, timestamp, and an
//! HMAC-SHA-256 over `id.timestamp.body`.

use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bindery_library::ports::{PortError, Webhooks};
use hmac::{Hmac, KeyInit, Mac};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::RETRY_AFTER;
use reqwest::{Client, Response, StatusCode, redirect};
use sha2::Sha256;
use url::{Host, Url};

use crate::addresses::is_public;

/// The whole delivery, from the name's resolution to the answer's head.
const TIMEOUT: Duration = Duration::from_secs(15);
/// Only the connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Longest pause a receiver may ask for.
const LONGEST_PAUSE: Duration = Duration::from_secs(24 * 3600);

/// What is wrong with an endpoint's configuration.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The address is unusable.
    #[error("webhook address: {0}")]
    Address(String),
    /// The secret is not `whsec_` and 24 to 64 bytes in base64.
    #[error("webhook secret: must be whsec_ and 24 to 64 bytes in base64")]
    Secret,
    /// The HTTP client cannot be made.
    #[error("webhook client: {0}")]
    Client(#[from] reqwest::Error),
}

/// Delivers to one endpoint.
///
/// Names are resolved by us and only public addresses are connected to, at each connection, so that
/// a name which later points inwards leads nowhere. Redirects are not followed and proxies of the
/// environment are not used, for the same reason.
#[derive(Debug, Clone)]
pub struct WebhookHttp {
    client: Client,
    url: Url,
    signer: Signer,
    allow_private: bool,
}

impl WebhookHttp {
    /// An endpoint at `url`, with a secret `whsec_…`. `allow_private` lets it be in our own network
    /// (a receiver beside us); it must have been asked for explicitly.
    ///
    /// # Errors
    /// [`Error`].
    pub fn new(url: &str, secret: &str, allow_private: bool) -> Result<Self, Error> {
        let url = Url::parse(url).map_err(|e| Error::Address(e.to_string()))?;
        match url.scheme() {
            "https" => {}
            "http" if allow_private => {}
            _ => return Err(Error::Address("must begin with https://".to_owned())),
        }
        let client = Client::builder()
            .timeout(TIMEOUT)
            .connect_timeout(CONNECT_TIMEOUT)
            .redirect(redirect::Policy::none())
            .no_proxy()
            .user_agent(concat!("Bindery/", env!("CARGO_PKG_VERSION")))
            .dns_resolver(CheckedResolver { allow_private })
            .build()?;
        Ok(Self {
            client,
            url,
            signer: Signer::new(secret)?,
            allow_private,
        })
    }

    /// Addresses written as numbers are never resolved, so they are checked here.
    fn check_literal(&self) -> Result<(), PortError> {
        let literal: Option<IpAddr> = match self.url.host() {
            Some(Host::Ipv4(v4)) => Some(v4.into()),
            Some(Host::Ipv6(v6)) => Some(v6.into()),
            Some(Host::Domain(_)) | None => None,
        };
        match literal {
            Some(address) if !self.allow_private && !is_public(address) => Err(
                PortError::Permanent("the webhook's address is not a public one".to_owned()),
            ),
            _ => Ok(()),
        }
    }
}

#[async_trait]
impl Webhooks for WebhookHttp {
    async fn deliver(&self, id: &str, body: &[u8]) -> Result<(), PortError> {
        self.check_literal()?;
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        let timestamp = since.as_secs();
        let sent = self
            .client
            .post(self.url.clone())
            .header("content-type", "application/json")
            .header("webhook-id", id)
            .header("webhook-timestamp", timestamp.to_string())
            .header("webhook-signature", self.signer.sign(id, timestamp, body))
            .body(body.to_vec())
            .send()
            .await;
        match sent {
            Ok(response) => judge(&response),
            // The address is a configured secret in some services: it is not repeated.
            Err(error) => Err(PortError::Temporary(chain(&error.without_url()))),
        }
    }
}

/// 2xx is taken; 410 means never again; 429 and 503 may say when; all else is tried again.
fn judge(response: &Response) -> Result<(), PortError> {
    let status = response.status();
    if status.is_success() {
        return Ok(());
    }
    let text = format!("the webhook's receiver answered {status}");
    let pause = response
        .headers()
        .get(RETRY_AFTER)
        .and_then(|value| value.to_str().ok());
    match (status, pause.and_then(|seconds| seconds.parse().ok())) {
        (StatusCode::GONE, _) => Err(PortError::Permanent(text)),
        (StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE, Some(seconds)) => Err(
            PortError::Later(Duration::from_secs(seconds).min(LONGEST_PAUSE), text),
        ),
        _ => Err(PortError::Temporary(text)),
    }
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}

/// Signs deliveries. Public, so that receivers written in Rust can check against it.
#[derive(Clone)]
pub struct Signer {
    mac: Hmac<Sha256>,
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Signer")
    }
}

impl Signer {
    /// A signer with a secret `whsec_…`.
    ///
    /// # Errors
    /// [`Error::Secret`].
    pub fn new(secret: &str) -> Result<Self, Error> {
        let key = secret
            .strip_prefix("whsec_")
            .and_then(|digits| STANDARD.decode(digits).ok());
        let key = key
            .filter(|key| (24..=64).contains(&key.len()))
            .ok_or(Error::Secret)?;
        let mac = Hmac::new_from_slice(&key).map_err(|_| Error::Secret)?;
        Ok(Self { mac })
    }

    /// The value of `webhook-signature`: `v1,` and the signature in base64.
    #[must_use]
    pub fn sign(&self, id: &str, timestamp: u64, body: &[u8]) -> String {
        let head = format!("{id}.{timestamp}.");
        let mac = self.mac.clone().chain_update(head).chain_update(body);
        format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    }
}

/// Resolves by the system and lets through only addresses that may be connected to.
#[derive(Debug, Clone, Copy)]
struct CheckedResolver {
    allow_private: bool,
}

impl Resolve for CheckedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let allow_private = self.allow_private;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let allowed: Vec<SocketAddr> = found
                .filter(|address| allow_private || is_public(address.ip()))
                .collect();
            if allowed.is_empty() {
                return Err("the name leads to no public address".into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the Standard Webhooks reference libraries.
    #[test]
    fn the_signature_is_that_of_the_specification() {
        let signer = Signer::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signature = signer.sign(
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            br#"{"test": 2432232314}"#,
        );
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn wrong_configuration_is_told() {
        let good = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        assert!(WebhookHttp::new("https://example.org/hook", good, false).is_ok());
        assert!(WebhookHttp::new("http://example.org/hook", good, false).is_err());
        assert!(WebhookHttp::new("ftp://example.org/hook", good, true).is_err());
        for secret in [
            "",
            "whsec_",
            "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "whsec_c2hvcnQ=",
        ] {
            assert!(
                matches!(Signer::new(secret), Err(Error::Secret)),
                "{secret}"
            );
        }
    }
}
