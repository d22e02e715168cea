//! Files made to kill a reader: an answer in time, from the caps named in `Limits`.
//!
//! Memory is judged by `make bombs`, where each file has a process of its own.

use std::time::{Duration, Instant};

use bindery_engine::{Error, Limits, Options, Report};

use super::support::{Memory, rendered_with};
use super::words;
use super::write::{
    Dictionary, Object, ObjectId, Paper, Stream, bytes, deflate, deflated_zeros, dictionary, line,
    numbers,
};

/// Renders, and does so in time.
fn survived(book: &[u8]) -> Result<(Report, Memory), Error> {
    survived_with(book, &Limits::default())
}

fn survived_with(book: &[u8], limits: &Limits) -> Result<(Report, Memory), Error> {
    let options = Options {
        limits: limits.clone(),
        ..Options::default()
    };
    let start = Instant::now();
    let result = rendered_with(book, &options);
    // Ten seconds in a release build; tests are built with less.
    assert!(
        start.elapsed() < Duration::from_secs(30),
        "{:?}",
        start.elapsed()
    );
    result
}

fn codes(report: &Report) -> Vec<&str> {
    report
        .warnings
        .iter()
        .map(|warning| warning.code.as_str())
        .collect()
}

/// Whether a warning names this cap.
fn names(report: &Report, cap: &str) -> bool {
    report
        .warnings
        .iter()
        .any(|warning| warning.message.contains(cap))
}

/// A page that is well, in front of those that are not.
fn paper() -> Paper {
    let mut paper = Paper::new();
    paper.page(&line(72.0, 700.0, 12.0, "well"));
    paper
}

/// A page whose content is this.
fn content(paper: &mut Paper, data: Vec<u8>, entries: Dictionary) {
    let stream = paper.stream(entries, data);
    paper.page_with("", dictionary! { "Contents" => stream });
}

fn flate() -> Dictionary {
    dictionary! { "Filter" => "FlateDecode" }
}

#[test]
fn contents_of_two_gigabytes_cost_their_page() {
    let mut paper = paper();
    content(&mut paper, deflated_zeros(2 << 30), flate());
    let (report, files) = survived(&paper.bytes()).unwrap();
    assert_eq!(codes(&report), ["page_cut"]);
    assert!(names(&report, "pdf_stream_bytes"));
    assert_eq!(words(&files, 0), "well");
    assert!(files.slices()[1].contains("data-notice"));
}

#[test]
fn fonts_and_tables_of_gigabytes_cost_their_page() {
    for key in ["ToUnicode", "Encoding", "FontDescriptor"] {
        let mut paper = paper();
        let bomb = paper.stream(flate(), deflated_zeros(1 << 30));
        let mut font = dictionary! { "Type" => "Font", "Subtype" => "Type0", "BaseFont" => "X" };
        match key {
            "FontDescriptor" => font.set(key, dictionary! { "FontFile2" => bomb }),
            _ => font.set(key, bomb),
        }
        let font = paper.add(font);
        let resources = dictionary! { "Font" => dictionary! { "F" => font } };
        paper.page_with(
            "BT /F 9 Tf (x) Tj ET",
            dictionary! { "Resources" => resources },
        );
        let (report, _) = survived(&paper.bytes()).unwrap();
        assert!(
            names(&report, "pdf_stream_bytes"),
            "{key} {:?}",
            report.warnings
        );
    }
}

fn image(paper: &mut Paper, entries: Dictionary, data: Vec<u8>) {
    let mut dict = dictionary! {
        "Type" => "XObject", "Subtype" => "Image", "ColorSpace" => "DeviceRGB",
        "BitsPerComponent" => 8, "Width" => 30_000, "Height" => 30_000,
    };
    // Not `extend`, which makes arrays of what is there twice.
    for (key, value) in &entries {
        dict.set(key.clone(), value.clone());
    }
    let id = paper.stream(dict, data);
    let resources = paper.resources_with("XObject", "I", id);
    let text = line(72.0, 700.0, 12.0, "beside");
    let content = format!("{text} q 200 0 0 100 72 600 cm /I Do Q");
    paper.page_with(&content, dictionary! { "Resources" => resources });
}

