//! Sizes, turns and crops, as the manifest says them.

use super::write::{Dictionary, Paper, dictionary, line, numbers};
use super::{whole, words};

fn size(entries: Dictionary) -> (f64, f64) {
    let mut paper = Paper::new();
    paper.page_with("", entries);
    let (_, files) = whole(paper);
    let manifest = files.json("manifest.json");
    let viewport = &manifest["readingOrder"][0]["properties"]["viewport"];
    (
        viewport["width"].as_f64().unwrap(),
        viewport["height"].as_f64().unwrap(),
    )
}

#[test]
fn slices_have_the_size_of_the_page_as_shown() {
    let media = numbers(&[0.0, 0.0, 400.0, 300.0]);
    assert_eq!(
        size(dictionary! { "MediaBox" => media.clone() }),
        (400.0, 300.0)
    );
    let turned = dictionary! { "MediaBox" => media.clone(), "Rotate" => 90 };
    assert_eq!(size(turned), (300.0, 400.0));
    let cropped = dictionary! { "MediaBox" => media.clone(), "CropBox" => numbers(&[100.0, 100.0, 900.0, 250.0]) };
    assert_eq!(size(cropped), (300.0, 150.0));
    let unit = dictionary! { "MediaBox" => media, "UserUnit" => 2 };
    assert_eq!(size(unit), (800.0, 600.0));
}

#[test]
fn turned_pages_read_the_same() {
    let text =
        line(72.0, 300.0, 12.0, "The first line") + &line(72.0, 280.0, 12.0, "and the second");
    for turn in [0, 90, 180, 270] {
        let mut paper = Paper::new();
        paper.page_with(&text, dictionary! { "Rotate" => turn });
        let (_, files) = whole(paper);
        assert_eq!(words(&files, 0), "The first line and the second", "{turn}");
    }
}

#[test]
fn the_same_file_gives_the_same_bytes() {
    let make = || {
        let mut paper = Paper::new();
        for n in 0..40 {
            paper.page(&line(
                72.0,
                700.0,
                12.0,
                &format!("Page number {n} with words"),
            ));
        }
        let (_, files) = whole(paper);
        let files = files.files.into_inner().unwrap();
        assert!(files.len() > 80);
        files
    };
    assert!(make() == make());
}
