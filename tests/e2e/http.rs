//! The API as a client program uses it.

use std::time::{Duration, Instant};

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::server::{EMAIL, PASSWORD};

/// A signed-in admin.
pub struct Client {
    pub base: String,
    http: reqwest::Client,
    token: String,
}

impl Client {
    /// Signs in.
    pub async fn sign_in(base: &str) -> Client {
        let mut client = Client {
            base: base.into(),
            http: reqwest::Client::new(),
            token: String::new(),
        };
        let body = json!({"email": EMAIL, "password": PASSWORD});
        let (status, tokens) = client.call(Method::POST, "/auth/login", Some(body)).await;
        assert_eq!(status, 200, "{tokens}");
        client.token = tokens["accessToken"].as_str().expect("token").into();
        client
    }

    /// One call; the body is `null` where the answer has none.
    pub async fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> (StatusCode, Value) {
        let mut request = self
            .http
            .request(method, format!("{}/api/v1{path}", self.base));
        if !self.token.is_empty() {
            request = request.bearer_auth(&self.token);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await.expect("an answer");
        let status = answer.status();
        let text = answer.text().await.expect("a body");
        (status, serde_json::from_str(&text).unwrap_or(Value::Null))
    }

    pub async fn get(&self, path: &str) -> Value {
        let (status, body) = self.call(Method::GET, path, None).await;
        assert_eq!(status, 200, "GET {path}: {body}");
        body
    }

    /// presign → PUT → finalise; the book as it was answered.
    pub async fn upload(&self, name: &str, bytes: Vec<u8>) -> Value {
        let sha256 = hex::encode(Sha256::digest(&bytes));
        let ask = json!({"fileName": name, "size": bytes.len(), "contentType": "application/epub+zip", "sha256": sha256});
        let (status, signed) = self.call(Method::POST, "/books/presign", Some(ask)).await;
        assert!(status.is_success(), "presign: {signed}");
        let url = signed["uploadUrl"].as_str().expect("url");
        let url = if url.starts_with('/') {
            format!("{}{url}", self.base)
        } else {
            url.to_owned()
        };
        let mut put = self.http.put(url).body(bytes);
        for (name, value) in signed["headers"].as_object().expect("headers") {
            put = put.header(name, value.as_str().expect("text"));
        }
        let answer = put.send().await.expect("an answer");
        assert!(
            answer.status().is_success(),
            "PUT: {} {}",
            answer.status(),
            answer.text().await.unwrap_or_default()
        );
        let path = format!("/books/{}", signed["bookId"].as_str().expect("id"));
        let (status, book) = self
            .call(Method::POST, &path, Some(json!({"status": "published"})))
            .await;
        assert_eq!(status, 201, "finalise: {book}");
        book
    }

    /// Waits until the book's rendition is `state`.
    pub async fn wait_for_rendition(&self, id: &str, state: &str, patience: Duration) -> Value {
        let end = Instant::now() + patience;
        loop {
            let book = self.get(&format!("/books/{id}")).await;
            if book["rendition"]["state"] == state {
                return book;
            }
            assert!(
                Instant::now() < end,
                "book {id} is not {state}: {}",
                book["rendition"]
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Opens a reading session and fetches slice `n` with its cookies, as the reader does.
    pub async fn read_slice(&self, book: &str, n: u32) -> String {
        let url = format!("{}/api/v1/books/{book}/reading-sessions", self.base);
        let answer = self
            .http
            .post(url)
            .bearer_auth(&self.token)
            .send()
            .await
            .expect("an answer");
        assert_eq!(answer.status(), 201);
        let cookies: Vec<String> = answer
            .headers()
            .get_all("set-cookie")
            .iter()
            .filter_map(|c| Some(c.to_str().ok()?.split(';').next()?.to_owned()))
            .collect();
        let session: Value = answer.json().await.expect("a session");
        let slice = self
            .get(&format!(
                "/reading-sessions/{}/slices/{n}",
                session["id"].as_str().expect("id")
            ))
            .await;
        let path = slice["url"].as_str().expect("url");
        let url = if path.starts_with('/') {
            format!("{}{path}", self.base)
        } else {
            path.to_owned()
        };
        let bare = self.http.get(&url).send().await.expect("an answer");
        assert_eq!(bare.status(), 403, "a slice without cookies must not open");
        let page = self
            .http
            .get(&url)
            .header("cookie", cookies.join("; "))
            .send()
            .await
            .expect("an answer");
        assert_eq!(page.status(), 200);
        let policy = page.headers()["content-security-policy"]
            .to_str()
            .expect("policy");
        assert!(
            policy.starts_with("sandbox allow-same-origin; default-src 'none'"),
            "{policy}"
        );
        page.text().await.expect("html")
    }

    /// Waits until there are jobs that the filter names, and all of them are done.
    pub async fn wait_for_jobs(&self, query: &str, patience: Duration) {
        let end = Instant::now() + patience;
        loop {
            let jobs = self.jobs(query).await;
            if !jobs.is_empty() && jobs.iter().all(|job| job["state"] == "done") {
                return;
            }
            assert!(
                Instant::now() < end,
                "not all of {query} are done: {jobs:?}"
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Every live or finished job that the filter names.
    pub async fn jobs(&self, query: &str) -> Vec<Value> {
        let mut all = Vec::new();
        let mut cursor = String::new();
        loop {
            let page = self
                .get(&format!("/admin/jobs?limit=100&{query}{cursor}"))
                .await;
            all.extend(page["items"].as_array().expect("items").iter().cloned());
            let Some(next) = page["next"].as_str() else {
                return all;
            };
            cursor = format!("&cursor={next}");
        }
    }
}
