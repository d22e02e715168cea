//! What a KF8 may hold.

use super::write::kf8::{Document, book, guide, place};
use super::write::{Book, combined, font, index, resc};
use super::{GIF, links, slices, target, text, titles};

/// A skeleton and the byte at which its body begins.
fn skeleton(head: &str) -> (String, usize) {
    let start = format!(
        "<?xml version=\"1.0\"?><html xmlns=\"http://www.w3.org/1999/xhtml\"><head>{head}</head><body>"
    );
    let at = start.len();
    (start + "</body></html>", at)
}

/// Two documents that refer to each other and to everything else.
fn whole() -> Book {
    let head = "<title>t</title><link rel=\"stylesheet\" href=\"kindle:flow:0001?mime=text/css\"/>";
    let (frame, at) = skeleton(head);
    let far = "<p>far</p><h2>no id</h2><p id=\"known\">named</p>";
    let first = format!(
        "<h1 aid=\"0\">One</h1><p><a href=\"{}\">a</a> <a href=\"{}\">b</a> <a href=\"{}\">c</a> <a href=\"{}\">d</a></p>\
         <img src=\"kindle:embed:0001?mime=image/gif\" alt=\"\"/><img src=\"kindle:flow:0002?mime=image/svg+xml\" alt=\"\"/>",
        place(1, 0),
        place(2, far.find("<h2>").unwrap() as u32),
        place(2, far.find("<p id").unwrap() as u32),
        place(7, 0),
    );
    let documents = [
        Document {
            skeleton: &frame,
            fragments: vec![(at, first)],
        },
        Document {
            skeleton: &frame,
            fragments: vec![(at, "<h1>Two</h1>".into()), (at, far.into())],
        },
    ];
    let css = "@font-face{font-family:F;src:url(kindle:embed:0002?mime=application/x-font-ttf)}\
               p{background:url(kindle:embed:0001)}";
    let svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\"><image xlink:href=\"kindle:embed:0001\" width=\"1\" height=\"1\"/></svg>";
    let mut book = book(&documents, &[css, svg]);
    book.ncx = Some(index::ncx(&[
        ("One", (6, &[0, 0]), None),
        ("Two", (6, &[1, 0]), None),
        ("Far", (6, &[2, 0]), Some(1)),
    ]));
    book.guide = Some(guide(&[("text", "Start", 1), ("lost", "Lost", 9)]));
    book.resource(GIF)
        .resource(font(FONT, true, b"some key of twenty"))
}

const FONT: &[u8] =
    b"\0\x01\0\0 a font of our own, long enough to be packed, packed, packed, packed";

#[test]
fn documents_are_made_of_skeletons_and_fragments() {
    let (slices, _) = slices(&whole().build());
    assert_eq!(slices.len(), 2);
    assert_eq!(text(&slices[0]), "Onea b c d");
    assert_eq!(text(&slices[1]), "Twofarno idnamed");
}

#[test]
fn links_by_fragment_lead_to_documents_ids_and_places_without_id() {
    let (slices, _) = slices(&whole().build());
    let found = links(&slices[0]);
    // The last leads nowhere, so it is no link.
    assert_eq!(found.len(), 3, "{found:?}");
    assert_eq!(found[0], "1.html");
    assert!(target(&slices, &found[1]).starts_with("<h2"), "{found:?}");
    assert_eq!(found[2], "1.html#known");
    assert!(target(&slices, &found[2]).contains(">named<"));
}

#[test]
fn flows_pictures_and_fonts_are_resources() {
    let (slices, files) = slices(&whole().build());
    let names: Vec<String> = files.files.lock().unwrap().keys().cloned().collect();
    let one = |end: &str| -> Vec<u8> {
        let of = |name: &&String| name.starts_with("resources/") && name.ends_with(end);
        let name = names
            .iter()
            .find(of)
            .unwrap_or_else(|| panic!("no {end} in {names:?}"));
        assert!(!name.contains("kindle"));
        files.files.lock().unwrap()[name].clone()
    };
    assert_eq!(one(".gif"), GIF);
    assert_eq!(one(".otf"), FONT);
    let css = String::from_utf8(one(".css")).unwrap();
    assert!(
        css.contains(".otf") && css.contains(".gif") && !css.contains("kindle:"),
        "{css}"
    );
    let svg = String::from_utf8(one(".svg")).unwrap();
    assert!(svg.contains(".gif") && !svg.contains("kindle:"), "{svg}");
    assert_eq!(slices[0].matches("<img").count(), 2);
    assert!(slices[0].contains("rel=\"stylesheet\""), "{}", slices[0]);
}

