//! Answers, and what must hold for each of them.

use std::sync::OnceLock;

use reqwest::{Method, Response, header::HeaderMap};
use serde_json::Value;

/// An answer, read whole.
pub struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl Reply {
    pub async fn read(response: Response) -> Reply {
        Reply {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            bytes: response.bytes().await.expect("a body").to_vec(),
        }
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|_| panic!("not JSON: {}", self.text()))
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .get(name)
            .map(|value| value.to_str().expect("ascii"))
    }

    /// The problem's code; panics when the answer is none.
    pub fn code(&self) -> String {
        let problem = self.json();
        problem["code"]
            .as_str()
            .unwrap_or_else(|| panic!("{}", self.text()))
            .to_owned()
    }

    /// Status and code of a refusal.
    pub fn refusal(&self) -> (u16, String) {
        (self.status, self.code())
    }

    /// Name and value of each cookie that was set, with its attributes.
    pub fn cookies(&self) -> Vec<String> {
        let set = self.headers.get_all("set-cookie").iter();
        set.map(|value| value.to_str().expect("ascii").to_owned())
            .collect()
    }

    /// What a browser would send back.
    pub fn cookie_header(&self) -> String {
        let pairs: Vec<String> = self
            .cookies()
            .iter()
            .map(|cookie| cookie.split(';').next().expect("a pair").to_owned())
            .collect();
        pairs.join("; ")
    }
}

/// Every refusal is a problem, every answer carries the security headers and its trace id, and
/// every status of an API operation stands in the OpenAPI document.
pub fn check(method: &Method, path: &str, reply: &Reply) {
    let trace_id = reply.header("x-request-id").expect("a trace id");
    assert_eq!(
        reply.header("x-content-type-options"),
        Some("nosniff"),
        "{path}"
    );
    assert!(reply.header("content-security-policy").is_some(), "{path}");
    let is_check = path.ends_with("yz") || path.ends_with("upz");
    if reply.status >= 400 && method != Method::HEAD && !is_check {
        let kind = reply.header("content-type");
        assert_eq!(
            kind,
            Some("application/problem+json"),
            "{path}: {}",
            reply.text()
        );
        let problem = reply.json();
        assert_eq!(problem["status"], reply.status);
        assert_eq!(problem["instance"], path);
        assert_eq!(problem["traceId"], trace_id);
        assert_eq!(
            problem["type"],
            format!("urn:bindery:problem:{}", reply.code())
        );
        assert!(
            problem["title"]
                .as_str()
                .is_some_and(|title| !title.is_empty())
        );
    }
    if let Some(path) = path.strip_prefix("/api/v1")
        && let Some(statuses) = documented(method, path)
    {
        let status = reply.status.to_string();
        assert!(
            statuses.contains(&status),
            "{method} {path} does not document {status}"
        );
    }
}

/// The statuses the document names for an operation; `None` when it knows no such operation.
fn documented(method: &Method, path: &str) -> Option<Vec<String>> {
    static DOCUMENT: OnceLock<Value> = OnceLock::new();
    let document = DOCUMENT.get_or_init(|| {
        serde_json::from_str(&bindery_api::openapi_json()).expect("the document is JSON")
    });
    let paths = document["paths"].as_object().expect("paths");
    let method = method.as_str().to_lowercase();
    // Fixed segments go before parameters, as in the router.
    let mut fitting: Vec<&String> = paths
        .keys()
        .filter(|template| fits(template, path))
        .collect();
    fitting.sort_by_key(|template| template.matches('{').count());
    let operation = &paths[*fitting.first()?][method];
    Some(
        operation["responses"]
            .as_object()?
            .keys()
            .cloned()
            .collect(),
    )
}

fn fits(template: &str, path: &str) -> bool {
    let (template, path) = (template.split('/'), path.split('/'));
    template.clone().count() == path.clone().count()
        && template
            .zip(path)
            .all(|(t, p)| t == p || (t.starts_with('{') && !p.is_empty()))
}
