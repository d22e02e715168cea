//! A calibre library, imported on the command line and then served.

use std::{fs, io::Cursor, path::Path, time::Duration};

use image::{ImageFormat, Rgb, RgbImage};
use serde_json::Value;

use crate::{
    book,
    http::Client,
    server::{self, Launch},
};

const PATIENCE: Duration = Duration::from_secs(20);
const BLUE: [u8; 3] = [20, 20, 220];

/// A picture as calibre keeps it.
fn jpeg() -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    RgbImage::from_pixel(400, 600, Rgb(BLUE))
        .write_to(&mut bytes, ImageFormat::Jpeg)
        .expect("a picture");
    bytes.into_inner()
}

fn shelve(library: &Path, title: &str, cover: &[u8]) {
    let folder = library.join(format!("Author/{title} (1)"));
    fs::create_dir_all(&folder).expect("folders");
    fs::write(folder.join("book.epub"), book::epub(title, 1)).expect("book");
    fs::write(folder.join("cover.jpg"), cover).expect("cover");
}

/// The thumbnail that the catalogue shows for a book: its media type and its bytes.
async fn thumbnail(base: &str, book: &Value) -> (String, Vec<u8>) {
    let url = book["thumbnailUrl"].as_str().expect("a thumbnail");
    let answer = reqwest::get(format!("{base}{url}")).await.expect("answer");
    assert_eq!(answer.status(), 200, "{url}");
    let kind = answer.headers()["content-type"]
        .to_str()
        .expect("text")
        .to_owned();
    (kind, answer.bytes().await.expect("bytes").to_vec())
}

#[tokio::test]
async fn the_covers_of_a_calibre_library_are_taken_over_and_broken_ones_do_no_harm() {
    let dir = tempfile::tempdir().expect("folder");
    let library = dir.path().join("Library");
    let whole = jpeg();
    shelve(&library, "Covered", &whole);
    // Of a picture that is only cut short, decoders show what there is.
    shelve(&library, "Torn", &whole[..20]);
    shelve(&library, "Text", b"this is no picture");
    let port = server::free_port();
    let env = server::settings(&dir.path().join("data"), port);
    let import = server::bindery()
        .args(["import", "Library"])
        .envs(env.clone())
        .current_dir(dir.path())
        .output()
        .expect("bindery runs");
    let said = String::from_utf8_lossy(&import.stdout);
    assert!(
        import.status.success() && said.contains("3 added"),
        "{said}"
    );

    let told = String::from_utf8_lossy(&import.stderr);
    assert!(
        told.contains("cover not used") && told.contains("Text (1)"),
        "{told}"
    );

    let launch = Launch {
        args: vec!["serve"],
        env,
        dir: dir.path(),
        name: "serve",
    };
    let mut process = launch.start();
    let base = format!("http://127.0.0.1:{port}");
    process.ready(&format!("{base}/readyz")).await;
    let client = Client::sign_in(&base).await;
    let books = client.get("/books").await["items"].take();
    for book in books.as_array().expect("items") {
        let id = book["id"].as_str().expect("id");
        client.wait_for_rendition(id, "ready", PATIENCE).await;
    }
    client.wait_for_jobs("kind=cover", PATIENCE).await;

    for title in ["Covered", "Torn", "Text"] {
        let books = client.get("/books").await;
        let mut items = books["items"].as_array().expect("items").iter();
        let book = items.find(|book| book["title"] == title).expect(title);
        let (kind, bytes) = thumbnail(&base, book).await;
        if title != "Covered" {
            // Calibre gives JPEG; ours is a PNG.
            assert_eq!(kind, "image/png", "{title} has the cover we draw");
            continue;
        }
        assert_eq!(kind, "image/jpeg");
        let picture = image::load_from_memory(&bytes).expect("decodes").to_rgb8();
        assert_eq!(picture.dimensions(), (160, 240));
        let pixel = picture.get_pixel(80, 120).0;
        assert!(
            pixel.iter().zip(BLUE).all(|(a, b)| a.abs_diff(b) < 8),
            "{pixel:?}"
        );
        let original = book["coverUrl"]
            .as_str()
            .expect("a cover")
            .replace("medium", "original");
        let answer = reqwest::get(format!("{base}{original}"))
            .await
            .expect("answer");
        assert_eq!(answer.bytes().await.expect("bytes"), whole);
    }
    let log = process.log();
    assert!(
        log.contains("cover not used"),
        "the torn one is told:\n{log}"
    );
    let covers = dir.path().join("data/objects/covers");
    let kept = fs::read_dir(&covers).map_or(0, |folders| {
        folders.flatten().filter(|f| count(&f.path()) > 0).count()
    });
    assert_eq!(kept, 1, "of the others no file is left");
}

/// Files under a folder.
fn count(folder: &Path) -> usize {
    let entries = fs::read_dir(folder).expect("folder").flatten();
    entries
        .map(|e| {
            if e.path().is_dir() {
                count(&e.path())
            } else {
                1
            }
        })
        .sum()
}
