//! gzip and brotli for what shrinks: JSON and the client's text files. Not for event streams
//! (compression would hold events back), not for content (ranges count the plain bytes).

use std::sync::Arc;

use poem::{
    Endpoint, IntoResponse, Request, Response, Result,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    web::{Compress, CompressionAlgo},
};

/// Answers smaller than this fit into one packet anyway.
const SMALLEST: u64 = 1024;

/// Answers by `next` and compresses if the client can read it.
pub async fn compress<E: Endpoint>(next: Arc<E>, request: Request) -> Result<Response> {
    let algorithm = choose(request.headers());
    let possible =
        request.method() != Method::HEAD && !request.uri().path().starts_with("/content/");
    let mut response = next.call(request).await?.into_response();
    if !possible || !worthwhile(&response) {
        return Ok(response);
    }
    response
        .headers_mut()
        .append(header::VARY, HeaderValue::from_static("accept-encoding"));
    match algorithm {
        Some(algorithm) => Ok(Compress::new(response, algorithm).into_response()),
        None => Ok(response),
    }
}

/// Brotli before gzip, of those the client names without forbidding them.
fn choose(headers: &HeaderMap) -> Option<CompressionAlgo> {
    let accepted = |name: &str| {
        headers
            .get_all(header::ACCEPT_ENCODING)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .filter_map(|entry| {
                let (coding, weight) = entry.split_once(';').unwrap_or((entry, ""));
                let weight = weight.trim().strip_prefix("q=").unwrap_or("1");
                Some((coding.trim(), weight.parse::<f32>().ok()?))
            })
            .any(|(coding, weight)| coding.eq_ignore_ascii_case(name) && weight > 0.0)
    };
    if accepted("br") {
        Some(CompressionAlgo::BR)
    } else if accepted("gzip") {
        Some(CompressionAlgo::GZIP)
    } else {
        None
    }
}

fn worthwhile(response: &Response) -> bool {
    let headers = response.headers();
    let shrinks = response.content_type().is_some_and(|kind| {
        let kind = kind.split(';').next().unwrap_or_default().trim();
        kind != "text/event-stream"
            && (kind.starts_with("text/")
                || kind.ends_with("json")
                || kind.ends_with("javascript")
                || kind.ends_with("+xml")
                || kind == "application/wasm")
    });
    let length: Option<u64> = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse().ok());
    response.status() == StatusCode::OK
        && shrinks
        && !headers.contains_key(header::CONTENT_ENCODING)
        && length.is_none_or(|length| length >= SMALLEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(header: &'static str) -> Option<CompressionAlgo> {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(header));
        choose(&headers)
    }

    #[test]
    fn the_clients_wish_is_read() {
        assert_eq!(chosen("gzip, deflate, br"), Some(CompressionAlgo::BR));
        assert_eq!(chosen("gzip;q=0.5, br;q=0"), Some(CompressionAlgo::GZIP));
        assert_eq!(chosen("identity"), None);
        assert_eq!(choose(&HeaderMap::new()), None);
    }
}
