//! Images.

use super::support::Memory;
use super::whole;
use super::write::{Dictionary, Paper, deflate, dictionary};

fn image(paper: &mut Paper, entries: Dictionary, data: Vec<u8>) {
    let mut dict = dictionary! {
        "Type" => "XObject", "Subtype" => "Image", "ColorSpace" => "DeviceRGB",
        "BitsPerComponent" => 8, "Width" => 16, "Height" => 8,
    };
    dict.extend(&entries);
    let id = paper.stream(dict, data);
    let resources = paper.resources_with("XObject", "I", id);
    paper.page_with(
        "q 200 0 0 100 72 600 cm /I Do Q",
        dictionary! { "Resources" => resources },
    );
}

/// Files below `resources/` with this ending.
fn files(files: &Memory, ending: &str) -> Vec<Vec<u8>> {
    let files = files.files.lock().unwrap();
    let found = files
        .iter()
        .filter(|(path, _)| path.starts_with("resources/") && path.ends_with(ending));
    found.map(|(_, bytes)| bytes.clone()).collect()
}

fn photograph() -> Vec<u8> {
    let mut bytes = Vec::new();
    let pixels =
        image::RgbImage::from_fn(16, 8, |x, y| image::Rgb([x as u8 * 16, y as u8 * 30, 99]));
    let mut out = std::io::Cursor::new(&mut bytes);
    pixels.write_to(&mut out, image::ImageFormat::Jpeg).unwrap();
    bytes
}

fn decoded(bytes: &[u8]) -> image::RgbaImage {
    image::load_from_memory(bytes).unwrap().to_rgba8()
}

#[test]
fn photographs_are_passed_on_as_they_are() {
    let mut paper = Paper::new();
    let photograph = photograph();
    image(
        &mut paper,
        dictionary! { "Filter" => "DCTDecode" },
        photograph.clone(),
    );
    let (_, out) = whole(paper);
    assert_eq!(files(&out, ".jpg"), [photograph]);
    assert!(out.slices()[0].contains(".jpg"));
}

#[test]
fn samples_become_a_picture_of_the_same_pixels() {
    let mut paper = Paper::new();
    let samples: Vec<u8> = (0..16 * 8 * 3).map(|n| (n % 251) as u8).collect();
    image(
        &mut paper,
        dictionary! { "Filter" => "FlateDecode" },
        deflate(&samples),
    );
    let (_, out) = whole(paper);
    let found = decoded(&files(&out, ".png")[0]);
    assert_eq!(found.dimensions(), (16, 8));
    let rgb: Vec<u8> = found
        .pixels()
        .flat_map(|pixel| pixel.0[..3].to_vec())
        .collect();
    assert_eq!(rgb, samples);
}

#[test]
fn soft_masks_make_pictures_transparent() {
    let mut paper = Paper::new();
    let mask = dictionary! {
        "Type" => "XObject", "Subtype" => "Image", "ColorSpace" => "DeviceGray",
        "BitsPerComponent" => 8, "Width" => 16, "Height" => 8,
    };
    let mask = paper.stream(
        mask,
        (0..16 * 8).map(|n| (n * 2) as u8).collect::<Vec<u8>>(),
    );
    image(
        &mut paper,
        dictionary! { "SMask" => mask },
        vec![200; 16 * 8 * 3],
    );
    let (_, out) = whole(paper);
    let pictures = files(&out, ".png");
    assert!(!pictures.is_empty());
    // A mask of its own, or an alpha channel.
    let veils = pictures.iter().map(|bytes| decoded(bytes));
    let soft = veils.filter(|picture| {
        let pixels: Vec<[u8; 4]> = picture.pixels().map(|pixel| pixel.0).collect();
        pixels.iter().any(|p| p[3] == 100 || p[..3] == [100; 3])
    });
    assert_eq!(soft.count(), 1);
}

#[test]
fn stencils_are_painted_in_the_colour_of_the_moment() {
    let mut paper = Paper::new();
    let dict = dictionary! {
        "Type" => "XObject", "Subtype" => "Image", "ImageMask" => true, "Width" => 8, "Height" => 8,
        "BitsPerComponent" => 1,
    };
    let id = paper.stream(dict, vec![0b0101_0101; 8]);
    let resources = paper.resources_with("XObject", "I", id);
    paper.page_with(
        "1 0 0 rg q 200 0 0 100 72 600 cm /I Do Q",
        dictionary! { "Resources" => resources },
    );
    let (_, out) = whole(paper);
    let pictures = files(&out, ".png");
    let slice = &out.slices()[0];
    // As a picture, or traced.
    let red = |picture: &Vec<u8>| decoded(picture).pixels().any(|p| p.0 == [255, 0, 0, 255]);
    assert!(
        pictures.iter().any(red) || slice.contains("red") || slice.contains("#f00"),
        "{slice}"
    );
}

#[test]
fn inline_images_are_pictures() {
    let mut paper = Paper::new();
    let content = "q 40 0 0 40 72 600 cm BI /W 2 /H 2 /BPC 8 /CS /G ID \x10\x50\x60\x70 EI Q";
    paper.page(content);
    let (_, out) = whole(paper);
    assert_eq!(files(&out, ".png").len(), 1);
}

#[test]
fn one_image_on_many_pages_is_one_file() {
    let mut paper = Paper::new();
    let photograph = paper.stream(
        dictionary! {
            "Type" => "XObject", "Subtype" => "Image", "ColorSpace" => "DeviceRGB",
            "BitsPerComponent" => 8, "Width" => 16, "Height" => 8, "Filter" => "DCTDecode",
        },
        photograph(),
    );
    let resources = paper.resources_with("XObject", "I", photograph);
    for n in 0..30 {
        let content = format!("q 200 0 0 100 72 {} cm /I Do Q", 100 + n);
        paper.page_with(&content, dictionary! { "Resources" => resources.clone() });
    }
    let (_, out) = whole(paper);
    assert_eq!(files(&out, ".jpg").len(), 1);
}

#[test]
fn images_that_cannot_be_decoded_cost_themselves() {
    let mut paper = Paper::new();
    image(
        &mut paper,
        dictionary! { "Filter" => "JPXDecode" },
        b"not an image".to_vec(),
    );
    let (report, out) = super::rendered(&paper.bytes());
    super::judged(&out);
    assert_eq!(report.slices, 1);
    assert!(
        report
            .warnings
            .iter()
            .any(|warning| warning.code == "image_lost"),
        "{:?}",
        report.warnings
    );
}
