//! Which picture becomes the cover, and what becomes of it.

#![expect(clippy::unwrap_used, reason = "in a test an unwrap is the assertion")]

mod support;

use std::io::Cursor;

use bindery_engine::{Options, Report, render_cover};
use image::codecs::gif::GifEncoder;
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, Frame, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use support::{Epub, Memory, chapter, rendered};

const RED: [u8; 3] = [200, 20, 20];
const GREEN: [u8; 3] = [20, 160, 20];
const BLUE: [u8; 3] = [20, 20, 200];
const GOLD: [u8; 3] = [220, 180, 20];
const GREY: [u8; 3] = [120, 120, 120];

fn encoded(picture: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    picture.into().write_to(&mut out, format).unwrap();
    out.into_inner()
}

fn png(colour: [u8; 3]) -> Vec<u8> {
    encoded(
        RgbImage::from_pixel(300, 400, Rgb(colour)),
        ImageFormat::Png,
    )
}

fn file(files: &Memory, name: &str) -> (String, Vec<u8>) {
    let files = files.files.lock().unwrap();
    let start = format!("cover/{name}.");
    let (path, bytes) = files
        .iter()
        .find(|(path, _)| path.starts_with(&start))
        .unwrap();
    (path[start.len()..].to_owned(), bytes.clone())
}

fn picture(files: &Memory, name: &str) -> RgbImage {
    image::load_from_memory(&file(files, name).1)
        .unwrap()
        .into_rgb8()
}

fn is(picture: &RgbImage, colour: [u8; 3]) -> bool {
    let middle = picture.get_pixel(picture.width() / 2, picture.height() / 2);
    let mut pairs = middle.0.iter().zip(colour);
    pairs.all(|(a, b)| a.abs_diff(b) < 12)
}

fn lost(report: &Report) -> usize {
    let codes = report.warnings.iter();
    codes.filter(|w| w.code == "cover_unusable").count()
}

/// A package written out, because the order of trust is about its details.
fn book(
    items: &str,
    metadata: &str,
    guide: &str,
    first_page: &str,
    files: &[(&str, Vec<u8>)],
) -> Vec<u8> {
    let package = format!(
        "<package xmlns=\"http://www.idpf.org/2007/opf\" version=\"3.0\"><metadata \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:title>T</dc:title>{metadata}</metadata>\
         <manifest>{items}<item id=\"p\" href=\"p.xhtml\" media-type=\"application/xhtml+xml\"/></manifest>\
         <spine><itemref idref=\"p\"/></spine><guide>{guide}</guide></package>"
    );
    let container = "<container><rootfiles><rootfile full-path=\"OPS/p.opf\" \
                     media-type=\"application/oebps-package+xml\"/></rootfiles></container>";
    let mut all = vec![
        ("mimetype".to_owned(), b"application/epub+zip".to_vec()),
        ("META-INF/container.xml".to_owned(), container.into()),
        ("OPS/p.opf".to_owned(), package.into_bytes()),
        ("OPS/p.xhtml".to_owned(), chapter(first_page).into_bytes()),
    ];
    for (name, bytes) in files {
        all.push((format!("OPS/{name}"), bytes.clone()));
    }
    support::archive(&all)
}

