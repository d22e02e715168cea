//! Budgets for unpacking.

use super::super::guard::{Checked, TooMuch};
use super::read_with;
use super::write::{
    Dictionary, Object, ObjectId, Paper, Stream, deflate, deflated_zeros, dictionary, numbers,
};
use crate::Limits;

const LIMITS: u64 = 8 << 20;

/// What the guard says of each page.
fn check(bytes: Vec<u8>) -> Vec<bool> {
    let limits = Limits {
        pdf_stream_bytes: LIMITS,
        ..Limits::default()
    };
    let (pdf, document) = read_with(bytes, &limits, &mut Vec::new());
    let pages = pdf.pages().iter();
    pages
        .map(|page| match document.guard.check(page) {
            Ok(Checked { large_images, .. }) => !large_images,
            Err(TooMuch { limit }) => {
                assert_eq!(limit, "pdf_stream_bytes");
                false
            }
        })
        .collect()
}

fn packed(data: Vec<u8>, filter: Object) -> Stream {
    Stream::new(dictionary! { "Filter" => filter }, data).with_compression(false)
}

fn with_content(stream: Stream) -> Vec<u8> {
    let mut paper = Paper::new();
    let content = paper.add(stream);
    paper.page_with("", dictionary! { "Contents" => content });
    paper.bytes()
}

#[test]
fn contents_that_unpack_to_too_much_are_refused() {
    let flate = || Object::from("FlateDecode");
    assert_eq!(
        check(with_content(packed(deflated_zeros(LIMITS), flate()))),
        [true]
    );
    assert_eq!(
        check(with_content(packed(deflated_zeros(LIMITS + 1), flate()))),
        [false]
    );
    let bare = deflated_zeros(LIMITS + 1)[2..].to_vec();
    assert_eq!(check(with_content(packed(bare, flate()))), [false]);
}

#[test]
fn packing_within_packing_is_refused() {
    let twice = deflate(&deflated_zeros(1 << 30));
    let filters: Vec<Object> = vec!["FlateDecode".into(), "FlateDecode".into()];
    assert_eq!(check(with_content(packed(twice, filters.into()))), [false]);
    let hex: Vec<u8> = hex::encode(deflated_zeros(LIMITS * 2)).into_bytes();
    let filters: Vec<Object> = vec!["ASCIIHexDecode".into(), "FlateDecode".into()];
    assert_eq!(check(with_content(packed(hex, filters.into()))), [false]);
    let runs = deflate(&[129, 0].repeat(200_000));
    let filters: Vec<Object> = vec!["FlateDecode".into(), "RunLengthDecode".into()];
    assert_eq!(check(with_content(packed(runs, filters.into()))), [false]);
}

#[test]
fn bombs_behind_a_broken_beginning_are_refused() {
    // A stored block whose check is wrong: some decoders stop, hayro's last resort goes on.
    let mut data = vec![0x78, 0x9C, 0, 1, 0, 0, 0, b'x'];
    data.extend_from_slice(&deflated_zeros(LIMITS * 4)[2..]);
    assert_eq!(
        check(with_content(packed(data, "FlateDecode".into()))),
        [false]
    );
}

#[test]
fn whole_streams_of_useful_data_pass() {
    let data: Vec<u8> = (0..400_000_u32)
        .flat_map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes())
        .collect();
    assert_eq!(
        check(with_content(packed(deflate(&data), "FlateDecode".into()))),
        [true]
    );
    let mut cut = deflate(&data);
    cut.truncate(cut.len() / 2);
    assert_eq!(
        check(with_content(packed(cut, "FlateDecode".into()))),
        [true]
    );
}

