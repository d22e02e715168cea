//! Sizes and turns.

use kurbo::Point;

use super::super::Sheet;
use super::write::{Dictionary, Paper, dictionary, numbers};
use super::{read, read_with};
use crate::Limits;

fn sheet(entries: Dictionary) -> Sheet {
    let mut paper = Paper::new();
    paper.page_with("", entries);
    read(paper.bytes()).1.sheets.remove(0)
}

/// Where a point of user space is shown.
fn shown(sheet: &Sheet, x: f64, y: f64) -> (f64, f64) {
    let at = sheet.transform * Point::new(x, y);
    (at.x.round(), at.y.round())
}

fn boxed(crop: [f32; 4]) -> Dictionary {
    dictionary! { "MediaBox" => numbers(&[0.0, 0.0, 200.0, 100.0]), "CropBox" => numbers(&crop) }
}

#[test]
fn crop_boxes_cut_and_are_cut_by_the_media_box() {
    let cut = sheet(boxed([50.0, 20.0, 500.0, 60.0]));
    assert_eq!((cut.width, cut.height), (150.0, 40.0));
    assert_eq!(shown(&cut, 50.0, 60.0), (0.0, 0.0));
    assert_eq!(shown(&cut, 200.0, 20.0), (150.0, 40.0));
    // Upside down in the file.
    let turned = sheet(boxed([150.0, 60.0, 50.0, 20.0]));
    assert_eq!((turned.width, turned.height), (100.0, 40.0));
}

#[test]
fn boxes_that_do_not_meet_leave_the_media_box() {
    let apart = sheet(boxed([900.0, 900.0, 950.0, 950.0]));
    assert_eq!((apart.width, apart.height), (200.0, 100.0));
    let nothing = sheet(dictionary! { "MediaBox" => numbers(&[5.0, 5.0, 5.0, 5.0]) });
    assert_eq!(nothing.width.round(), 595.0);
}

#[test]
fn turned_pages_are_shown_upright() {
    for (turn, size, origin, corner) in [
        (0, (100.0, 40.0), (0.0, 40.0), (100.0, 0.0)),
        (90, (40.0, 100.0), (0.0, 0.0), (40.0, 100.0)),
        (180, (100.0, 40.0), (100.0, 0.0), (0.0, 40.0)),
        (-90, (40.0, 100.0), (40.0, 100.0), (0.0, 0.0)),
        (45, (100.0, 40.0), (0.0, 40.0), (100.0, 0.0)),
    ] {
        let mut entries = boxed([50.0, 20.0, 150.0, 60.0]);
        entries.set("Rotate", turn);
        let sheet = sheet(entries);
        assert_eq!((sheet.width, sheet.height), size, "{turn}");
        assert_eq!(shown(&sheet, 50.0, 20.0), origin, "{turn}");
        assert_eq!(shown(&sheet, 150.0, 60.0), corner, "{turn}");
    }
}

#[test]
fn user_units_scale_and_odd_ones_do_not() {
    let mut entries = boxed([0.0, 0.0, 200.0, 100.0]);
    entries.set("UserUnit", 2.5);
    let large = sheet(entries.clone());
    assert_eq!(
        (large.width, large.height, large.scale),
        (500.0, 250.0, 2.5)
    );
    assert_eq!(shown(&large, 10.0, 100.0), (25.0, 0.0));
    entries.set("UserUnit", -1);
    assert_eq!(sheet(entries).scale, 1.0);
}

#[test]
fn monstrous_pages_are_scaled_down_and_said() {
    let mut paper = Paper::new();
    let square = |side: f32| dictionary! { "MediaBox" => numbers(&[0.0, 0.0, side, side / 2.0]) };
    paper.page_with("", square(4_000_000.0));
    paper.page_with("", square(600.0));
    let mut warnings = Vec::new();
    let limits = Limits::default();
    let (_, document) = read_with(paper.bytes(), &limits, &mut warnings);
    let side = limits.pdf_page_side as f64;
    assert!((document.sheets[0].width - side).abs() < 0.01);
    assert!((document.sheets[0].height - side / 2.0).abs() < 0.01);
    assert_eq!(document.sheets[1].width, 600.0);
    assert_eq!(warnings[0].code, "page_shrunk");
}