#[test]
fn each_way_to_name_a_cover_yields_to_the_better_one() {
    let item = |id: &str, name: &str, more: &str| {
        format!("<item id=\"{id}\" href=\"{name}\" media-type=\"image/png\" {more}/>")
    };
    let property = item("a", "property.png", "properties=\"cover-image\"");
    let meta = item("b", "meta.png", "");
    let id = item("cover-image", "id.png", "");
    let guided = item("d", "guided.png", "");
    let shown = item("e", "shown.png", "") + &item("f", "small.png", "");
    let page = "<item id=\"g\" href=\"g.xhtml\" media-type=\"application/xhtml+xml\"/>";
    let files = [
        ("property.png", png(RED)),
        ("meta.png", png(GREEN)),
        ("id.png", png(BLUE)),
        ("guided.png", png(GOLD)),
        ("shown.png", png(GREY)),
        (
            "small.png",
            encoded(RgbImage::from_pixel(30, 30, Rgb(RED)), ImageFormat::Png),
        ),
        ("g.xhtml", chapter("<img src=\"guided.png\"/>").into_bytes()),
    ];
    let named = "<meta name=\"cover\" content=\"b\"/>";
    let guide = "<reference type=\"cover\" href=\"g.xhtml\"/>";
    let first = "<p><img src=\"small.png\"/><img src=\"shown.png\"/></p>";
    let all = [property, meta, id, guided, shown].concat() + page;
    let without = |ids: &[&str]| {
        let items = all.split_inclusive("/>");
        let kept =
            items.filter(|item| !ids.iter().any(|id| item.contains(&format!("id=\"{id}\""))));
        kept.collect::<String>()
    };
    for (gone, named, guide, colour) in [
        (&[][..], named, guide, RED),
        (&["a"], named, guide, GREEN),
        (&["a"], "", guide, BLUE),
        (&["a", "cover-image"], "", guide, GOLD),
        (&["a", "cover-image"], "", "", GREY),
    ] {
        let book = book(&without(gone), named, guide, first, &files);
        let (report, output) = rendered(&book);
        assert!(
            is(&picture(&output, "medium"), colour),
            "{gone:?} {named} {guide}"
        );
        assert!(is(&picture(&output, "thumbnail"), colour));
        assert_eq!(lost(&report), 0);
    }
    // Nothing but an ornament on the first page: set in type.
    let book = book(
        &without(&["a", "cover-image"]),
        "",
        "",
        "<p>Text <img src=\"small.png\"/></p>",
        &files,
    );
    let (report, output) = rendered(&book);
    assert_eq!(picture(&output, "original").dimensions(), (640, 960));
    assert_eq!(lost(&report), 0);
}

#[test]
fn a_damaged_candidate_gives_way_to_the_next() {
    let mut bomb = png(RED);
    bomb[16..24].copy_from_slice(&[0, 0, 0xFF, 0xFF, 0, 0, 0xFF, 0xFF]);
    let cut = png(RED)[..60].to_vec();
    let good = png(GREEN);
    for bad in [
        b"GIF89a".to_vec(),
        b"<html/>".to_vec(),
        cut,
        bomb,
        Vec::new(),
    ] {
        let book = Epub::new()
            .item("bad.png", "image/png", "cover-image", bad)
            .item("good.png", "image/png", "", &good)
            // Named and shown: tried once.
            .chapter("c.xhtml", "<img src=\"bad.png\"/><img src=\"good.png\"/>")
            .build();
        let (report, output) = rendered(&book);
        assert!(is(&picture(&output, "medium"), GREEN));
        assert_eq!(lost(&report), 1, "{:?}", report.warnings);
    }
}

#[test]
fn the_picture_within_an_svg_wrapper_is_the_cover() {
    let wrapper = "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" \
                   viewBox=\"0 0 300 400\"><image width=\"300\" height=\"400\" xlink:href=\"c.png\"/></svg>";
    let inline = Epub::new()
        .item("c.png", "image/png", "", png(BLUE))
        .chapter("cover.xhtml", wrapper)
        .build();
    let as_file = Epub::new()
        .item("c.png", "image/png", "", png(BLUE))
        .item("w.svg", "image/svg+xml", "cover-image", wrapper)
        .chapter("a.xhtml", "<p>t</p>")
        .build();
    let shown = Epub::new()
        .item("c.png", "image/png", "", png(BLUE))
        .item("w.svg", "image/svg+xml", "", wrapper)
        .chapter("a.xhtml", "<img src=\"w.svg\"/>")
        .build();
    for book in [inline, as_file, shown] {
        let (_, output) = rendered(&book);
        assert_eq!(file(&output, "original"), ("png".into(), png(BLUE)));
        assert!(is(&picture(&output, "medium"), BLUE));
    }
}

#[test]
fn a_cover_drawn_in_svg_is_kept_as_a_safe_drawing() {
    let drawing = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 30 40\" onload=\"x()\">\
                   <script>x()</script><circle r=\"9\" fill=\"url(http://e.invalid/)\"/></svg>";
    let with = |drawing: &str| {
        Epub::new()
            .item("c.svg", "image/svg+xml", "cover-image", drawing)
            .chapter("a.xhtml", "<p>t</p>")
            .build()
    };
    let (_, output) = rendered(&with(drawing));
    let (extension, bytes) = file(&output, "thumbnail");
    let text = String::from_utf8(bytes).unwrap();
    assert_eq!(extension, "svg");
    assert!(
        text.contains("<circle") && !text.contains("x()") && !text.contains("e.invalid"),
        "{text}"
    );
    let manifest = output.json("manifest.json").to_string();
    assert!(
        manifest.contains("\"height\":40") && manifest.contains("\"width\":30"),
        "{manifest}"
    );
    // An empty one is no cover.
    let (_, output) = rendered(&with(
        "<svg xmlns=\"http://www.w3.org/2000/svg\"><g/></svg>",
    ));
    assert_eq!(file(&output, "original").0, "png");
}

