//! Objects on disk and in a bucket.

use std::sync::OnceLock;

use bindery_library::storage::{ByteStream, Error, Expected, Key, Location, Prefix, Storage};
use bytes::Bytes;
use futures::{StreamExt, TryStreamExt, stream};
use sha2::{Digest, Sha256};

macro_rules! on_disk_and_s3 {
    ($($test:ident),+ $(,)?) => {
        mod disk {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                let folder = tempfile::tempdir().unwrap();
                let url = format!("file://{}/objects", folder.path().display());
                super::$test(bindery_library::storage::Storage::open(&url).unwrap()).await;
            })+
        }
        mod s3 {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                if let Some(storage) = super::bucket(stringify!($test)).await {
                    super::$test(storage).await;
                }
            })+
        }
    };
}

on_disk_and_s3!(
    objects_are_written_read_listed_and_deleted,
    a_stream_is_hashed_and_capped,
    a_large_stream_goes_in_parts,
    an_interrupted_stream_leaves_nothing,
    a_right_upload_becomes_an_original,
    a_wrong_upload_is_refused,
    a_copy_is_made_only_of_the_version_named,
);

/// One S3 server for all tests of this file; each has a prefix of its own.
async fn bucket(prefix: &str) -> Option<Storage> {
    static SERVER: OnceLock<Option<bindery_test_servers::S3>> = OnceLock::new();
    let start = || SERVER.get_or_init(bindery_test_servers::S3::start).as_ref();
    let server = tokio::task::spawn_blocking(start).await.unwrap();
    let Some(server) = server else {
        bindery_test_servers::skip("storage on S3: SeaweedFS is not installed");
        return None;
    };
    let url = server.storage_url_with_keys();
    let url = url.replacen(server.bucket(), &format!("{}/{prefix}", server.bucket()), 1);
    let storage = Storage::open(&url).unwrap();
    storage.ping().await.unwrap();
    Some(storage)
}

fn chunks(bytes: Vec<u8>, size: usize) -> ByteStream<'static> {
    let parts: Vec<_> = bytes
        .chunks(size)
        .map(|c| Ok(Bytes::copy_from_slice(c)))
        .collect();
    stream::iter(parts).boxed()
}

fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

fn on_disk(storage: &Storage) -> bool {
    matches!(storage.location(), Location::Disk { .. })
}

async fn objects_are_written_read_listed_and_deleted(storage: Storage) {
    let key = Key::rendition("ab12", "slices/0.html");
    assert!(matches!(storage.get(&key).await, Err(Error::NotFound(_))));
    storage
        .put(&key, "text/html", Bytes::from_static(b"0123456789"))
        .await
        .unwrap();
    storage
        .put(&key, "text/html", Bytes::from_static(b"abcdefghij"))
        .await
        .unwrap();
    let css = Key::rendition("ab12", "resources/a b.css");
    storage
        .put(&css, "text/css", Bytes::from_static(b"p{}"))
        .await
        .unwrap();
    let other = Key::rendition("ab123", "manifest.json");
    storage
        .put(&other, "application/webpub+json", Bytes::from_static(b"{}"))
        .await
        .unwrap();
    assert_eq!(storage.get(&key).await.unwrap(), "abcdefghij");
    assert_eq!(storage.get_range(&key, 2..5).await.unwrap(), "cde");
    let head = storage.head(&key).await.unwrap();
    assert_eq!(
        (head.path.as_str(), head.size),
        ("content/ab12/slices/0.html", 10)
    );
    assert!(head.etag.is_some() && head.modified > 1_600_000_000_000);
    let object = storage.open_object(&key, Some(3..6)).await.unwrap();
    assert_eq!((object.range.clone(), object.meta.size), (3..6, 10));
    if !on_disk(&storage) {
        assert_eq!(object.content_type.as_deref(), Some("text/html"));
    }
    let parts: Vec<Bytes> = object.stream.try_collect().await.unwrap();
    assert_eq!(parts.concat(), b"def");
    match storage.local_path(&key).unwrap() {
        Some(path) => assert_eq!(std::fs::read(path).unwrap(), b"abcdefghij"),
        None => assert!(!on_disk(&storage)),
    }
    storage.settle().await.unwrap();
    let listed = storage
        .list_prefix(&Prefix::Rendition("ab12".into()))
        .unwrap();
    let mut paths: Vec<String> = listed.map_ok(|meta| meta.path).try_collect().await.unwrap();
    paths.sort();
    assert_eq!(
        paths,
        [
            "content/ab12/resources/a b.css",
            "content/ab12/slices/0.html"
        ]
    );
    assert_eq!(
        storage
            .delete_prefix(&Prefix::Rendition("ab12".into()))
            .await
            .unwrap(),
        2
    );
    assert_eq!(
        storage
            .delete_prefix(&Prefix::Rendition("ab12".into()))
            .await
            .unwrap(),
        0
    );
    assert_eq!(
        storage.get(&other).await.unwrap(),
        "{}",
        "a longer name is another rendition"
    );
    storage.delete(&other).await.unwrap();
    storage.delete(&other).await.unwrap();
    storage.ping().await.unwrap();
}

