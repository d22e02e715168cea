//! An endpoint for webhooks that remembers what it was sent, as far as its signature is right.

use std::sync::{Arc, Mutex};

use bindery_adapters::webhook_http::Signer;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

pub const SECRET: &str = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";

/// Everything received: `webhook-id` and body.
#[derive(Clone, Default)]
pub struct Receiver {
    received: Arc<Mutex<Vec<(String, Value)>>>,
    /// Answered instead of 200, once each.
    refusals: Arc<Mutex<Vec<u16>>>,
}

impl Receiver {
    /// Listens; answers the address too.
    pub async fn start() -> (Self, String) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}/hook", listener.local_addr().unwrap());
        let receiver = Self::default();
        let this = receiver.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let this = this.clone();
                tokio::spawn(async move { this.answer(stream).await });
            }
        });
        (receiver, address)
    }

    pub fn refuse_next(&self, status: u16) {
        self.refusals.lock().unwrap().push(status);
    }

    pub fn types(&self) -> Vec<String> {
        let all = self.received.lock().unwrap();
        all.iter()
            .map(|(_, body)| body["eventType"].as_str().unwrap().to_owned())
            .collect()
    }

    pub fn ids(&self) -> Vec<String> {
        self.received
            .lock()
            .unwrap()
            .iter()
            .map(|(id, _)| id.clone())
            .collect()
    }

    async fn answer(&self, stream: TcpStream) {
        let mut stream = BufReader::new(stream);
        let (mut id, mut timestamp, mut signature, mut length) =
            (String::new(), 0, String::new(), 0);
        loop {
            let mut line = String::new();
            stream.read_line(&mut line).await.unwrap();
            let Some((name, value)) = line.trim_end().split_once(": ") else {
                if line.trim().is_empty() {
                    break;
                }
                continue;
            };
            match name.to_ascii_lowercase().as_str() {
                "webhook-id" => id = value.to_owned(),
                "webhook-timestamp" => timestamp = value.parse().unwrap(),
                "webhook-signature" => signature = value.to_owned(),
                "content-length" => length = value.parse().unwrap(),
                _ => {}
            }
        }
        let mut body = vec![0; length];
        stream.read_exact(&mut body).await.unwrap();
        let refusal = self.refusals.lock().unwrap().pop();
        let right = Signer::new(SECRET).unwrap().sign(&id, timestamp, &body) == signature;
        let status = refusal.unwrap_or(if right { 200 } else { 401 });
        if status == 200 {
            let body = serde_json::from_slice(&body).unwrap();
            self.received.lock().unwrap().push((id, body));
        }
        let answer =
            format!("HTTP/1.1 {status} X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
        stream.write_all(answer.as_bytes()).await.unwrap();
    }
}