#[test]
fn fonts_come_plain_packed_or_masked() {
    for (packed, key) in [
        (false, &b""[..]),
        (true, b""),
        (false, b"key"),
        (true, b"key"),
    ] {
        let (frame, at) =
            skeleton("<style>@font-face{font-family:F;src:url(kindle:embed:0001)}</style>");
        let documents = [Document {
            skeleton: &frame,
            fragments: vec![(at, "<p>x</p>".into())],
        }];
        let (_, files) = slices(
            &book(&documents, &[])
                .resource(font(FONT, packed, key))
                .build(),
        );
        let all = files.files.lock().unwrap();
        let found = all.iter().find(|(name, _)| name.ends_with(".otf")).unwrap();
        assert_eq!(found.1, FONT, "{packed} {key:?}");
    }
}

#[test]
fn contents_and_landmarks_are_read() {
    let (_, files) = slices(&whole().build());
    let manifest = files.json("manifest.json");
    let mut found = Vec::new();
    titles(&manifest["toc"], 0, &mut found);
    let expected = [(0, "One"), (0, "Two"), (1, "Far")].map(|(d, t)| (d, t.to_owned()));
    assert_eq!(found, expected);
    assert_eq!(manifest["toc"][1]["href"], "slices/1.html");
    let landmarks = manifest["landmarks"].as_array().unwrap();
    assert_eq!(landmarks.len(), 1);
    assert_eq!(landmarks[0]["title"], "Start");
}

#[test]
fn what_is_left_of_the_package_orders_the_spine_and_adds_metadata() {
    let book = whole().resource(resc(
        "<?xml version=\"1.0\"?><package version=\"3.0\"><metadata>\
         <meta property=\"belongs-to-collection\" id=\"c\">The Series</meta>\
         <meta refines=\"#c\" property=\"collection-type\">series</meta>\
         <meta refines=\"#c\" property=\"group-position\">2</meta>\
         <meta property=\"schema:accessibilityFeature\">alternativeText</meta></metadata>\
         <spine page-progression-direction=\"rtl\"><itemref idref=\"cover\"/>\
         <itemref idref=\"b\" skelid=\"1\" properties=\"page-spread-left\"/>\
         <itemref idref=\"a\" skelid=\"0\" linear=\"no\"/><itemref skelid=\"0\"/><itemref skelid=\"77\"/></spine></package>",
    ));
    let (slices, files) = slices(&book.build());
    assert_eq!(text(&slices[0]), "Twofarno idnamed");
    let manifest = files.json("manifest.json");
    assert_eq!(
        manifest["metadata"]["belongsTo"]["series"][0]["name"],
        "The Series"
    );
    assert_eq!(
        manifest["metadata"]["belongsTo"]["series"][0]["position"],
        2.0
    );
    assert_eq!(manifest["metadata"]["readingProgression"], "rtl");
    assert_eq!(
        manifest["metadata"]["accessibility"]["feature"][0],
        "alternativeText"
    );
    let order = manifest["readingOrder"].as_array().unwrap();
    assert_eq!(order.len(), 2);
    assert_eq!(order[0]["properties"]["page"], "left", "{manifest:#}");
    let index = files.json("index.json");
    assert_eq!(links(&slices[1])[0], "0.html", "{index}");
}