async fn a_stream_is_hashed_and_capped(storage: Storage) {
    let bytes = vec![7; 100_000];
    let key = Key::upload("u1");
    let stored = storage
        .put_stream(&key, "application/pdf", chunks(bytes.clone(), 999), 100_000)
        .await;
    let stored = stored.unwrap();
    assert_eq!((stored.size, stored.sha256), (100_000, sha256(&bytes)));
    let second = Key::upload("u2");
    let large = storage
        .put_stream(&second, "application/pdf", chunks(bytes, 999), 99_999)
        .await;
    assert!(matches!(large, Err(Error::TooLarge { cap: 99_999 })));
    assert!(matches!(
        storage.head(&second).await,
        Err(Error::NotFound(_))
    ));
}

async fn a_large_stream_goes_in_parts(storage: Storage) {
    let bytes: Vec<u8> = (0..20_000_000_u32).map(|n| (n % 251) as u8).collect();
    let key = Key::upload("large");
    let media_type = "application/octet-stream";
    let stream = chunks(bytes.clone(), 1_000_000);
    let stored = storage
        .put_stream(&key, media_type, stream, u64::MAX)
        .await
        .unwrap();
    assert_eq!(stored.sha256, sha256(&bytes));
    assert_eq!(sha256(&storage.get(&key).await.unwrap()), stored.sha256);
    let capped = Key::upload("capped");
    let large = storage
        .put_stream(&capped, media_type, chunks(bytes, 1_000_000), 19_999_999)
        .await;
    assert!(matches!(large, Err(Error::TooLarge { .. })));
    assert!(matches!(
        storage.head(&capped).await,
        Err(Error::NotFound(_))
    ));
}

async fn an_interrupted_stream_leaves_nothing(storage: Storage) {
    for (name, before) in [("small", 1), ("large", 12)] {
        let good = (0..before).map(|_| Ok(Bytes::from(vec![1; 1_000_000])));
        let broken = good.chain([Err(std::io::Error::other("the client went away"))]);
        let stream = stream::iter(broken.collect::<Vec<_>>()).boxed();
        let key = Key::upload(name);
        let stored = storage
            .put_stream(&key, "application/pdf", stream, u64::MAX)
            .await;
        assert!(matches!(stored, Err(Error::Source(_))), "{name}");
        assert!(
            matches!(storage.head(&key).await, Err(Error::NotFound(_))),
            "{name}"
        );
    }
    let listed = storage.list_prefix(&Prefix::Uploads).unwrap();
    assert_eq!(listed.count().await, 0);
}

/// An EPUB as far as its magic goes.
fn epub(fill: u8) -> (Vec<u8>, Expected) {
    let mut bytes = b"PK\x03\x04".to_vec();
    bytes.extend(std::iter::repeat_n(fill, 9_000_000));
    let expected = Expected {
        size: bytes.len() as u64,
        sha256: sha256(&bytes),
    };
    (bytes, expected)
}

