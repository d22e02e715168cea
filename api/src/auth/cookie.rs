//! The refresh token's cookie.

use poem::{Request, http::HeaderValue};

use crate::{config::Config, service};

/// Name of the cookie.
const NAME: &str = "bindery_refresh";

/// `Set-Cookie` that keeps `token` in the browser, out of reach of scripts and other sites.
pub fn set(config: &Config, token: &str) -> HeaderValue {
    header(config, token, config.refresh_token_life.as_secs())
}

/// `Set-Cookie` that removes the cookie.
pub fn clear(config: &Config) -> HeaderValue {
    header(config, "", 0)
}

fn header(config: &Config, value: &str, max_age: u64) -> HeaderValue {
    let secure = if config.https() { "; Secure" } else { "" };
    let text = format!(
        "{NAME}={value}; Path={}/auth; Max-Age={max_age}; HttpOnly; SameSite=Strict{secure}",
        service::BASE
    );
    HeaderValue::from_str(&text).expect("tokens are base64url")
}

/// Whether another origin's page made the request. `SameSite` lets neighbours through
/// (`evil.example.org` beside `books.example.org`); browsers tell them apart (Fetch Metadata).
pub fn is_foreign(request: &Request) -> bool {
    matches!(
        request.header("sec-fetch-site"),
        Some("cross-site" | "same-site")
    )
}

/// The token in the request's cookie, unless another origin made the browser send it.
pub fn get(request: &Request) -> Option<String> {
    if is_foreign(request) {
        return None;
    }
    request
        .headers()
        .get_all("cookie")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, value)| *name == NAME && !value.is_empty())
        .map(|(_, value)| value.to_owned())
}