#[test]
fn documents_that_the_package_forgot_stay_where_they_stood() {
    let (frame, at) = skeleton("");
    let document = |word: &str| Document {
        skeleton: &frame,
        fragments: vec![(at, format!("<p>{word}</p>"))],
    };
    let documents = [
        document("zero"),
        document("one"),
        document("two"),
        document("three"),
    ];
    let order = |spine: &str| {
        let book = book(&documents, &[]).resource(resc(&format!("<spine>{spine}</spine>")));
        slices(&book.build())
            .0
            .iter()
            .map(|slice| text(slice))
            .collect::<Vec<_>>()
    };
    assert_eq!(order(""), ["zero", "one", "two", "three"]);
    assert_eq!(
        order("<itemref skelid=\"2\"/><itemref skelid=\"0\"/>"),
        ["two", "three", "zero", "one"]
    );
    assert_eq!(
        order("<itemref skelid=\"3\"/><itemref skelid=\"1\"/>"),
        ["zero", "three", "one", "two"]
    );
}

#[test]
fn of_two_books_in_one_file_the_kf8_is_shown() {
    let old = Book::mobi6("<html><body><p>the old text</p></body></html>").resource(GIF);
    let mut new = whole();
    // The second book uses the resources of the first, and has only a font of its own.
    new.resources.remove(0);
    let (slices, files) = slices(&combined(&old, &new));
    assert_eq!(text(&slices[0]), "Onea b c d");
    let names: Vec<String> = files.files.lock().unwrap().keys().cloned().collect();
    assert!(names.iter().any(|name| name.ends_with(".gif")), "{names:?}");
}

#[test]
fn a_file_whose_second_book_is_gone_shows_the_first() {
    let old = Book::mobi6("<html><body><p>the old text</p></body></html>");
    let whole = combined(&old, &whole());
    let at = memchr::memmem::find(&whole, b"BOUNDARY").unwrap();
    let mut broken = whole.clone();
    broken[at..at + 8].copy_from_slice(b"GARBAGE!");
    assert_eq!(text(&slices(&broken).0[0]), "the old text");
    let mut encrypted = whole;
    encrypted[at + 8 + 13] = 2;
    assert_eq!(text(&slices(&encrypted).0[0]), "the old text");
}

#[test]
fn larger_pictures_stand_in_where_they_fit() {
    let png = |width: u32, height: u32| {
        let mut out = std::io::Cursor::new(Vec::new());
        image::RgbImage::new(width, height)
            .write_to(&mut out, image::ImageFormat::Png)
            .unwrap();
        out.into_inner()
    };
    let (frame, at) = skeleton("");
    let images: String = (1..=4)
        .map(|n| format!("<img src=\"kindle:embed:000{n}\" alt=\"\"/>"))
        .collect();
    let documents = [Document {
        skeleton: &frame,
        fragments: vec![(at, images)],
    }];
    let cres = |picture: Vec<u8>| [b"CRES\0\0\0\x0C\0\0\0\0", &picture[..]].concat();
    let book = book(&documents, &[])
        .resource(png(10, 20))
        .resource(png(10, 10))
        .resource(png(30, 30))
        .resource(png(8, 8))
        .resource(b"CONT header")
        .resource(cres(png(40, 80)))
        .resource(b"\xA0\xA0\xA0\xA0")
        .resource(cres(png(20, 20)))
        .resource(cres(b"no picture".to_vec()))
        .resource(b"CONTBOUNDARY");
    let (slices, files) = slices(&book.build());
    let sizes: Vec<(u32, u32)> = slices[0]
        .split("src=\"../")
        .skip(1)
        .map(|rest| {
            let name = rest.split('"').next().unwrap();
            let picture = image::load_from_memory(&files.files.lock().unwrap()[name]).unwrap();
            (picture.width(), picture.height())
        })
        .collect();
    assert_eq!(sizes, [(40, 80), (10, 10), (30, 30), (8, 8)]);
}

#[test]
fn a_kf8_without_skeletons_is_one_document() {
    let mut book =
        Book::mobi6("<html><head><title>t</title></head><body><p>all of it</p></body></html>");
    book.version = 8;
    assert_eq!(text(&slices(&book.build()).0[0]), "all of it");
}