#[test]
fn images_of_a_billion_pixels_cost_themselves() {
    let mut paper = paper();
    image(
        &mut paper,
        dictionary! { "Filter" => "FlateDecode" },
        deflated_zeros(64 << 20),
    );
    image(&mut paper, dictionary! {}, vec![0; 10]);
    image(
        &mut paper,
        dictionary! { "Filter" => "CCITTFaxDecode", "BitsPerComponent" => 1, "ColorSpace" => "DeviceGray" },
        vec![0; 10],
    );
    let parameters = dictionary! { "K" => -1, "Columns" => 60_000, "Rows" => 60_000 };
    let small = dictionary! {
        "Filter" => "CCITTFaxDecode", "Width" => 8, "Height" => 60_000, "DecodeParms" => parameters,
        "BitsPerComponent" => 1, "ColorSpace" => "DeviceGray",
    };
    image(&mut paper, small, vec![0xFF; 10]);
    let (report, files) = survived(&paper.bytes()).unwrap();
    assert!(
        codes(&report).iter().all(|code| *code == "image_lost"),
        "{:?}",
        report.warnings
    );
    assert!(names(&report, "pdf_image"), "{:?}", report.warnings);
    for page in 1..4 {
        assert_eq!(words(&files, page), "beside");
    }
}

#[test]
fn images_whose_data_is_larger_than_they_say_cost_themselves() {
    // A JPEG 2000 code stream, and a JPEG, of 60,000 by 60,000 pixels in images of ten by ten.
    let mut wavelets = vec![0xFF, 0x4F, 0xFF, 0x51, 0, 47, 0, 0];
    for number in [60_000_u32, 60_000, 0, 0, 60_000, 60_000, 0, 0] {
        wavelets.extend(number.to_be_bytes());
    }
    wavelets.extend([0, 3, 7, 1, 1, 7, 1, 1, 7, 1, 1]);
    wavelets.extend([
        0xFF, 0x52, 0, 12, 0, 0, 0, 1, 0, 5, 4, 4, 0, 1, 0xFF, 0x5C, 0, 19,
    ]);
    wavelets.extend([0x40; 17]);
    wavelets.extend([
        0xFF, 0x90, 0, 10, 0, 0, 0, 0, 0, 0, 0, 1, 0xFF, 0x93, 0xFF, 0xD9,
    ]);
    let mut photograph = vec![0xFF, 0xD8, 0xFF, 0xC0, 0, 17, 8, 0xEA, 0x60, 0xEA, 0x60, 3];
    photograph.extend([
        1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0, 0xFF, 0xDA, 0, 12, 3, 1, 0, 2, 0, 3, 0, 0, 63, 0,
    ]);
    // A page of 65,536 by 65,536 in JBIG2, and nothing on it.
    let fax = [
        &[0, 0, 0, 0, 48, 0, 1, 0, 0, 0, 19, 0, 1, 0, 0, 0, 1, 0, 0][..],
        &[0; 11],
    ]
    .concat();
    let mut paper = paper();
    let small = |filter: &str| dictionary! { "Filter" => filter, "Width" => 10, "Height" => 10 };
    image(&mut paper, small("JPXDecode"), wavelets);
    image(&mut paper, small("DCTDecode"), photograph);
    let mut grey = small("JBIG2Decode");
    grey.set("ColorSpace", "DeviceGray");
    grey.set("BitsPerComponent", 1);
    image(&mut paper, grey, fax);
    let (report, files) = survived(&paper.bytes()).unwrap();
    assert_eq!(report.slices, 4);
    assert_eq!(words(&files, 3), "beside");
    assert!(names(&report, "pdf_image_bytes"), "{:?}", report.warnings);
}

#[test]
fn a_page_of_many_large_images_is_cut() {
    let limits = Limits {
        pdf_pixels: 1_000_000,
        ..Limits::default()
    };
    let mut paper = Paper::new();
    let mut resources = Dictionary::new();
    let mut content = String::new();
    for n in 0..30 {
        let dict = dictionary! {
            "Type" => "XObject", "Subtype" => "Image", "ColorSpace" => "DeviceGray",
            "BitsPerComponent" => 8, "Width" => 300, "Height" => 300 + n,
            "Filter" => "FlateDecode",
        };
        let id = paper.stream(dict, deflated_zeros(300 * 330));
        resources.set(format!("I{n}"), id);
        content += &format!("/I{n} Do ");
    }
    let resources = dictionary! { "XObject" => resources };
    paper.page_with(&content, dictionary! { "Resources" => resources });
    let (report, _) = survived_with(&paper.bytes(), &limits).unwrap();
    assert!(
        codes(&report).contains(&"image_lost"),
        "{:?}",
        report.warnings
    );
}