#[test]
fn the_original_keeps_its_bytes_and_is_called_what_it_is() {
    let jpeg = encoded(
        RgbImage::from_pixel(900, 1200, Rgb(GOLD)),
        ImageFormat::Jpeg,
    );
    let book = Epub::new()
        .item("c.png", "image/png", "cover-image", &jpeg)
        .chapter("a.xhtml", "<p>t</p>")
        .build();
    let (_, output) = rendered(&book);
    assert_eq!(file(&output, "original"), ("jpg".into(), jpeg));
    assert_eq!(picture(&output, "medium").dimensions(), (480, 640));
    assert_eq!(picture(&output, "thumbnail").dimensions(), (160, 213));
}

fn alone(image: &[u8]) -> Memory {
    let files = Memory::default();
    render_cover(image, &Options::default(), &files).unwrap();
    files
}

#[test]
fn a_photograph_that_lies_on_its_side_is_turned() {
    let mut picture = RgbImage::from_pixel(600, 300, Rgb(RED));
    // The left third, which turning by 90° clockwise brings to the top.
    for x in 0..200 {
        for y in 0..300 {
            picture.put_pixel(x, y, Rgb(BLUE));
        }
    }
    let plain = encoded(picture, ImageFormat::Jpeg);
    // One TIFF directory with one entry: Orientation (0x0112), SHORT, 6.
    let mut exif = b"\xFF\xE1\x00\x22Exif\0\0MM\0\x2A\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0".to_vec();
    let mut turned = plain[..2].to_vec();
    turned.append(&mut exif);
    turned.extend_from_slice(&plain[2..]);
    let output = alone(&turned);
    let medium = self::picture(&output, "medium");
    assert_eq!(medium.dimensions(), (300, 600));
    let near = |y: u32, colour: [u8; 3]| {
        medium
            .get_pixel(150, y)
            .0
            .iter()
            .zip(colour)
            .all(|(a, b)| a.abs_diff(b) < 16)
    };
    assert!(
        near(50, BLUE) && near(500, RED),
        "{:?}",
        medium.get_pixel(150, 50)
    );
    assert_eq!(self::picture(&output, "thumbnail").dimensions(), (160, 320));
    assert_eq!(file(&output, "original").1, turned);
}

#[test]
fn transparent_pixels_lie_on_white_and_an_animation_stands_still() {
    let mut glass = RgbaImage::from_pixel(200, 300, Rgba([0, 0, 0, 0]));
    glass.put_pixel(0, 0, Rgba([9, 9, 9, 255]));
    let output = alone(&encoded(glass, ImageFormat::Png));
    assert!(is(&picture(&output, "medium"), [255; 3]));

    let mut gif = Vec::new();
    let mut encoder = GifEncoder::new(&mut gif);
    for [red, green, blue] in [GREEN, RED] {
        let pixel = Rgba([red, green, blue, 255]);
        encoder
            .encode_frame(Frame::new(RgbaImage::from_pixel(60, 80, pixel)))
            .unwrap();
    }
    drop(encoder);
    let output = alone(&gif);
    assert!(is(&picture(&output, "medium"), GREEN));
    assert_eq!(file(&output, "original"), ("gif".into(), gif));
}

