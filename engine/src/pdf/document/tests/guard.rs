//! Budgets for unpacking.

use super::super::guard::TooMuch;
use super::read_with;
use super::write::{Object, Paper, Stream, deflate, deflated_zeros, dictionary, numbers};
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
            Ok(()) => true,
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