/// `depth` forms, each drawing the next ten times; the last draws `leaf`.
fn nested(paper: &mut Paper, depth: usize, leaf: &str) -> ObjectId {
    let form = |resources: Dictionary| {
        dictionary! {
            "Type" => "XObject", "Subtype" => "Form", "BBox" => numbers(&[0.0, 0.0, 600.0, 800.0]),
            "Resources" => resources,
        }
    };
    let resources = paper.resources.clone();
    let mut inner = paper.stream(form(resources), leaf);
    for _ in 1..depth {
        let resources = dictionary! { "XObject" => dictionary! { "X" => inner } };
        inner = paper.stream(form(resources), "/X Do ".repeat(10));
    }
    inner
}

#[test]
fn ten_billion_forms_are_stopped() {
    for leaf in ["0 0 1 1 re f", "", "BT /F1 9 Tf (x) Tj ET"] {
        let mut paper = paper();
        let forms = nested(&mut paper, 11, leaf);
        let resources = dictionary! { "XObject" => dictionary! { "X" => forms } };
        paper.page_with("/X Do", dictionary! { "Resources" => resources });
        let (report, files) = survived(&paper.bytes()).unwrap();
        assert_eq!(words(&files, 0), "well");
        assert!(
            codes(&report).contains(&"page_cut"),
            "{leaf:?} {:?}",
            report.warnings
        );
        assert!(
            names(&report, "pdf_operations") || names(&report, "pdf_glyphs"),
            "{:?}",
            report.warnings
        );
    }
}

#[test]
fn each_budget_of_a_page_cuts_it() {
    let path = format!("0 0 m {} f", "9 9 l ".repeat(400));
    let text = line(72.0, 700.0, 12.0, &"x".repeat(400));
    let boxes = "0 0 9 9 re f ".repeat(400);
    let tight = Limits::default();
    for (name, content, limits) in [
        (
            "pdf_points",
            path,
            Limits {
                pdf_points: 300,
                ..tight.clone()
            },
        ),
        (
            "pdf_glyphs",
            text,
            Limits {
                pdf_glyphs: 300,
                ..tight.clone()
            },
        ),
        (
            "pdf_operations",
            boxes,
            Limits {
                pdf_operations: 300,
                ..tight.clone()
            },
        ),
    ] {
        let mut paper = Paper::new();
        paper.page(&content);
        let bytes = paper.bytes();
        let (report, _) = survived_with(&bytes, &limits).unwrap();
        assert!(names(&report, name), "{name} {:?}", report.warnings);
        let (report, _) = survived(&bytes).unwrap();
        assert!(report.warnings.is_empty(), "{name} {:?}", report.warnings);
    }
}

#[test]
fn forms_and_patterns_that_hold_themselves_end() {
    let mut paper = paper();
    let form = paper.file.new_object_id();
    let pattern = paper.file.new_object_id();
    let glyph = paper.file.new_object_id();
    let resources = dictionary! {
        "XObject" => dictionary! { "X" => form },
        "Pattern" => dictionary! { "P" => pattern },
        "Font" => dictionary! { "G" => glyph },
    };
    let draw = "/X Do /Pattern cs /P scn 0 0 500 500 re f BT /G 9 Tf (aa) Tj ET";
    let dict = dictionary! {
        "Type" => "XObject", "Subtype" => "Form", "BBox" => numbers(&[0.0, 0.0, 600.0, 800.0]),
        "Resources" => resources.clone(),
    };
    paper
        .file
        .objects
        .insert(form, Stream::new(dict, draw.into()).into());
    let dict = dictionary! {
        "PatternType" => 1, "PaintType" => 1, "TilingType" => 1, "XStep" => 5, "YStep" => 5,
        "BBox" => numbers(&[0.0, 0.0, 5.0, 5.0]), "Resources" => resources.clone(),
    };
    paper
        .file
        .objects
        .insert(pattern, Stream::new(dict, draw.into()).into());
    let procedure = paper.stream(dictionary! {}, format!("500 0 d0 {draw}"));
    let font = dictionary! {
        "Type" => "Font", "Subtype" => "Type3", "FontBBox" => numbers(&[0.0, 0.0, 9.0, 9.0]),
        "FontMatrix" => numbers(&[0.001, 0.0, 0.0, 0.001, 0.0, 0.0]), "FirstChar" => 97, "LastChar" => 97,
        "Widths" => vec![500.into()], "CharProcs" => dictionary! { "a" => procedure },
        "Encoding" => dictionary! { "Differences" => vec![97.into(), "a".into()] },
        "Resources" => resources.clone(),
    };
    paper.file.objects.insert(glyph, font.into());
    paper.page_with(draw, dictionary! { "Resources" => resources });
    let (_, files) = survived(&paper.bytes()).unwrap();
    assert_eq!(words(&files, 0), "well");
}