#[test]
fn bombs_are_found_wherever_a_page_reaches_them_and_cost_only_that_page() {
    let mut paper = Paper::new();
    let bomb = paper.add(packed(deflated_zeros(LIMITS + 1), "FlateDecode".into()));
    let inner = paper.add(
        dictionary! { "Resources" => dictionary! { "XObject" => dictionary! { "X" => bomb } } },
    );
    let form = dictionary! {
        "Type" => "XObject", "Subtype" => "Form", "BBox" => numbers(&[0.0, 0.0, 1.0, 1.0]),
        "Resources" => dictionary! { "Pattern" => dictionary! { "P" => inner } },
    };
    let form = paper.stream(form, "");
    let mut shared = paper.resources.clone();
    shared.set("XObject", dictionary! { "F" => form });
    let annotation = dictionary! {
        "Subtype" => "Stamp", "Rect" => numbers(&[0.0, 0.0, 1.0, 1.0]),
        "AP" => dictionary! { "N" => bomb },
    };
    // Not drawn, so not counted.
    let elsewhere = dictionary! { "Metadata" => bomb, "PieceInfo" => bomb, "Thumb" => bomb };
    paper.page_with("", dictionary! { "Resources" => shared.clone() });
    paper.page("");
    paper.page_with("", dictionary! { "Resources" => shared });
    paper.page_with(
        "",
        dictionary! { "Annots" => vec![Object::Dictionary(annotation)] },
    );
    paper.page_with("", elsewhere);
    assert_eq!(check(paper.bytes()), [false, true, false, false, true]);
}

#[test]
fn resources_that_contain_themselves_end() {
    let mut paper = Paper::new();
    let resources = paper.file.new_object_id();
    let dict = dictionary! { "XObject" => resources, "Font" => resources, "Pattern" => vec![resources.into()] };
    paper.file.objects.insert(resources, dict.into());
    paper.page_with("", dictionary! { "Resources" => resources });
    assert_eq!(check(paper.bytes()), [true]);
}

/// A page that draws `image` as an XObject: what the guard says of page and image.
fn image(paper: &mut Paper, entries: Dictionary, data: Vec<u8>) -> ObjectId {
    let mut dict = dictionary! {
        "Type" => "XObject", "Subtype" => "Image", "ColorSpace" => "DeviceGray",
        "BitsPerComponent" => 8, "Width" => 10, "Height" => 10,
    };
    for (key, value) in &entries {
        dict.set(key.clone(), value.clone());
    }
    let id = paper.stream(dict, data);
    let resources = paper.resources_with("XObject", "I", id);
    paper.page_with("/I Do", dictionary! { "Resources" => resources });
    id
}

#[test]
fn large_images_are_told_apart_and_cost_themselves() {
    let mut paper = Paper::new();
    let large = dictionary! { "Width" => 30_000, "Height" => 30_000 };
    let flate = dictionary! { "Filter" => "FlateDecode" };
    let photo = [&[0xFF, 0xD8, 0xFF, 0xC0, 0, 17, 8][..], &[0xFF; 4]].concat();
    image(&mut paper, Dictionary::new(), vec![0; 100]);
    let mask = image(&mut paper, large.clone(), vec![0; 100]);
    image(&mut paper, flate, deflated_zeros(LIMITS + 1));
    image(&mut paper, dictionary! { "Filter" => "DCTDecode" }, photo);
    image(&mut paper, dictionary! { "SMask" => mask }, vec![0; 100]);
    let limits = Limits {
        pdf_stream_bytes: LIMITS,
        pdf_image_bytes: 40_000_000,
        ..Limits::default()
    };
    let (pdf, document) = read_with(paper.bytes(), &limits, &mut Vec::new());
    let found: Vec<(bool, bool)> = pdf
        .pages()
        .iter()
        .map(|page| {
            let checked = document.guard.check(page).unwrap();
            let image = page.resources().x_objects.get("I").unwrap();
            (checked.large_images, document.guard.image(&image))
        })
        .collect();
    assert_eq!(
        found,
        [
            (false, true),
            (true, false),
            (true, false),
            (true, false),
            (true, false)
        ]
    );
}

#[test]
fn calling_itself_an_image_hides_no_bomb() {
    let mut stream = packed(deflated_zeros(LIMITS + 1), "FlateDecode".into());
    stream.dict.set("Subtype", "Image");
    assert_eq!(check(with_content(stream)), [false]);
}

