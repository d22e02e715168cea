//! Webhooks against a small receiver which checks the signature by itself.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bindery_adapters::webhook_http::WebhookHttp;
use bindery_library::ports::{PortError, Webhooks};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

const KEY: &[u8] = b"a secret of thirty-two bytes.....";

fn secret() -> String {
    format!("whsec_{}", STANDARD.encode(KEY))
}

struct Delivery {
    headers: HashMap<String, String>,
    body: Vec<u8>,
}

impl Delivery {
    /// As Standard Webhooks tells receivers to do it.
    fn is_genuine(&self) -> bool {
        let signed = [
            self.headers["webhook-id"].as_bytes(),
            b".",
            self.headers["webhook-timestamp"].as_bytes(),
            b".",
            &self.body,
        ]
        .concat();
        let mut mac = Hmac::<Sha256>::new_from_slice(KEY).unwrap();
        mac.update(&signed);
        let expected = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
        self.headers["webhook-signature"]
            .split(' ')
            .any(|signature| signature == expected)
    }
}

/// Answers one request after the other with the given heads, and hands on what came.
fn receiver(answers: &'static [&'static str]) -> (SocketAddr, Receiver<Delivery>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for answer in answers {
            let (mut stream, _) = listener.accept().unwrap();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let mut headers = HashMap::new();
            let mut line = String::new();
            while reader.read_line(&mut line).unwrap() > 2 {
                if let Some((name, value)) = line.split_once(": ") {
                    headers.insert(name.to_lowercase(), value.trim().to_owned());
                }
                line.clear();
            }
            let length = headers
                .get("content-length")
                .map_or(0, |n| n.parse().unwrap());
            let mut body = vec![0; length];
            reader.read_exact(&mut body).unwrap();
            let head =
                format!("HTTP/1.1 {answer}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            stream.write_all(head.as_bytes()).unwrap();
            // The test may have ended.
            let _ = sender.send(Delivery { headers, body });
        }
    });
    (address, receiver)
}

#[tokio::test]
async fn a_delivery_is_signed_and_a_second_one_has_the_same_id() {
    let (address, received) = receiver(&["204 No Content", "200 OK"]);
    let url = format!("http://{address}/hook?x=1");
    let webhooks = WebhookHttp::new(&url, &secret(), true).unwrap();
    for _ in 0..2 {
        webhooks
            .deliver("event-1", br#"{"eventType":"book.created"}"#)
            .await
            .unwrap();
        let delivery = received.recv_timeout(Duration::from_secs(5)).unwrap();
        assert!(delivery.is_genuine());
        assert_eq!(delivery.headers["webhook-id"], "event-1");
        assert_eq!(delivery.headers["content-type"], "application/json");
        assert_eq!(delivery.body, br#"{"eventType":"book.created"}"#);
        let forged = Delivery {
            body: b"{}".to_vec(),
            ..delivery
        };
        assert!(!forged.is_genuine());
    }
}

#[tokio::test]
async fn the_receivers_answer_decides_about_the_next_try() {
    let (address, _received) = receiver(&[
        "500 Oops",
        "410 Gone",
        "429 Slow\r\nRetry-After: 120",
        "503 Away",
        "302 Found\r\nLocation: http://127.0.0.1:1/",
    ]);
    let webhooks = WebhookHttp::new(&format!("http://{address}/"), &secret(), true).unwrap();
    let mut answers = Vec::new();
    for _ in 0..5 {
        answers.push(webhooks.deliver("e", b"{}").await.unwrap_err());
    }
    assert!(matches!(answers[0], PortError::Temporary(_)));
    assert!(matches!(answers[1], PortError::Permanent(_)));
    assert!(matches!(answers[2], PortError::Later(pause, _) if pause.as_secs() == 120));
    assert!(matches!(answers[3], PortError::Temporary(_)));
    assert!(matches!(&answers[4], PortError::Temporary(text) if text.contains("302")));
}

#[tokio::test]
async fn our_own_network_is_out_of_reach_unless_allowed() {
    let (address, received) = receiver(&["200 OK"]);
    let port = address.port();
    // Written as a number, as a name, and as a number in another spelling.
    for host in [
        "127.0.0.1",
        "localhost",
        "[::1]",
        "2130706433",
        "[::ffff:127.0.0.1]",
    ] {
        let url = format!("https://{host}:{port}/");
        let webhooks = WebhookHttp::new(&url, &secret(), false).unwrap();
        let refused = webhooks.deliver("e", b"{}").await.unwrap_err();
        assert!(refused.to_string().contains("public"), "{host}: {refused}");
    }
    assert!(received.try_recv().is_err(), "nobody connected");
}

#[tokio::test]
async fn nobody_there_is_temporary_and_the_address_is_not_repeated() {
    let free = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let url = format!("http://{free}/hook?token=hush");
    let webhooks = WebhookHttp::new(&url, &secret(), true).unwrap();
    match webhooks.deliver("e", b"{}").await {
        Err(PortError::Temporary(text)) => assert!(!text.contains("hush"), "{text}"),
        other => panic!("{other:?}"),
    }
}