#[test]
fn tilings_of_a_billion_tiles_end() {
    let mut paper = paper();
    let tile = |step: f32| {
        dictionary! {
            "PatternType" => 1, "PaintType" => 1, "TilingType" => 1, "XStep" => step, "YStep" => step,
            "BBox" => numbers(&[0.0, 0.0, 1.0, 1.0]), "Resources" => dictionary! {},
        }
    };
    for step in [0.000_01, 0.0, -0.01, 1e-30] {
        let pattern = paper.stream(tile(step), "0 0 1 1 re f");
        let resources = dictionary! { "Pattern" => dictionary! { "P" => pattern } };
        paper.page_with(
            "/Pattern cs /P scn 0 0 600 800 re f",
            dictionary! { "Resources" => resources },
        );
    }
    let (report, _) = survived(&paper.bytes()).unwrap();
    assert_eq!(report.slices, 5);
}

#[test]
fn shadings_with_expensive_functions_end() {
    let mut paper = paper();
    let deep = format!("{{ {} 0.5 }}", "dup mul sqrt ".repeat(20_000));
    let function = paper.stream(
        dictionary! { "FunctionType" => 4, "Domain" => numbers(&[0.0, 1.0, 0.0, 1.0]), "Range" => numbers(&[0.0, 1.0]) },
        deep,
    );
    let shading = dictionary! {
        "ShadingType" => 1, "ColorSpace" => "DeviceGray", "Function" => function,
        "Domain" => numbers(&[0.0, 1.0, 0.0, 1.0]), "Matrix" => numbers(&[600.0, 0.0, 0.0, 800.0, 0.0, 0.0]),
    };
    let resources = dictionary! { "Shading" => dictionary! { "S" => shading } };
    paper.page_with("/S sh", dictionary! { "Resources" => resources });
    assert_eq!(survived(&paper.bytes()).unwrap().0.slices, 2);
}

#[test]
fn page_trees_without_end_end() {
    let mut paper = paper();
    let tree = paper.tree;
    let page = paper.pages[0];
    let kids: Vec<Object> = vec![page.into(), tree.into(), tree.into()];
    let node = dictionary! { "Type" => "Pages", "Count" => i32::MAX, "Kids" => kids };
    paper.file.objects.insert(tree, node.into());
    let (report, files) = survived(&paper.bytes()).unwrap();
    assert_eq!(report.slices, 1);
    assert_eq!(words(&files, 0), "well");
}

#[test]
fn trees_a_hundred_thousand_deep_end() {
    let mut paper = paper();
    let mut node: ObjectId = paper.pages[0];
    for _ in 0..100_000 {
        node =
            paper.add(dictionary! { "Type" => "Pages", "Count" => 1, "Kids" => vec![node.into()] });
    }
    let tree = dictionary! { "Type" => "Pages", "Count" => 1, "Kids" => vec![node.into()] };
    let id = paper.tree;
    paper.file.objects.insert(id, tree.into());
    // A page, or a refusal; not a crash.
    drop(survived(&paper.bytes()));
}

#[test]
fn more_pages_than_allowed_are_refused_by_name() {
    let mut paper = Paper::new();
    for _ in 0..5 {
        paper.page("");
    }
    let limits = Limits {
        pdf_pages: 4,
        ..Limits::default()
    };
    match survived_with(&paper.bytes(), &limits) {
        Err(Error::LimitExceeded { name, found, limit }) => {
            assert_eq!((name, found, limit), ("pdf_pages", 5, 4));
        }
        other => panic!("{:?}", other.map(|(report, _)| report)),
    }
}

#[test]
fn cross_references_that_lie_end() {
    let whole = paper().bytes();
    let text = String::from_utf8_lossy(&whole).into_owned();
    let lies = [
        text.replacen("xref\n0 ", "xref\n0 4000000000 ", 1),
        text.replacen("/Size", "/Size 4294967295 /Sise", 1),
        text.replacen("startxref", "startxref\n0\n%", 1),
        text.replacen("trailer", "trailer << /Prev 9 /XRefStm 15 >>", 1),
    ];
    for lie in lies {
        drop(survived(lie.as_bytes()));
    }
    // A cross-reference stream of four billion entries, each nothing.
    let mut file = String::from(
        "%PDF-1.5\n1 0 obj\n<< /Type /XRef /Size 4000000000 /W [0 0 0] /Index [0 4000000000] /Root 2 0 R /Length 0 >>\nstream\n\nendstream\nendobj\n",
    );
    file += "2 0 obj\n<< /Type /Catalog /Pages 3 0 R >>\nendobj\n3 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\nstartxref\n9\n%%EOF";
    drop(survived(file.as_bytes()));
    // Previous sections that follow each other in a circle.
    let circle = text.replacen(
        "trailer\n<<",
        &format!("trailer\n<< /Prev {} ", text.rfind("xref\n0").unwrap_or(0)),
        1,
    );
    drop(survived(circle.as_bytes()));
}

