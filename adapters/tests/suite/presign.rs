//! Presigned PUT against a real S3 server: nothing but the announced bytes can be stored.

use std::sync::OnceLock;
use std::time::Duration;

use bindery_adapters::s3_presign::S3Presign;
use bindery_library::ports::{PresignPut, PutRequest, SignedPut};
use bindery_library::storage::{Error, Expected, Key, Location, Storage};
use bindery_test_servers::{S3, skip};
use bytes::Bytes;
use sha2::{Digest, Sha256};

struct Bucket {
    storage: Storage,
    presign: S3Presign,
}

/// One server for all tests of this file; each has a prefix of its own.
async fn bucket(prefix: &str) -> Option<Bucket> {
    static SERVER: OnceLock<Option<S3>> = OnceLock::new();
    let start = || SERVER.get_or_init(S3::start).as_ref();
    let Some(server) = tokio::task::spawn_blocking(start).await.unwrap() else {
        skip("presigned PUT: SeaweedFS is not installed");
        return None;
    };
    let url = server
        .storage_url_with_keys()
        .replacen('?', &format!("/some/{prefix}?"), 1);
    let storage = Storage::open(&url).unwrap();
    let Location::S3(location) = storage.location().clone() else {
        panic!("not S3")
    };
    let presign = S3Presign::connect(&location, None).await;
    Some(Bucket { storage, presign })
}

const TYPE: &str = "application/epub+zip";

fn book() -> Bytes {
    Bytes::from([b"PK\x03\x04".as_slice(), &[7; 5000]].concat())
}

fn request(id: &str, bytes: &[u8], lives: u64) -> PutRequest {
    PutRequest {
        upload_id: id.into(),
        size: bytes.len() as u64,
        content_type: TYPE.into(),
        sha256: hex::encode(Sha256::digest(bytes)),
        lives: Duration::from_secs(lives),
    }
}

/// Puts as a client does: the headers it was given, unless one is replaced.
async fn put(signed: &SignedPut, body: Bytes, replaced: Option<(&str, &str)>) -> u16 {
    let mut request = reqwest::Client::new().put(&signed.url).body(body);
    for (name, value) in &signed.headers {
        let other = replaced
            .filter(|(replaced, _)| replaced == name)
            .map(|(_, value)| value);
        request = request.header(name, other.unwrap_or(value));
    }
    request.send().await.unwrap().status().as_u16()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn exactly_the_announced_bytes_are_stored() {
    let Some(bucket) = bucket("exact").await else {
        return;
    };
    let body = book();
    let signed = bucket
        .presign
        .presign(request("u1", &body, 60))
        .await
        .unwrap();
    assert_eq!(signed.method, "PUT");
    let names: Vec<&str> = signed
        .headers
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    assert!(
        names.contains(&"content-type") && names.contains(&"x-amz-checksum-sha256"),
        "{names:?}"
    );
    assert!(
        signed.url.contains("content-length"),
        "the length is among the signed headers"
    );
    assert_eq!(put(&signed, body.clone(), None).await, 200);
    let expected = Expected {
        size: body.len() as u64,
        sha256: hex::encode(Sha256::digest(&body)),
    };
    let promoted = bucket
        .storage
        .promote_upload("u1", &expected)
        .await
        .unwrap();
    assert_eq!(
        bucket
            .storage
            .get(&Key::original(&promoted.sha256))
            .await
            .unwrap(),
        body
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn anything_else_is_refused() {
    let Some(bucket) = bucket("refused").await else {
        return;
    };
    let body = book();
    let signed = bucket
        .presign
        .presign(request("u1", &body, 60))
        .await
        .unwrap();
    let mut other = body.to_vec();
    other[100] ^= 1;
    let other = Bytes::from(other);
    let other_sum = {
        use base64::Engine as _;
        base64::engine::general_purpose::STANDARD.encode(Sha256::digest(&other))
    };
    let refused = [
        ("other bytes", put(&signed, other.clone(), None).await),
        (
            "other bytes and their checksum",
            put(&signed, other, Some(("x-amz-checksum-sha256", &other_sum))).await,
        ),
        ("fewer bytes", put(&signed, body.slice(..100), None).await),
        (
            "more bytes",
            put(&signed, [body.as_ref(), b"x"].concat().into(), None).await,
        ),
        (
            "another type",
            put(&signed, body.clone(), Some(("content-type", "text/html"))).await,
        ),
        (
            "another object",
            put(
                &SignedPut {
                    url: signed.url.replacen("uploads/u1", "uploads/u2", 1),
                    ..signed.clone()
                },
                body.clone(),
                None,
            )
            .await,
        ),
    ];
    for (what, status) in refused {
        assert!((400..500).contains(&status), "{what}: {status}");
    }
    for id in ["u1", "u2"] {
        let head = bucket.storage.head(&Key::upload(id)).await;
        assert!(matches!(head, Err(Error::NotFound(_))), "{id}: {head:?}");
    }
    assert_eq!(
        put(&signed, body, None).await,
        200,
        "the right one still goes"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_dies() {
    let Some(bucket) = bucket("dies").await else {
        return;
    };
    let body = book();
    let signed = bucket
        .presign
        .presign(request("u1", &body, 1))
        .await
        .unwrap();
    tokio::time::sleep(Duration::from_millis(2500)).await;
    assert_eq!(put(&signed, body, None).await, 403);
    assert!(
        bucket
            .presign
            .presign(request("../x", b"", 1))
            .await
            .is_err()
    );
}