async fn put(storage: &Storage, id: &str, bytes: Vec<u8>) {
    let stream = chunks(bytes, 1_000_000);
    storage
        .put_stream(&Key::upload(id), "application/epub+zip", stream, u64::MAX)
        .await
        .unwrap();
}

async fn a_right_upload_becomes_an_original(storage: Storage) {
    let (bytes, expected) = epub(1);
    put(&storage, "u1", bytes.clone()).await;
    let promoted = storage.promote_upload("u1", &expected).await.unwrap();
    assert_eq!(promoted.format.as_str(), "epub");
    let original = Key::original(&expected.sha256);
    assert_eq!(storage.get(&original).await.unwrap(), bytes);
    // Again, as after a crash before the book was finalised.
    storage.promote_upload("u1", &expected).await.unwrap();
    storage.delete(&Key::upload("u1")).await.unwrap();
    assert_eq!(storage.head(&original).await.unwrap().size, expected.size);
    // Uploads are put anew, never changed in place: the original does not follow.
    put(&storage, "u1", b"something else".to_vec()).await;
    assert_eq!(storage.get(&original).await.unwrap(), bytes);
    let listed = storage.list_prefix(&Prefix::Uploads).unwrap();
    assert_eq!(listed.count().await, 1, "nothing is left beside the upload");
}

async fn a_wrong_upload_is_refused(storage: Storage) {
    let (bytes, expected) = epub(1);
    let (other, _) = epub(2);
    assert!(matches!(
        storage.promote_upload("u0", &expected).await,
        Err(Error::NotFound(_))
    ));
    put(&storage, "u1", other).await;
    assert!(matches!(
        storage.promote_upload("u1", &expected).await,
        Err(Error::WrongChecksum)
    ));
    put(&storage, "u2", bytes[..1000].to_vec()).await;
    let short = storage.promote_upload("u2", &expected).await;
    assert!(matches!(short, Err(Error::WrongSize { found: 1000, .. })));
    let text = b"just some text".to_vec();
    let plain = Expected {
        size: text.len() as u64,
        sha256: sha256(&text),
    };
    put(&storage, "u3", text).await;
    assert!(matches!(
        storage.promote_upload("u3", &plain).await,
        Err(Error::UnknownFormat)
    ));
    let listed = storage.list_prefix(&Prefix::Originals).unwrap();
    assert_eq!(listed.count().await, 0, "no original was made");
    let key = Key::upload("u4");
    let short = chunks(bytes[..1000].to_vec(), 100);
    let stored = storage
        .put_announced(&key, "application/epub+zip", short, &expected)
        .await;
    assert!(matches!(stored, Err(Error::WrongSize { found: 1000, .. })));
    let long = chunks([bytes, vec![1]].concat(), 1_000_000);
    let stored = storage
        .put_announced(&key, "application/epub+zip", long, &expected)
        .await;
    assert!(matches!(stored, Err(Error::TooLarge { .. })));
    let other = chunks(epub(2).0, 1_000_000);
    let stored = storage
        .put_announced(&key, "application/epub+zip", other, &expected)
        .await;
    assert!(matches!(stored, Err(Error::WrongChecksum)));
    assert!(matches!(storage.head(&key).await, Err(Error::NotFound(_))));
}

async fn a_copy_is_made_only_of_the_version_named(storage: Storage) {
    let (from, to) = (Key::upload("u1"), Key::upload("u2"));
    storage
        .put(&from, "application/pdf", Bytes::from_static(b"one"))
        .await
        .unwrap();
    let etag = storage.head(&from).await.unwrap().etag.unwrap();
    let copied = storage.copy_if_match(&from, &to, &etag).await.unwrap();
    assert_eq!(copied.sha256, sha256(b"one"));
    storage
        .put(&from, "application/pdf", Bytes::from_static(b"other"))
        .await
        .unwrap();
    let changed = storage.copy_if_match(&from, &to, &etag).await;
    assert!(matches!(changed, Err(Error::Changed)), "{changed:?}");
    assert_eq!(storage.get(&to).await.unwrap(), "one");
}
