//! `GET /api/docs`: the interactive documentation, from bytes in the binary.
//!
//! Swagger UI, because poem-openapi's Scalar asks a foreign server for fonts. Its page has its
//! scripts inline; they are allowed one by one, by their digests.

use std::sync::OnceLock;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use poem::{Response, handler, http::header};
use sha2::{Digest as _, Sha256};

use crate::service;

struct Page {
    html: String,
    policy: String,
}

/// Made when somebody asks for the first time: it has 1.6 MB.
static PAGE: OnceLock<Page> = OnceLock::new();

fn page() -> &'static Page {
    PAGE.get_or_init(|| {
        let html = service::service().swagger_ui_html();
        let digests: String = scripts(&html)
            .map(|script| format!(" 'sha256-{}'", STANDARD.encode(Sha256::digest(script))))
            .collect();
        let policy = format!(
            "default-src 'self'; script-src{digests}; style-src 'self' 'unsafe-inline'; \
             img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
        );
        Page { html, policy }
    })
}

/// The texts of the inline scripts, found as a browser finds them: a script ends at the first
/// `</script>`, whatever else that looks like a tag stands in it.
fn scripts(html: &str) -> impl Iterator<Item = &str> {
    let mut rest = html;
    std::iter::from_fn(move || {
        let (_, tag) = rest.split_once("<script")?;
        let (_, body) = tag.split_once('>')?;
        let (script, after) = body.split_once("</script>")?;
        rest = after;
        Some(script)
    })
}

/// The documentation's page.
#[handler]
pub fn docs() -> Response {
    let page = page();
    Response::builder()
        .content_type("text/html; charset=utf-8")
        .header(header::CONTENT_SECURITY_POLICY, &page.policy)
        .header(header::CACHE_CONTROL, "no-cache")
        .body(page.html.as_str())
}

/// The OpenAPI document.
#[handler]
pub fn document() -> Response {
    static DOCUMENT: OnceLock<String> = OnceLock::new();
    Response::builder()
        .content_type("application/json")
        .header(header::CACHE_CONTROL, "no-cache")
        .body(DOCUMENT.get_or_init(service::openapi_json).as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_loads_nothing_from_elsewhere() {
        let html = &page().html;
        for outside in ["<script src", "<link", "@import url(http", "src=\"http"] {
            assert!(!html.contains(outside), "{outside}");
        }
        assert_eq!(scripts(html).count(), 2);
        assert_eq!(page().policy.matches("'sha256-").count(), 2);
        let found: Vec<_> = scripts(html).collect();
        assert!(found[0].contains("SwaggerUIBundle") && found[0].len() > 1_000_000);
        assert!(found[1].contains("dom_id"));
    }
}