#[test]
fn a_jpeg_of_about_the_medium_size_is_its_own_medium() {
    let jpeg = |width: u32, height: u32, quality: u8| {
        let mut seed = 7u32;
        let picture = RgbImage::from_fn(width, height, |x, y| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            Rgb([(x / 3) as u8, (y / 4) as u8, (seed >> 28) as u8])
        });
        let mut out = Vec::new();
        JpegEncoder::new_with_quality(&mut out, quality)
            .encode_image(&picture)
            .unwrap();
        out
    };
    for (width, height, quality, own) in [
        (400, 600, 60, true),
        (640, 960, 60, true),
        (641, 960, 60, false),
        (640, 1281, 30, false),
        // Heavier than the medium size would be.
        (600, 900, 100, false),
    ] {
        let given = jpeg(width, height, quality);
        assert_eq!(given.len() <= 96 * 1024, quality < 100, "{}", given.len());
        let output = alone(&given);
        assert_eq!(
            file(&output, "medium").1 == given,
            own,
            "{width} × {height}"
        );
        if !own {
            assert_eq!(picture(&output, "medium").width(), 480);
        }
        assert_eq!(picture(&output, "thumbnail").width(), 160);
        assert_eq!(file(&output, "original").1, given);
    }
}

#[test]
fn a_grey_jpeg_stays_grey() {
    let grey = image::GrayImage::from_fn(700, 500, |x, y| image::Luma([((x + y) % 200) as u8]));
    let output = alone(&encoded(grey, ImageFormat::Jpeg));
    for name in ["medium", "thumbnail"] {
        let picture = picture(&output, name);
        let apart = picture.pixels().map(|p| p.0[0].abs_diff(p.0[2]));
        assert!(apart.max() <= Some(1), "{name}");
    }
}

#[test]
fn graphics_become_webp_and_photographs_jpeg() {
    let flat = alone(&png(RED));
    assert_eq!(file(&flat, "medium").0, "webp");
    let mut seed = 1u32;
    let noise = RgbImage::from_fn(300, 400, |_, _| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let [a, b, c, _] = seed.to_be_bytes();
        Rgb([a, b, c])
    });
    let photo = alone(&encoded(noise, ImageFormat::Png));
    assert_eq!(file(&photo, "medium").0, "jpg");
}

#[test]
fn a_jpeg_in_printing_colours_is_shown_in_screen_colours() {
    // Adobe stores no ink as 255: full cyan, nothing else.
    let output = alone(&cmyk([0, 255, 255, 255]));
    let middle = *picture(&output, "medium").get_pixel(4, 4);
    let [red, green, blue] = middle.0;
    assert!(red < 60 && green > 120 && blue > 180, "{middle:?}");
    assert!(is(&picture(&alone(&cmyk([255; 4])), "medium"), [255; 3]));
}

/// A baseline JPEG of eight by eight equal pixels in Adobe's CMYK (ITU-T T.81; Adobe TN 5116).
fn cmyk(ink: [u8; 4]) -> Vec<u8> {
    let mut out = b"\xFF\xD8\xFF\xEE\x00\x0EAdobe\0\x64\0\0\0\0\0".to_vec();
    // All steps 8: the DC coefficient is then the mean minus 128.
    out.extend(b"\xFF\xDB\x00\x43\x00");
    out.extend([8; 64]);
    out.extend(b"\xFF\xC0\x00\x14\x08\x00\x08\x00\x08\x04");
    for component in 1..=4 {
        out.extend([component, 0x11, 0]);
    }
    // DC: sizes 0 to 8 as codes of four bits. AC: "end of block" as one bit, 0.
    out.extend(
        b"\xFF\xC4\x00\x1C\x00\0\0\0\x09\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\x02\x03\x04\x05\x06\x07\x08",
    );
    out.extend(b"\xFF\xC4\x00\x14\x10\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0");
    out.extend(b"\xFF\xDA\x00\x0E\x04\x01\x00\x02\x00\x03\x00\x04\x00\x00\x3F\x00");
    let mut bits = String::new();
    for value in ink {
        let value = i32::from(value) - 128;
        let size = 32 - value.unsigned_abs().leading_zeros();
        let low = if value < 0 {
            value + (1 << size) - 1
        } else {
            value
        };
        bits += &format!("{size:04b}");
        if size > 0 {
            bits += &format!("{low:0width$b}", width = size as usize);
        }
        bits.push('0');
    }
    while !bits.len().is_multiple_of(8) {
        bits.push('1');
    }
    for byte in bits.as_bytes().chunks(8) {
        let byte = u8::from_str_radix(std::str::from_utf8(byte).unwrap(), 2).unwrap();
        out.push(byte);
        if byte == 0xFF {
            out.push(0);
        }
    }
    out.extend(b"\xFF\xD9");
    out
}
