//! Security headers on every answer. Endpoints that know better set their own first.

use std::sync::Arc;

use poem::{
    Endpoint, IntoResponse, Request, Response, Result,
    http::{HeaderMap, HeaderName, HeaderValue, header},
};

use crate::{config::Config, content};

/// Answers that are data: they load and show nothing by themselves.
const DATA_POLICY: &str = "default-src 'none'; frame-ancestors 'none'";

/// Two years, as the preload lists ask for at least one.
const HSTS: &str = "max-age=63072000; includeSubDomains";

/// The headers of this service.
pub struct SecurityHeaders {
    client_policy: HeaderValue,
    https: bool,
}

impl SecurityHeaders {
    /// As `config` needs them.
    pub fn new(config: &Config) -> Self {
        let elsewhere: String = config
            .connect_origins
            .iter()
            .map(|origin| format!(" {origin}"))
            .collect();
        let policy = format!(
            "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
             img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'{elsewhere}; \
             frame-src 'self'; worker-src 'self'; manifest-src 'self'; media-src 'self'; \
             object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
        );
        let client_policy = HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static(
            "default-src 'self'; frame-ancestors 'none'",
        ));
        Self {
            client_policy,
            https: config.https(),
        }
    }

    /// Answers by `next` and adds what is missing.
    pub async fn add<E: Endpoint>(&self, next: Arc<E>, request: Request) -> Result<Response> {
        let is_content = request.uri().path().starts_with("/content/");
        let is_api = request.uri().path().starts_with("/api/");
        let mut response = next.call(request).await?.into_response();
        let is_page = response
            .content_type()
            .is_some_and(|kind| kind.starts_with("text/html"));
        let is_stream = response.content_type() == Some("text/event-stream");
        let headers = response.headers_mut();
        if is_stream {
            // nginx would hold events back until its buffer is full.
            put(
                headers,
                HeaderName::from_static("x-accel-buffering"),
                HeaderValue::from_static("no"),
            );
        }
        let policy = match (is_content, is_page) {
            (true, _) => HeaderValue::from_static(content::POLICY),
            (false, true) => self.client_policy.clone(),
            (false, false) => HeaderValue::from_static(DATA_POLICY),
        };
        put(headers, header::CONTENT_SECURITY_POLICY, policy);
        let framing = if is_content { "SAMEORIGIN" } else { "DENY" };
        put(
            headers,
            header::X_FRAME_OPTIONS,
            HeaderValue::from_static(framing),
        );
        for (name, value) in [
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (header::REFERRER_POLICY, "same-origin"),
            (
                HeaderName::from_static("cross-origin-opener-policy"),
                "same-origin",
            ),
            (
                HeaderName::from_static("permissions-policy"),
                "geolocation=(), microphone=()",
            ),
        ] {
            put(headers, name, HeaderValue::from_static(value));
        }
        if is_api {
            // Answers differ by who asks; an ETag still saves the transfer.
            put(
                headers,
                header::CACHE_CONTROL,
                HeaderValue::from_static("private, no-cache"),
            );
        }
        if self.https {
            put(
                headers,
                header::STRICT_TRANSPORT_SECURITY,
                HeaderValue::from_static(HSTS),
            );
        }
        Ok(response)
    }
}

fn put(headers: &mut HeaderMap, name: HeaderName, value: HeaderValue) {
    headers.entry(name).or_insert(value);
}