#[test]
fn arrays_and_dictionaries_a_million_deep_end() {
    for (open, close) in [
        ("[", "]"),
        ("<< /A ", " >>"),
        ("(", ")"),
        ("[ << /K ", " >> ]"),
    ] {
        let deep = open.repeat(300_000) + &close.repeat(300_000);
        let mut paper = paper();
        let id = paper.add(Object::Null);
        paper.page_with(
            "",
            dictionary! { "Resources" => dictionary! { "XObject" => id } },
        );
        content(
            &mut paper,
            format!("{deep} TJ").into_bytes(),
            Dictionary::new(),
        );
        content(
            &mut paper,
            "q ".repeat(400_000).into_bytes(),
            Dictionary::new(),
        );
        content(
            &mut paper,
            "/A BMC ".repeat(300_000).into_bytes(),
            Dictionary::new(),
        );
        let whole =
            String::from_utf8(paper.bytes().into_iter().map(|b| b & 0x7F).collect()).unwrap();
        let file = whole.replacen(
            &format!("{} 0 obj\nnull", id.0),
            &format!("{} 0 obj\n{deep}", id.0),
            1,
        );
        let (_, files) = survived(file.as_bytes()).unwrap();
        assert_eq!(words(&files, 0), "well");
    }
}

#[test]
fn object_streams_that_hold_each_other_end() {
    let mut paper = paper();
    let packed = |extends: u32| {
        dictionary! { "Type" => "ObjStm", "N" => 1_000_000, "First" => 10, "Extends" => Object::Reference((extends, 0)) }
    };
    let first = paper.stream(packed(99), "99 0 100 5 << >>");
    paper.stream(packed(first.0), "98 0 << >>");
    assert_eq!(survived(&paper.bytes()).unwrap().0.slices, 1);
}

#[test]
fn outlines_names_and_resources_that_hold_themselves_end() {
    let mut paper = paper();
    let own = paper.file.new_object_id();
    let everything = dictionary! {
        "First" => own, "Next" => own, "Kids" => vec![own.into(), own.into()], "Dests" => own,
        "Title" => Object::string_literal("again"), "Dest" => Object::string_literal("again"),
        "Names" => vec![Object::string_literal("again"), own.into()], "Nums" => vec![0.into(), own.into()],
        "Font" => own, "XObject" => own, "ExtGState" => own, "Resources" => own, "D" => own,
        "A" => own, "AP" => own, "N" => own, "S" => "GoTo", "Subtype" => "Link", "Rect" => own,
    };
    paper.file.objects.insert(own, everything.into());
    for key in [
        "Outlines",
        "Names",
        "Dests",
        "PageLabels",
        "OCProperties",
        "Metadata",
        "MarkInfo",
    ] {
        paper.catalog.set(key, own);
    }
    let entries =
        dictionary! { "Resources" => own, "Annots" => vec![own.into(); 50], "Group" => own };
    paper.page_with(&line(9.0, 9.0, 9.0, "x"), entries);
    let (report, files) = survived(&paper.bytes()).unwrap();
    assert_eq!(report.slices, 2);
    assert_eq!(words(&files, 0), "well");
}

#[test]
fn every_truncation_of_a_file_is_answered() {
    let mut paper = paper();
    paper.page(&line(9.0, 9.0, 9.0, "second"));
    let whole = bytes(paper.finish());
    for end in (0..whole.len()).step_by(37) {
        drop(survived(&whole[..end]));
    }
}

#[test]
fn packed_content_of_useful_size_is_shown() {
    let mut paper = paper();
    let text: String = (0..200)
        .map(|n| line(72.0, 700.0 - 3.0 * n as f32, 2.0, &format!("line {n}")))
        .collect();
    content(&mut paper, deflate(text.as_bytes()), flate());
    let (report, files) = survived(&paper.bytes()).unwrap();
    assert!(report.warnings.is_empty());
    assert!(words(&files, 1).contains("line 199"));
}