#[test]
fn expensive_functions_of_shadings_are_refused_and_others_weighed() {
    let mut paper = Paper::new();
    let mut program = |operators: usize| {
        let dict = dictionary! {
            "FunctionType" => 4, "Domain" => numbers(&[0.0, 1.0]), "Range" => numbers(&[0.0, 1.0]),
        };
        paper.stream(dict, format!("{{ {} }}", "abs ".repeat(operators)))
    };
    let (cheap, dear) = (program(60), program(2_000));
    let table = dictionary! {
        "FunctionType" => 0, "BitsPerSample" => 8, "Size" => vec![2.into(); 20],
    };
    let table = paper.stream(table, "");
    let shading = |function: ObjectId| dictionary! { "S" => dictionary! { "ShadingType" => 1, "Function" => function } };
    let tint = |function: ObjectId| {
        let space: Vec<Object> = vec![
            "Separation".into(),
            "Ink".into(),
            "DeviceGray".into(),
            function.into(),
        ];
        dictionary! { "C" => space }
    };
    for resources in [
        dictionary! { "Shading" => shading(cheap) },
        dictionary! { "Shading" => shading(dear) },
        dictionary! { "ColorSpace" => tint(dear) },
        dictionary! { "ColorSpace" => tint(table) },
        dictionary! { "Pattern" => dictionary! { "P" => dictionary! { "PatternType" => 2, "Shading" => dictionary! { "Function" => vec![dear.into()] } } } },
    ] {
        paper.page_with("", dictionary! { "Resources" => resources });
    }
    let (pdf, document) = super::read(paper.bytes());
    let found: Vec<Result<u64, &str>> = pdf
        .pages()
        .iter()
        .map(|page| document.guard.check(page))
        .map(|checked| {
            checked
                .map(|found| found.shading_steps)
                .map_err(|much| much.limit)
        })
        .collect();
    let much = Err("pdf_function_steps");
    assert_eq!(found, [Ok(81), much, Ok(0), much, much]);
}

#[test]
fn strings_of_millions_of_glyphs_are_refused_wherever_they_are_shown() {
    let long = "x".repeat(500_000);
    let shows = [
        format!("({long}) Tj"),
        format!("[({long}) 5 ({long})] TJ"),
        format!("<{}> '", "61".repeat(500_000)),
        format!("1 1 ({long}) \""),
    ];
    let mut paper = Paper::new();
    for show in &shows {
        paper.page(&format!("BT /F1 1 Tf {show} ET"));
    }
    // As much text, in operators of bearable size.
    paper.page(&format!("({}) Tj ", "x".repeat(50_000)).repeat(10));
    let form = dictionary! { "Type" => "XObject", "Subtype" => "Form", "BBox" => numbers(&[0.0, 0.0, 9.0, 9.0]) };
    let form = paper.stream(form, shows[0].clone());
    let resources = paper.resources_with("XObject", "X", form);
    paper.page_with("/X Do", dictionary! { "Resources" => resources });
    let glyph = paper.stream(dictionary! {}, shows[0].clone());
    let font = paper
        .add(dictionary! { "Subtype" => "Type3", "CharProcs" => dictionary! { "a" => glyph } });
    let resources = dictionary! { "Font" => dictionary! { "T" => font } };
    paper.page_with("", dictionary! { "Resources" => resources });
    let states = dictionary! { "N" => dictionary! { "On" => glyph } };
    let annotation = dictionary! { "Subtype" => "Widget", "AP" => states };
    paper.page_with(
        "",
        dictionary! { "Annots" => vec![Object::Dictionary(annotation)] },
    );
    let (pdf, document) = super::read(paper.bytes());
    let found: Vec<bool> = pdf
        .pages()
        .iter()
        .map(|page| match document.guard.check(page) {
            Ok(_) => true,
            Err(TooMuch { limit }) => {
                assert_eq!(limit, "pdf_glyphs");
                false
            }
        })
        .collect();
    assert_eq!(
        found,
        [false, false, false, false, true, false, false, false]
    );
}

#[test]
fn tables_that_unpack_to_too_much_are_refused_before_the_file_is_opened() {
    use crate::pdf::document::check_tables;
    let limits = Limits {
        pdf_stream_bytes: LIMITS,
        ..Limits::default()
    };
    for kind in ["XRef", "ObjStm"] {
        for (size, fits) in [(1 << 20, true), (LIMITS + 1, false)] {
            // By hand: lopdf leaves streams of these kinds out.
            let head =
                format!("%PDF-1.5\n7 0 obj\n<< /Type /{kind} /Filter /FlateDecode >>\nstream\n");
            let end = b"\nendstream\nendobj".to_vec();
            let file = [head.into_bytes(), deflated_zeros(size), end].concat();
            let result = check_tables(&file, &limits);
            assert_eq!(result.is_ok(), fits, "{kind} {size}");
        }
    }
}
